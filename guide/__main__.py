"""`python -m guide`: splits, teaches, writes models/guide.gguf. `python -m guide.examining` examines that very file."""

import argparse
import random
from pathlib import Path

import torch

from bot.guide import digest
from bot.texts import LANGUAGES
from guide.export import write
from guide.lessons import Teacher, vocabulary
from guide.network import Weights
from guide.network_shape import Shape
from guide.questions import held_back, written_out
from guide.split import apart
from guide.training import known_by_heart, right, seconds, taught

SEED = 5
VOCABULARY = 12288
LESSONS = 10000
FILE = Path(__file__).parents[1] / "models" / "guide.gguf"


def main() -> None:
    """Everything from the questions to the file; the same seed on the same machine gives the same file."""
    options = asked_for()
    torch.set_num_threads(options.threads)
    rehearsal = [asked for language in LANGUAGES for asked in held_back("rehearsal", language)]
    exam = [asked for language in LANGUAGES for asked in held_back("exam", language)]
    draw = random.Random(SEED)
    training, left_out = apart(
        [asked for language in LANGUAGES for asked in written_out(language, draw)], rehearsal + exam
    )
    print(f"{len(training)} ways of asking, {len(left_out)} more are too near to a question of the exam", flush=True)
    tokenizer = vocabulary(training, VOCABULARY)
    shape = Shape(tokenizer.size)
    teacher = Teacher(training, rehearsal + exam, tokenizer, SEED)

    def tell(number: int, weights: Weights, loss: float) -> None:
        found = right(weights, shape, tokenizer, rehearsal)
        by_heart = known_by_heart(weights, shape, teacher)
        print(
            f"{number:5} lessons, loss {loss:.3f}: {found.told()}; {by_heart} answers by heart"
            f" · {seconds():.0f} s of processor time",
            flush=True,
        )
        if options.wrong and number == options.lessons:
            print("\n".join(f"  {asked.text} | {asked.topic} -> {topic}" for asked, topic in found.wrong))

    weights = taught(shape, teacher, options.lessons, SEED, tell)
    arrays = {name: weight.float().numpy() for name, weight in weights.items()}
    write(options.file, shape, arrays, tokenizer, digest())
    print(f"{options.file}: {options.file.stat().st_size / 1e6:.1f} MB; python -m guide.examining examines it")


def asked_for() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m guide", description=__doc__)
    parser.add_argument("--file", type=Path, default=FILE, help="where the model goes")
    parser.add_argument("--lessons", type=int, default=LESSONS, help="fewer are quicker, and teach less")
    parser.add_argument("--threads", type=int, default=2, help="of torch")
    parser.add_argument("--wrong", action="store_true", help="tell which questions of the rehearsal are missed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
