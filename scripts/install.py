"""Puts in what is missing before the bot or its tests start; a second time it only looks at a stamp.

install.py run --bot-pid PID | embedded | lint | test | guide

Runs on the system's own Python (3.11+, standard library only) from the project's folder. The stamp names the
requirements and the interpreter that an environment was made from; an installation that was cut short leaves no
stamp and starts anew. Needs the network only when something is missing.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import embedded
import system_packages
from system_packages import CHROMIUM, COMPILER, TESSERACT, VENV, Wanted

PIP_WHEEL = re.compile(r'href="([^"]*/(pip-(?:\d+\.)+\d+-py3-none-any\.whl)#sha256=([0-9a-f]{64}))"')
DOWNLOAD_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment and the files that say what is in it; the first one is given to pip."""

    folder: Path
    requirements: tuple[Path, ...]

    @property
    def python(self) -> Path:
        return self.folder / "bin/python"

    @property
    def stamp(self) -> Path:
        return self.folder / "ready.stamp"


RUN = Environment(Path(".venv"), (Path("requirements.txt"),))
DEV = Environment(Path(".venv-dev"), (Path("requirements-dev.txt"), Path("requirements.txt")))
GUIDE = Environment(Path(".venv-guide"), (Path("requirements-guide.txt"), Path("requirements.txt")))


class CannotInstall(Exception):
    """Says in a sentence what is missing and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["run", "embedded", "lint", "test", "guide"])
    parser.add_argument("--bot-pid", type=int, default=os.getppid())
    arguments = parser.parse_args()
    try:
        match arguments.what:
            case "run":
                make_ready(RUN, [VENV, COMPILER, TESSERACT])
                start_embedded(RUN, arguments.bot_pid)
            case "embedded":
                make_ready(RUN, [VENV, COMPILER, TESSERACT])
                return build_embedded(RUN)
            case "lint":
                make_ready(DEV, [VENV])
            case "test":
                make_ready(DEV, [VENV])
                get_test_parts(DEV)
            case "guide":
                make_ready(GUIDE, [VENV, COMPILER])
                return 0 if embedded.state(GUIDE.folder) == "ready" else build_embedded(GUIDE)
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make_ready(environment: Environment, wishes: list[Wanted]) -> None:
    """Nothing if the stamp fits; otherwise system packages, environment, pinned packages, stamp."""
    if is_ready(environment):
        return
    began = time.monotonic()
    print(f"Installing into {environment.folder} (about a minute, once) ...", flush=True)
    system_packages.get(wishes)
    if is_broken(environment):
        shutil.rmtree(environment.folder, ignore_errors=True)
        create(environment)
    install_packages(environment)
    embedded.put_on_path(environment.folder)
    environment.stamp.write_text(wanted(environment))
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)


def start_embedded(environment: Environment, bot_pid: int) -> None:
    """Build embedded models beside the running bot, if they are neither there nor known to fail."""
    match embedded.state(environment.folder):
        case "ready":
            return
        case "failed" | "no-compiler":
            print(embedded.left_out(environment.folder), flush=True)
            return
    if system_packages.has_compiler():
        print(
            "The bot starts now. Embedded models (GGUF files without a server) are being built meanwhile, about"
            f" 5-10 minutes; progress: tail -f {embedded.log_file(environment.folder)}",
            flush=True,
        )
    command = [str(environment.python), "scripts/embedded.py", str(environment.folder), "--while-pid", str(bot_pid)]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def build_embedded(environment: Environment) -> int:
    """Build embedded models in sight, however the last build ended."""
    print("Building embedded models (5-10 minutes) ...", flush=True)
    return subprocess.run([environment.python, "scripts/embedded.py", environment.folder], check=False).returncode


def get_test_parts(environment: Environment) -> None:
    """A browser, tesseract and embedded models for the tests; tests without their part skip and say so."""
    done = environment.folder / "test.stamp"
    if not done.exists() or done.read_text() != wanted(environment):
        system_packages.get([COMPILER, TESSERACT])
        get_browser(environment)
        done.write_text(wanted(environment))
    match embedded.state(environment.folder):
        case "failed" | "no-compiler":
            print(embedded.left_out(environment.folder), flush=True)
        case "":
            build_embedded(environment)


def get_browser(environment: Environment) -> None:
    """Chromium from the system where apt has it (Debian), else Playwright's own (Ubuntu has only a snap)."""
    if system_packages.has_chromium():
        return
    prefix = system_packages.apt_prefix()
    if prefix is not None:
        system_packages.install(prefix, [CHROMIUM])
    if system_packages.has_chromium():
        return
    command = [str(environment.python), "-m", "playwright", "install", "chromium"]
    if prefix == []:
        command.append("--with-deps")
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        print(f"Left out: chromium - {CHROMIUM.without}.")


def is_ready(environment: Environment) -> bool:
    return environment.python.exists() and _text(environment.stamp) == wanted(environment)


def is_broken(environment: Environment) -> bool:
    """Cut short while pip was writing, or its interpreter has been replaced by one that does not know its packages."""
    if _unfinished(environment).exists() or not environment.python.exists():
        return True
    pip = subprocess.run([environment.python, "-m", "pip", "--version"], capture_output=True, check=False)
    return pip.returncode != 0


def wanted(environment: Environment) -> str:
    """Fingerprint of the requirements and the interpreter."""
    facts = [file.read_text() for file in environment.requirements]
    facts.append(str(environment.python.resolve()))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def create(environment: Environment) -> None:
    """A virtual environment with pip, also where Debian has left ensurepip out."""
    command = [sys.executable, "-m", "venv", str(environment.folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    if subprocess.run([*command, "--clear", "--without-pip"], capture_output=True, check=False).returncode != 0:
        raise CannotInstall("Python cannot make a virtual environment here: sudo apt install python3-venv, then again.")
    download_pip(environment)


def download_pip(environment: Environment) -> None:
    """pip's wheel is runnable: fetch it from the package index and let it install itself."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    try:
        with urllib.request.urlopen(index, timeout=DOWNLOAD_TIMEOUT_S) as page:
            found = PIP_WHEEL.findall(page.read().decode())
        link, name, digest = found[-1]
        with urllib.request.urlopen(urllib.parse.urljoin(index, link), timeout=DOWNLOAD_TIMEOUT_S) as wheel:
            data = wheel.read()
    except (urllib.error.URLError, TimeoutError, IndexError) as error:
        raise CannotInstall(
            f"pip could not be downloaded ({error}): sudo apt install python3-venv, then again."
        ) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise CannotInstall("pip arrived damaged; try again.")
    file = environment.folder / name
    file.write_bytes(data)
    command = [environment.python, file / "pip", "install", "-q", "--no-index", "--no-deps", file]
    subprocess.run(command, check=True, env=_pip_environment())
    file.unlink()


def install_packages(environment: Environment) -> None:
    """pip with its words in a log; a mark lies beside it while it writes, so that a kill is noticed next time."""
    log = environment.folder / "install.log"
    command = [str(environment.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--prefer-binary", "-r", str(environment.requirements[0])]
    _unfinished(environment).touch()
    with (
        log.open("w") as file,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=_pip_environment()
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            show(line)
    show("")
    _unfinished(environment).unlink()
    if process.returncode != 0:
        tail = "\n".join(log.read_text().splitlines()[-8:])
        raise CannotInstall(
            f"{tail}\nThe packages could not be installed (all of pip's words: {log}). Is there a network?"
        )


def show(line: str) -> None:
    """What pip is at, on one line that overwrites itself; nothing where nobody looks at a terminal."""
    if sys.stdout.isatty():
        print(f"\r\033[K{line.strip()[:70]}", end="", flush=True)


def _unfinished(environment: Environment) -> Path:
    return environment.folder / "unfinished"


def _pip_environment() -> dict[str, str]:
    return {**os.environ, "PIP_USER": "0"}  # a `user = true` in pip's settings cannot work in an environment


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
