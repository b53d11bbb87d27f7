"""Texts: what a person reads, from texts/ru.ftl and texts/en.ftl."""

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

from config.settings import Language

FOLDER = Path(__file__).parent / "texts"
LANGUAGES: tuple[Language, ...] = ("ru", "en")
LONGEST_VALUE = 2500
"""The fluent package refuses to put in longer ones; that somebody wrote so much must be no error."""


class Texts:
    """The texts of one language: `texts("answer-stopped", seconds=3)`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._bundle = FluentBundle([language], use_isolating=False)
        for path in sorted(FOLDER.glob(f"{language}*.ftl")):
            self._bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))

    def __call__(self, text_id: str, **values: str | int | float) -> str:
        """The text with its values put in; a missing id or value is an error of ours."""
        pattern = self._bundle.get_message(text_id).value
        if pattern is None:
            raise KeyError(text_id)
        fitting = {name: value[:LONGEST_VALUE] if isinstance(value, str) else value for name, value in values.items()}
        text, errors = self._bundle.format_pattern(pattern, fitting)
        if errors:
            raise errors[0]
        return str(text)


@cache
def texts(language: Language) -> Texts:
    """The texts of a language, read once."""
    return Texts(language)


def language_of(telegram_code: str | None) -> Language:
    """The nearest language of ours to what Telegram says of a person's client."""
    neighbours = ("ru", "uk", "be", "kk", "ky", "uz", "tg", "tt")
    return "ru" if (telegram_code or "").split("-")[0] in neighbours else "en"
