"""The commands that keep a store: its export and import, the end of a rolling upgrade, and a
planned fail-over."""

import sys
from datetime import datetime
from pathlib import Path

import click

from bot import runtime_env
from bot.errors import CommandError
from bot.terminal import echo


@click.command()
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only incidents declared on that day or later, like 2026-11-01.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl"]),
    default="jsonl",
    help="Output format: one JSON object per line.",
)
@click.option("-o", "file", type=click.Path(path_type=Path), help="Write it there.")
def export(since: datetime | None, format_: str, file: Path | None) -> None:
    """Export everything, for a backup or another store.

    Bots may keep running. Private incidents are included, so keep the file as secret as the store:
    with -o only you can read it (mode 0600).

    \b
    muster export -o muster.jsonl
    muster export | gzip > muster.jsonl.gz
    """
    missed: list[str] = []
    with runtime_env.store() as settings:
        from bot.export import export

        lines = export(settings, since.date() if since else None, missed)
        if file:
            from bot.private_file import save

            save(file, lines)
        else:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
    if missed:
        raise CommandError(f"exported, except what can't be read: {', '.join(missed)}")


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Import a file written by `muster export`.

    Importing twice is harmless. The whole file is checked first. Timers continue as soon as a bot,
    a worker and a clock run.

    \b
    REDIS_URL=redis://store:6379/0 muster import muster.jsonl
    """
    if not file.is_file():
        raise CommandError(f"can't read {file}: no such file")
    with runtime_env.store(anew=True) as settings:
        from bot.importing import import_file

        echo(import_file(settings, file))


@click.command()
@click.option(
    "--finish", is_flag=True, help="Finish it now, not an hour after the last older one."
)
def upgrade(finish: bool) -> None:
    """How far a rolling upgrade is; with --finish, the end of it.

    New features start to work, and older releases are refused from then on. Refused itself while
    an older process runs: it names that one.

    \b
    muster upgrade
    muster upgrade --finish
    """
    with runtime_env.store() as settings:
        from bot.upgrade import upgrade as upgrade_store

        echo(upgrade_store(settings, finish=finish))


@click.group()
def store() -> None:
    """Keep the store of a Muster that has several servers."""


@store.command()
def failover() -> None:
    """Make a replica the master, without losing anything.

    Before you restart or upgrade the master. Writes wait while the replicas catch up and the
    Sentinels name a new master: a few seconds, in which people are told to try again.

    \b
    muster store failover
    """
    with runtime_env.store() as settings:
        from bot.failover import fail_over

        for line in fail_over(settings):
            echo(line)
