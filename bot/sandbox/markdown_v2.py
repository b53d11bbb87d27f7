"""parse_mode=MarkdownV2: markup to entities, with the error texts of Telegram.

Covers bold, italic, underline, strikethrough, spoiler, code, pre, links, custom emoji and quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.utf16 import units
from bot.sandbox.values import Entity

RESERVED = "_*[]()~`>#+-=|{}.!"
MARKS = ("||", "__", "*", "_", "~")
KINDS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough"}
LANGUAGE = re.compile(r"([^\s`]+)?\n?")


@dataclass(frozen=True, slots=True)
class OpenMark:
    mark: str
    offset: int
    byte_offset: int


class MarkdownReader:
    """Reads one text from left to right, keeping the marks that are still open."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.offset = 0
        self.at = 0
        self.open: list[OpenMark] = []
        self.entities: list[Entity] = []
        self.quote: tuple[int, bool] | None = None

    def read(self) -> tuple[str, list[Entity]]:
        self._line_start()
        while self.at < len(self.source):
            self._step()
        self._end_quote()
        if self.open:
            last = self.open[-1]
            kind = "TextUrl" if last.mark in "[![" else NAMES.get(KINDS[last.mark], "Spoiler")
            raise _refused(f"Can't find end of {kind} entity at byte offset {last.byte_offset}")
        return "".join(self.pieces), self.entities

    def _step(self) -> None:
        character = self.source[self.at]
        if character == "\\" and self._next(1) and ord(self._next(1)) < 127:
            self._write(self._next(1), 2)
        elif character == "\n":
            self._write("\n", 1)
            self._line_start()
        elif character == "`":
            self._code()
        elif mark := self._mark():
            self._toggle(mark)
        elif character == "[" or self.source.startswith("![", self.at):
            self._open_mark("[" if character == "[" else "![")
        elif character == "]" and self.open and self.open[-1].mark in "[![":
            self._link()
        elif character in RESERVED:
            raise _refused(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
        else:
            self._write(character, 1)

    def _next(self, ahead: int) -> str:
        return self.source[self.at + ahead : self.at + ahead + 1]

    def _write(self, text: str, taken: int) -> None:
        self.pieces.append(text)
        self.offset += units(text)
        self.at += taken

    def _line_start(self) -> None:
        for sign, is_expandable in (("**>", True), (">", False)):
            if self.source.startswith(sign, self.at):
                if is_expandable:
                    self._end_quote()
                self.quote = self.quote or (self.offset, is_expandable)
                self.at += len(sign)
                return
        self._end_quote()

    def _end_quote(self) -> None:
        if self.quote is None:
            return
        start, is_expandable = self.quote
        self.quote = None
        end = self.offset - (self.pieces[-1:] == ["\n"])
        if end > start:
            kind = "expandable_blockquote" if is_expandable else "blockquote"
            self.entities.append(Entity(kind, start, end - start))

    def _mark(self) -> str | None:
        return next((mark for mark in MARKS if self.source.startswith(mark, self.at)), None)

    def _toggle(self, mark: str) -> None:
        if self.open and self.open[-1].mark == mark:
            start = self.open.pop().offset
            self.at += len(mark)
            if self.offset > start:
                self.entities.append(Entity(KINDS[mark], start, self.offset - start))
        elif mark == "||" and self._closes_quote():
            self.quote = (self.quote[0], True) if self.quote else None
            self.at += 2
        else:
            self._open_mark(mark)

    def _closes_quote(self) -> bool:
        return self.quote is not None and self._next(2) in ("", "\n")

    def _open_mark(self, mark: str) -> None:
        self.open.append(OpenMark(mark, self.offset, len(self.source[: self.at].encode())))
        self.at += len(mark)

    def _code(self) -> None:
        byte_offset = len(self.source[: self.at].encode())
        fence = "```" if self.source.startswith("```", self.at) else "`"
        start = self.at + len(fence)
        language = None
        if fence == "```" and (match := LANGUAGE.match(self.source, start)) and match.group().endswith("\n"):
            language, start = match.group(1), match.end()
        end = _closing(self.source, fence, start)
        if end < 0:
            kind = "Pre" if fence == "```" else "Code"
            raise _refused(f"Can't find end of {kind} entity at byte offset {byte_offset}")
        text = re.sub(r"\\([\x01-\x7e])", r"\1", self.source[start:end])
        begin = self.offset
        self._write(text, 0)
        self.at = end + len(fence)
        if text:
            kind = "pre" if fence == "```" else "code"
            self.entities.append(Entity(kind, begin, self.offset - begin, language=language))

    def _link(self) -> None:
        start = self.open.pop()
        length = self.offset - start.offset
        if self._next(1) != "(":
            self.at += 1
            return
        end = _closing(self.source, ")", self.at + 2)
        if end < 0:
            raise _refused(f"Can't find end of a URL at byte offset {len(self.source[: self.at].encode())}")
        url = re.sub(r"\\([\x01-\x7e])", r"\1", self.source[self.at + 2 : end])
        self.at = end + 1
        if length > 0:
            self.entities.append(_link_entity(start, length, url))


def parse_markdown_v2(source: str) -> tuple[str, list[Entity]]:
    """Split MarkdownV2 into plain text and entities. Raises ApiError "can't parse entities: ..."."""
    return MarkdownReader(source).read()


def _closing(source: str, sign: str, start: int) -> int:
    at = start
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source.startswith(sign, at):
            return at
        else:
            at += 1
    return -1


def _link_entity(start: OpenMark, length: int, url: str) -> Entity:
    if start.mark == "![":
        return Entity("custom_emoji", start.offset, length, custom_emoji_id=url.rpartition("=")[2])
    if url.startswith("tg://user?id=") and url[13:].isdigit():
        return Entity("text_mention", start.offset, length, user_id=int(url[13:]))
    return Entity("text_link", start.offset, length, url=url if "://" in url else f"http://{url}")


def _refused(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
