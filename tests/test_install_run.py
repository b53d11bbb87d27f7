"""make run the first time, the second time, and after the plug was pulled: a real environment, a package made here."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE_S = 120.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        subprocess.run([sys.executable, "-c", "import ensurepip; ensurepip.version()"], check=False).returncode != 0,
        reason="this Python has no ensurepip, and the test must not need the network",
    ),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The scripts, a bot of one line, and the one package that it needs."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements.txt").write_text("answer==42\n")
    (tmp_path / "requirements-embedded.txt").write_text("llama-cpp-python==0.3.36\n")
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot/__main__.py").write_text("import os, answer; print('bot', os.getpid(), answer.value)")
    (tmp_path / "wheels").mkdir()
    make_wheel(tmp_path, "42")
    return tmp_path


def make_wheel(project: Path, version: str) -> None:
    info = f"answer-{version}.dist-info"
    with zipfile.ZipFile(project / f"wheels/answer-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("answer.py", f"value = {version}")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: answer\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in [*wheel.namelist(), f"{info}/RECORD"]))


def make_run(project: Path) -> subprocess.CompletedProcess[str]:
    """What `make run` does; its output goes through a file, for the build in the background may outlive it a moment."""
    environment = {
        **os.environ,
        "NO_APT": "1",
        "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project / "wheels"),
        "PIP_CONFIG_FILE": os.devnull,
    }
    output = project / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["sh", "scripts/run.sh", "run"], cwd=project, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        status = process.wait(PATIENCE_S)
    said = output.read_text()
    if status == 0:
        assert f"bot {process.pid} " in said  # the shell itself has become the bot: signals need no middleman
    return subprocess.CompletedProcess(process.args, status, said)


def test_the_second_start_only_looks_at_a_stamp(project: Path) -> None:
    assert "Installed" in make_run(project).stdout
    (project / ".venv/install.log").unlink()
    shutil.rmtree(project / "wheels")
    second = make_run(project)
    assert second.returncode == 0
    assert "Install" not in second.stdout
    assert not (project / ".venv/install.log").exists()


def test_changed_requirements_are_installed_at_the_next_start(project: Path) -> None:
    make_run(project)
    make_wheel(project, "43")
    (project / "requirements.txt").write_text("answer==43\n")
    assert " 43\n" in make_run(project).stdout


def test_an_installation_that_was_cut_short_is_made_anew(project: Path) -> None:
    make_run(project)
    (packages,) = project.glob(".venv/lib/python*/site-packages")
    (packages / "half_of_something.py").touch()
    (project / ".venv/ready.stamp").unlink()
    (project / ".venv/unfinished").touch()
    assert make_run(project).returncode == 0
    assert not (packages / "half_of_something.py").exists()


def test_without_a_network_the_first_start_says_so_and_the_next_one_tries_again(project: Path) -> None:
    away = (project / "wheels").rename(project / "away")
    failed = make_run(project)
    assert failed.returncode == 1
    assert "network" in failed.stdout.splitlines()[-1]
    away.rename(project / "wheels")
    assert make_run(project).returncode == 0
