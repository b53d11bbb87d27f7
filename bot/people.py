"""Who reads: a person's language and texts, also where no update tells (a run that goes on by itself)."""

from bot.texts import Texts, language_of, texts
from config.settings import Language, Settings
from engine.users import User


def language_for(user: User, settings: Settings) -> Language:
    """What the person chose, else what the bot is set to, else what their client says."""
    return user.language or settings.bot_language or language_of(user.client_language)


def texts_for(user: User, settings: Settings) -> Texts:
    return texts(language_for(user, settings))
