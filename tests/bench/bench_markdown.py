"""How long an answer takes to format, and whether the time grows with the length and no faster.

Run: python tests/bench/bench_markdown.py [--quick]
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.markdown import format_markdown, rich_blocks

ORDINARY = """## How to read a file

First, **open** it with `open()` and *always* close it. See [the docs](https://docs.python.org/3/) for more.

```python
with open("notes.txt", encoding="utf-8") as file:
    for line in file:
        print(line.rstrip())
```

- short and clear
- works on Windows, too
  - with a `Path` as well

| Way | Speed |
|---|---:|
| read | 1.0 |
| mmap | 2.5 |

> Remember: $E = mc^2$ has nothing to do with it.

1. Open
2. Read
3. Close

"""
_SIGNS = "[ ![ [a]( []() [[] > * _ ` ~~a <b> < & $ $a \\( | # 1. [^a x a\u0301 \U0001f468\u200d"
SIGNS = _SIGNS.split()
ENDLESS = ("> ", "**a ", "*a_ ", "- ", " ", "\n", "*a* `b` ")
LINES = (
    "$$a",
    "\\[a",
    "|a|\n|-|",
    "- a",
    "> a",
    "[a]: b",
    "[a",
    "a\n=",
    "```",
    "<details>\n",
    "> **a** [b](http://c.de)",
)
NASTY = (*SIGNS, *ENDLESS, *(f"{line}\n" for line in LINES))


def main() -> None:
    sizes = (4_096, 16_384) if "--quick" in sys.argv else (4_096, 65_536)
    print(f"{'':30}" + "".join(f"{size // 1024:>5} KB, ms" for size in sizes) + "   growth per size")
    report("ordinary", ORDINARY, sizes)
    for pattern in NASTY:
        report(repr(pattern), pattern, sizes)
    text = filled(ORDINARY, sizes[0])
    print(f"rich, ordinary, 4 KB: {1000 * best(partial(rich_blocks, text)):.1f} ms")
    for sign in "[>*x":
        print(f"{sign!r} x 1 MB: {1000 * once(partial(format_markdown, sign * 1_000_000)):.0f} ms")


def report(name: str, pattern: str, sizes: tuple[int, ...]) -> None:
    times = [best(partial(format_markdown, filled(pattern, size))) for size in sizes]
    growth = times[-1] / times[0] / (sizes[-1] / sizes[0])
    mark = "  <-- superlinear" if growth > 1.6 and times[-1] > 0.05 else ""
    print(f"{name:30}" + "".join(f"{1000 * taken:13.1f}" for taken in times) + f"{growth:13.2f}{mark}", flush=True)


def filled(pattern: str, size: int) -> str:
    return (pattern * (size // len(pattern) + 1))[:size]


def best(work: Callable[[], object], tries: int = 3) -> float:
    return min(once(work) for _ in range(tries))


def once(work: Callable[[], object]) -> float:
    """Seconds of one call, without the collector: its pauses depend on what else lives in the process."""
    gc.disable()
    start = time.perf_counter()
    work()
    taken = time.perf_counter() - start
    gc.enable()
    return taken


if __name__ == "__main__":
    main()
