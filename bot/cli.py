"""The operator's commands. What they need is imported when they run: `--help` is at once.

Exit status: 0 done, 1 refused or failed with one line on stderr (`bot.errors.Stop`), 2 wrong
usage.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.errors import Stop

if TYPE_CHECKING:
    from bot.settings import Settings


def main() -> None:
    """The console script `muster`."""
    try:
        commands(prog_name="muster")
    except Stop as stop:
        print(f"muster: {stop}", file=sys.stderr)
        raise SystemExit(1) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Muster: incidents in Slack, on your own machine. Settings come from the environment."""


# ------------------------------------------------------------------ processes


@commands.command()
def run() -> None:
    """All in one terminal; with a local Slack if none is set."""
    from bot.run import run

    run(_process())


@commands.command()
def bot() -> None:
    """The process that talks with Slack."""
    settings = _connected(_process())
    from bot.wiring.bot import run_bot

    run_bot(settings)


@commands.command()
@click.option("--queue", type=click.Choice(["timers", "bulk"]), help="This queue alone.")
def worker(queue: str | None) -> None:
    """Work for all queues, a process for each."""
    settings = _connected(_process())
    if queue:
        from workers.queue import run

        run(settings, queue)
    else:
        import workers

        workers.run(settings)


@commands.command()
def clock() -> None:
    """The process that sees to what is due."""
    settings = _connected(_process())
    from workers.clock import run

    run(settings)


@commands.command()
@click.option("--port", type=int, help="Instead of MUSTER_SANDBOX_PORT.")
@click.option("--state", type=click.Path(path_type=Path), help="A file to remember in.")
@click.option("--manifest", type=click.Path(path_type=Path), help="The app that is installed.")
def sandbox(port: int | None, state: Path | None, manifest: Path | None) -> None:
    """A local Slack, alone, with its page."""
    settings = _process()
    from sandbox.server import main

    arguments = ["--port", str(port or settings.muster_sandbox_port)]
    for option, path in (("--state", state), ("--manifest", manifest)):
        arguments += [option, str(path)] if path else []
    raise SystemExit(main(arguments))


@commands.command()
@click.option("--speed", default=1.0, show_default=True, help="How many times as fast to show it.")
def demo(speed: float) -> None:
    """A whole incident in a local Slack, from first to last."""
    settings = _process()
    from bot.demo import play

    raise SystemExit(play(settings, speed))


# ------------------------------------------------------------------ setting up


def _an_address(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise click.BadParameter("wants a URL like https://muster.example.com")
    return url


@commands.command()
@click.option("--http", metavar="URL", callback=_an_address, help="For Slack over HTTP there.")
def manifest(http: str | None) -> None:
    """The app manifest to paste into Slack."""
    from bot.manifest import manifest

    click.echo(manifest(http))


@commands.group()
def playbooks() -> None:
    """The response policy."""


@playbooks.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
def check(path: Path | None) -> None:
    """Say what is wrong in the policy and the runbooks, and what to write."""
    from bot import policy

    folder = path or _settings().muster_playbooks
    problems = policy.check(folder)
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise Stop(f"{errors} mistake{'s' if errors > 1 else ''} in {folder}")
    click.echo(f"{folder}: no mistakes")


# ------------------------------------------------------------------ reading

_incident = click.argument("incident", metavar="INC-N")
_as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@commands.command()
@click.option("--open", "open_only", is_flag=True, help="Only those not resolved yet.")
@click.option("--all", "everything", is_flag=True, help="Not only the latest 100.")
@click.option("--retry", metavar="INC-N", help="Try one again that was set aside.")
@_as_json
def incidents(open_only: bool, everything: bool, retry: str | None, as_json: bool) -> None:
    """The latest incidents, also the private ones; with --json all."""
    with _store() as settings:
        from bot import report

        if retry:
            click.echo(report.retry(settings, retry))
            return
        for piece in report.incidents(settings, open_only, as_json, everything=everything):
            click.echo(piece, nl=False)


@commands.command()
@_incident
@_as_json
def timeline(incident: str, as_json: bool) -> None:
    """What happened in one incident."""
    with _store() as settings:
        from bot import report

        click.echo(report.timeline(settings, incident, as_json))


@commands.command()
@_incident
@click.option("-o", "file", type=click.Path(path_type=Path), help="Write it there.")
def postmortem(incident: str, file: Path | None) -> None:
    """The draft of one incident's postmortem, as Markdown."""
    with _store() as settings:
        from bot import report

        draft = report.postmortem(settings, incident)
    if file is None:
        click.echo(draft)
        return
    try:
        file.write_text(draft, encoding="utf-8")
    except OSError as denied:
        raise Stop(f"can't write {file}: {denied.strerror}") from None


# ------------------------------------------------------------------ what they share


def _settings() -> "Settings":
    from bot.settings import load

    return load()


def _process() -> "Settings":
    """The settings of a process that runs on: its logs are set up, it ends with its parent."""
    from bot import lifeline, log

    lifeline.end_with_parent()
    settings = _settings()
    log.configure(settings.log_level, settings.log_format, settings.secrets)
    return settings


def _connected(settings: "Settings") -> "Settings":
    """With a Slack to talk to, and the store of REDIS_URL or of a running `muster run`."""
    from bot import embedded

    settings.require_slack()
    if settings.redis_url is not None:
        return settings
    running = embedded.find(settings.muster_data)
    if running is None:
        raise Stop(
            "REDIS_URL: set it to your Redis or Valkey (redis://…); "
            f"no `muster run` keeps a store in {settings.muster_data}"
        )
    return settings.with_store(running)


@contextmanager
def _store() -> "Iterator[Settings]":
    """The settings with a store to read: REDIS_URL's, or the folder's, running or not."""
    from redis.exceptions import RedisError

    from bot import embedded, log

    settings = _settings()
    log.configure("warning", settings.log_format, settings.secrets)
    try:
        if settings.redis_url is not None:
            yield settings
        else:
            with embedded.opened(settings.muster_data) as url:
                yield settings.with_store(url)
    except RedisError as away:
        why = str(away).partition(" : ")[0]  # redis tells Sentinel's whole state behind it
        raise Stop(f"REDIS_URL: the store does not answer as it should: {why}") from None
