"""Pipelines written as YAML, as a person would write it: what is default is left out."""

from typing import Any

import yaml

from config.pipeline import Aggregation, Pipeline, Stage, StageModel, StageParams
from config.pipeline_file import MODEL_KEYS_OF, PARAM_KEYS

WIDTH = 110
ODD_BREAKS = frozenset("\r\x85\u2028\u2029")
"""YAML takes these for line ends too, and would give them back as plain ones."""


def write_pipeline(pipeline: Pipeline) -> str:
    """Text that read_pipeline reads back as the same pipeline, but for white space around texts."""
    content: dict[str, object] = {"name": pipeline.name} if pipeline.name else {}
    content["stages"] = [_stage(stage) for stage in pipeline.stages]
    return str(
        yaml.dump(content, Dumper=_Writing, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH)
    )


def _text(dumper: Any, text: str) -> yaml.Node:
    style = '"' if ODD_BREAKS.intersection(text) else "|" if "\n" in text else None
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


class _Writing(yaml.SafeDumper):
    """Texts of several lines stand as blocks; nothing is written by reference."""

    yaml_representers = yaml.SafeDumper.yaml_representers | {str: _text}

    def ignore_aliases(self, data: object) -> bool:
        return True


def _stage(stage: Stage) -> dict[str, object]:
    content: dict[str, object] = {
        "name": stage.name,
        "models": [_model(model) for model in stage.models],
        "system_prompt": stage.system_prompt,
        "input": stage.input if stage.input != "both" else "",
        "params": _params(stage.params),
        "execution": stage.execution if stage.execution != "auto" else "",
    }
    if stage.aggregation is not None:
        content |= _aggregation(stage.aggregation)
    return _filled(content | {"needs_all": stage.needs_all})


def _model(model: StageModel) -> object:
    content: dict[str, object] = {
        "model": model.model,
        "system_prompt": model.system_prompt,
        "params": _params(model.params),
        "samples": model.samples if model.samples > 1 else None,
    }
    filled = _filled(content) | ({"weight": model.weight} if model.weight != 1 else {})
    return model.model if len(filled) == 1 else filled


def _aggregation(aggregation: Aggregation) -> dict[str, object]:
    model_keys = MODEL_KEYS_OF[aggregation.kind]
    return {
        "aggregation": aggregation.kind,
        **({model_keys[0]: aggregation.model} if model_keys else {}),
        "aggregation_prompt": aggregation.prompt,
        "template": aggregation.template,
        "tie": aggregation.tie if aggregation.tie != "first" else "",
        "aggregation_params": _params(aggregation.params),
    }


def _params(params: StageParams) -> dict[str, object]:
    values = {key: getattr(params, key) for key in PARAM_KEYS}
    return {key: list(value) if key == "stop" else value for key, value in values.items() if value not in (None, ())}


def _filled(content: dict[str, object]) -> dict[str, object]:
    """Without what says nothing."""
    return {key: value for key, value in content.items() if value not in (None, "", {}, False)}
