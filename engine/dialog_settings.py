"""The settings of one dialog: their ranges, and how a person's words become values."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from engine.errors import BadValue
from engine.messages import Params

RESET_WORDS = ("default", "reset", "auto", "сброс", "авто")
TRUE_WORDS = ("on", "yes", "true", "1", "вкл", "да")
FALSE_WORDS = ("off", "no", "false", "0", "выкл", "нет")
SYSTEM_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class DialogSettings:
    """None leaves a value to the model's server; `footer` and `buttons` say what stands under an answer."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    n_ctx: int | None = None
    n_gpu_layers: int | None = None
    seed: int | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    thinking: bool | None = None
    footer: bool = True
    buttons: bool = True
    system: str = ""

    def params(self) -> Params:
        """The part that a model is asked with."""
        return Params(
            temperature=self.temperature,
            top_p=self.top_p,
            max_tokens=self.max_tokens,
            n_ctx=self.n_ctx,
            n_gpu_layers=self.n_gpu_layers,
            seed=self.seed,
            think=self.thinking,
            top_k=self.top_k,
            min_p=self.min_p,
            repeat_penalty=self.repeat_penalty,
        )


@dataclass(frozen=True, slots=True)
class Kind:
    """How one setting is written: `allowed` is its range, `presets` the values that a menu offers."""

    read: Callable[[str], object]
    allowed: str
    example: str
    presets: tuple[str, ...]


def kinds() -> dict[str, Kind]:
    """The settings by key, in the order of the menu; `system` is apart, for it is free text."""
    return {
        "temperature": number(float, 0, 2, "0.7", ("0", "0.3", "0.7", "1", "1.3")),
        "top_p": number(float, 0, 1, "0.9", ("0.5", "0.8", "0.9", "0.95", "1")),
        "top_k": number(int, 0, 1000, "40", ("0", "20", "40", "100")),
        "min_p": number(float, 0, 1, "0.05", ("0", "0.02", "0.05", "0.1")),
        "repeat_penalty": number(float, 1, 2, "1.1", ("1", "1.05", "1.1", "1.2")),
        "max_tokens": number(int, 1, 131_072, "800", ("256", "512", "1024", "2048", "4096")),
        "n_ctx": number(int, 256, 1_048_576, "8192", ("2048", "4096", "8192", "16384", "32768")),
        "n_gpu_layers": number(int, -1, 999, "32", ("0", "16", "32", "-1")),
        "seed": number(int, 0, 2**31 - 1, "42", ("1", "42", "2024")),
        "thinking": switch(),
        "footer": switch(),
        "buttons": switch(),
    }


def changed(settings: DialogSettings, key: str, text: str) -> DialogSettings:
    """`settings` with `key` set to what `text` says; a reset word takes the default. Raises BadValue."""
    if key == "system":
        return replace(settings, system=read_system(text))
    kind = kinds().get(key)
    if kind is None:
        raise BadValue("key", key[:40], ", ".join([*kinds(), "system"]), "temperature 0.7")
    if text.strip().lower() in RESET_WORDS:
        return replace(settings, **{key: default(key)})
    try:
        value = kind.read(text.strip().lower())
    except (ValueError, OverflowError) as error:
        raise BadValue(key, text[:40], kind.allowed, f"{key} {kind.example}") from error
    values: dict[str, Any] = {key: value}
    return replace(settings, **values)


def default(key: str) -> Any:
    return next(field.default for field in fields(DialogSettings) if field.name == key)


def to_json(settings: DialogSettings) -> str:
    """What differs from the defaults, so that a later default reaches old dialogs too."""
    return json.dumps({key: value for key, value in asdict(settings).items() if value != default(key)})


def from_json(text: str) -> DialogSettings:
    known = {field.name for field in fields(DialogSettings)}
    return DialogSettings(**{key: value for key, value in json.loads(text).items() if key in known})


def read_system(text: str) -> str:
    if text.strip().lower() in ("-", *RESET_WORDS):
        return ""
    if len(text) > SYSTEM_LIMIT:
        raise BadValue("system", f"{text[:20]}… ({len(text)})", f"≤ {SYSTEM_LIMIT}", "system Be brief.")
    return text.strip()


def number(convert: type[int] | type[float], low: float, high: float, example: str, presets: tuple[str, ...]) -> Kind:
    def read(text: str) -> float:
        value = convert(text.replace(",", ".").replace("_", ""))
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return Kind(read, f"{low}…{high}", example, presets)


def switch() -> Kind:
    def read(text: str) -> bool:
        if text not in TRUE_WORDS + FALSE_WORDS:
            raise ValueError(text)
        return text in TRUE_WORDS

    return Kind(read, "on, off", "on", ("on", "off"))
