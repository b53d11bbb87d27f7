"""What outlives the process: everything the bot was told, until it is deleted, and then nothing of it."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import NO_FLOOD, open_sandbox
from tests.sandbox.client import connect

CANARY = "kanarienvogel"
ROOT = Path(__file__).parents[2]


async def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="go", callback_data="go")]])
    async with open_sandbox(db=db, flood=NO_FLOOD) as sandbox, connect(sandbox) as bot:
        anna = sandbox.person("Anna")
        chat = sandbox.private_chat(anna, topics=True)
        asked = await anna.say(chat, "hello", thread="new")
        await bot.send_message(chat.id, "hi", message_thread_id=asked.thread_id, reply_markup=keyboard)
        await bot.send_document(chat.id, BufferedInputFile(b"content", "a.txt"))
        await bot.get_updates(offset=-1)
        press = await anna.press(sandbox.answers(chat)[0], "go")
        before = (sandbox.token, sandbox.transcript(chat), sandbox.topics(chat), list(sandbox.updates.pending))
    async with open_sandbox(db=db, flood=NO_FLOOD) as sandbox, connect(sandbox) as bot:
        after = (sandbox.token, sandbox.transcript(chat), sandbox.topics(chat), list(sandbox.updates.pending))
        assert after == before
        assert await bot.answer_callback_query(press.id)
        media = sandbox.answers(chat)[-1].media
        assert media is not None
        file = await bot.download(media.file_id)
        assert file is not None
        assert file.read() == b"content"
        newer = await sandbox.known_person(anna.id).say(chat, "again")
        assert newer.id == before[1][-1].id + 1


async def test_a_killed_server_keeps_what_it_confirmed(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    token = "42:" + "x" * 30
    process, url = await started(db, token)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    async with Bot(token, session=session) as bot, aiohttp.ClientSession() as http:
        page = await http.ws_connect(f"{url}/page/live?person=500000001")
        state = await page.receive_json()
        chat_id = state["me"]["id"]
        await page.send_json({"n": 1, "do": "say", "chat": chat_id, "text": "hello", "key": "k1"})
        while (await page.receive_json()).get("re") != 1:
            pass
        sent = await bot.send_message(chat_id, "answer")
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        await page.close()
    async with open_sandbox(db=db, token=token, flood=NO_FLOOD) as sandbox:
        texts = [message.text for message in sandbox.transcript(sandbox.world.chats[chat_id])]
        assert texts == ["hello", "answer"]
        assert [update.kind for update in sandbox.updates.pending] == ["message"]
        assert sandbox.world.next_message_id(sandbox.world.chats[chat_id]) == sent.message_id + 1


async def started(db: Path, token: str) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.sandbox", "--port", "0", "--db", str(db), "--token", token),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().split() for _ in range(3)]
    return process, dict(line for line in lines if len(line) == 2)["api"]  # type: ignore[misc, arg-type]


async def test_what_is_deleted_is_in_no_file(tmp_path: Path) -> None:
    db = tmp_path / "sandbox.db"
    async with open_sandbox(db=db, flood=NO_FLOOD) as sandbox, connect(sandbox) as bot:
        anna = sandbox.person("Anna")
        chat = sandbox.private_chat(anna, topics=True)
        asked = await anna.say(chat, f"secret {CANARY}", thread="new")
        await anna.send_document(chat, "a.txt", CANARY.encode() * 5000, thread=asked.thread_id)
        await bot.send_message(chat.id, f"about {CANARY}", message_thread_id=asked.thread_id)
        updates = await bot.get_updates()
        assert CANARY in trace(tmp_path)
        await bot.get_updates(offset=updates[-1].update_id + 1)
        await anna.delete_topic(sandbox.topics(chat)[0])
        assert CANARY not in trace(tmp_path)
    assert CANARY not in trace(tmp_path)


def trace(folder: Path) -> str:
    return "".join(file.read_bytes().decode("latin-1") for file in folder.iterdir())


async def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_sandbox(flood=NO_FLOOD) as sandbox:
        anna = sandbox.person("Anna")
        await anna.start(sandbox.private_chat(anna))
    assert os.listdir(tmp_path) == []  # noqa: PTH208
