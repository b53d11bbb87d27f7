"""A question and its answer, as the person sees them."""

import asyncio
from pathlib import Path

from bot.sandbox import Chat, Flood, Message
from engine.questions import Part
from tests.bot.conftest import Home, open_home
from tests.fakes.model_server import FakeModel, Reply


def labels(message: Message) -> list[str]:
    return [button.text for button in message.buttons]


async def answers_of(home: Home, chat: Chat, part: str) -> list[Message]:
    return [message for message in home.sandbox.answers(chat) if part in message.text]


async def test_a_question_before_a_model_is_chosen_waits_and_is_then_answered(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "What is a GGUF file?")
    picker = await home.until_text(chat, "Your question is kept")
    home.ollama.reply = Reply(text=["A file ", "with ", "weights."])

    await home.owner.press(picker, "llama3")

    answer = await home.until_text(chat, "A file with weights.")
    assert answer.id == picker.id, "the choice answers the question where it was asked"
    (asked,) = home.ollama.asked_for("/api/chat")
    assert asked["messages"][-1]["content"] == "What is a GGUF file?"


async def test_more_messages_join_a_question_that_waits_for_a_model(home: Home) -> None:
    chat = await home.chat_of(home.owner)
    await home.owner.say(chat, "What is better,")
    above = await home.until_text(chat, "Your question is kept")
    joined = await home.owner.say(chat, "tea or coffee?")
    await home.sandbox.until(lambda: home.sandbox.answers(chat)[-1].id > joined.id)
    picker = await home.until_text(chat, "Your question is kept")
    assert home.sandbox.message(above) is None, "the picker moves under the newest message"

    await home.owner.press(picker, "llama3")

    await home.until_text(chat, "Good morning.")
    (asked,) = home.ollama.asked_for("/api/chat")
    assert asked["messages"][-1]["content"] == "What is better,\ntea or coffee?"


async def test_an_answer_grows_on_the_screen_and_ends_with_footer_and_buttons(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = reply = Reply(text=["Once ", "upon ", "a time"], hold_after=1)

    await home.owner.say(chat, "Tell me a story")

    growing = await home.until_text(chat, "Once")
    assert labels(growing) == ["⏹ Stop"]
    reply.go.set()
    answer = await home.until_text(chat, "Once upon a time")
    answer = await home.until_text(chat, "llama3:latest ·")
    assert answer.id == growing.id
    assert labels(answer) == ["🔁", "📄", "⋯"]


async def test_stop_keeps_what_was_already_said_and_hangs_up(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["Once upon ", "a time"], hold_after=1)
    await home.owner.say(chat, "Tell me a story")
    growing = await home.until_text(chat, "Once")

    press = await home.owner.press(growing, "⏹ Stop")

    assert (await press.answered()).text == "⏹ Stopping"
    stopped = await home.until_text(chat, "⏹ Stopped.")
    assert stopped.text.startswith("Once upon")
    await asyncio.wait_for(home.ollama.hung_up.wait(), 5)
    home.ollama.reply = Reply(text=["Fine."])
    await home.owner.say(chat, "Go on")
    await home.until_text(chat, "Fine.")
    said = [message["content"] for message in home.ollama.asked_for("/api/chat")[-1]["messages"]]
    assert said == ["Tell me a story", "Once upon ", "Go on"]


async def test_stop_by_command_before_the_first_word(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(hold_after=0)
    await home.owner.say(chat, "Hello?")
    await asyncio.wait_for(home.ollama.reached["/api/chat"].wait(), 5)

    await home.owner.say(chat, "/stop")

    stopped = await home.until_text(chat, "⏹ Stopped.")
    assert labels(stopped) == ["🔁 Again", "🤖 Another model"]


async def test_messages_while_the_model_speaks_queue_up_and_are_answered_together(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(first := Reply(text=["One", "."], hold_after=1))
    await home.owner.say(chat, "first")
    await home.until_text(chat, "One")

    await home.owner.say(chat, "second")
    await home.owner.say(chat, "third")
    await home.heard()
    first.go.set()

    await home.until_text(chat, "Good morning.")
    questions = [asked["messages"][-1]["content"] for asked in home.ollama.asked_for("/api/chat")]
    assert questions == ["first", "second\nthird"]


async def test_a_message_sent_at_once_after_another_joins_it(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(Reply(hold_after=0))
    await home.owner.say(chat, "Translate this:")
    await asyncio.wait_for(home.ollama.reached["/api/chat"].wait(), 5)

    joined = await home.owner.say(chat, "Guten Morgen")

    answer = await home.until_text(chat, "Good morning.")
    assert answer.id > joined.id, "the answer stands below both"
    questions = [asked["messages"] for asked in home.ollama.asked_for("/api/chat")]
    assert [messages[-1]["content"] for messages in questions] == ["Translate this:", "Translate this:\nGuten Morgen"]
    assert len(questions[-1]) == 1
    assert len(await answers_of(home, chat, "⏳")) == 0, "no placeholder is left behind"
    assert answer.text.count("Good morning.") == 1


async def test_a_long_paste_cut_by_telegram_is_one_question(home: Home) -> None:
    chat = await home.ready_chat()
    await home.owner.say(chat, "a" * 4096)
    await home.owner.say(chat, "b" * 4096)
    await home.owner.say(chat, "end")

    await home.until_text(chat, "Good morning.")
    (asked,) = home.ollama.asked_for("/api/chat")
    assert asked["messages"][-1]["content"] == "\n".join(["a" * 4096, "b" * 4096, "end"])


async def test_again_makes_a_variant_and_both_can_be_turned(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.extend([Reply(text=["Tea."]), Reply(text=["Coffee."])])
    await home.owner.say(chat, "What to drink?")
    answer = await home.until_text(chat, "Tea.")

    await home.owner.press(await home.until_text(chat, "llama3:latest ·"), "🔁")
    answer = await home.until_text(chat, "Coffee.\n")
    assert labels(answer)[:3] == ["‹", "2/2", "›"]
    await home.owner.press(answer, "‹")
    await home.until_text(chat, "Tea.")
    await home.owner.say(chat, "Why?")

    await home.until_text(chat, "Good morning.")
    said = [message["content"] for message in home.ollama.asked_for("/api/chat")[-1]["messages"]]
    assert said == ["What to drink?", "Tea.", "Why?"], "the variant that is shown is the one that counts"


async def test_retry_answers_the_last_question_again_in_a_new_message(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.extend([Reply(text=["Tea."]), Reply(text=["Coffee."])])
    await home.owner.say(chat, "What to drink?")
    first = await home.until_text(chat, "llama3:latest ·")

    await home.owner.say(chat, "/retry")

    second = await home.until_text(chat, "Coffee.\n")
    assert second.id > first.id
    assert home.sandbox.message(first).text.startswith("Tea.")
    assert labels(home.sandbox.message(first)) == []


async def test_a_model_that_thinks_shows_its_thoughts_on_request_only(tmp_path: Path) -> None:
    async with open_home(tmp_path, FakeModel("qwen3:4b", thinks=True)) as home:
        chat = await home.ready_chat()
        home.ollama.reply = Reply(thought=["two and two"], text=["Four."])
        await home.owner.say(chat, "2+2?")
        answer = await home.until_text(chat, "qwen3:4b ·")
        assert "two and two" not in answer.text

        await home.owner.press(answer, "🧠")

        await home.until_text(chat, "🧠 two and two")
        await home.owner.say(chat, "sure?")
        await home.sandbox.until(lambda: len(home.ollama.asked_for("/api/chat")) == 2)
        assert "two and two" not in str(home.ollama.asked_for("/api/chat")[1]), "thoughts are never sent back"


async def test_a_server_that_fails_costs_a_sentence_and_the_question_is_asked_again(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(Reply(text=["Half"], drop=True))
    await home.owner.say(chat, "Hello?")

    failed = await home.until_text(chat, "broke off")
    assert failed.text.startswith("Half")
    await home.owner.press(failed, "🔁")

    answer = await home.until_text(chat, "Good morning.")
    assert answer.id == failed.id


async def test_a_model_that_is_gone_is_named_and_another_can_be_chosen(tmp_path: Path) -> None:
    async with open_home(tmp_path, FakeModel("old:1b"), FakeModel("new:1b")) as home:
        chat = await home.ready_chat()
        del home.ollama.models["old:1b"]

        await home.owner.say(chat, "Are you there?")

        failed = await home.until_text(chat, "old:1b is not there any more")
        await home.owner.press(failed, "🤖 Another model")
        await home.owner.press(await home.until_text(chat, "Which model answers"), "new:1b")
        await home.until_text(chat, "Good morning.")
        assert home.ollama.asked_for("/api/chat")[-1]["model"] == "new:1b"


async def test_a_long_answer_comes_in_several_messages_and_a_very_long_one_as_a_file(home: Home) -> None:
    chat = await home.ready_chat()
    paragraphs = [f"Paragraph {number}. " + "word " * 100 + "\n\n" for number in range(20)]
    home.ollama.reply = Reply(text=paragraphs)
    await home.owner.say(chat, "Tell me much")
    await home.until_text(chat, "llama3:latest ·")
    told = "\n".join(message.text for message in home.sandbox.answers(chat)[1:])
    assert [number for number in range(20) if f"Paragraph {number}." not in told] == []
    assert len(home.sandbox.answers(chat)) > 3

    home.ollama.reply = Reply(text=paragraphs * 5)
    await home.owner.say(chat, "Tell me more")
    await home.until_text(chat, "all of it is in the file")
    file = await home.sandbox.until(lambda: [item for item in home.sandbox.answers(chat) if item.media])
    assert file[0].media.name == "answer.md"


async def test_a_penalty_of_telegrams_delays_the_answer_and_loses_nothing(tmp_path: Path) -> None:
    async with open_home(tmp_path, flood=Flood()) as home:
        chat = await home.ready_chat()
        home.ollama.reply = reply = Reply(text=["Once ", "upon ", "a time"], hold_after=1)
        await home.owner.say(chat, "Tell me a story")
        await home.until_text(chat, "Once")
        home.sandbox.faults.too_many(2, chat_id=chat.id)
        reply.go.set()

        await home.until_text(chat, "Once upon a time")

        assert home.sandbox.violations == []


async def test_a_connection_that_breaks_never_doubles_an_answer(home: Home) -> None:
    chat = await home.ready_chat()
    home.sandbox.faults.drop_after("editMessageText")
    home.sandbox.faults.drop_before("sendMessage")

    await home.owner.say(chat, "Hello?")

    await home.until_text(chat, "llama3:latest ·")
    assert len(await answers_of(home, chat, "Good morning.")) == 1


async def test_a_text_that_telegram_refuses_to_format_arrives_plain(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.reply = Reply(text=["**bold** and `code"])
    await home.owner.say(chat, "Format!")
    answer = await home.until_text(chat, "llama3:latest ·")
    assert answer.text.startswith("bold and `code")


async def test_turns_that_no_longer_fit_are_left_out_and_the_person_is_told(home: Home) -> None:
    chat = await home.ready_chat()
    await home.owner.say(chat, "/set n_ctx 512")
    dialog = (await home.engine.dialogs.list(chat.id))[0]
    from dataclasses import replace

    await home.engine.dialogs.set_settings(dialog.id, replace(dialog.settings, n_ctx=512))
    for number in range(8):
        home.ollama.reply = Reply(text=[f"Answer {number}. ", "word " * 60])
        await home.owner.say(chat, f"Question {number} " + "word " * 20)
        await home.until_text(chat, f"Answer {number}.")
        await home.sandbox.until(lambda: home.engine.runs.of(dialog.id) is None)

    told = await home.until_text(chat, "no longer fit")
    last = home.ollama.asked_for("/api/chat")[-1]["messages"]
    assert "Question 7" in last[-1]["content"]
    assert "Question 0" not in str(last)
    assert told.text


async def test_an_edited_question_is_remembered_as_it_is_now(home: Home) -> None:
    chat = await home.ready_chat()
    said = await home.owner.say(chat, "I am Ana")
    await home.until_text(chat, "llama3:latest ·")

    await home.owner.edit(said, "I am Anna")
    await home.owner.say(chat, "Who am I?")

    await home.sandbox.until(lambda: len(home.ollama.asked_for("/api/chat")) == 2)
    assert home.ollama.asked_for("/api/chat")[1]["messages"][0]["content"] == "I am Anna"


async def test_a_reply_to_an_old_answer_goes_on_with_its_dialog(home: Home) -> None:
    chat = await home.ready_chat()
    await home.owner.say(chat, "First dialog")
    old = await home.until_text(chat, "llama3:latest ·")
    first = (await home.engine.dialogs.list(chat.id))[0]
    second = await home.engine.dialogs.new(first.place, home.owner.id, model_id=first.model_id)

    await home.owner.say(chat, "Back to the first", reply_to=old)

    await home.sandbox.until(lambda: len(home.ollama.asked_for("/api/chat")) == 2)
    assert home.ollama.asked_for("/api/chat")[1]["messages"][0]["content"] == "First dialog"
    assert second.id != first.id


async def test_a_message_that_joins_in_the_moment_of_the_answer_is_answered_too(home: Home) -> None:
    chat = await home.ready_chat()
    home.ollama.replies.append(first := Reply(text=["One."], hold_after=0))
    await home.owner.say(chat, "first")
    await asyncio.wait_for(home.ollama.reached["/api/chat"].wait(), 5)
    (dialog,) = await home.engine.dialogs.list(chat.id)

    late = Part(chat.id, 999_999, "second")  # stored too late to stop the run
    await home.engine.questions.add(dialog.id, home.owner.id, late, join_running=True)
    first.go.set()

    await home.until_text(chat, "Good morning.")
    questions = [asked["messages"][-1]["content"] for asked in home.ollama.asked_for("/api/chat")]
    assert questions == ["first", "first\nsecond"]
