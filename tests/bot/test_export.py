"""A dialog as a file."""

import json
from dataclasses import replace

import pytest

from bot.sandbox import Chat, Message
from bot.texts import texts
from bot.transcripts import written
from engine.transcripts import Exchange
from tests.bot.conftest import Home
from tests.bot.driving import asked_and_answered, pressed, told, turned
from tests.fakes.model_server import Reply

NASTY = Exchange(
    "<script>alert(1)</script> & co",
    1_700_000_000,
    "**bold** <b>tag</b>\n\n| a |\n|---|\n| 1 |",
    "<i>hm</i>",
    "m",
    None,
)
SHOWN = (
    "&lt;script&gt;",
    "<strong>bold</strong>",
    "&lt;b&gt;tag",
    "<table>",
    "&lt;i&gt;hm",
    "&lt;sys&gt;",
    "&lt;Title",
)


async def with_a_talk(home: Home) -> Chat:
    chat = await home.ready_chat()
    await told(home, chat, "/rename Trip: lake/sea?", "The title is now")
    await told(home, chat, "/system Be brief.", "is set")
    home.ollama.reply = Reply(text=["To the **lake**."], thought=["Hm."])
    home.ollama.models["llama3:latest"].thinks = True
    await asked_and_answered(home, chat, "Куда поехать?")
    return chat


async def file_after(home: Home, chat: Chat, command: str) -> tuple[str, str]:
    """Name and content of the file that the command brings."""
    asked = await home.owner.say(chat, command)
    return await file_since(home, chat, asked)


async def file_since(home: Home, chat: Chat, asked: Message) -> tuple[str, str]:
    def found() -> Message | None:
        return next((item for item in home.sandbox.answers(chat) if item.id > asked.id and item.media), None)

    message = await home.sandbox.until(found)
    assert message is not None
    assert message.media is not None
    data = await home.sandbox.world.records.store.file(message.media.file_id)
    assert data is not None
    return message.media.name, data.decode()


async def test_a_dialog_as_markdown(home: Home) -> None:
    chat = await with_a_talk(home)
    name, content = await file_after(home, chat, "/export md")
    assert name == "Trip lakesea.md"
    for part in ("# Trip: lake/sea?", "> Be brief.", "Куда поехать?", "To the **lake**.", "Answer · llama3:latest"):
        assert part in content


async def test_a_dialog_as_json_can_be_read_back(home: Home) -> None:
    chat = await with_a_talk(home)
    _, content = await file_after(home, chat, "/export .JSON")
    read = json.loads(content)
    assert read["title"] == "Trip: lake/sea?"
    assert [(message["role"], message["text"]) for message in read["messages"]] == [
        ("system", "Be brief."),
        ("user", "Куда поехать?"),
        ("assistant", "To the **lake**."),
    ]
    assert read["messages"][2]["model"] == "llama3:latest"


async def test_a_format_is_chosen_by_button(home: Home) -> None:
    chat = await with_a_talk(home)
    choice = await told(home, chat, "/export", "Which format?")
    await pressed(home, choice, ".txt")
    name, content = await file_since(home, chat, choice)
    assert name.endswith(".txt")
    assert "To the **lake**." in content
    await turned(home, choice, "‹ Back", "№")


async def test_what_cannot_be_exported_gets_one_line(home: Home) -> None:
    chat = await home.ready_chat()
    await told(home, chat, "/export md", "Nothing was said here yet")
    await told(
        home, chat, "/export rar", "There is no format “rar”. There are: md, html, json, txt. Example: /export md"
    )


def test_a_page_shows_tags_of_people_and_models_as_text() -> None:
    page = written("html", "<Title>", [NASTY], "<sys>", texts("en"))
    assert "<script>" not in page
    assert "<b>tag" not in page
    for part in SHOWN:
        assert part in page


@pytest.mark.parametrize("file_format", ["md", "html", "json", "txt"])
def test_a_question_without_an_answer_is_there_too(file_format: str) -> None:
    unanswered = replace(NASTY, question="Anybody there?", answer="", thought="", model="")
    content = written(file_format, "T", [unanswered], "", texts("ru"))  # type: ignore[arg-type]
    assert "Anybody there?" in content
    assert "Ответ" not in content
