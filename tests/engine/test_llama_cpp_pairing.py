"""Whose eyes are whose: files named and laid out as people find them."""

from pathlib import Path

import pytest

from engine.backends.llama_cpp.files import Files
from tests.eyes_gguf import make_eyes
from tests.tiny_gguf import Shape, make_gguf

WIDE = Shape(n_embd=128)


def paired(folder: Path) -> dict[str, str | None]:
    """The models there are, each with its eyes."""
    files = Files(folder, folder / "models.yaml").scan()
    return {name: file.eyes.path.relative_to(folder).as_posix() if file.eyes else None for name, file in files.items()}


def model(path: Path, **shape: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    make_gguf(path, name=path.stem, **shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model_name", "eyes_name"),
    [
        ("SmolVLM-256M-Instruct-Q8_0.gguf", "mmproj-SmolVLM-256M-Instruct-f16.gguf"),
        ("gemma-3-4b-it-Q4_K_M.gguf", "mmproj-gemma-3-4b-it-BF16.gguf"),
        ("Qwen2.5-VL-7B-Instruct-IQ4_XS.gguf", "Qwen2.5-VL-7B-Instruct.mmproj-fp16.gguf"),
        ("llava-v1.6-mistral-7b.Q5_K_S.gguf", "mmproj-model-f16.gguf"),
    ],
)
def test_names_as_they_are_found_are_understood(tmp_path: Path, model_name: str, eyes_name: str) -> None:
    model(tmp_path / model_name)
    make_eyes(tmp_path / eyes_name)
    assert paired(tmp_path) == {model_name: eyes_name}


def test_each_of_several_models_gets_its_own(tmp_path: Path) -> None:
    for name in ("alpha-2b-Q4_0", "alpha-7b-Q4_0", "beta-2b-Q4_0"):
        model(tmp_path / f"{name}.gguf")
    make_eyes(tmp_path / "mmproj-alpha-2b-f16.gguf")
    make_eyes(tmp_path / "mmproj-alpha-7b-f16.gguf")
    assert paired(tmp_path) == {
        "alpha-2b-Q4_0.gguf": "mmproj-alpha-2b-f16.gguf",
        "alpha-7b-Q4_0.gguf": "mmproj-alpha-7b-f16.gguf",
        "beta-2b-Q4_0.gguf": None,
    }


def test_eyes_without_a_name_belong_to_their_folder(tmp_path: Path) -> None:
    model(tmp_path / "gamma" / "gamma-Q4_0.gguf")
    model(tmp_path / "delta" / "delta-Q4_0.gguf")
    make_eyes(tmp_path / "gamma" / "mmproj-F16.gguf")
    assert paired(tmp_path) == {"delta/delta-Q4_0.gguf": None, "gamma/gamma-Q4_0.gguf": "gamma/mmproj-F16.gguf"}


def test_eyes_without_a_name_among_several_models_are_nobodys(tmp_path: Path) -> None:
    model(tmp_path / "gamma-Q4_0.gguf")
    model(tmp_path / "gamma-Q8_0.gguf")
    make_eyes(tmp_path / "mmproj-F16.gguf")
    assert set(paired(tmp_path).values()) == {"mmproj-F16.gguf"}, "two files of one model"
    model(tmp_path / "delta-Q4_0.gguf")
    assert set(paired(tmp_path).values()) == {None}


def test_eyes_of_another_width_or_made_for_another_kind_are_no_ones(tmp_path: Path) -> None:
    model(tmp_path / "a.gguf", shape=WIDE)
    make_eyes(tmp_path / "mmproj-a.gguf", width=64)
    make_eyes(tmp_path / "mmproj-f16.gguf", width=128, projector="gemma3")
    assert paired(tmp_path) == {"a.gguf": None}


def test_the_list_of_models_has_the_last_word(tmp_path: Path) -> None:
    model(tmp_path / "a.gguf")
    make_eyes(tmp_path / "mmproj-a.gguf")
    make_eyes(tmp_path / "other.gguf")
    (tmp_path / "models.yaml").write_text("models:\n  mine:\n    file: a.gguf\n    mmproj: other.gguf\n")
    assert paired(tmp_path) == {"mine": "other.gguf"}
