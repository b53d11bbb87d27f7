"""What there is to know about the bot: topics, each with a title and an answer in the texts.

/help shows them and the guide model has learned them by heart, so that the two cannot disagree.
"""

import hashlib
import re

from bot.texts import LANGUAGES, Texts, texts
from engine.backends.base import GUIDE_NAME

SECTIONS: dict[str, tuple[str, ...]] = {
    "start": (
        *("about", "commands", "install", "sandbox", "telegram", "docker", "offline", "privacy", "backup", "update"),
        "language",
    ),
    "models": (
        *("model-add", "model-server", "model-remote", "model-choose", "model-which", "model-signs", "model-default"),
        *("model-remove", "model-list", "model-names", "thinking", "gpu", "slow", "embedded", "model-none"),
    ),
    "dialogs": (
        *("dialog-new", "dialog-switch", "dialog-rename", "dialog-delete", "dialog-clear", "topics", "export"),
        "history",
    ),
    "answers": (
        *("stop", "retry", "answer-file", "question-edit", "answer-forget", "answer-buttons", "answer-length"),
        *("answer-look", "queue"),
    ),
    "settings": ("settings", "temperature", "system", "window", "seed"),
    "pipelines": (
        *("mode", "pipe", "pipe-base", "pipe-vote", "pipe-memory", "pipe-share", "steps", "step-again", "duel"),
        "run-files",
    ),
    "people": ("invite", "users", "access", "owner", "places", "groups", "admin", "servers", "memory"),
    "errors": (
        *("err-memory", "err-server", "err-silent", "err-gone", "err-crash", "err-code", "err-file", "err-disk"),
        *("err-token", "err-port"),
    ),
    "absent": ("not-photo", "not-document", "not-voice", "not-web", "not-kb", "not-stats"),
}
TOPICS = tuple(topic for topics in SECTIONS.values() for topic in topics)
SMALL_TALK = ("hello", "other")
"""What only the guide says: a greeting, and that it knows nothing else."""

COMMAND = re.compile(r"(?<![\w/.])/([a-z]+)\b(?!/|\.\w)")
OF_BOTFATHER = {"newbot"}


def answer(topic: str, texts: Texts) -> str:
    """What the guide says about a topic, and /help too."""
    return texts(f"guide-{topic}")


def digest() -> str:
    """Of all answers in all languages: the guide's file tells with which ones it was taught."""
    answers = [answer(topic, texts(language)) for language in LANGUAGES for topic in (*SMALL_TALK, *TOPICS)]
    return hashlib.sha256("\0".join(answers).encode()).hexdigest()


def title(topic: str, texts: Texts) -> str:
    """A few words for a button."""
    return texts(f"guide-{topic}-title")


def shown_name(name: str, texts: Texts) -> str:
    """A model's name as people read it: the guide has one in each language."""
    return texts("guide-name") if name == GUIDE_NAME else name


def commands_in(text: str) -> set[str]:
    """The commands that a text tells people to send, without their slash."""
    return set(COMMAND.findall(text)) - OF_BOTFATHER
