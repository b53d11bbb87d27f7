"""Parameters of one Bot API request, whichever way they came, read by type.

Form fields are strings that may hold JSON; JSON bodies hold values; uploads are found under attach://name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.entities import read_entities
from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.values import Entity, Json

TRUE = frozenset({"true", "1", "yes", "y", "t"})


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


class Params:
    """Reads values out of a request; refuses what has the wrong shape with Telegram's words."""

    def __init__(self, values: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.values = {key: value for key, value in values.items() if value is not None}
        self.uploads = uploads or {}

    def has(self, name: str) -> bool:
        return name in self.values or name in self.uploads

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def optional_text(self, name: str) -> str | None:
        return self.text(name) if name in self.values else None

    def integer(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f'invalid "{name}" specified: expected Integer') from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in TRUE

    def json(self, name: str) -> Any:
        """A parameter that is itself JSON; None when it is absent or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise unreadable(name) from None

    def record(self, name: str) -> Json | None:
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise unreadable(name)
        return value

    def array(self, name: str) -> list[Any]:
        value = self.json(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array")
        return value

    def entities(self, name: str) -> list[Entity]:
        raw = self.array(name)
        if not all(isinstance(item, dict) for item in raw):
            raise bad_request("can't parse entities: expected an Array of Objects")
        return read_entities(raw)

    def chat_id(self, name: str = "chat_id") -> int:
        value = str(self.values.get(name, ""))
        if not value:
            raise bad_request("chat_id is empty")
        if not value.removeprefix("-").isdigit():
            raise bad_request("chat not found")
        return int(value)

    def user_id(self, name: str = "user_id") -> int:
        value = self.integer(name)
        if value is None:
            raise bad_request("invalid user_id specified")
        return value

    def upload(self, name: str, reference: str | None = None) -> Upload | None:
        """The uploaded file of a parameter, sent directly or as attach://."""
        if name in self.uploads:
            return self.uploads[name]
        value = reference if reference is not None else self.text(name)
        if value.startswith("attach://"):
            found = self.uploads.get(value.removeprefix("attach://"))
            if found is None:
                raise bad_request("file must be non-empty")
            return found
        return None

    def recorded(self) -> Json:
        """What a test wants to see of the request: values, and uploads by name and size."""
        shown: Json = dict(self.values)
        for name, upload in self.uploads.items():
            shown[name] = f"{upload.name} ({len(upload.data)} bytes)"
        return shown


def unreadable(name: str) -> ApiError:
    if name == "reply_markup":
        return bad_request("can't parse reply keyboard markup JSON object")
    return bad_request(f"can't parse {name} JSON object")
