"""Settings of a dialog: what a person may write, and what they are told otherwise."""

import pytest

from engine.dialog_settings import SYSTEM_LIMIT, DialogSettings, changed, from_json, kinds, to_json
from engine.errors import BadValue


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("temperature", "0.7", 0.7),
        ("temperature", "0,7", 0.7),
        ("temperature", "2", 2.0),
        ("top_p", "0", 0.0),
        ("top_k", "0", 0),
        ("min_p", "0,05", 0.05),
        ("repeat_penalty", "1.1", 1.1),
        ("max_tokens", "4_096", 4096),
        ("n_gpu_layers", "-1", -1),
        ("seed", "0", 0),
        ("thinking", "ON", True),
        ("thinking", "нет", False),
        ("footer", "выкл", False),
        ("system", "  Be brief. ", "Be brief."),
    ],
)
def test_values_are_read_as_people_write_them(key: str, text: str, value: object) -> None:
    assert getattr(changed(DialogSettings(), key, text), key) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("temperature", "2.1"),
        ("temperature", "-0.1"),
        ("temperature", "nan"),
        ("temperature", "inf"),
        ("temperature", "hot"),
        ("top_p", "1.01"),
        ("top_k", "-1"),
        ("min_p", "2"),
        ("repeat_penalty", "0.9"),
        ("max_tokens", "0"),
        ("max_tokens", "1.5"),
        ("max_tokens", "9" * 5000),
        ("n_ctx", "255"),
        ("n_gpu_layers", "-2"),
        ("seed", str(2**31)),
        ("thinking", "maybe"),
    ],
)
def test_a_wrong_value_is_told_with_range_and_example(key: str, text: str) -> None:
    with pytest.raises(BadValue) as caught:
        changed(DialogSettings(), key, text)
    assert caught.value.key == key
    assert caught.value.allowed == kinds()[key].allowed
    assert changed(DialogSettings(), *caught.value.example.split(" ", 1)) != DialogSettings() or key in (
        "footer",
        "buttons",
    )


def test_an_unknown_key_is_told_with_all_there_are() -> None:
    with pytest.raises(BadValue) as caught:
        changed(DialogSettings(), "temprature", "1")
    assert caught.value.key == "key"
    assert set(caught.value.allowed.split(", ")) == {*kinds(), "system"}


@pytest.mark.parametrize("key", [*kinds(), "system"])
@pytest.mark.parametrize("word", ["default", "Reset", "сброс"])
def test_a_reset_word_brings_the_default_back(key: str, word: str) -> None:
    example = "Be brief." if key == "system" else kinds()[key].presets[-1]
    settings = changed(DialogSettings(), key, example)
    assert settings != DialogSettings()
    assert changed(settings, key, word) == DialogSettings()


def test_every_preset_is_allowed() -> None:
    for key, kind in kinds().items():
        for preset in kind.presets:
            changed(DialogSettings(), key, preset)
        changed(DialogSettings(), key, kind.example)


def test_a_system_prompt_has_a_limit() -> None:
    assert changed(DialogSettings(), "system", "x" * SYSTEM_LIMIT).system
    with pytest.raises(BadValue):
        changed(DialogSettings(), "system", "x" * (SYSTEM_LIMIT + 1))


def test_a_dash_clears_the_system_prompt() -> None:
    assert changed(DialogSettings(system="Be brief."), "system", "-").system == ""


def test_only_what_differs_is_stored() -> None:
    settings = DialogSettings(temperature=0.3, footer=False, system="Будь краток.")
    assert from_json(to_json(settings)) == settings
    assert to_json(DialogSettings()) == "{}"


def test_settings_of_a_later_version_are_passed_over() -> None:
    assert from_json('{"temperature": 0.3, "mood": "calm"}') == DialogSettings(temperature=0.3)
