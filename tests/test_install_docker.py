"""The Dockerfile without an engine: the rules that a build would not notice."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in text.splitlines() if line.strip()]


def last_stage(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    start = max(number for number, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[start:]


def values(instructions: list[tuple[str, str]], word: str) -> list[str]:
    return [value for name, value in instructions if name == word]


def test_every_stage_stands_on_the_same_named_python(instructions: list[tuple[str, str]]) -> None:
    images = {value.split()[0] for value in values(instructions, "FROM")}
    assert len(images) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", images.pop())


def test_the_compiler_stays_out_of_the_image(instructions: list[tuple[str, str]]) -> None:
    assert len(values(instructions, "FROM")) == 2
    assert "build-essential" not in " ".join(values(last_stage(instructions), "RUN"))


def test_tesseract_reads_russian_and_english(instructions: list[tuple[str, str]]) -> None:
    installed = shlex.split(" ".join(values(last_stage(instructions), "RUN")))
    assert {"tesseract-ocr", "tesseract-ocr-rus", "tesseract-ocr-eng"} <= set(installed)


def test_apt_leaves_no_lists_and_no_recommended_packages(instructions: list[tuple[str, str]]) -> None:
    for run in values(instructions, "RUN"):
        if "apt-get" in run:
            assert "--no-install-recommends" in run
            assert "rm -rf /var/lib/apt/lists/*" in run


def test_the_bot_runs_as_nobody_special_with_a_fixed_number(instructions: list[tuple[str, str]]) -> None:
    stage = last_stage(instructions)
    (user,) = values(stage, "USER")
    assert re.search(rf"useradd --uid \d+ .* {user}\b", " ".join(values(stage, "RUN")))
    assert stage.index(("USER", user)) < [word for word, _ in stage].index("CMD")


def test_folders_that_are_volumes_belong_to_the_bot(instructions: list[tuple[str, str]]) -> None:
    stage = last_stage(instructions)
    made = re.search(r"install -d -o consilium -g consilium ([^&]*)", " ".join(values(stage, "RUN")))
    assert made
    (volumes,) = values(stage, "VOLUME")
    assert set(made[1].split()) == set(re.findall(r'"([^"]+)"', volumes))


def test_signals_reach_python_itself(instructions: list[tuple[str, str]]) -> None:
    stage = last_stage(instructions)
    assert values(stage, "CMD") == ['["python", "-m", "bot"]']
    assert values(stage, "STOPSIGNAL") == ["SIGTERM"]
    assert '["python", "-m", "bot.health"]' in values(stage, "HEALTHCHECK")[0]


def test_what_is_copied_exists_and_is_let_through_by_dockerignore(instructions: list[tuple[str, str]]) -> None:
    ignored, *rules = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert ignored == "*"
    let_through = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    for copy in values(instructions, "COPY"):
        if "--from=" in copy:
            continue
        *sources, _ = [word for word in copy.split() if not word.startswith("--")]
        for source in sources:
            assert list(ROOT.glob(source)), source
            assert {source, source.split("/")[0]} & let_through, source
