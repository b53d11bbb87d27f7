"""Help by topics: what it shows are the very sentences that the guide has learned."""

from bot.guide import answer, title
from bot.texts import texts
from tests.bot.conftest import Home
from tests.bot.driving import told, turned

ENGLISH = texts("en")


async def test_topics_lead_to_an_answer_and_back(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    shown = await told(home, chat, "/help", "What works here")
    shown = await turned(home, shown, "📖 Topics", "What would you like to know?")
    shown = await turned(home, shown, "💬 Dialogs", "💬 Dialogs")
    shown = await turned(home, shown, "Delete for good", answer("dialog-delete", ENGLISH))
    shown = await turned(home, shown, "‹ Back", "💬 Dialogs")
    shown = await turned(home, shown, "‹ Back", "What would you like to know?")
    await turned(home, shown, "‹ Back", "What works here")


async def test_help_with_words_finds_the_topic(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await told(home, chat, "/help port taken", answer("err-port", ENGLISH))
    several = await told(home, chat, "/help delete", "Topics with “delete”")
    assert {title("dialog-delete", ENGLISH), title("model-remove", ENGLISH)} <= {one.text for one in several.buttons}
    await turned(home, several, title("dialog-delete", ENGLISH), answer("dialog-delete", ENGLISH))


async def test_help_with_words_that_no_topic_has_shows_all_sections(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    shown = await told(home, chat, "/help wombats", "No topic has “wombats” in it")
    assert "🤖 Models" in [button.text for button in shown.buttons]


async def test_without_the_guide_nobody_is_sent_to_it(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    shown = await told(home, chat, "/help", "What works here")
    assert not any("guide" in button.text for button in shown.buttons)
