"""Several models wanted at once: together, in turn, or not at all, with the numbers."""

import pytest

from engine.errors import NoMemory
from engine.fitting import Free
from engine.forecast import Forecast, Need, Setup
from engine.memory_plan import Candidate, plan_stage


def candidate(name: str, size: int, way: int = 4096) -> Candidate:
    """Takes a card whole where one has room, else RAM."""

    def load(free: Free) -> Forecast:
        if free.vram and free.vram[0] >= size:
            return Forecast(Setup(way, 99), Need(), (Need(size),))
        return Forecast(Setup(way), Need(size, context=1))

    return Candidate(name, way, load, lambda free: NoMemory("s", name, need_bytes=size + 1, free_bytes=free.total))


def test_models_that_fit_side_by_side_run_together() -> None:
    plan = plan_stage([candidate("a", 40), candidate("b", 50)], Free(100))
    assert (plan.verdict, plan.ram_bytes, plan.gpu_bytes) == ("together", 92, ())
    assert [share.name for share in plan.shares] == ["a", "b"]
    assert not plan.is_slow


def test_models_that_fit_only_one_at_a_time_take_turns() -> None:
    plan = plan_stage([candidate("a", 60), candidate("b", 50)], Free(100))
    assert (plan.verdict, plan.ram_bytes, plan.refusals) == ("in turn", 61, ())
    assert plan.is_slow


def test_one_that_does_not_fit_even_alone_is_named_with_its_refusal() -> None:
    plan = plan_stage([candidate("a", 60), candidate("b", 500)], Free(100))
    assert plan.verdict == "too big"
    assert [(refusal.model, refusal.need_bytes, refusal.free_bytes) for refusal in plan.refusals] == [("b", 501, 100)]


def test_the_second_goes_into_ram_when_the_first_has_the_card() -> None:
    plan = plan_stage([candidate("a", 60), candidate("b", 50)], Free(100, (80,)))
    assert (plan.verdict, plan.ram_bytes, plan.gpu_bytes) == ("together", 51, (60,))
    assert plan.is_slow, "one computes beside the card"


def test_the_same_model_twice_is_loaded_once_but_two_ways_of_it_take_turns() -> None:
    twice = plan_stage([candidate("a", 60), candidate("a", 60)], Free(100))
    assert (twice.verdict, twice.ram_bytes) == ("together", 61)
    two_windows = plan_stage([candidate("a", 10), candidate("a", 20, way=8192)], Free(100))
    assert (two_windows.verdict, two_windows.ram_bytes) == ("in turn", 21)


@pytest.mark.parametrize("free", [Free(0), Free(100, (100,))])
def test_a_stage_without_models_takes_nothing(free: Free) -> None:
    plan = plan_stage([], free)
    assert (plan.verdict, plan.ram_bytes) == ("together", 0)
    assert plan.gpu_bytes == (0,) * len(free.vram)
