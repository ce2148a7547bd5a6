"""The operator's commands. Their dependencies are imported when they run, so that `--help` is
fast.

Exit status: 0 done, 1 refused or failed with one line on stderr (`bot.errors.CommandError`), 2
usage error.
"""

import re
import sys
from datetime import datetime
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from bot import runtime_env
from bot.cli_oncall import oncall
from bot.cli_setup import init, version_option
from bot.errors import CommandError


def main() -> None:
    """The console script `muster`."""
    try:
        commands(prog_name="muster")
    except CommandError as stop:
        print(f"muster: {stop}", file=sys.stderr)
        raise SystemExit(runtime_env.refusal()) from None


# In the order in which a new user needs them.
GROUPS = {
    "Try it": ("demo", "run", "sandbox"),
    "Set it up": ("init", "manifest", "playbooks", "doctor", "completion"),
    "Read": ("incidents", "timeline", "postmortem", "oncall"),
    "Back up": ("export", "import", "upgrade"),
    "Separate processes": ("bot", "worker", "clock"),
}


class Grouped(click.Group):
    """Lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.commands))
        room = formatter.width - width - 6
        for heading, names in GROUPS.items():
            named = [(name, self.commands[name]) for name in names]
            rows = [(f"{name:<{width}}", each.get_short_help_str(room)) for name, each in named]
            with formatter.section(heading):
                formatter.write_dl(rows)


@click.group(cls=Grouped, context_settings={"help_option_names": ["-h", "--help"]})
@version_option
def commands() -> None:
    """Muster: a self-hosted incident bot for Slack.

    \b
    muster demo                watch a whole incident in a local Slack
    muster run                 run everything in one terminal
    muster init                write a policy and a .env to start from
    muster COMMAND --help      what a command does, with an example

    Settings come from the environment, or from .env in the working directory.
    """


# ------------------------------------------------------------------ processes


@commands.command()
def run() -> None:
    """Run everything in one terminal.

    Without Slack tokens, this includes a local Slack in the browser.

    \b
    muster run
    SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… muster run
    """
    from bot.run import run

    run(runtime_env.process())


@commands.command()
def bot() -> None:
    """Run the process that talks to Slack.

    \b
    REDIS_URL=redis://store:6379/0 muster bot
    """
    settings = runtime_env.with_policy(runtime_env.connected(runtime_env.process()))
    from bot.wiring.bot import run_bot

    run_bot(settings)


@commands.command()
@click.option("--queue", type=click.Choice(["timers", "bulk"]), help="Only this queue.")
def worker(queue: str | None) -> None:
    """Run the workers, one process per queue.

    \b
    REDIS_URL=redis://store:6379/0 muster worker
    """
    settings = runtime_env.with_policy(runtime_env.connected(runtime_env.process()))
    if queue:
        from workers.queue import run

        run(settings, queue)
    else:
        import workers

        workers.run(settings)


@commands.command()
def clock() -> None:
    """Run the clock, which queues what is due.

    \b
    REDIS_URL=redis://store:6379/0 muster clock
    """
    settings = runtime_env.connected(runtime_env.process())
    from workers.clock import run

    run(settings)


@commands.command()
@click.option("--port", type=int, help="Instead of MUSTER_SANDBOX_PORT.")
@click.option("--state", type=click.Path(path_type=Path), help="File to keep the state in.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Manifest of the installed app.")
@click.option("--tip", multiple=True, help="Line to show on the first screen.")
def sandbox(
    port: int | None, state: Path | None, manifest: Path | None, tip: tuple[str, ...]
) -> None:
    """Run only the local Slack and its web page.

    \b
    muster sandbox --port 3080
    """
    settings = runtime_env.process()
    from sandbox.server import main

    arguments = ["--port", str(port or settings.muster_sandbox_port)]
    for option, path in (("--state", state), ("--manifest", manifest)):
        arguments += [option, str(path)] if path else []
    for line in tip:
        arguments += ["--tip", line]
    raise SystemExit(main(arguments) and runtime_env.refusal())


@commands.command()
@click.option("--speed", default=1.0, show_default=True, help="Playback speed.")
def demo(speed: float) -> None:
    """Play a whole incident in a local Slack.

    \b
    muster demo --speed 3
    """
    settings = runtime_env.process()
    from bot.demo import play

    raise SystemExit(play(settings, speed))


# ------------------------------------------------------------------ setting up


commands.add_command(init)
commands.add_command(oncall)


def _an_address(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise click.BadParameter("must be a URL like https://muster.example.com")
    return url


@commands.command()
@click.option(
    "--http",
    metavar="URL",
    callback=_an_address,
    help="Use HTTP at this URL instead of Socket Mode.",
)
def manifest(http: str | None) -> None:
    """Print the app manifest to paste into Slack.

    \b
    muster manifest                                  for Socket Mode
    muster manifest --http https://muster.example.com
    """
    from bot.manifest import manifest

    click.echo(manifest(http))


@commands.command()
@click.option("--online", is_flag=True, help="Have Slack validate every message and form, too.")
@click.option("--rebuild", is_flag=True, help="Only rebuild the store's indexes.")
def doctor(online: bool, rebuild: bool) -> None:
    """Check tokens, scopes, clocks, store, policy and processes.

    Prints a line for each check: ok, warn or FAIL, and what to do. The exit status is 1 if a check
    fails. The checks change nothing. --online also has Slack validate every message and form
    (blocks.validate), which posts nothing. --rebuild reads all events and repairs the indexes
    derived from them: open incidents, channels and timers. It is safe while Muster runs, and safe
    to repeat.

    \b
    muster doctor
    muster doctor --online
    """
    if rebuild:
        with runtime_env.store() as settings:
            from bot.rebuild import rebuild as rebuild_indexes
            from bot.wiring.connection import workspace

            click.echo(str(rebuild_indexes(workspace(settings)[0])))
        return
    from bot.doctor import examine

    failed = 0
    for finding in examine(runtime_env.settings(), runtime_env.store, ask_slack=online):
        failed += finding.fails
        click.echo(str(finding))
    if failed:
        raise CommandError(f"{failed} check{'s' if failed > 1 else ''} failed")


@commands.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a shell completion script.

    \b
    muster completion bash >> ~/.bashrc
    muster completion zsh  >> ~/.zshrc
    muster completion fish > ~/.config/fish/completions/muster.fish
    """
    found = get_completion_class(shell)
    assert found is not None  # click supports all three
    click.echo(found(commands, {}, "muster", "_MUSTER_COMPLETE").source())


@commands.group()
def playbooks() -> None:
    """Check the response policy."""


@playbooks.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
def check(path: Path | None) -> None:
    """Report mistakes in the policy and the runbooks, and how to fix them.

    \b
    muster playbooks check
    muster playbooks check ../our-policy
    """
    from bot import policy

    folder, name = path, str(path)
    if folder is None:
        settings = runtime_env.settings()
        folder = settings.muster_playbooks
        name = "the packaged policy" if settings.packaged_policy else str(folder)
    problems = policy.check(folder)
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise CommandError(f"{errors} mistake{'s' if errors > 1 else ''} in {name}")
    click.echo(f"{name}: no mistakes")


# ------------------------------------------------------------------ reading

_incident = click.argument("incident", metavar="INC-N")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@commands.command()
@click.option("--open", "open_only", is_flag=True, help="Only open incidents.")
@click.option("--all", "everything", is_flag=True, help="All incidents, not only the latest 100.")
@click.option("--retry", metavar="INC-N", help="Release an incident from quarantine.")
@_as_json
def incidents(open_only: bool, everything: bool, retry: str | None, as_json: bool) -> None:
    """List the latest incidents, private ones included.

    With --json, all of them.

    \b
    muster incidents --open
    muster incidents --json | jq '.[] | select(.severity == "SEV0")'
    muster incidents --retry INC-7
    """
    with runtime_env.store() as settings:
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
    """Print the timeline of an incident.

    \b
    muster timeline INC-7
    """
    with runtime_env.store() as settings:
        from bot import report

        click.echo(report.timeline(settings, incident, as_json))


@commands.command()
@_incident
@click.option("-o", "file", type=click.Path(path_type=Path), help="Write to this file.")
def postmortem(incident: str, file: Path | None) -> None:
    """Print the postmortem draft of an incident, as Markdown.

    \b
    muster postmortem INC-7 -o inc-7.md
    """
    with runtime_env.store() as settings:
        from bot import report

        draft = report.postmortem(settings, incident)
    if file is None:
        click.echo(draft)
        return
    try:
        file.write_text(draft, encoding="utf-8")
    except OSError as denied:
        raise CommandError(f"can't write {file}: {denied.strerror}") from None


# ------------------------------------------------------------------ keeping


@commands.command()
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
        from bot.export import export, save

        lines = export(settings, since.date() if since else None, missed)
        if file:
            save(file, lines)
        else:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
    if missed:
        raise CommandError(f"exported, except what can't be read: {', '.join(missed)}")


@commands.command(name="import")
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

        click.echo(import_file(settings, file))


@commands.command()
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
        from bot.upgrade import upgrade as upgraded

        click.echo(upgraded(settings, finish=finish))
