"""Pipelines as people write them, as they write them wrong, and as the bot writes them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.pipeline import Aggregation, Pipeline, Stage, StageModel, StageParams, lacks
from config.pipeline_file import read_pipeline, read_pipeline_file
from config.pipeline_nodes import PipelineProblem
from config.pipeline_writing import write_pipeline

EXAMPLE = """\
name: Council
stages:
  - name: draft
    models: [m1]
    system_prompt: "Write a draft."
    params: {temperature: 0.7, top_p: 0.9, max_tokens: 800, stop: ["\\n\\n"], thinking: off}
  - name: review
    models: m2
    input: previous
  - name: experts
    models:
      - m3
      - {model: ollama/m4, system_prompt: Doubt., params: {seed: 7}, samples: 3, weight: 2}
    execution: parallel
    needs_all: yes
    aggregation: synthesis
    synthesis_model: m6
    aggregation_params: {temperature: 0}
"""
COUNCIL = Pipeline(
    "Council",
    (
        Stage(
            "draft",
            (StageModel("m1"),),
            "Write a draft.",
            params=StageParams(temperature=0.7, top_p=0.9, max_tokens=800, stop=("\n\n",), thinking=False),
        ),
        Stage("review", (StageModel("m2"),), input="previous"),
        Stage(
            "experts",
            (StageModel("m3"), StageModel("ollama/m4", "Doubt.", StageParams(seed=7), 3, 2.0)),
            execution="parallel",
            needs_all=True,
            aggregation=Aggregation("synthesis", "m6", params=StageParams(temperature=0)),
        ),
    ),
)
WRONG = {
    "": (1, "empty", "stages"),
    "[1, 2]": (1, "not_a_table", ""),
    "stages: 5": (1, "not_a_list", "stages"),
    "stages: []": (1, "empty", "stages"),
    "stages: &all [*all]": (1, "not_a_table", "stages"),
    "stages:\n  - name: draft\n": (2, "missing", "models"),
    "stages:\n  - models: []\n": (2, "empty", "models"),
    "stages:\n  - models: [m1]\n    temprature: 1\n": (3, "unknown_key", "stages"),
    "stages:\n  - models: [m1]\n    models: [m2]\n": (3, "twice", "models"),
    "stages:\n  - models: [m1]\n    params: {temperature: 3}\n": (3, "out_of_range", "temperature"),
    "stages:\n  - models: [m1]\n    params: {temperature: .nan}\n": (3, "not_a_number", "temperature"),
    "stages:\n  - models: [m1]\n    params: {top_p: nan}\n": (3, "out_of_range", "top_p"),
    "stages:\n  - models: [m1]\n    params: {max_tokens: many}\n": (3, "not_a_number", "max_tokens"),
    "stages:\n  - models: [m1]\n    params: {max_tokens: [1]}\n": (3, "not_text", "max_tokens"),
    "stages:\n  - models: [m1]\n    params: 5\n": (3, "not_a_table", "params"),
    "stages:\n  - models: [m1]\n    input: step 5\n": (3, "not_one_of", "input"),
    "stages:\n  - models: [m1]\n    needs_all: perhaps\n": (3, "not_one_of", "needs_all"),
    "stages:\n  - models: [{samples: 2}]\n": (2, "missing", "model"),
    "stages:\n  - models: [{model: m1, samples: 0}]\n": (2, "out_of_range", "samples"),
    "stages:\n  - models: [m1, m2]\n    aggregation: synthesis\n": (2, "missing", "synthesis_model"),
    "stages:\n  - models: [m1, m2]\n    aggregation: custom_template\n": (2, "missing", "template"),
    "stages:\n  - models: [m1, m2]\n    aggregation: majority_vote\n    tie: judge\n": (2, "missing", "judge_model"),
    "stages:\n  - models: [m1, m2]\n    synthesis_model: m3\n": (2, "missing", "aggregation"),
    "stages:\n" + "  - models: [m1]\n" * 100: (2, "too_many", "stages"),
    "stages:\n  - models: [a, b, c, d, e, f, g, h, i]\n": (2, "too_many", "models"),
    f"stages:\n  - models: [m1]\n    system_prompt: {'x' * 20_001}\n": (3, "too_long", "system_prompt"),
    "stages:\n  - models: [m1\n": (3, "not_yaml", ""),
    "stages: \x00": (1, "not_yaml", ""),
    "x" * 200_001: (1, "too_long", ""),
}  # fmt: skip


def test_a_pipeline_is_read_with_all_its_fields() -> None:
    assert read_pipeline(EXAMPLE, "pipeline.yaml") == COUNCIL


def test_what_was_written_is_read_back() -> None:
    assert read_pipeline(write_pipeline(COUNCIL), "x") == COUNCIL


@pytest.mark.parametrize("text", WRONG, ids=[f"{kind} {key}" for _, kind, key in WRONG.values()])
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(text: str) -> None:
    with pytest.raises(PipelineProblem) as caught:
        read_pipeline(text, "my.yaml")
    problem = caught.value
    assert (problem.line, problem.kind, problem.key) == WRONG[text]
    assert problem.allowed or problem.kind in ("twice", "not_text")
    assert str(problem).startswith(f"my.yaml, line {problem.line}: ")


def test_a_draft_may_lack_what_is_still_to_be_chosen() -> None:
    empty = Pipeline("New", ())
    half = Pipeline("Half", (Stage("one", ()), Stage("two", (StageModel("m1"),), aggregation=Aggregation("judge"))))
    for draft in (empty, half):
        assert read_pipeline(write_pipeline(draft), "x", draft=True) == draft
    assert lacks(empty) == [(0, "stages")]
    assert lacks(half) == [(1, "models"), (2, "judge_model")]


def test_a_file_that_is_not_there_has_no_pipeline(tmp_path: Path) -> None:
    assert read_pipeline_file(tmp_path / "pipeline.yaml") is None


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.yaml"
    path.write_bytes(b"stages: \xff\xfe")
    with pytest.raises(PipelineProblem, match=r"pipeline\.yaml, line 1: not utf8"):
        read_pipeline_file(path)


words = st.text(max_size=40).map(str.strip)
names = words.filter(bool)
params = st.builds(
    StageParams,
    temperature=st.none() | st.floats(0, 2),
    n_gpu_layers=st.none() | st.integers(-1, 999),
    stop=st.lists(names, max_size=3).map(tuple),
    thinking=st.none() | st.booleans(),
)
models = st.builds(
    StageModel, names, st.none() | names, params, st.integers(1, 20), st.floats(0, 100, allow_subnormal=False)
)
aggregations = st.builds(
    Aggregation, st.sampled_from(["synthesis", "judge", "majority_vote"]), st.none() | names, st.none() | names
)
stages = st.builds(
    Stage,
    words,
    st.lists(models, max_size=3).map(tuple),
    words,
    st.sampled_from(["question", "previous", "both", "all"]),
    params,
    aggregation=st.none() | aggregations,
    needs_all=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.builds(Pipeline, words, st.lists(stages, max_size=3).map(tuple)))
def test_any_pipeline_is_read_back_as_it_was(pipeline: Pipeline) -> None:
    assert read_pipeline(write_pipeline(pipeline), "x", draft=True) == pipeline
