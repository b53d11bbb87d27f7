"""From inline tokens to runs: every piece of a line with the styles it carries.

Markdown's own marks and HTML tags may cross each other; here both only switch a style on and off.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from markdown_it.token import Token

from bot.markdown.clean import cleaned
from bot.markdown.links import is_linkable, shown
from bot.markdown.tree import Formula, Inline, Inlines, Mark, Run, Style

_SPANS = {"strong": Style.BOLD, "em": Style.ITALIC, "s": Style.STRIKE}
_TAGS = {
    "b": Style.BOLD,
    "strong": Style.BOLD,
    "i": Style.ITALIC,
    "em": Style.ITALIC,
    "u": Style.UNDERLINE,
    "ins": Style.UNDERLINE,
    "s": Style.STRIKE,
    "del": Style.STRIKE,
    "strike": Style.STRIKE,
    "code": Style.CODE,
    "kbd": Style.CODE,
    "tt": Style.CODE,
    "sub": Style.SUB,
    "sup": Style.SUP,
}


def read_inlines(token: Token) -> Inlines:
    """The runs of an inline token, neighbours of one style joined."""
    reader = _Reader()
    children = token.children or []
    lone = _lone_tags(children)
    for index, child in enumerate(children):
        if index in lone:
            reader.add(child.content)
        else:
            reader.read(child)
    return reader.finish()


def _lone_tags(children: list[Token]) -> set[int]:
    """Tags without a partner: they are text."""
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    lone: set[int] = set()
    for index, child in enumerate(children):
        if child.type != "tag" or child.tag in ("br", "p"):
            continue
        if not child.meta["is_close"]:
            waiting[child.tag].append(index)
        elif waiting[child.tag]:
            waiting[child.tag].pop()
        else:
            lone.add(index)
    return lone.union(*waiting.values())


class _Reader:
    """Collects runs while styles go on and off."""

    def __init__(self) -> None:
        self._done: list[Inline] = []
        self._pieces: list[str] = []
        self._marks: tuple[Mark, ...] = ()
        self._on: Counter[Mark] = Counter()
        self._link = ""
        self._link_start = 0

    def read(self, token: Token) -> None:
        kind, _, edge = token.type.rpartition("_")
        match token.type:
            case "text" | "text_special":
                self.add(token.content)
            case "softbreak" | "hardbreak":
                self.add("\n")
            case "code_inline":
                self._styled(token.content, Style.CODE)
            case "formula":
                self._formula(token.content)
            case "footnote":
                self._footnote(token)
            case "tag":
                self._tag(token)
            case "link_open" | "link_close" | "image":
                self._address(token)
            case _ if kind in _SPANS:
                self._switch(Mark(_SPANS[kind]), edge == "open")

    def add(self, text: str) -> None:
        if text:
            self._pieces.append(text)

    def finish(self) -> Inlines:
        self._flush()
        return tuple(self._done)

    def _flush(self) -> None:
        if self._pieces:
            text = cleaned("".join(self._pieces))
            self._pieces = []
            self._done.append(Run(text, self._marks))

    def _switch(self, mark: Mark, on: bool) -> None:
        self._flush()
        self._on[mark] += 1 if on else -1
        if self._on[mark] <= 0:
            del self._on[mark]
        self._marks = tuple(self._on)

    def _styled(self, text: str, style: Style) -> None:
        self._switch(Mark(style), True)
        self.add(text)
        self._switch(Mark(style), False)

    def _formula(self, latex: str) -> None:
        self._flush()
        self._done.append(Formula(cleaned(latex), self._marks))

    def _footnote(self, token: Token) -> None:
        label = token.content
        self._styled(label if label.isdecimal() else f"[{label}]", Style.SUP)
        if token.meta["is_note"]:
            self.add(" ")

    def _tag(self, token: Token) -> None:
        if token.tag in ("br", "p"):
            self.add("\n")
        else:
            self._switch(Mark(_TAGS[token.tag]), not token.meta["is_close"])

    def _address(self, token: Token) -> None:
        match token.type:
            case "link_open":
                self._open_link(str(token.attrs["href"]))
            case "link_close":
                self._close_link()
            case _:
                self._image(token)

    def _open_link(self, url: str) -> None:
        self._flush()
        self._link = cleaned(url)
        self._link_start = len(self._done)
        if is_linkable(self._link):
            self._switch(Mark(Style.LINK, self._link), True)

    def _close_link(self) -> None:
        self._flush()
        text = "".join(part.text for part in self._done[self._link_start :] if isinstance(part, Run)).strip()
        has_formula = any(isinstance(part, Formula) for part in self._done[self._link_start :])
        address = shown(self._link)
        if not text and not has_formula:
            self.add(address)
        elif not is_linkable(self._link) and address not in ("", text):
            self.add(f" ({address})")
        if is_linkable(self._link):
            self._switch(Mark(Style.LINK, self._link), False)
        self._link = ""

    def _image(self, token: Token) -> None:
        if self._link:
            self.add(token.content)
        else:
            self._open_link(str(token.attrs["src"]))
            self.add(token.content)
            self._close_link()
