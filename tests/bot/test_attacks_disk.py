"""Two programs on one folder, and files that are no databases."""

import sqlite3
from pathlib import Path

import pytest

from bot.console import complaints
from bot.sandbox import open_sandbox
from bot.texts import texts
from engine import database
from engine.assembly import open_engine
from engine.errors import DatabaseInUse
from tests.bot.conftest import home_settings


async def test_a_second_program_on_the_same_folder_is_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home_settings(tmp_path, "http://127.0.0.1:9", 1, llm_providers=("llama_cpp",))
    async with open_engine(settings):
        monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
        with pytest.raises(DatabaseInUse) as caught:
            async with open_engine(settings):
                pass
    (line,) = complaints(caught.value, texts("en"), settings)
    assert "runs already" in line and str(settings.data_dir) in line
    async with open_engine(settings):
        pass  # the first one has gone


async def test_a_broken_file_of_the_sandbox_is_one_sentence(tmp_path: Path) -> None:
    settings = home_settings(tmp_path, "http://127.0.0.1:9", 1)
    settings.sandbox_dir.mkdir()
    (settings.sandbox_dir / "sandbox.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        async with open_sandbox(db=settings.sandbox_dir / "sandbox.db"):
            pass
    (line,) = complaints(caught.value, texts("ru"), settings)
    assert str(settings.sandbox_dir) in line and "использовать нельзя" in line
