"""How the Bot API says no: a code, a description, and sometimes seconds to wait."""

from __future__ import annotations


class ApiError(Exception):
    """A refusal with the words that Telegram uses for it."""

    def __init__(self, code: int, description: str, retry_after_s: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after_s = retry_after_s


def bad_request(reason: str) -> ApiError:
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_s: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after_s)


class Dropped(Exception):
    """The connection is to be cut without a word."""
