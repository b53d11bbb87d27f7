"""Inline keyboards and other reply markups: reads them from a request and holds them to Telegram's limits."""

from __future__ import annotations

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.utf16 import units
from bot.sandbox.values import Button, Json, Keyboard

ROW_LIMIT = 8
BUTTON_LIMIT = 100
DATA_LIMIT_BYTES = 64
COPY_LIMIT = 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
STYLES = (None, "danger", "success", "primary")


def read_keyboard(markup: Json) -> Keyboard:
    """The rows of an inline keyboard. Raises ApiError for what Telegram would refuse."""
    raw = markup.get("inline_keyboard")
    if not isinstance(raw, list) or not all(isinstance(row, list) for row in raw):
        raise bad_request("can't parse inline keyboard button: expected an Array of Arrays")
    rows = tuple(tuple(_button(item) for item in row) for row in raw if row)
    if any(len(row) > ROW_LIMIT for row in rows) or sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return rows


def _button(raw: Json) -> Button:
    text = raw.get("text")
    if not isinstance(text, str):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not text.strip():
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if sum(raw.get(action) is not None for action in ACTIONS) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if raw.get("style") not in STYLES:
        raise bad_request("button style is invalid")
    copied = raw.get("copy_text")
    return Button(
        text=text.strip(),
        data=_data(raw.get("callback_data")),
        url=_url(raw.get("url")),
        copy_text=_copied(copied) if isinstance(copied, dict) else None,
        style=raw.get("style"),
    )


def _data(data: str | None) -> str | None:
    if data is not None and not 1 <= len(data.encode()) <= DATA_LIMIT_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(url: str | None) -> str | None:
    if url is None:
        return None
    scheme, found, rest = url.partition("://")
    if not found:
        scheme, rest = "http", url
    host = rest.partition("/")[0]
    is_known = scheme in ("http", "https", "tg") and bool(rest) and not any(sign.isspace() for sign in url)
    if not is_known or (scheme != "tg" and "." not in host):
        raise wrong_url(url)
    return url if found else f"http://{url}"


def wrong_url(url: str) -> ApiError:
    return bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _copied(copied: Json) -> str:
    text = str(copied.get("text", ""))
    if not 1 <= units(text) <= COPY_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return text


def read_markup(markup: Json | None) -> tuple[Keyboard, Json | None]:
    """An inline keyboard, or any other markup as it is."""
    if not markup:
        return (), None
    if "inline_keyboard" in markup:
        return read_keyboard(markup), None
    if not {"keyboard", "remove_keyboard", "force_reply"} & markup.keys():
        raise bad_request("object expected as reply markup")
    return (), markup
