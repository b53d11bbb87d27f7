"""The guide's vocabulary: learned from its own texts, spelled exactly as llama.cpp spells with it.

llama.cpp's way (tokenizer model "llama"): begin with letters, then again and again join the two neighbours whose
joint piece has the highest score, the leftmost of equals; a letter without a piece becomes its bytes.
"""

import heapq
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable

SPACE = "\u2581"
MARKS = ("<unk>", "<s>", "</s>", "<|user|>", "<|guide|>")
UNKNOWN, BEGIN, END, USER, GUIDE = range(5)
PIECE = re.compile(rf"{SPACE}?[^{SPACE}]+|{SPACE}")
RAREST = 3
"""A letter seen less often has no piece of its own."""


class Tokenizer:
    """Pieces by their number: marks (MARKS, then `names` as marks too), bytes, then what was learned, best first."""

    def __init__(self, names: Iterable[str], learned: Iterable[str]) -> None:
        self.marks = [*MARKS, *(f"<|{name}|>" for name in names)]
        self.learned = list(learned)
        self._mark_ids = {name: number for number, name in enumerate(self.marks)}
        self._bytes_at = len(self.marks)
        self._ids = {piece: self._bytes_at + 256 + place for place, piece in enumerate(self.learned)}
        self._known: dict[str, tuple[int, ...]] = {}

    @property
    def size(self) -> int:
        return self._bytes_at + 256 + len(self.learned)

    def mark(self, name: str) -> int:
        return self._mark_ids[f"<|{name}|>"]

    def named(self, number: int) -> str:
        """A mark by its name; "?" for what is none."""
        return self.marks[number] if number < len(self.marks) else "?"

    def ids(self, text: str, draw: random.Random | None = None, drop: float = 0.0) -> list[int]:
        """The pieces of a text; with `drop` some joints are left out by chance, so that no spelling is relied upon."""
        found: list[int] = []
        for word in PIECE.findall(text.replace(" ", SPACE)):
            if draw is not None and drop and draw.random() < drop:
                found += self._spelled(word, draw)
                continue
            if word not in self._known:
                self._known[word] = tuple(self._spelled(word, None))
            found += self._known[word]
        return found

    def _spelled(self, word: str, draw: random.Random | None) -> list[int]:
        parts = list(word)
        while True:
            joints = [
                (number, place)
                for place, pair in enumerate(itertools.pairwise(parts))
                if (number := self._ids.get("".join(pair))) is not None and (draw is None or draw.random() > 0.2)
            ]
            if not joints:
                break
            _, place = min(joints)
            parts[place : place + 2] = ["".join(parts[place : place + 2])]
        return [number for part in parts for number in self._piece(part)]

    def _piece(self, part: str) -> list[int]:
        if part in self._ids:
            return [self._ids[part]]
        return [self._bytes_at + byte for byte in part.encode()]


def learn(texts: Counter[str], names: Iterable[str], size: int) -> Tokenizer:
    """A vocabulary of `size` pieces: the letters there are, then the joints that shorten the texts most."""
    words: Counter[str] = Counter()
    for text, count in texts.items():
        for word in PIECE.findall(text.replace(" ", SPACE)):
            words[word] += count
    letters: Counter[str] = Counter()
    for word, count in words.items():
        for letter in word:
            letters[letter] += count
    alphabet = sorted(letter for letter, count in letters.items() if count >= RAREST)
    names = list(names)
    room = size - len(MARKS) - len(names) - 256 - len(alphabet)
    return Tokenizer(names, [*joints(words, room), *alphabet])


def joints(words: Counter[str], room: int) -> list[str]:
    """The joints by how often they occur, each counted in texts where the earlier ones are made already."""
    spelled = [(list(word), count) for word, count in sorted(words.items())]
    pairs: Counter[tuple[str, str]] = Counter()
    holders: dict[tuple[str, str], set[int]] = {}
    for number, (parts, count) in enumerate(spelled):
        for pair in itertools.pairwise(parts):
            pairs[pair] += count
            holders.setdefault(pair, set()).add(number)
    found: dict[str, None] = {}
    commonest = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(commonest)
    while len(found) < room and commonest:
        seen, pair = heapq.heappop(commonest)
        if -seen != pairs[pair]:  # counted anew since; it stands in the heap with its new count as well
            continue
        if pairs[pair] < RAREST:
            break
        found["".join(pair)] = None
        changed: set[tuple[str, str]] = set()
        for number in sorted(holders.pop(pair, ())):
            parts, count = spelled[number]
            for old in itertools.pairwise(parts):
                pairs[old] -= count
                changed.add(old)
            _join(parts, pair)
            for new in itertools.pairwise(parts):
                pairs[new] += count
                holders.setdefault(new, set()).add(number)
                changed.add(new)
        pairs[pair] = 0
        for other in changed - {pair}:
            heapq.heappush(commonest, (-pairs[other], other))
    return list(found)


def _join(parts: list[str], pair: tuple[str, str]) -> None:
    place = 0
    while place < len(parts) - 1:
        if (parts[place], parts[place + 1]) == pair:
            parts[place : place + 2] = ["".join(pair)]
        place += 1
