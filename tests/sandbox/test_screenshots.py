"""The page as a person meets it: wide and narrow, light and dark; pictures for the README.

They go to the folder in SCREENSHOTS_DIR, or to a temporary one.
"""

import os
from pathlib import Path
from typing import Literal

import pytest
from aiogram import Bot
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputRichBlockDetails,
    InputRichBlockParagraph,
    InputRichBlockSectionHeading,
    InputRichBlockTable,
    InputRichMessage,
    RichBlockTableCell,
    RichTextBold,
)
from playwright.async_api import async_playwright

from bot.sandbox import Chat, Sandbox, furnish
from tests.sandbox.test_page import CHROMIUM, FLAGS

pytestmark = [
    pytest.mark.page,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on this machine"),
]
ANSWER = """<b>In short:</b> merge sort is <i>stable</i> and always takes <code>O(n log n)</code>; quicksort \
is usually faster in practice.
<pre><code class="language-python">def merge_sort(items):
    if len(items) &lt; 2:
        return items
    middle = len(items) // 2
    return merge(merge_sort(items[:middle]), merge_sort(items[middle:]))</code></pre>
<blockquote>Stability matters when equal items can be told apart.</blockquote>
<i>qwen3-4b · 212 tokens · 31 t/s · 7 s</i>"""
ROW = [("🔁 Again", "again"), ("🧠 Thoughts", "thoughts"), ("📄 File", "file"), ("⋯", "more")]
Scheme = Literal["light", "dark"]
VIEWS: list[tuple[str, Scheme, int, int]] = [
    ("chat-light", "light", 1180, 760),
    ("chat-dark", "dark", 1180, 760),
    ("phone-light", "light", 390, 800),
    ("phone-dark", "dark", 390, 800),
]


@pytest.mark.parametrize(("name", "scheme", "width", "height"), VIEWS)
async def test_the_page_fits_its_window(
    sandbox: Sandbox, bot: Bot, tmp_path: Path, name: str, scheme: Scheme, width: int, height: int
) -> None:
    furnish(sandbox, "en")
    chat = sandbox.private_chat(sandbox.people()[0])
    await conversation(sandbox, bot, chat)
    folder = Path(os.environ.get("SCREENSHOTS_DIR", tmp_path))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        view = {"width": width, "height": height}
        context = await browser.new_context(viewport=view, color_scheme=scheme, locale="en-US")  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(sandbox.page_url)
        if width < 700:
            await page.locator(f'[data-chat="{chat.id}"]').click()
        for number, topic in enumerate(sandbox.topics(chat)):
            await page.locator(f'.tab[data-thread="{topic.id}"]').click()
            await page.locator(".bubble").last.wait_for()
            await page.evaluate("document.fonts.ready")
            assert await page.evaluate("document.documentElement.scrollWidth") == width
            assert await page.evaluate("document.querySelector('.history').scrollWidth") <= width
            await page.screenshot(path=folder / f"{name}-{number + 1}.png", animations="disabled")
        await browser.close()


async def conversation(sandbox: Sandbox, bot: Bot, chat: Chat) -> None:
    """Two topics: one with code, one with a table and files."""
    anna = sandbox.people()[0]
    await bot.set_my_commands([BotCommand(command="model", description="Choose the model of this dialog")])
    asked = await anna.say(chat, "Compare merge sort and quicksort, with an example in Python", thread="new")
    assert asked.thread_id is not None
    await bot.edit_forum_topic(chat.id, asked.thread_id, name="Sorting")
    keys = [InlineKeyboardButton(text=text, callback_data=data) for text, data in ROW]
    markup = InlineKeyboardMarkup(inline_keyboard=[keys])
    thread = asked.thread_id
    await bot.send_message(chat.id, ANSWER, parse_mode="HTML", message_thread_id=thread, reply_markup=markup)
    await anna.say(chat, "Thanks! 👍", thread=thread)
    second = await anna.say(chat, "Which one for ten million records?", thread="new")
    assert second.thread_id is not None
    await bot.edit_forum_topic(chat.id, second.thread_id, name="Big tables")
    await bot.send_rich_message(chat.id, InputRichMessage(blocks=table()), message_thread_id=second.thread_id)
    report = BufferedInputFile(b"x" * 23_456, "benchmark.csv")
    await bot.send_document(chat.id, report, caption="The figures", message_thread_id=second.thread_id)


def table() -> list[
    InputRichBlockSectionHeading | InputRichBlockTable | InputRichBlockDetails | InputRichBlockParagraph
]:
    rows = [("Algorithm", "Average", "Worst"), ("Merge sort", "n log n", "n log n"), ("Quicksort", "n log n", "n²")]
    cells = [
        [RichBlockTableCell(align="left", valign="top", text=text, is_header=index == 0 or None) for text in row]
        for index, row in enumerate(rows)
    ]
    return [
        InputRichBlockSectionHeading(text="Verdict", size=2),
        InputRichBlockParagraph(text=["Take ", RichTextBold(text="merge sort"), " when the data come from a disk."]),
        InputRichBlockTable(cells=cells, is_bordered=True),
        InputRichBlockDetails(summary="How I thought", blocks=[InputRichBlockParagraph(text="Step by step …")]),
    ]
