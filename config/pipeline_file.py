"""Pipelines read from YAML, with line numbers so that a mistake can be found; config.pipeline_writing writes it.

Serves config/pipeline.yaml, a file sent in the chat and the store. Knows nothing of which models there are.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import yaml

from config.pipeline import (
    MAX_MODEL_NAME,
    MAX_MODELS,
    MAX_NAME,
    MAX_PROMPT,
    MAX_SAMPLES,
    MAX_STAGES,
    MAX_STOP,
    MAX_STOPS,
    MAX_WEIGHT,
    Aggregation,
    AggregationKind,
    Execution,
    Input,
    Lack,
    Pipeline,
    Stage,
    StageModel,
    StageParams,
    TieRule,
    lacks,
)
from config.pipeline_nodes import Number, PipelineProblem, Table, listed, problem, text_of

MAX_FILE = 200_000
"""Characters of a whole file; reading one takes time."""
RANGES: dict[str, tuple[Number, float, float]] = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "top_k": (int, 0, 1_000),
    "min_p": (float, 0, 1),
    "repeat_penalty": (float, 0, 2),
    "max_tokens": (int, 1, 131_072),
    "n_ctx": (int, 256, 1_048_576),
    "n_gpu_layers": (int, -1, 999),
    "seed": (int, 0, 2**31 - 1),
}
PARAM_KEYS = tuple(field.name for field in fields(StageParams))
MODEL_KEYS = tuple(field.name for field in fields(StageModel))
AGGREGATION_KEYS = (
    "aggregation", "synthesis_model", "judge_model", "aggregation_prompt", "template", "tie", "aggregation_params",
)  # fmt: skip
STAGE_KEYS = ("name", "models", "system_prompt", "input", "params", "execution", *AGGREGATION_KEYS, "needs_all")
FILE_KEYS = ("name", "stages")
MODEL_KEYS_OF: dict[AggregationKind, tuple[str, ...]] = {
    "concat": (),
    "custom_template": (),
    "synthesis": ("synthesis_model",),
    "judge": ("judge_model",),
    "majority_vote": ("judge_model",),
}
"""Where the model stands that an aggregation asks."""
EXAMPLE = "stages: [{models: [llama3]}]"
EXAMPLES: dict[Lack, str] = {
    "stages": EXAMPLE,
    "models": "models: [llama3]",
    "synthesis_model": "synthesis_model: llama3",
    "judge_model": "judge_model: llama3",
    "template": "template: ...",
}


def read_pipeline_file(path: Path) -> Pipeline | None:
    """The pipeline of a file, None if there is no such file; raises PipelineProblem."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise named(path.name, PipelineProblem(1, "not_utf8", allowed="UTF-8")) from error
    except OSError as error:
        raise named(path.name, PipelineProblem(1, "unreadable", given=error.strerror or "")) from error
    return read_pipeline(text, path.name)


def read_pipeline(text: str, file: str, draft: bool = False) -> Pipeline:
    """The pipeline in `text`; raises PipelineProblem, which names `file` and the line.

    A `draft` may still lack stages, models and what its aggregation needs.
    """
    try:
        root = _composed(text)
        pipeline = _pipeline(root)
        if not draft:
            _check_whole(pipeline, root)
    except PipelineProblem as wrong:
        raise named(file, wrong) from None
    return pipeline


def named(file: str, wrong: PipelineProblem) -> PipelineProblem:
    wrong.file = file
    return wrong


def _composed(text: str) -> yaml.Node:
    if len(text) > MAX_FILE:
        raise PipelineProblem(1, "too_long", given=str(len(text)), allowed=f"≤ {MAX_FILE}")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _not_yaml(error) from error
    if root is None:
        raise PipelineProblem(1, "empty", "stages", allowed=EXAMPLE)
    return root


def _not_yaml(error: Exception) -> PipelineProblem:
    if not isinstance(error, yaml.MarkedYAMLError):
        return PipelineProblem(1, "not_yaml", given=(str(error).splitlines() or [""])[0], allowed="YAML")
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    return PipelineProblem(line, "not_yaml", given=error.problem or "", allowed="YAML")


def _pipeline(root: yaml.Node) -> Pipeline:
    table = Table(root, "", FILE_KEYS)
    stages = listed(table.needed("stages", EXAMPLE), "stages", MAX_STAGES)
    return Pipeline(table.text("name", MAX_NAME), tuple(_stage(node) for node in stages))


def _check_whole(pipeline: Pipeline, root: yaml.Node) -> None:
    for number, lack in lacks(pipeline):
        stages = next(value for key, value in root.value if key.value == "stages")
        node = stages.value[number - 1] if number else stages
        raise problem(node, "empty" if lack in ("stages", "models") else "missing", lack, allowed=EXAMPLES[lack])


def _stage(node: yaml.Node) -> Stage:
    table = Table(node, "stages", STAGE_KEYS)
    return Stage(
        name=table.text("name", MAX_NAME),
        models=_models(table.needed("models", EXAMPLES["models"])),
        system_prompt=table.text("system_prompt", MAX_PROMPT),
        input=table.one_of("input", get_args(Input), "both"),
        params=_params(table.get("params")),
        execution=table.one_of("execution", get_args(Execution), "auto"),
        aggregation=_aggregation(table),
        needs_all=table.switch("needs_all") or False,
    )


def _models(node: yaml.Node) -> tuple[StageModel, ...]:
    nodes = [node] if isinstance(node, yaml.ScalarNode) else listed(node, "models", MAX_MODELS)
    return tuple(_model(node) for node in nodes)


def _model(node: yaml.Node) -> StageModel:
    """A name, or a table with a name and what is special about the model here."""
    if isinstance(node, yaml.ScalarNode):
        return StageModel(_model_name(node))
    table = Table(node, "models", MODEL_KEYS)
    return StageModel(
        model=_model_name(table.needed("model", "model: llama3")),
        system_prompt=table.text("system_prompt", MAX_PROMPT) or None,
        params=_params(table.get("params")),
        samples=int(table.number("samples", int, 1, MAX_SAMPLES) or 1),
        weight=_weight(table),
    )


def _model_name(node: yaml.Node) -> str:
    name = text_of(node, "model", MAX_MODEL_NAME)
    if not name:
        raise problem(node, "missing", "model", allowed="llama3")
    return name


def _weight(table: Table) -> float:
    weight = table.number("weight", float, 0, MAX_WEIGHT)
    return 1.0 if weight is None else weight


def _aggregation(table: Table) -> Aggregation | None:
    kinds: tuple[AggregationKind, ...] = get_args(AggregationKind)
    given = [key for key in AGGREGATION_KEYS if table.get(key) is not None]
    if not given:
        return None
    table.needed("aggregation", ", ".join(kinds))
    kind = table.one_of("aggregation", kinds, "concat")
    model = next((_model_name(node) for key in MODEL_KEYS_OF[kind] if (node := table.get(key))), None)
    template = table.text("template", MAX_PROMPT) or None
    tie = table.one_of("tie", get_args(TieRule), "first")
    prompt = table.text("aggregation_prompt", MAX_PROMPT) or None
    return Aggregation(kind, model, prompt, template, tie, _params(table.get("aggregation_params")))


def _params(node: yaml.Node | None) -> StageParams:
    if node is None:
        return StageParams()
    table = Table(node, "params", PARAM_KEYS)
    values: dict[str, Any] = {key: table.number(key, *bounds) for key, bounds in RANGES.items()}
    return StageParams(**values, stop=_stop(table.get("stop")), thinking=table.switch("thinking"))


def _stop(node: yaml.Node | None) -> tuple[str, ...]:
    """Texts at which an answer ends; white space in them counts."""
    if node is None:
        return ()
    nodes = [node] if isinstance(node, yaml.ScalarNode) else listed(node, "stop", MAX_STOPS)
    for stop in nodes:
        text_of(stop, "stop", MAX_STOP)
    return tuple(stop.value for stop in nodes if stop.value)
