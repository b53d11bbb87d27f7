"""Links to shared pipelines: what `/start` carries. Invites are told apart by their length."""

import re

SHARE = re.compile(r"p_([\w-]{12})")


def share_payload(code: str) -> str:
    return f"p_{code}"


def shared_code(payload: str) -> str | None:
    """The code of a shared pipeline; None if the link is about something else."""
    found = SHARE.fullmatch(payload)
    return found[1] if found else None
