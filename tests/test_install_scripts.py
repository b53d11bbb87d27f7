"""make run and the build of embedded models: whatever happens to a build, the environment stays whole.

pip itself is real where it succeeds (a wheel made here, no network), and a shell script where it has to take long.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts/embedded.py"
PATIENCE_S = 60.0


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with requirements and an environment, and nothing that pip could find outside of it."""
    (tmp_path / "requirements-embedded.txt").write_text("llama-cpp-python==0.3.36\n")
    (tmp_path / "wheels").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/embedded").mkdir()
    play_python(tmp_path, f'exec {shlex.quote(sys.executable)} "$@"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return tmp_path


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import embedded

    yield embedded
    for name in ("embedded", "system_packages"):
        sys.modules.pop(name, None)


def play_python(project: Path, what: str) -> None:
    python = project / ".venv/bin/python"
    python.write_text(f"#!/bin/sh\n{what}\n")
    python.chmod(0o755)


def play_slow_pip(project: Path) -> None:
    """Half of the package is there, the rest never comes; the compiler is a process of its own."""
    half = project / ".venv/embedded-new/llama_cpp"
    play_python(project, f"mkdir -p {shlex.quote(str(half))}; sleep 300 & echo $! >compiler.pid; wait")


def make_wheel(project: Path, code: str) -> None:
    info = "llama_cpp_python-0.3.36.dist-info"
    with zipfile.ZipFile(project / "wheels/llama_cpp_python-0.3.36-py3-none-any.whl", "w") as wheel:
        wheel.writestr("llama_cpp/__init__.py", code)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llama-cpp-python\nVersion: 0.3.36\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(
            f"{info}/RECORD", f"llama_cpp/__init__.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )


def run_build() -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), ".venv"]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive its test, whatever happens."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def started_build(*options: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return started(sys.executable, str(SCRIPT), ".venv", *options)


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def compiler_pid(project: Path) -> int:
    """The process id of the played compiler, once it runs."""
    file = project / "compiler.pid"
    wait_until(lambda: file.exists() and file.read_text().endswith("\n"))
    return int(file.read_text())


def is_running(pid: int) -> bool:
    """A process that has ended may wait for its parent to notice; that is not running."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until_gone(pid: int) -> None:
    """A killed process takes a moment to end."""
    end = time.monotonic() + PATIENCE_S
    while is_running(pid):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_embedded_models_are_put_in_place(project: Path, embedded: ModuleType) -> None:
    make_wheel(project, "version = 1")
    result = run_build()
    assert "ready" in result.stdout
    assert embedded.state(Path(".venv")) == "ready"
    assert (project / ".venv/embedded/llama_cpp/__init__.py").read_text() == "version = 1"
    assert not list(project.glob(".venv/embedded-*"))


def test_another_build_takes_the_place_of_the_one_before(project: Path, embedded: ModuleType) -> None:
    make_wheel(project, "version = 1")
    run_build()
    make_wheel(project, "version = 2")
    run_build()
    assert (project / ".venv/embedded/llama_cpp/__init__.py").read_text() == "version = 2"


def test_a_package_that_does_not_import_here_is_not_put_in_place(project: Path, embedded: ModuleType) -> None:
    make_wheel(project, "raise OSError('libc.musl-x86_64.so.1: cannot open shared object file')")
    result = run_build()
    assert result.returncode == 1
    assert result.stdout.startswith("Embedded models are left out")
    assert embedded.state(Path(".venv")) in {"failed", "no-compiler"}
    assert not list(project.glob(".venv/embedded/*"))


def test_a_failed_build_is_remembered_until_the_requirements_change(project: Path, embedded: ModuleType) -> None:
    run_build()
    assert embedded.state(Path(".venv")) in {"failed", "no-compiler"}
    (project / "requirements-embedded.txt").write_text("llama-cpp-python==0.3.37\n")
    assert embedded.state(Path(".venv")) == ""


def test_embedded_models_that_somebody_deleted_are_not_ready(project: Path, embedded: ModuleType) -> None:
    make_wheel(project, "")
    run_build()
    (project / ".venv/embedded").rename(project / "elsewhere")
    assert embedded.state(Path(".venv")) == ""


def test_the_build_ends_with_the_bot_and_leaves_nothing_behind(project: Path, embedded: ModuleType) -> None:
    play_slow_pip(project)
    with started("sleep", "300") as bot, started_build("--while-pid", str(bot.pid)) as build:
        compiler = compiler_pid(project)
        bot.kill()
        bot.wait(PATIENCE_S)
        assert build.wait(PATIENCE_S) == 0
    assert not is_running(compiler)
    assert embedded.state(Path(".venv")) == ""
    assert not list(project.glob(".venv/embedded-*"))
    assert not list(project.glob(".venv/embedded/*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_build_takes_its_compilers_along(project: Path, embedded: ModuleType, number: signal.Signals) -> None:
    play_slow_pip(project)
    with started_build() as build:
        compiler = compiler_pid(project)
        build.send_signal(number)
        assert build.wait(PATIENCE_S) != 0
    until_gone(compiler)
    assert not list(project.glob(".venv/embedded-*"))
    assert embedded.state(Path(".venv")) == ""


def test_two_builds_do_not_meet(project: Path) -> None:
    play_slow_pip(project)
    with started_build() as first:
        compiler_pid(project)
        second = run_build()
        assert second.returncode == 0
        assert "already" in second.stdout
        first.terminate()
        first.wait(PATIENCE_S)


def test_after_a_kill_without_warning_the_next_build_still_works(project: Path, embedded: ModuleType) -> None:
    play_slow_pip(project)
    with started_build() as build:
        compiler = compiler_pid(project)
        build.kill()
        build.wait(PATIENCE_S)
        assert embedded.state(Path(".venv")) == ""
    play_python(project, f'exec {shlex.quote(sys.executable)} "$@"')
    make_wheel(project, "")
    assert "already" in run_build().stdout  # the pip of the dead build goes on alone and keeps the lock
    os.kill(compiler, signal.SIGKILL)
    wait_until(lambda: "ready" in run_build().stdout)
    assert embedded.state(Path(".venv")) == "ready"


def test_an_old_python_is_told_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = subprocess.run(
        ["sh", str(ROOT / "scripts/run.sh")],
        env={**os.environ, "PYTHON": str(old)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "3.11" in result.stderr


def test_ci_runs_the_checks_and_the_tests() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    lines = script.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make lint", "make test"]
