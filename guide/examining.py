"""The exam: the questions that were kept apart are put to the finished file, in llama.cpp, word for word.

`python -m guide.examining` tells the marks. Needs the engine and what it needs, nothing of the training.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from bot.guide import answer
from bot.texts import LANGUAGES, texts
from engine.backends.base import GUIDE_NAME, ChatRequest
from engine.backends.llama_cpp.files import GUIDE_FILE
from engine.backends.llama_cpp.parent import LlamaCppBackend
from engine.events import Delta
from engine.messages import Message
from guide.questions import Asked, held_back

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Marks:
    """The questions of one kind, and those that got another text than they should, with it."""

    name: str
    asked: int
    wrong: tuple[tuple[Asked, str], ...]

    @property
    def share(self) -> float:
        return 1 - len(self.wrong) / self.asked


async def examined(file: Path, asked: Sequence[Asked]) -> list[str]:
    """What the guide says to each question."""
    room = asyncio.Semaphore(AT_ONCE)
    async with LlamaCppBackend(file.parent / "none", file.parent / "none.yaml", guide=file) as backend:
        await backend.list()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(said(backend, one, room)) for one in asked]
    return [task.result() for task in tasks]


async def said(backend: LlamaCppBackend, asked: Asked, room: asyncio.Semaphore) -> str:
    request = ChatRequest(GUIDE_NAME, (Message("user", asked.text),))
    text = ""
    async with room, aclosing(backend.stream(request)) as chunks:
        async for chunk in chunks:
            if isinstance(chunk, Delta):
                text += chunk.text
    return text.strip()


def marks(asked: Sequence[Asked], said: Sequence[str]) -> list[Marks]:
    """Right is only the very text of the topic, in the language of the question."""
    found = []
    pairs = list(zip(asked, said, strict=True))
    for is_other, name in ((False, "about the bot"), (True, "about something else")):
        for language in LANGUAGES:
            kind = [pair for pair in pairs if pair[0].language == language and (pair[0].topic == "other") is is_other]
            wrong = tuple((one, text) for one, text in kind if text != answer(one.topic, texts(one.language)))
            found.append(Marks(f"{name}, {language}", len(kind), wrong))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m guide.examining", description=__doc__)
    parser.add_argument("--file", type=Path, default=GUIDE_FILE)
    parser.add_argument("--questions", choices=("exam", "rehearsal"), default="exam")
    parser.add_argument("--wrong", action="store_true", help="tell what was answered wrongly")
    options = parser.parse_args()
    asked = [one for language in LANGUAGES for one in held_back(options.questions, language)]
    for mark in marks(asked, asyncio.run(examined(options.file, asked))):
        right = mark.asked - len(mark.wrong)
        print(f"{mark.name}: {right} of {mark.asked}, {100 * mark.share:.1f} %")
        for one, text in mark.wrong if options.wrong else ():
            print(f"  {one.text} | {one.topic} -> {text[:70]}")


if __name__ == "__main__":
    main()
