"""`python -m bot.health`: exit status 0 while the bot is alive, 1 when its heartbeat is old or missing.

The running bot touches DATA_DIR/heartbeat from its event loop; a loop that hangs lets it grow old. For health checks
of containers: no network, no token. Knows nothing of what the bot is doing.
"""

import sys
import time
from pathlib import Path

from config.settings import BadSettings, load_settings, with_own_folders

# Three of the bot's beats may be missed, on a machine that swaps, before it counts as dead.
FRESH_S = 60.0


def heartbeat_file(data_dir: Path) -> Path:
    """The file that the bot touches, at least every 20 s, while its event loop turns."""
    return data_dir / "heartbeat"


def is_alive(data_dir: Path, now_s: float) -> bool:
    """The heartbeat is younger than FRESH_S; `now_s` is a time.time()."""
    try:
        touched_s = heartbeat_file(data_dir).stat().st_mtime
    except FileNotFoundError:
        return False
    return now_s - touched_s < FRESH_S


def main() -> int:
    try:
        settings = with_own_folders(load_settings())
    except BadSettings:
        return 1
    return 0 if is_alive(settings.data_dir, time.time()) else 1


if __name__ == "__main__":
    sys.exit(main())
