"""The vocabulary and the template of a model file: all that counting takes. Runs in the child."""

from typing import Any

import llama_cpp

from engine.backends.llama_cpp.chat_template import BadTemplate, ChatTemplate
from engine.backends.llama_cpp.opening import CannotRun, LlamaLog, open_model
from engine.backends.llama_cpp.vocabulary import Vocabulary
from engine.backends.llama_cpp.wire import ChatLine


class Words:
    """The vocabulary and template of a file: enough to count. `model` is a llama_model pointer."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.vocabulary = Vocabulary(model)
        source = llama_cpp.llama_model_chat_template(model, None)
        try:
            text = source.decode("utf-8", "replace") if source else None
            self._template = ChatTemplate(text, self.vocabulary.bos, self.vocabulary.eos)
        except BadTemplate as error:
            raise CannotRun("bad_file", str(error)) from error
        self.stops = self._template.stops

    def prompt(self, lines: tuple[ChatLine, ...], think: bool | None = None) -> str:
        try:
            return self._template.render(lines, think)
        except BadTemplate as error:
            raise CannotRun("refused", str(error)) from error

    def count(self, lines: tuple[ChatLine, ...]) -> int:
        return len(self.vocabulary.tokens(self.prompt(lines)))

    def close(self) -> None:
        """Give the memory back; nothing may use these words or their model any more."""
        llama_cpp.llama_model_free(self.model)


def open_words(path: str, log: LlamaLog) -> Words:
    """Read only the vocabulary of a file."""
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    return Words(open_model(path, params, log))
