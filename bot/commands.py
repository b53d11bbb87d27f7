"""The commands menu."""

from bot.parts import Parts


async def announce_commands(parts: Parts) -> None:
    """Tell Telegram which commands there are."""
