"""The engine: dialogs, models and answers. Knows nothing of Telegram."""
