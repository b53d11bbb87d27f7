"""Which share of the machine's cores each model has while several answer. Knows nothing of how they compute."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from engine.backends.llama_cpp.child import Child
from engine.backends.llama_cpp.wire import Share


class Cores:
    """`total` threads for all children that answer, in equal shares, at least one each."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._answers: Counter[Child] = Counter()
        self._told: dict[Child, int] = {}

    @contextmanager
    def answering(self, child: Child) -> Iterator[None]:
        """While the child answers it has its share; an idle one has none, and takes the whole when it begins alone."""
        self._answers[child] += 1
        self._share_out()
        try:
            yield
        finally:
            self._answers[child] -= 1
            if not self._answers[child]:
                del self._answers[child]
            self._share_out()

    def _share_out(self) -> None:
        self._told = {child: threads for child, threads in self._told.items() if not child.is_gone}
        for child in self._answers:
            share = max(1, self._total // len(self._answers))
            if self._told.get(child, self._total) != share:
                self._told[child] = share
                child.tell(Share(child.next_id(), share))
