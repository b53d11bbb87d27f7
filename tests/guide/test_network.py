"""The network in torch computes what llama.cpp computes, from the same file, and spells as it does."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="what teaching the guide needs is not installed")
llama_cpp = pytest.importorskip("llama_cpp", reason="llama-cpp-python is not built")

import numpy as np  # noqa: E402

from bot.texts import LANGUAGES  # noqa: E402
from guide import export, network  # noqa: E402
from guide.lessons import Teacher, prompt, vocabulary  # noqa: E402
from guide.network_shape import Shape  # noqa: E402
from guide.questions import held_back  # noqa: E402
from guide.split import plain  # noqa: E402
from guide.tokenizer import Tokenizer  # noqa: E402
from guide.training import loss_of  # noqa: E402

ASKED = [one for language in LANGUAGES for one in held_back("rehearsal", language)]
ODD = ("Ёж", "tab\there\nline", "漢字 ĳ", "  two  spaces ", "😀", "a" * 60, "π≈3,14159")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return vocabulary(ASKED, 900)


@pytest.fixture(scope="module")
def shape(tokenizer: Tokenizer) -> Shape:
    return Shape(tokenizer.size, n_embd=64, n_layer=2, n_head=2, n_ff=96)


@pytest.fixture(scope="module")
def weights(shape: Shape) -> network.Weights:
    """With queries, for fresh ones are nothing and would hide what the heads compute."""
    random = torch.Generator().manual_seed(2)
    fresh = {name: weight.detach() for name, weight in network.fresh(shape, seed=1).items()}
    asking = [name for name in fresh if "attn_q" in name]
    return fresh | {name: torch.randn(fresh[name].shape, generator=random) / 8 for name in asking}


@pytest.fixture(scope="module")
def llama(
    tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer, shape: Shape, weights: network.Weights
) -> "llama_cpp.Llama":
    file: Path = tmp_path_factory.mktemp("guide") / "tiny.gguf"
    export.write(file, shape, {name: weight.numpy() for name, weight in weights.items()}, tokenizer)
    return llama_cpp.Llama(str(file), n_ctx=256, n_threads=1, verbose=False)


def test_words_are_spelled_as_llama_cpp_spells_them(llama: "llama_cpp.Llama", tokenizer: Tokenizer) -> None:
    for text in [*ODD, *(one.text for one in ASKED)]:
        rendered = f"<|user|> {plain(text)}<|guide|>"
        assert llama.tokenize(rendered.encode(), add_bos=True, special=True) == prompt(text, tokenizer), text


def test_the_logits_are_those_of_llama_cpp(
    llama: "llama_cpp.Llama", tokenizer: Tokenizer, shape: Shape, weights: network.Weights
) -> None:
    for one in ASKED[:10]:
        tokens = prompt(one.text, tokenizer)
        llama.reset()
        llama.eval(tokens)
        theirs = np.array(llama_cpp.llama_get_logits(llama.ctx)[: shape.n_vocab])
        states = network.hidden(weights, shape, torch.tensor([tokens]))
        ours = network.logits(weights, states[0, -1]).numpy() * export.SHARPNESS
        assert np.abs(theirs - ours).max() < 0.01 * np.abs(ours).max()


def test_a_few_lessons_teach_something(tokenizer: Tokenizer, shape: Shape) -> None:
    fresh = network.fresh(shape, seed=1)
    lesson = Teacher(ASKED, [], tokenizer, seed=1).answers(8)
    optimizer = torch.optim.Adam(fresh.values(), lr=3e-3)
    losses = []
    for _ in range(12):
        loss = loss_of(fresh, shape, lesson, dropout=0.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]
