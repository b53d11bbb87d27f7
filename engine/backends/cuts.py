"""Prompts that servers cut or drop without a word: how to know that they did.

Ollama does it most: since 0.12.6 a request can forbid it (truncate: false); before, turns vanish from the front and
all that tells is the count of prompt tokens afterwards. This knows nothing of connections.
"""

import re
from collections.abc import Sequence

from engine.messages import Message

FORBIDS_CUTS_SINCE = (0, 12, 6)
COUNTS_WHOLE_PROMPT_SINCE = (0, 2, 0)
"""Before, prompt_eval_count left out what was in the cache (ollama/ollama#5371)."""
WORD = re.compile(r"[^\W\d_]+|\d+")
LETTERS_IN_A_TOKEN = 16
"""Longer tokens are so rare that no prompt of words is made of them."""


def may_cut(version: str) -> bool:
    """True if the server drops what does not fit and its count tells; development builds call themselves 0.0.0."""
    number = tuple(int(part) for part in re.findall(r"\d+", version.partition("-")[0])[:3])
    return COUNTS_WHOLE_PROMPT_SINCE <= number < FORBIDS_CUTS_SINCE


def fewest_tokens(messages: Sequence[Message]) -> int:
    """A count that no tokenizer goes below: one token a word (tokens do not reach over blanks)."""
    lengths = (len(word) for message in messages for word in WORD.findall(message.text))
    return sum(-(-length // LETTERS_IN_A_TOKEN) for length in lengths)


def was_cut(messages: Sequence[Message], counted: int, n_ctx: int) -> bool:
    """True if `counted` tokens cannot be the whole prompt, or leave no room in a window of `n_ctx` for an answer."""
    return counted >= n_ctx or counted < fewest_tokens(messages)
