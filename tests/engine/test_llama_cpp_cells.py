"""Whatever a dialog goes on from, its logits are those of computing all afresh: dense, sliding, recurrent, both."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.engine.computed import KINDS, WINDOW, Computer, Heard, Kind, make_model


def may_reuse(kind: Kind, beginning: int, from_memory: bool = False) -> tuple[int, ...]:
    """How much of a known beginning shorter than the whole can be reused: all or nothing, or as luck has it."""
    match kind:
        case "llama" | "llama, small keys":
            return (beginning,)
        case "gemma3":
            return (0,) if from_memory else (beginning,)
        case "gemma3, short windows":
            return (0, beginning)
        case _:
            return (0,)


def words(seed: int, length: int) -> list[int]:
    """Tokens without meaning: the byte tokens of the vocabulary."""
    generator = random.Random(seed)
    return [generator.randrange(10, 260) for _ in range(length)]


LONG = words(1, 150)
"""Several windows and more than one chunk."""


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="module")
def path(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models"), kind)


@pytest.fixture
def computer(path: Path, kind: Kind) -> Iterator[Computer]:
    with closing(Computer(path, kind)) as computer:
        yield computer


@pytest.fixture(scope="module")
def fresh(path: Path, kind: Kind) -> Iterator[Callable[[Sequence[int]], Heard]]:
    """What a model says that has computed nothing before."""
    with closing(Computer(path, kind, n_slots=1)) as computer:

        def heard(prompt: Sequence[int]) -> Heard:
            computer.slots.forget("fresh")
            heard = computer.ask("fresh", prompt)
            assert heard.reused == 0
            return heard

        yield heard


Fresh = Callable[[Sequence[int]], Heard]


def test_other_pasts_give_other_logits(computer: Computer, fresh: Fresh) -> None:
    """The comparison of this file can fail, also by what is only just within the window."""
    changed = [*LONG[:-WINDOW], LONG[-WINDOW] ^ 1, *LONG[1 - WINDOW :]]
    assert not fresh(changed).equals(fresh(LONG))
    assert computer.ask(None, LONG).equals(fresh(LONG))


def test_the_next_turn_computes_only_what_is_new(computer: Computer, fresh: Fresh) -> None:
    prompt = LONG
    for seed in range(4):
        heard = computer.ask("d", prompt)
        assert heard.equals(fresh(prompt))
        assert heard.reused == 0 if seed == 0 else len(prompt) - 31
        prompt = [*prompt, *heard.tokens, *words(seed, 30)]


def test_an_edited_question_reuses_the_beginning_where_it_can(computer: Computer, fresh: Fresh, kind: Kind) -> None:
    computer.ask("d", LONG)
    edited = [*LONG[:100], *words(2, 40)]
    heard = computer.ask("d", edited)
    assert heard.equals(fresh(edited))
    assert heard.reused in may_reuse(kind, 100)


def test_a_question_asked_again_computes_one_token_where_it_can(computer: Computer, fresh: Fresh, kind: Kind) -> None:
    first = computer.ask("d", LONG)
    again = computer.ask("d", LONG)
    assert first.equals(again)
    assert again.equals(fresh(LONG))
    assert again.reused in may_reuse(kind, len(LONG) - 1)


def test_a_dialog_comes_back_from_main_memory(computer: Computer, fresh: Fresh) -> None:
    said = {name: computer.ask(name, words(seed, 120)) for seed, name in enumerate("abcdef")}
    for seed, name in enumerate("abcdef"):
        prompt = [*words(seed, 120), *said[name].tokens, *words(seed, 20)]
        heard = computer.ask(name, prompt)
        assert heard.equals(fresh(prompt))
        assert heard.reused == len(prompt) - 21


def test_a_dialog_from_main_memory_is_cut_where_it_can_be(computer: Computer, fresh: Fresh, kind: Kind) -> None:
    for seed, name in enumerate("abcd"):
        computer.ask(name, words(seed, 120))
    edited = [*words(0, 70), *words(9, 30)]
    heard = computer.ask("a", edited)
    assert heard.equals(fresh(edited))
    assert heard.reused in may_reuse(kind, 70, from_memory=True)


def test_dialogs_share_a_beginning_where_they_can(computer: Computer, fresh: Fresh, kind: Kind) -> None:
    rules = words(3, 90)
    for seed, name in enumerate("abcde", start=10):
        prompt = [*rules, *words(seed, 40)]
        heard = computer.ask(name, prompt)
        assert heard.equals(fresh(prompt))
        assert heard.reused in (may_reuse(kind, 90) if name != "a" else (0,))
    for seed, name in enumerate("abcde", start=10):
        assert computer.ask(name, [*rules, *words(seed, 40)]).equals(fresh([*rules, *words(seed, 40)]))


def test_a_prompt_given_up_in_the_middle_leaves_what_is_computed(computer: Computer, fresh: Fresh) -> None:
    slot = computer.slots.give("d", LONG)
    assert slot is not None
    computer.compute(slot, LONG[:64])
    computer.slots.rest(slot)
    heard = computer.ask("d", LONG)
    assert heard.equals(fresh(LONG))
    assert heard.reused == 64


def test_a_computation_aborted_in_the_middle_leaves_the_next_one_right(computer: Computer, fresh: Fresh) -> None:
    slot = computer.slots.give("d", LONG)
    assert slot is not None
    computer.compute(slot, LONG[:64])
    computer.abort.up()
    computer.model.batch.clear()
    for position, token in enumerate(LONG[64:100], start=64):
        computer.model.batch.add(token, position, slot.sequence, False)
    assert computer.model.batch.compute() == 2
    computer.abort.down()
    computer.slots.cut(slot, len(slot.log))
    computer.slots.rest(slot)
    assert computer.ask("d", LONG).equals(fresh(LONG))


def test_what_happens_to_one_dialog_leaves_the_others_right(computer: Computer, fresh: Fresh) -> None:
    """Edits, retries, next turns and forgetting of six dialogs in three slots, as chance has it."""
    generator = random.Random(5)
    rules = words(3, 50)
    talks = {name: [*rules, *words(seed, 20)] for seed, name in enumerate("abcdef")}
    for number in range(50):
        name = generator.choice("abcdef")
        match generator.choice(("next", "next", "again", "edit", "forget")):
            case "edit":
                talks[name] = [*talks[name][: generator.randrange(1, len(talks[name]))], *words(number, 15)]
            case "forget":
                computer.slots.forget(name)
        heard = computer.ask(name, talks[name])
        assert heard.equals(fresh(talks[name])), number
        if generator.random() < 0.6:
            talks[name] = [*talks[name], *heard.tokens, *words(number, 15)][:500]
