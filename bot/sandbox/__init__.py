"""A Telegram of one's own: a local Bot API server that keeps Telegram's rules, and a chat page on 127.0.0.1.

It knows nothing of Consilium; any bot may talk to it.

    async with open_sandbox() as sandbox:                      # or port=8081, db=Path(...), flood=NO_FLOOD
        session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.api_url))
        bot = Bot(sandbox.token, session=session)              # the real aiogram bot; poll as usual

        anna = sandbox.person("Anna", language="ru")
        chat = sandbox.private_chat(anna, topics=True)         # topics=False: a chat without topics
        team = sandbox.group("Team", [anna, boris], forum=True)

        asked = await anna.say(chat, "hello", thread="new")    # thread: a Topic, its id, "new" or None
        reply = await sandbox.answer(chat, "Hi", thread=asked.thread_id)      # waits for the bot
        press = await anna.press(reply, "⏹")                   # by text, by data or by a part of the text
        notice = await press.answered()                        # Notice(text, show_alert, url)
        await anna.send_document(chat, "a.txt", b"...", caption="what is it?")
        await sandbox.until(lambda: sandbox.transcript(chat)[-1].text == "done", timeout_s=10)

    sandbox.calls        deque of Call(method, params, at, code, description)
    sandbox.violations   every 429 that the bot earned; a load test asserts that there is none
    sandbox.faults       drop_before(), drop_after(), answer(502), delay(s), too_many(s), away = True, clear()
    sandbox.page_url     the chat page; page_url + "consilium_bot?start=PAYLOAD" is what a t.me link is elsewhere
    furnish(sandbox, "ru")   three people and two groups for that person, where there is nobody yet

Run it alone: python -m bot.sandbox --port 8081 [--db sandbox.db] [--token T] [--language ru] [--no-flood]

Pace (Flood): one call a second in a chat with bursts of 5, at most 20 in any minute in a group, 30 a second
overall; a 429 lasts 5 s and every call during it adds 5 s. Groups without a forum hold the bot in privacy mode.
"""

from bot.sandbox.acting import ImpossibleError
from bot.sandbox.flood import NO_FLOOD, Flood
from bot.sandbox.furniture import furnish
from bot.sandbox.people import Person
from bot.sandbox.queries import Press
from bot.sandbox.running import open_sandbox
from bot.sandbox.sandbox import Sandbox, shown_text
from bot.sandbox.values import Button, Call, Chat, Draft, Entity, Media, Message, Notice, Topic, User, Violation

__all__ = [
    "NO_FLOOD",
    "Button",
    "Call",
    "Chat",
    "Draft",
    "Entity",
    "Flood",
    "ImpossibleError",
    "Media",
    "Message",
    "Notice",
    "Person",
    "Press",
    "Sandbox",
    "Topic",
    "User",
    "Violation",
    "furnish",
    "open_sandbox",
    "shown_text",
]
