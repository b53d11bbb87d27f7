"""The bot: Telegram in front of the engine."""
