"""Texts of the kind no one wants to receive: broken markdown, Unicode horrors, endless lines. Seeded."""

from __future__ import annotations

from random import Random

_WORDS = "Привет мир the quick fox 日本語 عربى שלום हिन्दी code data ответ f(x) 3.14 ½ ñandú straße"
_MARKS = r"""
* ** *** _ __ ~~ ` `` ``` ```` ~~~ # ## ###### > >> - + 1. 10) [ ] ( ) ![ [^1] [^x]: ]( ][ | || |- |:-:| ---
=== *** \ \* & &amp; &lt; &#0; &#xD800; &#8232; &nbsp; < <b> </b> <i> </i> <sub> </sup> <br> <br/> <code>
</code> <script> <!-- --> <details> </details> <summary> $ $$ $x$ \( \) \[ \] ^ ^2 _{i} {} }{ \frac{a}{b}
\begin{cases} \end{cases} \\ @name /start #tag https://e.org [x](http://a.b) [y](javascript:x)
[z](tg://user?id=1) [m](mailto:a@b.c) [l](http://localhost) [](http://a.b) ![](u) <http://q.r> [r]: [x]:
"""
WORDS = _WORDS.split()
MARKS = _MARKS.split()
HORRORS = (
    "\x00", "\x01", "\t", "\r", "\r\n", "\x0b", "\x85", "\xa0", "\xad",
    "\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "a\u030a", "\u0333", "\u200b", "\u200d",
    "\u200e\u200f\u200e", "\u202e", "\u2028", "\u2066", "\u2800", "\u3000", "\ufe0f", "\ufeff", "\ufffc",
    "\uffff", "\ud83d", "\ude00", "\ud83d\ude00", "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f1f7\U0001f1fa\U0001f1fa\U0001f1f8\U0001f1e9", "\U0001f44d\U0001f3fd", "1\ufe0f\u20e3",
    "\U0001d54f", "\ufdfa", "\U000e0041", "\U0010ffff", "\uff41", "\uff71",
)  # fmt: skip
LINES = (
    "", " ", "    ", "\t", "```", "```python", "~~~", "$$", "\\[", "\\]", "---", "***", "===", "| a | b |",
    "|---|:-:|", "| 1", "| **x** | `y` | z |", "- ", "- [ ] ", "- [x] task", "  - sub", "      - subsub",
    "1. ", "999999999. x", "> ", "> > > ", "> ```", "> - a", "# ", "####### ", "[1]: http://a.b", "[^1]: note",
    "<details>", "<summary>s</summary>", "</details>", "    code", "* * *", "&#x1F600;",
    "||||||||||||||||||||||||||||||",
    "| x |" * 25,
    "|---|" * 25,
)  # fmt: skip


def nasty_text(seed: int) -> str:
    """One text; the same seed always gives the same one."""
    random = Random(seed)
    match seed % 10:
        case 0 | 1 | 2:
            text = "".join(_bit(random) for _ in range(random.randint(1, 60)))
        case 3 | 4 | 5:
            text = "\n".join(_line(random) for _ in range(random.randint(1, 20)))
        case 6:
            text = "".join(random.choice(MARKS) for _ in range(random.randint(1, 120)))
        case 7:
            text = _table(random)
        case 8:
            text = "\n".join(
                random.choice("-*>1") * random.randint(0, 2) + " " * depth + _line(random)
                for depth in range(random.randint(1, 25))
            )
        case _:
            text = _long(random)
    return text[: random.randint(0, len(text))] if random.random() < 0.3 else text


def _bit(random: Random) -> str:
    chance = random.random()
    if chance < 0.4:
        return random.choice(WORDS) + random.choice(" \n") * random.randint(0, 1)
    return random.choice(MARKS if chance < 0.8 else HORRORS)


def _line(random: Random) -> str:
    start = random.choice(LINES) if random.random() < 0.7 else ""
    return start + " ".join(_bit(random) for _ in range(random.randint(0, 6)))


def _table(random: Random) -> str:
    columns = random.randint(1, 6)
    rows = [
        " | ".join(
            "".join(_bit(random) for _ in range(random.randint(0, 3))).replace("\n", " ")
            for _ in range(random.randint(1, columns + 1))
        )
    ]
    rows.append("|".join(random.choice((":--", "-:", ":-:", "---")) for _ in range(columns)))
    rows += [" | ".join(_bit(random).replace("\n", "") for _ in range(columns)) for _ in range(random.randint(0, 12))]
    return "| " + " |\n| ".join(rows) + random.choice((" |", "", " | ", "\n\nafter"))


def _long(random: Random) -> str:
    """Now and then more than one message: a long line, a long fence, or one mark over and over."""
    if random.random() < 0.8:
        return random.choice((*MARKS, *HORRORS)) * random.randint(1, 400)
    size = random.randint(3_000, 9_000)
    filler = random.choice(
        ("x", "слово ", "😀", "a\u0301", "👨‍👩‍👧", "    line\n", "*b* `c` ", "> q\n", "&amp;", "\ufeff ", "1. a\n")
    )
    return random.choice(("", "```py\n", "> ", "- ", "**", "$$", "|")) + filler * (size // len(filler))
