"""Logs: plain lines on the console, JSON lines in a rotating file. No tokens; no texts of people at INFO."""

import json
import logging
import sys
from logging.handlers import RotatingFileHandler

from config.settings import Settings

FILE_SIZE_BYTES = 5_000_000
FILES_KEPT = 5
QUIET = ("aiogram", "aiohttp.access", "httpx", "httpcore", "aiosqlite", "asyncio", "markdown_it")


def set_up_logs(settings: Settings) -> None:
    """Send all log records to stderr and to DATA_DIR/logs/consilium.log."""
    secrets = secrets_of(settings)
    console = logging.StreamHandler(sys.stderr)
    console.setFormatter(Clean("%(asctime)s %(levelname)-7s %(message)s", secrets, datefmt="%H:%M:%S"))
    handlers: list[logging.Handler] = [console]
    folder = settings.data_dir / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "consilium.log"
        file = RotatingFileHandler(path, maxBytes=FILE_SIZE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
        file.setFormatter(JsonLines(secrets))
        handlers.append(file)
    except OSError as error:
        print(f"no log file: {error}", file=sys.stderr)
    logging.basicConfig(level=settings.log_level, handlers=handlers, force=True)
    logging.raiseExceptions = False  # a full disk must not fill the console too
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))


class Clean(logging.Formatter):
    """Takes secrets out of whatever was logged, tracebacks included."""

    def __init__(self, pattern: str, secrets: list[str], datefmt: str | None = None) -> None:
        super().__init__(pattern, datefmt)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return self.cleaned(super().format(record))

    def cleaned(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class JsonLines(Clean):
    """One JSON object a record: time, level, logger, message, and a traceback if there is one."""

    def __init__(self, secrets: list[str]) -> None:
        super().__init__("%(message)s", secrets)

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return self.cleaned(json.dumps(fields, ensure_ascii=False))


def secrets_of(settings: Settings) -> list[str]:
    known = (settings.bot_token, settings.openai_api_key, settings.bot_webhook_secret)
    return [secret.get_secret_value() for secret in known if secret and secret.get_secret_value()]
