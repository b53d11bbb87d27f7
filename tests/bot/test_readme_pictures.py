"""The pictures of both READMEs: the real bot in the sandbox, and a browser that looks at it.

They go to the folder in SCREENSHOTS_DIR, or to a temporary one. To make them anew:
SCREENSHOTS_DIR=docs/screenshots make test ARGS=tests/bot/test_readme_pictures.py
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, async_playwright

from bot.sandbox import NO_FLOOD, Chat, Message, furnish, open_sandbox
from bot.texts import Texts, texts
from tests.bot.conftest import UNHURRIED, Home, home_settings
from tests.bot.driving import pressed, turned
from tests.bot.readme_talk import TALKS, Language
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import open_ollama
from tests.sandbox.test_page import CHROMIUM, FLAGS, WAIT_MS

pytestmark = [
    pytest.mark.page,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on this machine"),
]
SIZE_LIMIT_BYTES = 200_000
FLAT = """const style = document.documentElement.style;
style.setProperty('--wall-dots', 'transparent');
if (matchMedia('(prefers-color-scheme: light)').matches) style.setProperty('--wall', '#b5d3a3');"""
"""A wallpaper of one colour: the real one makes a picture four times as heavy."""
TOKENS_PER_S = 57.3
MODELS = (
    FakeModel("qwen3:4b", 2_600_000_000, thinks=True),
    FakeModel("gemma3:4b", 3_300_000_000, sees=True, loaded=False),
    FakeModel("qwen3:8b", 5_200_000_000, thinks=True, loaded=False),
    FakeModel("gpt-oss:20b", 14_000_000_000, thinks=True, loaded=False),
    FakeModel("qwen3:235b", 142_000_000_000, thinks=True, loaded=False),
)
WIDE, PHONE = (1120, 720), (390, 760)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_the_readme_shows_the_bot_as_it_is(tmp_path: Path, language: Language) -> None:
    talk = TALKS[language]
    async with open_furnished(tmp_path, language) as home, open_browser() as browser:
        camera = Camera(browser, home, language, Path(os.environ.get("SCREENSHOTS_DIR", tmp_path)))
        chat = await home.chat_of(home.owner, topics=True)

        picker = await asked(home, chat, talk.waiting_question)
        await camera.take("picker", PHONE, picker)
        await chosen(home, picker, said(talk.letter))
        answer = await chosen(home, await asked(home, chat, talk.question), said(talk.answer, talk.thought))
        await camera.take("conversation", WIDE, answer)

        held = said(talk.growing + talk.not_said_yet)
        held.hold_after = len(pieces(talk.growing))
        growing = await chosen(home, await asked(home, chat, talk.growing_question), held, talk.growing.split()[-1])
        await camera.take("answering", PHONE, growing)
        held.go.set()

        await home.until_text(chat, "qwen3:4b · ", growing.thread_id)
        home.ollama.reply = said(talk.said_again)
        await pressed(home, growing, "🔁")
        await home.until_text(chat, talk.said_again[-10:], growing.thread_id)
        await home.until_text(chat, "qwen3:4b · ", growing.thread_id)
        await home.owner.say(chat, "/dialogs", thread=growing.thread_id)
        await camera.take("dark", WIDE, await home.until_text(chat, "💬", growing.thread_id), "dark")

        await home.owner.say(chat, "/settings", thread=picker.thread_id)
        await camera.take("settings", PHONE, await home.until_text(chat, "⚙️", picker.thread_id))
        await camera.take("pipeline", PHONE, await ready_made(home, chat, picker.thread_id, texts(language)))


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes pictures of the owner's chat."""

    browser: Browser
    home: Home
    language: Language
    folder: Path

    async def take(
        self, name: str, size: tuple[int, int], message: Message, scheme: Literal["light", "dark"] = "light"
    ) -> None:
        """The topic of a message; nothing may stick out of the window, and the file may not be heavy."""
        width, height = size
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=self.language,
            device_scale_factor=1.5,
        )
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        await page.goto(self.home.sandbox.page_url)
        await page.wait_for_selector("[data-ready]")
        if size == PHONE:
            await page.locator(f'[data-chat="{message.chat_id}"]').click()
        await page.locator(f'.tab[data-thread="{message.thread_id}"]').click()
        await page.locator(f'[data-id="{message.id}"]').wait_for()
        await page.evaluate(FLAT)
        await page.evaluate("document.fonts.ready")
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        file = self.folder / f"{name}-{self.language}.png"
        await page.screenshot(path=file, animations="disabled")
        assert file.stat().st_size < SIZE_LIMIT_BYTES
        await context.close()


async def asked(home: Home, chat: Chat, question: str) -> Message:
    """Ask outside the topics; the picker in the topic that the question begins."""
    await home.owner.say(chat, question, thread="new")
    thread = home.sandbox.topics(chat)[-1]
    return await home.until_text(chat, "🔵", thread.id)


async def ready_made(home: Home, chat: Chat, thread: int | None, words: Texts) -> Message:
    """A ready-made pipeline, open in the editor."""
    asked = await home.owner.say(chat, "/pipe", thread=thread)
    menu = await home.sandbox.answer(chat, "🧩", thread=thread, after=asked)
    menu = await turned(home, menu, words("button-ready"), words("ready-head"))
    menu = await turned(home, menu, words("ready-draft"), words("ready-tick", most=3))
    return await turned(home, menu, words("button-ready-done"), words("pipe-saved"))


async def chosen(home: Home, picker: Message, reply: Reply, until: str = "qwen3:4b · ") -> Message:
    """Choose the model; its message as soon as it looks as wished."""
    home.ollama.reply = reply
    await pressed(home, picker, "qwen3:4b")

    def shown() -> Message | None:
        messages = home.sandbox.answers(home.sandbox.private_chat(home.owner), picker.thread_id)
        return next((message for message in messages if until in message.text), None)

    message = await home.sandbox.until(shown, timeout_s=30)
    assert message is not None
    return message


def said(text: str, thought: str = "") -> Reply:
    """A reply in pieces of about a token each, at the pace of a good computer."""
    return Reply(text=pieces(text), thought=pieces(thought), tokens_per_s=TOKENS_PER_S)


def pieces(text: str) -> list[str]:
    return re.findall(r"\s*\S{1,5}|\s+$", text)


@asynccontextmanager
async def open_furnished(folder: Path, language: Language) -> AsyncIterator[Home]:
    """The sandbox as a new person finds it, and a running bot that its first person owns."""
    async with open_sandbox(flood=NO_FLOOD) as sandbox, open_ollama(*MODELS) as ollama:
        furnish(sandbox, language)
        owner = sandbox.people()[0]
        home = Home(sandbox, ollama, home_settings(folder, ollama.url, owner.id), owner, UNHURRIED)
        try:
            await home.start()
            yield home
        finally:
            await home.stop()


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()
