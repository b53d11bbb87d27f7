"""Isolation: whatever a stranger, another person or a guest does, nothing of a victim is shown, changed or stopped."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.app import FEATURES, wired
from bot.hearing import commands_of
from bot.owner import COMMANDS as OWNERS_COMMANDS
from bot.sandbox import Chat, Person
from bot.sandbox.views import chat_json, message_json, user_json
from config.pipeline_file import read_pipeline
from engine.pipelines.editing import mark_of
from tests.bot.conftest import Home
from tests.bot.driving import forged
from tests.bot.intrusion import Targets, button_kinds, commands, presses, update_kinds
from tests.fakes.model_server import Reply

ROOT = Path(__file__).parents[2]
SECRET = "zanzibarcanary"
"""Stands in everything of the victim's; intruders never write it."""
TITLE = "plover"
"""Stands in the victim's titles; intruders guess it."""
PIPELINE = f"name: {TITLE} {SECRET}\nstages: [{{name: {SECRET}, models: [llama3], system_prompt: Of {SECRET}}}]"
TRIED_UPDATES = {"message", "edited_message", "callback_query", "my_chat_member", "stopped_message_generation"}
OWN_TABLES = {"models", "invites", "sqlite_sequence"}
SEARCH_INDEX = "words_"
"""What SQLite keeps of the table `words` for itself; the rows stand there."""
"""Nothing of any person's dialogs is in these."""


@pytest.fixture
async def victim(home: Home) -> tuple[Targets, dict[str, set[str]]]:
    """Vera, with an answered question, a waiting one and one whose answer is being made; and what is stored of it."""
    await home.chat_of(home.owner)
    vera = home.sandbox.person("Vera")
    await home.engine.users.admit(vera.id, "Vera")
    chat = await home.chat_of(vera)
    for command in (f"/new {TITLE} first {SECRET}", "/model llama3", f"/system Speak of {SECRET}"):
        await answered(home, vera, chat, command)
    home.ollama.reply = Reply(text=[f"{SECRET} is ", "an island."], thought=[f"{SECRET}?"])
    await vera.say(chat, f"What is {SECRET}?")
    await home.until_text(chat, f"{SECRET} is an island.")
    for text in (
        f"/new {TITLE} second {SECRET}",
        f"What waits? {SECRET}",
        f"/new {TITLE} third {SECRET}",
        "/model llama3",
    ):
        await answered(home, vera, chat, text)
    home.ollama.replies.append(Reply(text=[f"{SECRET} ", "goes ", "on"], hold_after=2))
    await vera.say(chat, f"What runs? {SECRET}")
    dialogs = [dialog.id for dialog in await home.engine.dialogs.list(chat.id)]
    running = max(dialogs)
    await home.sandbox.until(lambda: (run := home.engine.runs.of(running)) and run.said)
    home.ollama.reply = Reply(text=["Nothing ", "special."])
    await placed(home, 3)
    rows = await home.engine.database.all("SELECT id FROM questions")
    (model,) = home.engine.catalogue.models()
    pipeline = read_pipeline(PIPELINE, "")
    saved = await home.engine.pipelines.add(vera.id, pipeline)
    pipe = (saved.id, mark_of(pipeline), mark_of(pipeline, 0))
    targets = Targets(tuple(sorted(dialogs)), tuple(row["id"] for row in rows), vera.id, model.id, TITLE, *pipe)
    return targets, await dump(home)


@pytest.fixture(params=["stranger", "another", "owner", "guest"])
async def intruder(request: pytest.FixtureRequest, home: Home) -> tuple[Person, Chat]:
    """Somebody, and the chat from which they try."""
    boris = home.sandbox.person("Boris")
    match request.param:
        case "stranger":
            chat = home.sandbox.private_chat(boris)
            await boris.start(chat)
            await home.until_text(chat, "private bot")
        case "another":
            await home.engine.users.admit(boris.id, "Boris")
            chat = await home.chat_of(boris)
            await home.until_text(chat, "Hello!")
        case "owner":
            boris = home.owner
            chat = await home.chat_of(boris)
            await home.until_text(chat, "Hello!")
        case "guest":
            chat = home.sandbox.group("Team", [home.owner, boris], bot_is_admin=True)
            await home.until_text(chat, "👋")
    return boris, chat


Victim = tuple[Targets, dict[str, set[str]]]
Intruder = tuple[Person, Chat]


async def test_no_command_reaches_what_is_anothers(home: Home, intruder: Intruder, victim: Victim) -> None:
    (person, chat), (targets, before) = intruder, victim
    tried = commands(commands_of(wired(home.parts)), targets)
    if person is home.owner:  # these are the owner's by right; what they show is tried in test_people.py
        tried = [text for text in tried if text.split()[0][1:] not in OWNERS_COMMANDS]
    home.sandbox.calls.clear()
    for text in tried:
        await person.say(chat, text)
    await taken_in(home)
    await nothing_happened(home, intruder, targets, before)


async def test_no_button_reaches_what_is_anothers(home: Home, intruder: Intruder, victim: Victim) -> None:
    (person, chat), (targets, before) = intruder, victim
    ours = home.sandbox.answers(chat)[0]
    kinds = [kind for kind in button_kinds() if person is not home.owner or kind.__module__ != "bot.owner"]
    home.sandbox.calls.clear()
    for kind in kinds:
        for data in presses(kind, targets):
            press = await forged(home, person, ours, data)
            try:
                await press.answered()
            except TimeoutError:
                raise AssertionError(f"nobody answered {data}") from None
    await taken_in(home)
    await nothing_happened(home, intruder, targets, before)


async def test_no_reply_edit_or_stop_reaches_what_is_anothers(home: Home, intruder: Intruder, victim: Victim) -> None:
    """Message ids and draft ids of the victim's chat, named in the intruder's own."""
    (person, chat), (targets, before) = intruder, victim
    world = home.sandbox.world
    ours = home.sandbox.answers(chat)[0]
    for number, message in enumerate(home.sandbox.transcript(home.sandbox.chat(world.chats[targets.user]))):
        payload: dict[str, Any] = {
            "date": world.now(),
            "chat": chat_json(world, chat),
            "from": user_json(person.user),
            "text": f"word {number}",
        }
        replied = message_json(world, ours) | {"message_id": message.id}
        home.sandbox.updates.push("message", payload | {"message_id": 90_000 + number, "reply_to_message": replied})
        home.sandbox.updates.push("edited_message", payload | {"message_id": message.id, "edit_date": world.now()})
    for draft_id in targets.ids:
        stop = {"chat": chat_json(world, chat), "draft_id": draft_id}
        home.sandbox.updates.push("stopped_message_generation", stop)
    await taken_in(home)
    await nothing_happened(home, intruder, targets, before)


async def test_every_kind_of_update_that_is_handled_is_tried_here(home: Home) -> None:
    assert update_kinds(wired(home.parts)) <= TRIED_UPDATES


def test_handlers_reach_dialogs_and_questions_only_through_their_chat() -> None:
    """`.here(id, chat_id)` and `.at(place)` ask whose it is; `.get(id)` does not."""
    found = [
        f"{path.name}: {line.strip()}"
        for path in (ROOT / "bot" / "features").glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(dialogs|questions)\.get\(", line)
    ]
    assert found == []
    assert len(FEATURES) > 10


async def nothing_happened(home: Home, intruder: Intruder, targets: Targets, before: dict[str, set[str]]) -> None:
    """Nothing shown to others, nothing of the victim changed, the victim's answer goes on to its end."""
    person, chat = intruder
    told = [call for call in home.sandbox.calls if call.chat_id != targets.user]
    assert told, "the bot did say something"
    assert [call for call in told if SECRET in json.dumps(call.params, default=str)] == []
    for message in home.sandbox.transcript(chat):
        if message.media:
            assert SECRET.encode() not in (await home.sandbox.world.records.store.file(message.media.file_id) or b"")
    after = await dump(home)
    for table, rows in before.items():
        lost = {row for row in rows - after[table] if not is_own(table, row, person)}
        assert lost == set(), f"rows of {table} were changed or are gone"
        if await is_stranger(home, person, chat):
            new = {row for row in after[table] - rows if not is_own(table, row, person)}
            assert new == set(), f"a stranger made rows of {table}"
    victims = json.dumps([body["messages"] for body in home.ollama.asked_for("/api/chat")[2:]])
    assert SECRET not in victims, "the model was told of the victim in somebody else's dialog"
    run = home.engine.runs.of(targets.dialogs[-1])
    assert run is not None and run.stopped is None


async def dump(home: Home) -> dict[str, set[str]]:
    """All rows of all tables that hold something of a person; a growing answer without what it grows by."""
    tables = await home.engine.database.all("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = [
        row["name"] for row in tables if row["name"] not in OWN_TABLES and not row["name"].startswith(SEARCH_INDEX)
    ]
    content = {name: [dict(row) for row in await home.engine.database.all(f"SELECT * FROM {name}")] for name in names}
    for answer in content["answers"]:
        if answer["state"] == "running":
            del answer["text"], answer["thought"]
    return {name: {json.dumps(row, sort_keys=True) for row in rows} for name, rows in content.items()}


async def is_stranger(home: Home, person: Person, chat: Chat) -> bool:
    user = await home.engine.users.get(person.id)
    return not chat.is_group and (user is None or not user.admitted)


def is_own(table: str, row: str, person: Person) -> bool:
    """People may change what is kept of themselves."""
    return table == "users" and json.loads(row)["id"] == person.id


async def answered(home: Home, person: Person, chat: Chat, text: str) -> None:
    """Say something and wait for the bot to say something to it."""
    await home.sandbox.answer(chat, after=await person.say(chat, text))


async def placed(home: Home, count: int) -> None:
    """Wait until so many answers have their messages in a chat."""
    async with asyncio.timeout(20):
        while len(await home.engine.database.all("SELECT 1 FROM deliveries WHERE message_ids != '[]'")) < count:
            await asyncio.sleep(0.02)


async def taken_in(home: Home) -> None:
    """Wait until the bot has dealt with everything that was sent to it."""
    await home.sandbox.until(lambda: not home.sandbox.updates.pending, timeout_s=60)
    async with asyncio.timeout(60):
        quiet = 0
        while quiet < 10:
            count = len(home.sandbox.calls)
            await asyncio.sleep(0.03)
            quiet = quiet + 1 if len(home.sandbox.calls) == count and len(home.engine.runs) == 1 else 0
