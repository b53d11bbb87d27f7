"""The chat page in headless Chromium, with a scripted bot behind the server."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BotCommand
from playwright.async_api import Page, async_playwright, expect

from bot.sandbox import NO_FLOOD, Chat, Sandbox, open_sandbox
from tests.sandbox.pictures import png
from tests.sandbox.scripted_bot import scripted_bot

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]
WAIT_MS = 15_000
pytestmark = [
    pytest.mark.page,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on this machine"),
]
expect.set_options(timeout=WAIT_MS)


@asynccontextmanager
async def open_page(
    url: str, *, width: int = 1100, height: int = 760, locale: str = "en-US", scale: float = 1
) -> AsyncIterator[Page]:
    """A page in a fresh browser; it must not have had a single error when it is closed."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, device_scale_factor=scale
        )
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("[data-ready]")
        yield page
        await browser.close()
    assert errors == []


@pytest.fixture
async def home(sandbox: Sandbox) -> AsyncIterator[Chat]:
    """Anna's started chat without topics, and the scripted bot."""
    anna = sandbox.person("Anna", username="anna")
    chat = sandbox.private_chat(anna)
    async with scripted_bot(sandbox):
        await anna.start(chat)
        await sandbox.answer(chat, "Welcome")
        yield chat


async def write(page: Page, text: str) -> None:
    await page.fill(".input", text)
    await page.keyboard.press("Enter")


async def test_a_text_is_sent_and_the_answer_shown_with_its_format(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "hello")
        await expect(page.locator(".in .text").last).to_have_text("You said: hello")
        await expect(page.locator(".in .text b").last).to_have_text("You said:")
        await expect(page.locator(".out .text").last).to_have_text("hello")


async def test_markup_in_a_text_stays_text(sandbox: Sandbox, home: Chat) -> None:
    nasty = "<img src=x onerror=\"document.title='owned'\"><b>x</b>"
    async with open_page(sandbox.page_url) as page:
        await write(page, nasty)
        await expect(page.locator(".in .text").last).to_have_text(f"You said: {nasty}")
        assert await page.title() != "owned"
        assert await page.locator(".text img").count() == 0


async def test_an_answer_streams_into_one_bubble_and_the_button_stops_it(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "/stream")
        bubble = page.locator(".in .text").last
        await expect(bubble).to_have_text("the quick brown fox jumps over the lazy dog")
        await page.get_by_role("button", name="⏹ Stop").click()
        await expect(page.locator(".toast")).to_have_text("Stopped")
        await expect(bubble).to_have_text("the quick brown fox jumps over the lazy dog.")
        await expect(page.locator(".keyboard")).to_have_count(0)


async def test_an_alert_waits_for_ok(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "/buttons")
        await page.get_by_role("button", name="Alert").click()
        await expect(page.locator(".dialog-text")).to_have_text("Look here")
        await page.get_by_role("button", name="OK").click()
        await expect(page.locator(".dialog")).to_have_count(0)


async def test_telegrams_own_stop_button_ends_a_draft(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "/draft")
        await expect(page.locator(".draft .text")).to_have_text("half an ans")
        await page.get_by_role("button", name="Stop").click()
        await expect(page.locator(".in .text").last).to_have_text("half an ans ⏹")
        await expect(page.locator(".draft")).to_have_count(0)


async def test_a_message_that_wants_a_reply_gets_one_and_the_next_is_none(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "/wish")
        await expect(page.locator(".mode-text")).to_contain_text("Your name?")
        await write(page, "Anna")
        await expect(page.locator(".in .text").last).to_have_text("A reply: Anna")
        await expect(page.locator(".mode-text")).to_have_count(0)
        await write(page, "hello")
        await expect(page.locator(".in .text").last).to_have_text("You said: hello")


async def test_a_rich_message_shows_table_formula_and_details(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "/rich")
        await expect(page.locator(".rich td")).to_have_text(["a", "b", "c", "d"])
        await expect(page.locator(".rich .math")).to_have_text("x^2")
        await expect(page.get_by_text("hidden", exact=True)).not_to_be_visible()
        await page.get_by_text("more", exact=True).click()
        await expect(page.get_by_text("hidden", exact=True)).to_be_visible()


async def test_files_go_out_and_come_back(sandbox: Sandbox, home: Chat, tmp_path: Path) -> None:
    async with open_page(sandbox.page_url) as page:
        await page.set_input_files("input[type=file]", [{"name": "n.txt", "mimeType": "text/plain", "buffer": b"abc"}])
        await page.get_by_label("Caption").fill("read it")
        await page.locator(".dialog button.main").click()
        await expect(page.locator(".out .text").last).to_have_text("read it")
        async with page.expect_download() as download:
            await page.locator(".in a.file").click()
        await (await download.value).save_as(tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"ABC"


async def test_pictures_dropped_on_the_chat_become_an_album(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        script = """data => {
            const moved = new DataTransfer();
            for (const name of ["a.png", "b.png"]) {
                moved.items.add(new File([new Uint8Array(data)], name, {type: "image/png"}));
            }
            return moved;
        }"""
        moved = await page.evaluate_handle(script, list(png(60, 40)))
        await page.dispatch_event(".pane", "drop", {"dataTransfer": moved})
        await page.locator(".dialog button.main").click()
        await expect(page.locator(".out .photos img")).to_have_count(2)
    assert [message.media and message.media.kind for message in sandbox.transcript(home)][-2:] == ["photo", "photo"]


async def test_commands_are_offered_while_typing_a_slash(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await page.locator(".input").press_sequentially("/st")
        await expect(page.locator(".hint")).to_have_text("/streamStream an answer")
        await page.keyboard.press("Enter")
        await expect(page.locator(".out .text").last).to_have_text("/stream")
        await page.get_by_role("button", name="⏹ Stop").click()


async def test_enter_sends_the_command_that_was_typed_even_if_another_begins_like_it(
    sandbox: Sandbox, home: Chat, bot: Bot
) -> None:
    await bot.set_my_commands([BotCommand(command=name, description=name) for name in ("model", "mode")])
    async with open_page(sandbox.page_url) as page:
        await page.locator(".input").press_sequentially("/mode")
        await expect(page.locator(".hint")).to_have_count(2)
        await page.keyboard.press("Enter")
        await expect(page.locator(".out .text").last).to_have_text("/mode")


async def test_topics_are_opened_named_and_deleted(sandbox: Sandbox, home: Chat) -> None:
    anna = sandbox.people()[0]
    sandbox.private_chat(anna, topics=True)
    async with open_page(sandbox.page_url) as page:
        await page.locator('.tab[data-thread="new"]').click()
        await write(page, "about cats")
        await expect(page.locator(".tab.active")).to_have_text("New Chat")
        await expect(page.locator(".in .text").last).to_have_text("You said: about cats")
        await page.get_by_label("Menu of the chat").click()
        await page.get_by_role("menuitem", name="Rename").click()
        await page.get_by_label("Topic name").fill("Cats")
        await page.keyboard.press("Enter")
        await expect(page.locator(".tab.active")).to_have_text("Cats")
        await page.get_by_label("Menu of the chat").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.locator(".dialog button.main").click()
        await expect(page.get_by_role("tab", name="Cats")).to_have_count(0)
    assert sandbox.topics(home) == []


async def test_own_messages_are_replied_to_edited_and_deleted(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "frist")
        await expect(page.locator(".in .text").last).to_have_text("You said: frist")
        await pick(page, ".in .bubble", "Reply")
        await write(page, "why?")
        await expect(page.locator(".out .reply")).to_contain_text("You said: frist")
        await pick(page, '.out .text >> text="frist"', "Edit")
        await write(page, "first")
        await expect(page.locator(".out .text").first).to_have_text("/start")
        await expect(page.locator(".out .text").nth(1)).to_have_text("first")
        await pick(page, '.out .text >> text="first"', "Delete")
        await page.locator(".dialog button.main").click()
        await expect(page.locator('.out .text >> text="first"')).to_have_count(0)
    texts = [message.text for message in sandbox.transcript(home)]
    assert "first" not in texts
    assert "frist" not in texts


async def pick(page: Page, selector: str, item: str) -> None:
    await page.locator(selector).last.click(button="right")
    await page.get_by_role("menuitem", name=item, exact=True).click()


async def test_another_person_sees_only_their_own_chats(sandbox: Sandbox, home: Chat) -> None:
    sandbox.person("Boris")
    async with open_page(sandbox.page_url) as page:
        await write(page, "a secret")
        await expect(page.locator(".out .text").last).to_have_text("a secret")
        await page.get_by_title("Switch person").click()
        await page.get_by_role("menuitem", name="Boris").click()
        await expect(page.locator(".me-name b")).to_have_text("Boris")
        await expect(page.locator("body")).not_to_contain_text("a secret")
        await page.get_by_role("button", name="START").click()
        await expect(page.locator(".in .text").last).to_have_text("Welcome! no payload")


async def test_a_new_person_can_be_added(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await page.get_by_title("Switch person").click()
        await page.get_by_role("menuitem", name="Add a person").click()
        await page.get_by_label("Name").fill("Vera")
        await page.keyboard.press("Enter")
        await expect(page.locator(".me-name b")).to_have_text("Vera")
    assert [person.name for person in sandbox.people()] == ["Anna", "Vera"]


async def test_a_group_lets_the_bot_in_and_shows_who_writes(sandbox: Sandbox, home: Chat) -> None:
    anna, boris = sandbox.people()[0], sandbox.person("Boris")
    team = sandbox.group("Team", [anna, boris], forum=True, with_bot=False)
    async with open_page(sandbox.page_url) as page:
        await page.locator(f'[data-chat="{team.id}"]').click()
        await page.get_by_role("button", name="Add Consilium to the group").click()
        await expect(page.locator(".service").last).to_have_text("Anna joined: Consilium")
        await boris.say(team, "hi all")
        await expect(page.locator(".in .name").first).to_have_text("Boris")
        await expect(page.locator(".in .text").last).to_have_text("You said: hi all")


async def test_a_start_link_is_opened_here(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url) as page:
        await write(page, "https://t.me/consilium_bot?start=invite-7")
        await page.locator(".out").get_by_role("link", name="invite-7").click()
        await expect(page.locator(".in .text").last).to_have_text("Welcome! invite-7")


async def test_a_start_link_in_the_address_waits_for_the_button(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(f"{sandbox.page_url}consilium_bot?start=owner-1") as page:
        assert "owner-1" not in "".join(message.text for message in sandbox.transcript(home))
        await page.get_by_role("button", name="START").click()
        await expect(page.locator(".in .text").last).to_have_text("Welcome! owner-1")


async def test_a_message_written_while_the_server_was_away_arrives_once(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    async with open_sandbox(db=db, flood=NO_FLOOD) as sandbox:
        anna = sandbox.person("Anna")
        await anna.start(sandbox.private_chat(anna))
        port, url = sandbox.port, sandbox.page_url
        opened = open_page(url)
        page = await opened.__aenter__()
        await expect(page.locator(".out .text")).to_have_text("/start")
    await expect(page.locator(".connecting")).to_be_visible()
    await write(page, "are you there?")
    await expect(page.locator(".out .text").last).to_have_text("are you there?")
    async with open_sandbox(port=port, db=db, flood=NO_FLOOD) as sandbox:
        chat = sandbox.private_chat(sandbox.people()[0])
        await sandbox.until(lambda: sandbox.transcript(chat)[-1].text == "are you there?")
        await expect(page.locator(".connecting")).to_have_count(0)
        await expect(page.locator(".out .text")).to_have_text(["/start", "are you there?"])
        await opened.__aexit__(None, None, None)
        assert [message.text for message in sandbox.transcript(chat)] == ["/start", "are you there?"]


async def test_unread_messages_are_counted_until_they_are_seen(sandbox: Sandbox, home: Chat) -> None:
    anna = sandbox.people()[0]
    boris = sandbox.person("Boris")
    friends = sandbox.group("Friends", [anna, boris], with_bot=False)
    async with open_page(sandbox.page_url) as page:
        for text in ("one", "two"):
            await boris.say(friends, text)
        row = page.locator(f'[data-chat="{friends.id}"]')
        await expect(row.locator(".badge")).to_have_text("2")
        await row.click()
        await expect(row.locator(".badge")).to_have_count(0)
    assert sandbox.world.reads[anna.id, friends.id, 0] == sandbox.transcript(friends)[-1].id


async def test_a_narrow_window_shows_one_thing_at_a_time(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url, width=390) as page:
        await page.locator(f'[data-chat="{home.id}"]').click()
        await expect(page.locator("#side")).not_to_be_visible()
        await page.get_by_label("Back").click()
        await expect(page.locator("#side")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_page_speaks_russian_and_can_be_switched(sandbox: Sandbox, home: Chat) -> None:
    async with open_page(sandbox.page_url, locale="ru-RU") as page:
        await expect(page.locator(".input")).to_have_attribute("placeholder", "Сообщение")
        await page.get_by_title("Сменить человека").click()
        await page.get_by_role("menuitem", name="English").click()
        await expect(page.locator(".input")).to_have_attribute("placeholder", "Message")


async def test_both_languages_of_the_page_have_the_same_words() -> None:
    source = (Path(__file__).parents[2] / "bot/sandbox/page/i18n.js").read_text("utf-8")
    english, russian = source.split("  ru: {", 1)
    keys = [sorted(set(re.findall(r"\b(\w+): \"", part.split("};")[0]))) for part in (english, russian)]
    assert keys[0] == keys[1]
