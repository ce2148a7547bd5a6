"""`muster init`: a commented policy and a commented `.env` to start from."""

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from bot import packaged
from bot.errors import CommandError
from bot.settings import Settings

_HEAD = """\
# Muster's settings. To set one, remove the # before its name.
# A variable of the environment takes precedence over this file, which is read from the folder
# that Muster is started in. Tokens go here: let nobody else read it, and keep it out of Git.
"""


def write(folder: Path) -> Iterator[str]:
    """Write `playbooks/` and `.env` into `folder`, which is created if needed.

    Yields a line for each file: `written`, or `kept` if it existed, in which case it isn't
    changed. Raises CommandError if a file can't be written.
    """
    for source in sorted(packaged.PLAYBOOKS.rglob("*")):
        if source.is_file() and not source.name.startswith("."):
            name = Path("playbooks") / source.relative_to(packaged.PLAYBOOKS)
            yield _write(folder, name, source.read_bytes(), mode=0o666)
    yield _write(folder, Path(".env"), dotenv().encode(), mode=0o600)


def dotenv() -> str:
    """A `.env` with every setting and its meaning, commented out.

    Settings with a default show it.
    """
    settings = (_setting(name.upper(), each) for name, each in Settings.model_fields.items())
    return "\n".join([_HEAD, *settings])


def _setting(variable: str, field: FieldInfo) -> str:
    return f"# {field.title}\n# Value: {field.description}.\n#{variable}={_default(field)}\n"


def _default(field: FieldInfo) -> str:
    """The value as written in `.env`; empty if the variable is unset by default."""
    if field.default_factory is not None:
        return str((field.examples or [""])[0])
    return str(field.default) if field.default else ""


def _write(folder: Path, name: Path, content: bytes, *, mode: int) -> str:
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.touch(mode, exist_ok=False)
        except FileExistsError:
            return f"kept     {name}"
        path.write_bytes(content)
    except OSError as denied:
        raise CommandError(f"can't write {path}: {denied.strerror}") from None
    return f"written  {name}"
