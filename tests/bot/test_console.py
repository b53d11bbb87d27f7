"""What the console says when the bot cannot run: one sentence that names what to mend, in both languages."""

import asyncio
import errno
import os
import sys
from pathlib import Path

import pytest
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.methods import GetMe
from aiogram.utils.token import TokenValidationError

from bot.console import complain, complaints, console_texts
from bot.texts import LANGUAGES, texts
from config.settings import BadSettings, Language, Settings, load_settings
from engine.errors import DatabaseNewer, DiskFull, StorageError

WRONG = {
    "BOT_MAX_USERS": ("0", "1"),
    "BOT_OWNER_ID": ("@anna", "1, 2, 3"),
    "BOT_LANGUAGE": ("de", "'ru', 'en'"),
    "BOT_WEBHOOK_PORT": ("70000", "65535"),
    "LOG_LEVEL": ("loud", "'DEBUG', 'INFO', 'WARNING', 'ERROR'"),
    "LLM_PROVIDERS": ("ollama,chatgpt", "'ollama'"),
    "LLM_SILENCE_TIMEOUT_S": ("-1", "0"),
    "OLLAMA_BASE_URL": ("localhost:11434", "http://"),
    "VLLM_BASE_URL": ("a=http://one,a=http://two", "other=http"),
    "SANDBOX_PORT": ("many", "1, 2, 3"),
    "BOT_API_LOCAL": ("perhaps", "true, false"),
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    language: Language = request.param
    return language


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_setting_is_named_with_what_is_allowed(
    name: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, allowed = WRONG[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        load_settings(env_file=None)
    (line,) = complaints(caught.value, texts(language), None)
    assert line.startswith(f"{name}: ")
    assert allowed in line
    assert ".env.example" in line


def test_several_bad_settings_are_all_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (value, _) in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as caught:
        load_settings(env_file=None)
    lines = complaints(caught.value, texts("en"), None)
    assert {line.partition(":")[0] for line in lines} == set(WRONG)


def problems(folder: Path) -> list[tuple[BaseException, str]]:
    unauthorized = TelegramUnauthorizedError(method=GetMe(), message="Unauthorized")
    return [
        (unauthorized, "BOT_TOKEN"),
        (TokenValidationError("Token is invalid!"), "BOT_TOKEN"),
        (DatabaseNewer(found=9, known=2), "9"),
        (DiskFull("full"), ""),
        (StorageError("file is not a database"), str(folder)),
        (OSError(errno.EADDRINUSE, "Address already in use"), "8081"),
        (PermissionError(errno.EACCES, "Permission denied", "/somewhere"), "/somewhere"),
    ]


def test_each_problem_is_one_sentence_that_names_what_to_mend(tmp_path: Path, language: Language) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]
    other = texts("en" if language == "ru" else "ru")
    for problem, named in problems(tmp_path):
        (line,) = complaints(problem, texts(language), settings)
        assert named in line
        assert "\n" not in line
        assert [line] != complaints(problem, other, settings)


def test_what_nobody_foresaw_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        complain(ZeroDivisionError())


@pytest.mark.parametrize(("named", "expected"), [("ru_RU.UTF-8", "ru"), ("de_DE.UTF-8", "en"), ("C.UTF-8", "en")])
def test_without_a_setting_the_console_speaks_the_computers_language(
    named: str, expected: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", named)
    assert console_texts().language == expected
    chosen = Settings(_env_file=None, bot_language="ru")  # type: ignore[call-arg]
    assert console_texts(chosen).language == "ru"


async def test_the_program_says_it_and_ends_without_a_traceback(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "ru_RU.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        env=environment | {"BOT_MAX_USERS": "nobody", "PYTHONIOENCODING": "utf-8"},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    said = output.decode()
    assert process.returncode == 2
    assert said.startswith("BOT_MAX_USERS: ")
    assert "Traceback" not in said
    assert files_in(tmp_path) == [], "nothing is made before the settings are right"


def files_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
