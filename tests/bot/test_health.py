"""The health check believes a fresh heartbeat and nothing else."""

import os
import time
from pathlib import Path

import pytest

from bot.health import heartbeat_file, is_alive, main


def test_a_fresh_heartbeat_is_alive(tmp_path: Path) -> None:
    heartbeat_file(tmp_path).touch()
    assert is_alive(tmp_path, time.time())


def test_an_old_heartbeat_is_dead(tmp_path: Path) -> None:
    heartbeat_file(tmp_path).touch()
    os.utime(heartbeat_file(tmp_path), (1000.0, 1000.0))
    assert is_alive(tmp_path, now_s=1059.0)
    assert not is_alive(tmp_path, now_s=1060.0)


def test_a_bot_that_never_started_is_dead(tmp_path: Path) -> None:
    assert not is_alive(tmp_path, time.time())


def test_the_exit_status_is_that_of_the_folder_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_TOKEN", "1:a")
    assert main() == 1
    heartbeat_file(tmp_path).touch()
    assert main() == 0
    monkeypatch.setenv("SANDBOX_PORT", "not a port")
    assert main() == 1
