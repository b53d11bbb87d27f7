"""System packages: which ones are missing, and getting them with apt where that asks nobody for a password.

Runs on the system's own Python, before anything is installed. Nothing here is required: whatever cannot be had
is named in one line, with what it means and the command that adds it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

APT_OPTIONS = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Packages that bring one thing, how to see that it is there, and what is lost without it ("": others tell)."""

    packages: tuple[str, ...]
    is_there: Callable[[], bool]
    without: str


def has_compiler() -> bool:
    """A C and a C++ compiler answer, so llama-cpp-python can be built."""
    return any(map(shutil.which, ("cc", "gcc", "clang"))) and any(map(shutil.which, ("c++", "g++", "clang++")))


def has_ensurepip() -> bool:
    """Debian ships `venv` without `ensurepip`; asked of a new process, which sees what was just installed."""
    command = [sys.executable, "-c", "import ensurepip; ensurepip.version()"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def has_tesseract() -> bool:
    """Tesseract is there and reads Russian and English."""
    if not shutil.which("tesseract"):
        return False
    answer = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return {"rus", "eng"} <= set(answer.stdout.split())


def has_chromium() -> bool:
    """A browser for the page tests is on the PATH."""
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


VENV = Wanted(
    (f"python{sys.version_info.major}.{sys.version_info.minor}-venv",),
    has_ensurepip,
    without="",
)
COMPILER = Wanted(("build-essential",), has_compiler, without="")
TESSERACT = Wanted(
    ("tesseract-ocr", "tesseract-ocr-rus", "tesseract-ocr-eng"),
    has_tesseract,
    without="text in pictures is not read",
)
CHROMIUM = Wanted(("chromium",), has_chromium, without="page tests are skipped")


def get(wishes: list[Wanted]) -> None:
    """Install what is missing of `wishes` if that needs no password; say in a line each what stays out."""
    missing = [wish for wish in wishes if not wish.is_there()]
    prefix = apt_prefix()
    if missing and prefix is not None:
        install(prefix, missing)
        missing = [wish for wish in missing if not wish.is_there()]
    for wish in filter(lambda wish: wish.without, missing):
        names = " ".join(wish.packages)
        print(f"Left out: {names} - {wish.without}. To add it: sudo apt install {names}")


def apt_prefix() -> list[str] | None:
    """How to call apt-get as root without a password; None where that is impossible or unwanted (NO_APT=1)."""
    if os.environ.get("NO_APT") or not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False, timeout=30).returncode == 0
    return ["sudo", "-n"] if allowed else None


def install(prefix: list[str], missing: list[Wanted]) -> None:
    """One apt call for each thing, so that one unknown package does not keep out the others."""
    print(f"Installing with apt: {' '.join(name for wish in missing for name in wish.packages)} ...", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    subprocess.run([*apt, "update", "-qq"], capture_output=True, check=False)
    for wish in missing:
        subprocess.run([*apt, "install", *APT_OPTIONS, *wish.packages], capture_output=True, check=False)
