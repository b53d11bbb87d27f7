"""How many threads compute: what the rule does with the times of steps, and how models share the cores."""

from collections.abc import Callable

import pytest

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.cores import Cores
from engine.backends.llama_cpp.threads import FIRST_WAIT_S, WINDOW_STEPS, Threads
from engine.backends.llama_cpp.wire import Request, Share


class Hearing(Child):
    """A child without a process: what it is told is kept."""

    def __init__(self) -> None:
        super().__init__("server", "model", silence_s=1.0)
        self.shares: list[int] = []

    def tell(self, request: Request) -> None:
        assert isinstance(request, Share)
        self.shares.append(request.n_threads)


class Machine:
    """Its clock goes by the steps; `step_s` tells how long one takes with so many threads."""

    def __init__(self, most: int, step_s: Callable[[int], float]) -> None:
        self.time_s = 0.0
        self.step_s = step_s
        self.used: list[int] = []
        self.threads = Threads(most, self.used.append, clock=lambda: self.time_s)

    def windows(self, count: int, kind: int = 1) -> list[int]:
        """Compute so long; the number of threads after each window."""
        seen = []
        for _ in range(count):
            for _ in range(WINDOW_STEPS):
                step_s = self.step_s(self.threads.now)
                self.time_s += step_s
                self.threads.took(kind, step_s)
            seen.append(self.threads.now)
        return seen


def quiet(threads: int) -> float:
    return 0.08 / threads


def crowded(threads: int) -> float:
    """With more than two threads somebody else's work is waited for."""
    return 0.08 / threads if threads <= 2 else 0.1 * threads


def test_on_a_quiet_machine_half_the_threads_are_tried_once_and_given_up() -> None:
    machine = Machine(8, quiet)
    assert machine.windows(2) == [4, 8]
    assert machine.windows(200) == [8] * 200


def test_where_fewer_threads_are_faster_from_the_start_they_stay() -> None:
    machine = Machine(8, crowded)
    machine.windows(10)
    assert machine.windows(100).count(2) > 90


def test_a_neighbour_that_comes_halves_the_threads_and_one_that_goes_gives_them_back() -> None:
    machine = Machine(4, quiet)
    machine.windows(10)
    machine.step_s = crowded
    assert 2 in machine.windows(3)
    assert machine.windows(40).count(2) > 30
    machine.step_s = quiet
    machine.windows(400)
    assert machine.threads.now == 4


def test_a_token_that_is_not_half_again_as_slow_changes_nothing() -> None:
    machine = Machine(4, quiet)
    machine.windows(10)
    machine.step_s = lambda threads: 1.4 * quiet(threads)
    assert machine.windows(20) == [4] * 20


def test_a_single_hiccup_changes_nothing() -> None:
    machine = Machine(4, quiet)
    machine.windows(10)
    for _ in range(WINDOW_STEPS // 2 - 1):
        machine.threads.took(1, 9.0)
    assert machine.windows(3) == [4] * 3


def test_what_is_slow_with_fewer_threads_too_is_the_measure_from_then_on() -> None:
    machine = Machine(4, quiet)
    machine.windows(10)
    machine.step_s = lambda threads: 2 * quiet(threads)
    assert machine.windows(20).count(2) == 1
    assert machine.threads.now == 4


def test_tries_in_vain_become_rare() -> None:
    machine = Machine(2, lambda threads: 0.01 * threads)
    machine.windows(2)
    machine.used.clear()
    machine.time_s = 0.0
    while machine.time_s < 200 * FIRST_WAIT_S:
        machine.windows(1)
    assert 3 <= machine.used.count(2) <= 12


def test_steps_of_another_kind_are_not_compared() -> None:
    machine = Machine(4, quiet)
    machine.windows(10)
    machine.step_s = lambda threads: 4 * quiet(threads)
    assert machine.windows(20, kind=4) == [4] * 20


def test_other_models_take_their_share_and_give_it_back() -> None:
    machine = Machine(8, quiet)
    machine.windows(10)
    for most in (4, 8, 1, 8):
        machine.threads.allow(most)
        assert machine.threads.now == most
        machine.windows(10)
    assert machine.threads.now == 8


def test_models_that_answer_share_the_cores_equally() -> None:
    cores, (one, two, three) = Cores(7), (Hearing(), Hearing(), Hearing())
    with cores.answering(one), cores.answering(one):
        with cores.answering(two):
            with cores.answering(three):
                assert [child.shares for child in (one, two, three)] == [[3, 2], [3, 2], [2]]
            assert [child.shares[-1] for child in (one, two, three)] == [3, 3, 2]
        assert (one.shares, two.shares) == ([3, 2, 3, 7], [3, 2, 3])
    with cores.answering(three):
        assert three.shares == [2, 7]


def test_no_model_is_left_without_a_thread() -> None:
    cores, children = Cores(1), [Hearing() for _ in range(3)]
    with cores.answering(children[0]), cores.answering(children[1]), cores.answering(children[2]):
        assert [child.shares for child in children] == [[], [], []]


@pytest.mark.parametrize("step_s", [quiet, crowded])
def test_a_single_thread_is_left_alone(step_s: Callable[[int], float]) -> None:
    machine = Machine(1, step_s)
    machine.windows(50)
    assert machine.used == []
