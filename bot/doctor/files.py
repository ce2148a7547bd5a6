"""Check who else can read the files with secrets."""

import stat
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.finding import Finding
from bot.settings import Settings

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(settings: Settings) -> Iterator[Finding]:
    """`.env` with its tokens, and the data folder with the embedded store: only their owner should
    read them."""
    for file in (Path(".env"), *([] if settings.redis_url else [settings.muster_data])):
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except OSError:
            continue  # there is none
        if mode & OTHERS:
            yield Finding(
                "secrets",
                f"other users of this machine can read {file} (mode {mode:04o})",
                f"`chmod {'700' if file.is_dir() else '600'} {file}`",
            )
