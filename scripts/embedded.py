"""Embedded models: builds llama-cpp-python beside the environment and puts it in place in one step.

embedded.py VENV [--while-pid PID]

The build goes into VENV/embedded-new and becomes VENV/embedded by a rename, which is on the path of VENV through a
.pth file: `import llama_cpp` finds all of it or nothing, also from a bot that started before. A killed build leaves
nothing that looks installed. With --while-pid the build is quiet, polite (nice) and ends with that process.
A failed build is remembered and not repeated until somebody runs this file again.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

import system_packages

REQUIREMENTS = Path("requirements-embedded.txt")
LOOK_EVERY_S = 0.5
LINE_EVERY_S = 60.0
KILL_AFTER_S = 10.0
MEMORY_PER_JOB_BYTES = 1 << 30  # the largest files of llama.cpp take the compiler nearly that much
SERVERS_WORK = "Ollama and other servers work all the same."


def state(venv: Path) -> str:
    """What is known about the embedded models of `venv`: "ready", "failed", "no-compiler" or "" (nothing yet)."""
    try:
        word, _, key = state_file(venv).read_text().partition(" ")
    except FileNotFoundError:
        return ""
    in_place = word != "ready" or (place(venv) / "llama_cpp").is_dir()
    still_so = word != "no-compiler" or not system_packages.has_compiler()
    return word if key == wanted(venv) and in_place and still_so else ""


def put_on_path(venv: Path) -> None:
    """Make VENV/embedded part of the path of `venv`; the folder has to exist when Python starts."""
    place(venv).mkdir(exist_ok=True)
    for packages in venv.glob("lib/python3*/site-packages"):
        (packages / "embedded.pth").write_text("../../../embedded\n")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("venv", type=Path)
    parser.add_argument("--while-pid", type=int)
    arguments = parser.parse_args()
    venv: Path = arguments.venv.absolute()
    signal.signal(signal.SIGTERM, _leave)
    with (venv / "embedded.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Embedded models are being built already; progress: tail -f {log_file(venv)}")
            return 0
        return build(venv, arguments.while_pid, lock.fileno())


def build(venv: Path, while_pid: int | None, lock: int) -> int:
    """Build, check that it imports, put in place; returns the exit status."""
    if while_pid:
        os.nice(19)
    new, scratch = venv / "embedded-new", venv / "embedded-tmp"
    try:
        clear(new, scratch)
        scratch.mkdir()
        ended = run_pip(venv, new, scratch, while_pid, lock)
        if ended is None:
            return 0
        if ended != 0 or not imports(venv, new):
            return fail(venv)
        put_in_place(new, place(venv))
    finally:
        clear(new, scratch)
    state_file(venv).write_text(f"ready {wanted(venv)}")
    print("Embedded models are ready: GGUF files in models/ are answered by the bot itself.", flush=True)
    return 0


def run_pip(venv: Path, target: Path, scratch: Path, while_pid: int | None, lock: int) -> int | None:
    """The exit status of pip, or None when the process that it was to accompany has gone."""
    command = [str(venv / "bin/python"), "-m", "pip", "install", "-v", "--no-input", "--disable-pip-version-check"]
    command += ["--target", str(target), "-r", str(REQUIREMENTS)]
    if os.environ.get("CMAKE_ARGS"):
        command += ["--no-cache-dir"]  # pip's cache does not know with which arguments a wheel was built
    if not system_packages.has_compiler():
        command += ["--only-binary", "llama-cpp-python"]
    # A file and a session of its own: pip is stopped as a whole group, and it alone keeps the lock if we are killed.
    with log_file(venv).open("w") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=build_environment(scratch),
            start_new_session=True,
            pass_fds=[lock],
        )
    progress = Progress(log_file(venv))
    try:
        while process.poll() is None:
            if while_pid and not is_alive(while_pid):
                return None
            if not while_pid:
                progress.show()
            time.sleep(LOOK_EVERY_S)
    finally:
        stop(process)
    return process.returncode


def build_environment(scratch: Path) -> dict[str, str]:
    """TMPDIR beside the environment (/tmp may be small and in memory), and as many compilers as memory allows."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    jobs = max(1, min(os.cpu_count() or 1, memory_bytes // MEMORY_PER_JOB_BYTES))
    return {"CMAKE_BUILD_PARALLEL_LEVEL": str(jobs), "PIP_USER": "0", **os.environ, "TMPDIR": str(scratch)}


def imports(venv: Path, folder: Path) -> bool:
    """A wheel for another system installs well and fails here."""
    command = [str(venv / "bin/python"), "-c", "import llama_cpp"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    with log_file(venv).open("a") as log:
        return subprocess.run(command, env=environment, stdout=log, stderr=log, check=False).returncode == 0


def put_in_place(new: Path, place: Path) -> None:
    """Renames only: whoever imports meanwhile finds the old one, the new one or none, never a part."""
    old = place.with_name("embedded-old")
    clear(old)
    if place.exists():
        place.rename(old)
    new.rename(place)
    clear(old)


def fail(venv: Path) -> int:
    word = "failed" if system_packages.has_compiler() else "no-compiler"
    state_file(venv).write_text(f"{word} {wanted(venv)}")
    print(left_out(venv), flush=True)
    return 1


def left_out(venv: Path) -> str:
    """Why there are no embedded models, in one line."""
    if not system_packages.has_compiler():
        names = " ".join(system_packages.COMPILER.packages)
        reason = f"there is no C++ compiler. To add them: sudo apt install {names} && make embedded."
    else:
        reason = f"the build failed, see {log_file(venv)}; `make embedded` tries again."
    return f"Embedded models are left out: {reason} {SERVERS_WORK}"


def wanted(venv: Path) -> str:
    """Fingerprint of the requirements and the interpreter."""
    facts = f"{REQUIREMENTS.read_text()}\n{(venv / 'bin/python').resolve()}"
    return hashlib.sha256(facts.encode()).hexdigest()


def place(venv: Path) -> Path:
    return venv / "embedded"


def state_file(venv: Path) -> Path:
    return venv / "embedded.state"


def log_file(venv: Path) -> Path:
    return venv / "embedded.log"


def clear(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop(process: subprocess.Popen[bytes]) -> None:
    """End pip and its compilers."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILL_AFTER_S)


class Progress:
    """How many files are compiled: a line that overwrites itself in a terminal, a line a minute elsewhere."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.shown_at = time.monotonic()

    def show(self) -> None:
        in_terminal = sys.stdout.isatty()
        if not in_terminal and time.monotonic() - self.shown_at < LINE_EVERY_S:
            return
        self.shown_at = time.monotonic()
        steps = re.findall(rb"\[(\d+)/(\d+)\]", self.log.read_bytes())
        done = f"{steps[-1][0].decode()} of {steps[-1][1].decode()} steps" if steps else "preparing"
        print("\r\033[K" * in_terminal + f"Building llama.cpp: {done}", end="" if in_terminal else "\n", flush=True)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
