"""What is in the logs, and what never is."""

import json
import logging
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bot.logs
from bot.logs import FILES_KEPT, QUIET, set_up_logs
from config.settings import Settings
from tests.bot.test_resilience import program_home, ready
from tests.fakes.model_server import Reply

TOKEN = "7200000001:AAzanzibartokenAAAAAAAAAAAAAAAAAAA"
KEY = "sk-zanzibarkey"


@pytest.fixture
def unchanged_logging() -> Iterator[None]:
    """Logging is the process's; other tests want theirs back."""
    root = logging.getLogger()
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in QUIET}
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, logging.raiseExceptions = handlers, raises
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def settings(folder: Path, **changes: Any) -> Settings:
    secrets = {"bot_token": TOKEN, "openai_api_key": KEY}
    return Settings(_env_file=None, data_dir=folder, **(secrets | changes))  # type: ignore[call-arg]


def written(folder: Path) -> str:
    return (folder / "logs" / "consilium.log").read_text(encoding="utf-8")


def lines(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in written(folder).splitlines()]


def fail(word: str) -> None:
    raise ValueError(f"could not reach https://api.telegram.org/bot{TOKEN}/{word}")


@pytest.mark.usefixtures("unchanged_logging")
def test_a_record_is_a_line_of_json_and_a_plain_line_on_the_console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(settings(tmp_path))
    logging.getLogger("bot.some").warning("ё is %s,\nand it goes on", "a letter")
    (line,) = lines(tmp_path)
    assert (line["level"], line["logger"], line["message"]) == (
        "WARNING",
        "bot.some",
        "ё is a letter,\nand it goes on",
    )
    assert set(line) == {"time", "level", "logger", "message"}
    assert "WARNING ё is a letter," in capsys.readouterr().err


@pytest.mark.usefixtures("unchanged_logging")
def test_no_secret_is_written_not_even_in_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(settings(tmp_path))
    log = logging.getLogger("bot.some")
    log.error("the token is %s and the key %s", TOKEN, KEY)
    try:
        fail("getMe")
    except ValueError:
        log.exception("it broke")
    both = written(tmp_path) + capsys.readouterr().err
    assert "zanzibar" not in both
    assert both.count("***") >= 6
    assert "ValueError: could not reach" in lines(tmp_path)[-1]["traceback"]


@pytest.mark.usefixtures("unchanged_logging")
def test_files_take_turns_and_never_grow_beyond_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.logs, "FILE_SIZE_BYTES", 2_000)
    set_up_logs(settings(tmp_path))
    for number in range(300):
        logging.getLogger("bot.some").info("line %d of many", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == FILES_KEPT + 1
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert lines(tmp_path)[-1]["message"] == "line 299 of many"


@pytest.mark.usefixtures("unchanged_logging")
def test_a_folder_that_cannot_be_written_leaves_the_console(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("not a folder")
    set_up_logs(settings(tmp_path / "data"))
    logging.getLogger("bot.some").warning("still heard")
    assert "no log file" in (heard := capsys.readouterr().err)
    assert "still heard" in heard


@pytest.mark.usefixtures("unchanged_logging")
def test_libraries_are_quiet_unless_they_are_asked_to_speak(tmp_path: Path) -> None:
    set_up_logs(settings(tmp_path))
    logging.getLogger("httpx").info("GET %s", "http://127.0.0.1")
    logging.getLogger("aiogram.event").info("Update id=1 is handled")
    assert written(tmp_path) == ""


async def test_the_running_bot_logs_neither_its_token_nor_what_people_and_models_say(tmp_path: Path) -> None:
    async with program_home(tmp_path) as (home, program):
        chat = await ready(home)
        home.ollama.replies.append(Reply(text=["zanzibaranswer"]))
        await home.owner.say(chat, "zanzibarquestion")
        await home.until_text(chat, "zanzibaranswer")
        home.ollama.replies.append(Reply(text=["zanzibarhalf"], drop=True))
        await home.owner.say(chat, "zanzibaragain")
        await home.until_text(chat, "broke off")
        home.sandbox.faults.drop_before("getUpdates")
        await home.owner.say(chat, "/rename zanzibartitle")
        await home.until_text(chat, "zanzibartitle")
        await home.owner.say(chat, "/nosuchzanzibar")
        await home.heard()
        await program.end(signal.SIGTERM)
        everything = written(home.settings.data_dir) + program.output.decode()
        assert lines(home.settings.data_dir), "something was logged"
        assert home.sandbox.token not in everything
        assert "zanzibar" not in everything
