"""Which addresses may stand behind a link: one that Telegram refuses would cost the whole message.

Knows the rules Telegram holds addresses to; knows nothing of the text around them.
"""

from __future__ import annotations

import re

_LIMIT = 2000
# A host needs a dot (so no localhost), no user before it (a common trick), and a port of at most 65535.
_WEB = re.compile(r"https?://[\w.-]+\.[\w-]+(?::(?P<port>[0-9]{1,5}))?(?:[/?#]\S*)?", re.IGNORECASE)
_TELEGRAM = re.compile(r"tg://(?P<host>[A-Za-z0-9_-]+)/?(?:\?\S*)?", re.IGNORECASE)
# tg://user?id=... would turn into a mention of a person.
_MENTION = "user"


def is_linkable(url: str) -> bool:
    """Whether Telegram takes this address as a link and opens it.

    mailto: is left to Telegram, which finds a bare e-mail address by itself and would read mailto: as a web host.
    """
    if len(url) > _LIMIT or not url.isprintable():
        return False
    if web := _WEB.fullmatch(url):
        return web["port"] is None or 0 < int(web["port"]) <= 65535
    telegram = _TELEGRAM.fullmatch(url)
    return telegram is not None and telegram["host"].lower() != _MENTION


def shown(url: str) -> str:
    """How an address that cannot be a link is written out; empty for a place inside the page."""
    if url.startswith("#"):
        return ""
    return url.removeprefix("mailto:")
