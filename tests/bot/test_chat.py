"""A question and its answer, as the person sees them."""

from tests.bot.conftest import Home
from tests.fakes.model_server import Reply


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
