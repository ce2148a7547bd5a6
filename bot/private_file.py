"""Files that only their owner can read."""

import os
from collections.abc import Iterable
from pathlib import Path

from bot.errors import CommandError


def save(file: Path, lines: Iterable[bytes]) -> None:
    """Write to `file`, readable only by its owner; completely or not at all. Raises
    `CommandError`."""
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists() and not file.is_file():  # a pipe, a terminal
            with file.open("wb") as out:
                out.writelines(lines)
            return
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as denied:
        raise CommandError(f"can't write {file}: {denied.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
