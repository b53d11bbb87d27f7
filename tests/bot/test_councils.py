"""Pipelines as a person sees them: the status, stop and skip, what is kept, and going on after anything."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Chat, Message
from engine.fitting import Free
from tests.bot.conftest import Home, open_home
from tests.bot.driving import pressed, turned
from tests.bot.program import Program
from tests.fakes.model_server import FakeModel, Reply
from tests.fakes.ollama import FakeOllama, open_ollama

BASE = """
name: Council
stages:
  - {name: draft, models: [a]}
  - {name: experts, models: [b, c, x]}
  - {name: end, models: [a], input: previous}
"""
MODELS = tuple(FakeModel(name) for name in ("a", "b", "c"))


@dataclass
class Hall:
    """The owner's chat with a dialog in the base mode, and the two servers of its council."""

    home: Home
    beside: FakeOllama
    chat: Chat

    def says(self, model: str, text: str = "", **how: Any) -> Reply:
        server = self.home.ollama if model in self.home.ollama.models else self.beside
        reply = Reply(text=[text], **how)
        server.replies_of[model].append(reply)
        return reply

    def asked(self, model: str) -> int:
        server = self.home.ollama if model in self.home.ollama.models else self.beside
        return sum(body["model"] == model and bool(body["messages"]) for body in server.asked_for("/api/chat"))

    async def ask(self, text: str = "What is it?") -> None:
        await self.home.owner.say(self.chat, text)

    async def until(self, part: str) -> Message:
        return await self.home.until_text(self.chat, part, timeout_s=30)

    async def ended(self, part: str) -> Message:
        """The finished answer with `part` in it: no ⏹ under it any more."""

        def found() -> Message | None:
            answers = reversed(self.home.sandbox.answers(self.chat))
            ends = (one for one in answers if part in one.text and not any("⏹" in each.text for each in one.buttons))
            return next(ends, None)

        return await self.home.sandbox.until(found, 30)

    def snapshot(self, number: int = 1) -> dict[str, Any]:
        path = self.home.settings.sessions_dir / f"session_{number:03}" / "config_snapshot.json"
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content


@asynccontextmanager
async def open_hall(folder: Path, yaml: str = BASE) -> AsyncIterator[Hall]:
    (folder / "config").mkdir()
    (folder / "config" / "pipeline.yaml").write_text(yaml, encoding="utf-8")
    async with open_ollama(FakeModel("x"), FakeModel("y")) as beside, open_home(folder, *MODELS, beside=beside) as home:
        chat = await home.ready_chat()
        (dialog,) = await home.engine.dialogs.list(chat.id)
        await home.engine.dialogs.choose_mode(dialog.id, "base")
        yield Hall(home, beside, chat)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path) as hall:
        yield hall


async def test_the_status_shows_stages_models_and_what_they_do_until_the_last_one_speaks(hall: Hall) -> None:
    hall.says("a", "A draft.")
    held = hall.says("x", "Third.", hold_after=0)
    last = Reply(text=["The ", "end."], hold_after=1)
    hall.home.ollama.replies_of["a"].append(last)
    await hall.ask()
    status = await hall.until("✓ c")
    assert status.text.startswith("🧩 Council · ")
    assert "✓ 1. draft · a · " in status.text
    assert "▶ 2. experts" in status.text
    assert "✍️ x" in status.text
    assert "○ 3. end · a" in status.text
    assert [button.text for button in status.buttons] == ["⏹ Stop", "⏭ Skip this stage"]
    held.go.set()
    growing = await hall.until("The")
    assert growing.id == status.id
    last.go.set()
    answer = await hall.ended("The end.")
    assert "Council · " in answer.text


async def test_one_of_three_fails_and_the_answer_says_two_of_three(hall: Hall) -> None:
    hall.says("c", status=500, body={"error": "boom"})
    await hall.ask()
    answer = await hall.ended("Good morning.")
    assert "Council · 2 of 3 · " in answer.text


async def test_a_stop_in_the_second_stage_keeps_the_first_and_can_be_continued(hall: Hall) -> None:
    hall.says("a", "A draft.")
    hall.says("b", "Never", hold_after=0)
    await hall.ask()
    status = await hall.until("▶ 2. experts")
    await pressed(hall.home, status, "⏹ Stop")
    stopped = await hall.ended("Stopped")
    assert stopped.text.startswith("A draft.")
    assert hall.snapshot()["state"] == "stopped"
    hall.says("a", "The end.")
    await pressed(hall.home, stopped, "▶️ Continue")
    await hall.ended("The end.")
    assert hall.asked("a") == 2
    assert hall.snapshot()["state"] == "done"


async def test_again_begins_from_the_first_stage(hall: Hall) -> None:
    hall.says("a", "A draft.")
    hall.says("b", "Never", hold_after=0)
    await hall.ask()
    await pressed(hall.home, await hall.until("▶ 2. experts"), "⏹ Stop")
    await pressed(hall.home, await hall.ended("Stopped"), "🔁")
    await hall.ended("Good morning.")
    assert hall.asked("a") == 3
    assert hall.snapshot(2)["state"] == "done"


async def test_a_skipped_stage_is_passed_over(hall: Hall) -> None:
    hall.says("a", "A draft.")
    hall.says("b", "Never", hold_after=0)
    hall.says("x", "Never", hold_after=0)
    await hall.ask()
    status = await hall.until("▶ 2. experts")
    press = await hall.home.owner.press(status, "⏭ Skip this stage")
    assert "Skipping" in str(await press.answered())
    await hall.ended("Good morning.")
    assert [stage["state"] for stage in hall.snapshot()["stages"]] == ["done", "skipped", "done"]


async def test_a_stage_without_any_answer_is_named_and_the_run_goes_on_from_there(hall: Hall) -> None:
    hall.says("a", "A draft.")
    for model in ("b", "c", "x"):
        hall.says(model, status=500, body={"error": "boom"})
    await hall.ask()
    failed = await hall.ended("Stage 2 of 3 (experts) came to nothing")
    assert failed.text.startswith("A draft.")
    await pressed(hall.home, failed, "▶️ Continue")
    await hall.ended("Good morning.")
    assert hall.asked("a") == 2


async def test_a_missing_model_is_told_and_the_base_mode_comes_back_with_it(hall: Hall) -> None:
    gone = hall.beside.models.pop("x")
    await hall.home.engine.catalogue.refresh()
    await hall.ask()
    failed = await hall.ended("not there now: x")
    hall.beside.models["x"] = gone
    await hall.home.engine.catalogue.refresh()
    await pressed(hall.home, failed, "🔁 Again")
    await hall.ended("Good morning.")


async def test_a_wrong_file_is_told_with_its_line(hall: Hall) -> None:
    path = hall.home.settings.config_dir / "pipeline.yaml"
    path.write_text("stages:\n  - models: [a]\n    input: yesterday\n", encoding="utf-8")
    await hall.ask()
    await hall.ended("pipeline.yaml, line 3")


async def test_deleting_the_dialog_leaves_no_word_of_it_in_any_folder(hall: Hall) -> None:
    await hall.ask("What of the canary-in-the-mine?")
    await hall.ended("Good morning.")
    await hall.home.owner.say(hall.chat, "/delete")
    await turned(hall.home, await hall.until("with its 1 question"), "🗑 Delete", "no trace is left")
    roots = (hall.home.settings.data_dir, hall.home.settings.sessions_dir)
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    assert [path for path in files if b"canary" in path.read_bytes()] == []


async def test_a_vote_shows_its_tally(tmp_path: Path) -> None:
    yaml = "stages: [{models: [a, b, x], aggregation: majority_vote}]"
    async with open_hall(tmp_path, yaml) as hall:
        for model, number in (("a", 42), ("b", 41), ("x", 42)):
            hall.says(model, f"The answer is {number}.")
        await hall.ask("6 x 7?")
        answer = await hall.ended("The answer is 42.")
        assert "🗳 42: 2 · 41: 1" in answer.text or "🗳 42: 2" in answer.text


async def test_models_without_room_go_one_after_another_and_the_status_says_so(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.planning.free_memory", lambda: Free(6 << 30))
    hall.home.ollama.running.clear()
    hall.beside.running.clear()
    await hall.home.engine.catalogue.refresh()
    held = hall.says("b", "First.", hold_after=0)
    await hall.ask()
    status = await hall.until("one after another")
    assert "    ⏳ one after another: together 12.9 GB, free 6 GB" in status.text.splitlines()
    assert hall.asked("x") == 0
    held.go.set()
    await hall.ended("Good morning.")
    assert hall.asked("x") == 1


@pytest.mark.parametrize(("params", "helps"), [("", True), (", params: {n_ctx: 16384}", False)])
async def test_memory_that_ran_out_is_told_with_its_stage_and_a_smaller_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, params: str, helps: bool
) -> None:
    """Where the pipeline itself sets the window, the button would change nothing."""
    monkeypatch.setattr("engine.pipelines.second_try.PAUSE_S", 0.0)
    async with open_hall(tmp_path, f"stages: [{{models: [a]}}, {{name: end, models: [x]{params}}}]") as hall:
        for _ in range(2):
            hall.says("x", status=500, body={"error": "model requires more system memory than is available"})
        await hall.ask()
        failed = await hall.ended("Stage 2 of 2 (end) came to nothing")
        smaller = [button.text for button in failed.buttons if "🪶" in button.text]
        assert smaller == (["🪶 window 4096"] if helps else [])
        if helps:
            await pressed(hall.home, failed, smaller[0])
            await hall.home.sandbox.until(lambda: hall.asked("x") == 3 or None, 30)
            assert hall.beside.asked_for("/api/chat")[-1]["options"]["num_ctx"] == 4096


@pytest.mark.slow
async def test_killed_in_each_stage_the_run_goes_on_every_time_from_the_last_finished_one(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        await hall.home.stop()
        program = Program(hall.home)
        try:
            await program.start()
            hall.says("a", "Never", hold_after=0)
            await hall.ask()
            await killed_in_stage(hall, program, 1, "a")
            hall.says("a", "A draft.")
            hall.says("x", "Never", hold_after=0)
            await continued(hall, program)
            await killed_in_stage(hall, program, 2, "x")
            hall.says("a", "Never", hold_after=0)
            await continued(hall, program)
            await killed_in_stage(hall, program, 3, "a", before=2)
            hall.says("a", "The end.")
            await continued(hall, program)
            await hall.ended("The end.")
            assert [hall.asked(model) for model in ("a", "b", "c", "x")] == [4, 1, 1, 2]
            assert hall.snapshot()["state"] == "done"
        finally:
            if program.process is not None and program.process.returncode is None:
                await program.end(signal.SIGKILL)


async def killed_in_stage(hall: Hall, program: Program, stage: int, model: str, before: int = 0) -> None:
    """Kill the bot once `model` was asked in this stage and the others have answered."""
    await hall.until(f"▶ {stage}.")
    others = ("b", "c") if stage == 2 else ()
    names = [f"step2_{name}.json" for name in others]
    folder = hall.home.settings.sessions_dir / "session_001"
    async with asyncio.timeout(30):
        while hall.asked(model) <= before or not all((folder / name).exists() for name in names):
            await asyncio.sleep(0.02)
        while len(hall.snapshot()["stages"]) < stage - 1:
            await asyncio.sleep(0.02)
    await program.end(signal.SIGKILL)
    assert hall.snapshot()["state"] == "running"


async def continued(hall: Hall, program: Program) -> None:
    await program.start()
    interrupted = await hall.ended("was interrupted")
    assert hall.snapshot()["state"] == "interrupted"
    await hall.home.owner.press(interrupted, "▶️ Continue")
