"""The files of a run's folder: their names, how they are written and read. docs/session.schema.json describes them.

Everything here blocks; whoever calls it does so in a thread. A file is whole or not there: it is written beside its
place, forced to the disk and then renamed.
"""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.pipeline import Pipeline, Stage
from config.pipeline_file import read_pipeline
from config.pipeline_writing import write_pipeline
from engine.messages import Message, Params, Usage
from engine.pipelines.combining import is_combined
from engine.pipelines.steps import Combination, Problem, Step

VERSION = 1
"""Of the format. A reader takes what it knows of a file and lets the rest be."""
SNAPSHOT, FINAL = "config_snapshot.json", "final.txt"
LONGEST_PART = 60
TAKEN = ("aggregation", "synthesis", "judge")
"""A model of such a name must not have the file of another."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
Json = dict[str, Any]


def folder_name(number: int) -> str:
    return f"session_{number:03}"


def step_names(number: int, stage: Stage) -> list[str]:
    """The file of each voice of a stage: step2.json, or step3_llama3.json, step3_llama3-2.json.

    Safe on every file system: ASCII letters, digits, and names that differ in more than their case.
    """
    if stage.voices == 1:
        return [f"step{number}.json"]
    seen: Counter[str] = Counter()
    names = []
    for model in stage.models:
        for _ in range(model.samples):
            part = safe(model.model)
            seen[part.casefold()] += 1
            count = seen[part.casefold()]
            names.append(f"step{number}_{part}.json" if count == 1 else f"step{number}_{part}-{count}.json")
    return names if len({name.casefold() for name in names}) == len(names) else numbered(number, stage)


def numbered(number: int, stage: Stage) -> list[str]:
    """Where models are called like the files of others: llama and llama-2."""
    return [f"step{number}_{place}.json" for place in range(1, stage.voices + 1)]


def combination_name(number: int, pipeline: Pipeline) -> str:
    """aggregation.json for the last stage that puts answers together, step3_aggregation.json for one before it."""
    last = max((place for place, stage in enumerate(pipeline.stages, start=1) if is_combined(stage)), default=number)
    return "aggregation.json" if number == last else f"step{number}_aggregation.json"


def step_name(step: Step, pipeline: Pipeline) -> str:
    """The file of a step; those asked for putting answers together have one of their own only until that is done."""
    if step.voice > 0:
        return step_names(step.stage, pipeline.stages[step.stage - 1])[step.voice - 1]
    return f"step{step.stage}_{step.role}{1 - step.voice}.json"


def helper_names(number: int) -> list[str]:
    """The files that a synthesis and a judge may have left."""
    return [f"step{number}_synthesis1.json", f"step{number}_judge1.json", f"step{number}_judge2.json"]


def output_name(number: int, pipeline: Pipeline) -> str:
    """The file that has the text of a stage."""
    stage = pipeline.stages[number - 1]
    return combination_name(number, pipeline) if is_combined(stage) else step_names(number, stage)[0]


def stage_names(number: int, pipeline: Pipeline) -> list[str]:
    """All files of a stage that is over: one for each voice, then that of the aggregation."""
    stage = pipeline.stages[number - 1]
    combined = [combination_name(number, pipeline)] if is_combined(stage) else []
    return [*step_names(number, stage), *combined]


def safe(name: str) -> str:
    """Part of a file name: `qwen3:8b` becomes `qwen3_8b`."""
    part = UNSAFE.sub("_", name).strip("._-")[:LONGEST_PART].rstrip("._-")
    return part if part and not part.casefold().startswith(TAKEN) else f"model_{part}"


def step_content(step: Step) -> Json:
    content = asdict(step)
    content |= {"version": VERSION, "messages": [message_content(message) for message in step.messages]}
    content |= {"params": without_nothing(asdict(step.params)), "usage": without_nothing(asdict(step.usage))}
    content["started_at"] = moment(step.started_at)
    return content


def message_content(message: Message) -> Json:
    """Pictures are counted, not copied."""
    pictures = {"images": len(message.images)} if message.images else {}
    return {"role": message.role, "text": message.text, **pictures}


def combination_content(combination: Combination) -> Json:
    content = asdict(combination) | {"version": VERSION, "started_at": moment(combination.started_at)}
    return content | {"steps": [step_content(step) for step in combination.steps]}


def read_step(content: Json) -> Step:
    """A step as an earlier or a later version wrote it: what is missing or unknown is let be."""
    problem = content.get("problem")
    apart = {"params", "messages", "usage", "problem", "started_at"}
    return Step(
        **{key: value for key, value in content.items() if key in known_to(Step) - apart},
        params=read_params(content.get("params", {})),
        messages=tuple(Message(message["role"], message["text"]) for message in content.get("messages", [])),
        usage=Usage(**{key: value for key, value in content.get("usage", {}).items() if key in known_to(Usage)}),
        problem=Problem(problem["kind"], problem["facts"]) if problem else None,
        started_at=seconds(content.get("started_at")),
    )


def read_params(content: Json) -> Params:
    values: dict[str, Any] = {key: value for key, value in content.items() if key in known_to(Params)}
    values["stop"] = tuple(values.get("stop", ()))
    values["logit_bias"] = tuple((int(token), float(bias)) for token, bias in values.get("logit_bias", ()))
    return Params(**values)


def read_steps(folder: Path) -> list[Step]:
    """Every step there is in a folder, those of synthesis and judge too."""
    contents = [read_json(path) for path in sorted(folder.glob("*.json")) if path.name != SNAPSHOT]
    every = [each for content in contents if content for each in (content, *content.get("steps", []))]
    return [read_step(content) for content in every if "voice" in content]


def read_pipeline_of(snapshot: Mapping[str, Any]) -> Pipeline:
    """The pipeline of a run; raises PipelineProblem or KeyError where it cannot be understood."""
    return read_pipeline(snapshot["pipeline"]["yaml"], SNAPSHOT)


def known_to(kind: type[Step] | type[Usage] | type[Params]) -> set[str]:
    return {field.name for field in fields(kind)}


def pipeline_content(pipeline: Pipeline) -> Json:
    """Every value of it, and the YAML it is read from when the run is continued or repeated."""
    return {"name": pipeline.name, "stages": asdict(pipeline)["stages"], "yaml": write_pipeline(pipeline)}


def without_nothing(content: Json) -> Json:
    return {key: value for key, value in content.items() if value not in (None, (), [])}


def moment(unix_s: float) -> str:
    """2026-11-20T21:11:43.120Z"""
    return datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(written: str | None) -> float:
    return datetime.fromisoformat(written).timestamp() if written else 0.0


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def read_json(path: Path) -> Json | None:
    """None if the file is not there, or is no JSON table."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def make_folder(sessions_dir: Path, number: int) -> int:
    """A new folder; its number is `number`, or one after all there are if that is taken."""
    sessions_dir.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            (sessions_dir / folder_name(number)).mkdir()
        except FileExistsError:
            taken = (path.name.removeprefix("session_") for path in sessions_dir.glob("session_*"))
            number = max([number, *(int(name) for name in taken if name.isdecimal())]) + 1
        else:
            return number


def remove_file(path: Path) -> None:
    path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Gone afterwards; nothing if it was gone before."""
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
