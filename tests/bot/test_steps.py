"""The steps of a pipeline's answer, looked at and done again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox import Message
from tests.bot.driving import told, turned
from tests.bot.test_councils import Hall, open_hall
from tests.bot.test_isolation import forged

COUNCIL = """
name: Council
stages:
  - {name: draft, models: [a], system_prompt: Be brief.}
  - {name: experts, models: [b, x], aggregation: synthesis, synthesis_model: y}
  - {name: end, models: [c], input: previous}
"""


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path, COUNCIL) as hall:
        for model, text in (("a", "Draft."), ("b", "From b."), ("x", "From x."), ("y", "Both."), ("c", "The end.")):
            hall.says(model, text)
        await hall.ask()
        await hall.ended("The end.")
        yield hall


async def run_of(hall: Hall, words: str = "/steps") -> Message:
    return await told(hall.home, hall.chat, words, "🧩 Run ")


async def test_every_step_can_be_looked_at_from_the_answer_down_to_its_prompt(hall: Hall) -> None:
    home = hall.home
    answer = await hall.ended("The end.")
    await home.owner.press(answer, "🧩")
    run = await home.sandbox.answer(hall.chat, "🧩 Run 1 · Council", after=answer)
    for line in ("1. draft: ✓ a", "2. experts: ✓ b · ✓ x → synthesis", "3. end: ✓ c", "❓ What is it?"):
        assert line in run.text
    stage = await turned(home, run, "2", "🧩 Stage 2 experts")
    for part in ("From b.", "From x.", "Both.", "y (synthesis)"):
        assert part in stage.text
    step = await turned(home, stage, "x", "Answer: From x.")
    assert "seed " in step.text
    await home.owner.press(step, "📄 Prompt")
    file = await home.sandbox.answer(hall.chat, after=step)
    assert file.media is not None and file.media.name == "session_001_step2_prompt.md"
    await turned(home, step, "‹ Back", "🧩 Stage 2")
    await turned(home, step, "‹ Back", "🧩 Run 1")
    await turned(home, step, "1", "Draft.")
    await turned(home, step, "a", "System prompt: Be brief.")


async def test_a_model_that_gave_no_answer_says_why_in_words(tmp_path: Path) -> None:
    async with open_hall(tmp_path, COUNCIL) as hall:
        hall.says("x", status=404, body={"error": "model 'x' not found"})
        hall.says("c", "The end.")
        await hall.ask()
        await hall.ended("The end.")
        stage = await turned(hall.home, await run_of(hall), "2", "🧩 Stage 2")
        assert "(no answer: this model is not there now)" in stage.text


async def test_a_stage_again_makes_a_variant_and_the_old_one_stays(hall: Hall) -> None:
    home = hall.home
    for model, text in (("b", "New b."), ("x", "New x."), ("y", "New both."), ("c", "New end.")):
        hall.says(model, text)
    run = await run_of(hall)
    stage = await turned(home, run, "2", "🧩 Stage 2")
    await home.owner.press(stage, "🔁 From this stage on")
    answer = await hall.ended("New end.")
    assert hall.asked("a") == 1 and hall.asked("c") == 2
    await turned(home, answer, "‹", "The end.")
    again = await run_of(hall)
    assert "🧩 Run 2 · Council" in again.text and "again from run 1" in again.text
    compared = await turned(home, again, "≠ Compare", "≠ Run 2 against run 1")
    assert "2. b: params" in compared.text.replace("parameters", "params")
    assert "1. a" not in compared.text
    await run_of(hall, "/steps 1")


async def test_a_stage_alone_ends_there_and_the_rest_follows_by_a_button(hall: Hall) -> None:
    home = hall.home
    hall.says("a", "New draft.")
    stage = await turned(home, await run_of(hall), "1", "🧩 Stage 1")
    await home.owner.press(stage, "🔁 This stage only")
    answer = await hall.ended("New draft.")
    assert hall.asked("b") == 1
    hall.says("c", "New end.")
    await home.owner.press(answer, "▶️ Continue")
    await hall.ended("New end.")
    assert (hall.asked("a"), hall.asked("b"), hall.asked("c")) == (2, 2, 2)


async def test_another_model_does_a_stage(hall: Hall) -> None:
    home = hall.home
    hall.says("b", "The end by b.")
    stage = await turned(home, await run_of(hall), "3", "🧩 Stage 3")
    step = await turned(home, stage, "c", "Answer: The end.")
    choice = await turned(home, step, "🔀", "Which model does stage 3")
    await home.owner.press(choice, "b · ollama")
    await hall.ended("The end by b.")
    assert (hall.asked("a"), hall.asked("x"), hall.asked("c")) == (1, 1, 1)


async def test_another_prompt_comes_as_a_reply_even_after_a_restart(hall: Hall) -> None:
    home = hall.home
    hall.says("a", "An ode.")
    stage = await turned(home, await run_of(hall), "1", "🧩 Stage 1")
    step = await turned(home, stage, "a", "Be brief.")
    await home.owner.press(step, "✏️")
    asking = await home.until_text(hall.chat, "Reply to this message with another system prompt")
    await home.stop()
    await home.start()
    hall.says("c", "The end of the ode.")
    await home.owner.say(hall.chat, "Write as a poet.", reply_to=asking)
    await hall.ended("The end of the ode.")
    asked = [body for body in home.ollama.asked_for("/api/chat") if body["model"] == "a" and body["messages"]]
    assert asked[-1]["messages"][0] == {"role": "system", "content": "Write as a poet."}


async def test_a_run_repeated_whole_says_whether_it_came_out_the_same(hall: Hall) -> None:
    home = hall.home
    for model, text in (("a", "Draft."), ("b", "From b."), ("x", "From x."), ("y", "Both."), ("c", "The end.")):
        hall.says(model, text)
    await home.owner.press(await run_of(hall), "🔂")
    await home.sandbox.until(lambda: hall.asked("c") == 2, 30)
    await hall.ended("The end.")
    again = await run_of(hall)
    await turned(home, again, "≠ Compare", "the same, word for word")


async def test_steps_of_others_are_out_of_reach(hall: Hall) -> None:
    home = hall.home
    boris = home.sandbox.person("Boris", language="en")
    await home.engine.users.admit(boris.id, "Boris")
    other = await home.chat_of(boris)
    mine = await run_of(hall)
    asked = await boris.say(other, "/steps 1")
    nothing = await home.sandbox.answer(other, "There is no run “1” here", after=asked)
    for button in mine.buttons:
        assert button.data is not None
        press = await forged(home, boris, nothing, button.data)
        assert "not there any more" in str((await press.answered()).text)
    assert hall.asked("a") == 1


async def test_a_dialog_without_runs_says_where_pipelines_are(hall: Hall) -> None:
    await hall.home.owner.say(hall.chat, "/new")
    await told(hall.home, hall.chat, "/steps", "No pipeline has answered in this dialog yet")
    await told(hall.home, hall.chat, "/steps nonsense", "There is no run “nonsense” here")


async def test_a_folder_that_was_taken_away_is_told(hall: Hall) -> None:
    run = await run_of(hall)
    folder = hall.home.settings.sessions_dir / "session_001"
    folder.rename(folder.with_name("elsewhere"))
    press = await hall.home.owner.press(run, "1")
    assert "not there any more" in str((await press.answered()).text)
