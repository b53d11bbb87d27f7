"""What `make run` opens on a computer without a model, a server and a network: a page that answers in Russian.

Its picture stands in both READMEs; SCREENSHOTS_DIR says where it goes, as for the other pictures.
"""

import importlib.util
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.guide import answer
from bot.texts import texts
from tests.bot.program import sandbox_program
from tests.bot.test_readme_pictures import FLAT, SIZE_LIMIT_BYTES
from tests.sandbox.test_page import CHROMIUM, open_page, write

pytestmark = [
    pytest.mark.page,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on this machine"),
    pytest.mark.skipif(importlib.util.find_spec("llama_cpp") is None, reason="llama-cpp-python is not built"),
]
NOWHERE = "http://127.0.0.1:9"
PATIENCE_MS = 60_000
WIDTH, HEIGHT = 390, 1040
"""A phone, and room for the whole talk."""
TALK = (
    ("Как добавить модель?", "model-add"),
    ("а как потом диалог удалить", "dialog-delete"),
    ("сочини стих", "other"),
)


@asynccontextmanager
async def clean_machine(folder: Path) -> AsyncIterator[str]:
    """`python -m bot` in an empty folder, with no way out; the address that it prints."""
    nowhere = dict.fromkeys(
        ("OLLAMA_BASE_URL", "LMSTUDIO_BASE_URL", "HF_ENDPOINT", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE
    )
    language = {"LANG": "ru_RU.UTF-8", "BOT_LANGUAGE": "ru"}
    own = sandbox_program(folder, patience_s=60, NO_PROXY="127.0.0.1", **nowhere, **language)
    async with own as (_, greeting, _):
        found = re.search(r"http://127\.0\.0\.1:\d+\S*", greeting)
        assert found, greeting
        yield found[0]


async def test_a_clean_machine_without_network_answers_in_russian(tmp_path: Path) -> None:
    words = texts("ru")
    async with (
        clean_machine(tmp_path) as url,
        open_page(url, width=WIDTH, height=HEIGHT, locale="ru-RU", scale=1.25) as page,
    ):
        await page.locator("[data-chat]").first.click()
        await page.get_by_role("button", name="ЗАПУСТИТЬ").click()
        await expect(page.locator(".in .text").last).to_contain_text("А пока отвечает проводник", timeout=PATIENCE_MS)
        for number, (question, topic) in enumerate(TALK):
            await write(page, question)
            shown = page.locator(".in .text", has_text=answer(topic, words))
            await expect(shown).to_have_count(1, timeout=PATIENCE_MS)
            footers = page.locator(".in .text", has_text="🧭 проводник · ")
            await expect(footers).to_have_count(number + 1, timeout=PATIENCE_MS)
        await page.evaluate(FLAT)
        file = Path(os.environ.get("SCREENSHOTS_DIR", tmp_path)) / "guide-ru.png"
        await page.screenshot(path=file, animations="disabled")
        assert file.stat().st_size < SIZE_LIMIT_BYTES
