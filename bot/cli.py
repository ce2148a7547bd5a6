"""The operator's commands. What they need is imported when they run: `--help` is at once.

Exit status: 0 done, 1 refused or failed with one line on stderr (`bot.errors.CommandError`), 2
wrong usage.
"""

import re
import sys
from datetime import datetime
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from bot import runtime_env
from bot.cli_setup import init, version_option
from bot.errors import CommandError


def main() -> None:
    """The console script `muster`."""
    try:
        commands(prog_name="muster")
    except CommandError as stop:
        print(f"muster: {stop}", file=sys.stderr)
        raise SystemExit(runtime_env.refusal()) from None


# As a newcomer meets them.
GROUPS = {
    "Try it": ("demo", "run", "sandbox"),
    "Set it up": ("init", "manifest", "playbooks", "doctor", "completion"),
    "Look": ("incidents", "timeline", "postmortem"),
    "Keep it": ("export", "import", "upgrade"),
    "Each process for itself": ("bot", "worker", "clock"),
}


class Grouped(click.Group):
    """Its commands under headings."""

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
    """Muster: incidents in Slack, on your own machine.

    \b
    muster demo                a whole incident, before your eyes
    muster run                 all of it in one terminal
    muster init                a policy and a .env to start from
    muster COMMAND --help      what a command does, with an example

    Settings come from the environment, or from .env in the working directory.
    """


# ------------------------------------------------------------------ processes


@commands.command()
def run() -> None:
    """All in one terminal; with a local Slack if none is set.

    \b
    muster run
    SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… muster run
    """
    from bot.run import run

    run(runtime_env.process())


@commands.command()
def bot() -> None:
    """The process that talks with Slack.

    \b
    REDIS_URL=redis://store:6379/0 muster bot
    """
    settings = runtime_env.with_policy(runtime_env.connected(runtime_env.process()))
    from bot.wiring.bot import run_bot

    run_bot(settings)


@commands.command()
@click.option("--queue", type=click.Choice(["timers", "bulk"]), help="This queue alone.")
def worker(queue: str | None) -> None:
    """Work for all queues, a process for each.

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
    """The process that sees to what is due.

    \b
    REDIS_URL=redis://store:6379/0 muster clock
    """
    settings = runtime_env.connected(runtime_env.process())
    from workers.clock import run

    run(settings)


@commands.command()
@click.option("--port", type=int, help="Instead of MUSTER_SANDBOX_PORT.")
@click.option("--state", type=click.Path(path_type=Path), help="A file to remember in.")
@click.option("--manifest", type=click.Path(path_type=Path), help="The app that is installed.")
@click.option("--tip", multiple=True, help="A line for the page's first screen.")
def sandbox(
    port: int | None, state: Path | None, manifest: Path | None, tip: tuple[str, ...]
) -> None:
    """A local Slack, alone, with its page.

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
@click.option("--speed", default=1.0, show_default=True, help="How many times as fast to show it.")
def demo(speed: float) -> None:
    """A whole incident in a local Slack, from first to last.

    \b
    muster demo --speed 3
    """
    settings = runtime_env.process()
    from bot.demo import play

    raise SystemExit(play(settings, speed))


# ------------------------------------------------------------------ setting up


commands.add_command(init)


def _an_address(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    if url is not None and not re.match(r"https?://[^/\s]+", url):
        raise click.BadParameter("wants a URL like https://muster.example.com")
    return url


@commands.command()
@click.option("--http", metavar="URL", callback=_an_address, help="For Slack over HTTP there.")
def manifest(http: str | None) -> None:
    """The app manifest to paste into Slack.

    \b
    muster manifest                                  for Socket Mode
    muster manifest --http https://muster.example.com
    """
    from bot.manifest import manifest

    click.echo(manifest(http))


@commands.command()
@click.option("--online", is_flag=True, help="Ask Slack about every message and form, too.")
@click.option("--rebuild", is_flag=True, help="Lay the store's indexes anew; nothing else.")
def doctor(online: bool, rebuild: bool) -> None:
    """What would break in production: tokens, scopes, clocks, store, policy, processes.

    A line each: ok, warn or FAIL, and what to do. Status 1 if one fails. Looking changes nothing;
    --online sends Slack a rehearsal to judge (blocks.validate), which nobody sees. --rebuild reads
    what happened and mends what says otherwise: who is open, which channel is whose, what wakes
    when. It does no harm while Muster runs, and none the second time.

    \b
    muster doctor
    muster doctor --online
    """
    if rebuild:
        with runtime_env.store() as settings:
            from bot.rebuild import rebuild as lay_anew
            from bot.wiring.connection import workspace

            click.echo(str(lay_anew(workspace(settings)[0])))
        return
    from bot.doctor import examine

    failed = 0
    for finding in examine(runtime_env.settings(), runtime_env.store, ask_slack=online):
        failed += finding.fails
        click.echo(str(finding))
    if failed:
        raise CommandError(f"{failed} thing{'s' if failed > 1 else ''} would break")


@commands.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """What makes your shell complete `muster` at a tab.

    \b
    muster completion bash >> ~/.bashrc
    muster completion zsh  >> ~/.zshrc
    muster completion fish > ~/.config/fish/completions/muster.fish
    """
    found = get_completion_class(shell)
    assert found is not None  # click knows all of the three
    click.echo(found(commands, {}, "muster", "_MUSTER_COMPLETE").source())


@commands.group()
def playbooks() -> None:
    """The response policy."""


@playbooks.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
def check(path: Path | None) -> None:
    """Say what is wrong in the policy and the runbooks, and what to write.

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
_as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@commands.command()
@click.option("--open", "open_only", is_flag=True, help="Only those not resolved yet.")
@click.option("--all", "everything", is_flag=True, help="Not only the latest 100.")
@click.option("--retry", metavar="INC-N", help="Try one again that was set aside.")
@_as_json
def incidents(open_only: bool, everything: bool, retry: str | None, as_json: bool) -> None:
    """The latest incidents, also the private ones; with --json all.

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
    """What happened in one incident.

    \b
    muster timeline INC-7
    """
    with runtime_env.store() as settings:
        from bot import report

        click.echo(report.timeline(settings, incident, as_json))


@commands.command()
@_incident
@click.option("-o", "file", type=click.Path(path_type=Path), help="Write it there.")
def postmortem(incident: str, file: Path | None) -> None:
    """The draft of one incident's postmortem, as Markdown.

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
    help="JSON, line by line.",
)
@click.option("-o", "file", type=click.Path(path_type=Path), help="Write it there.")
def export(since: datetime | None, format_: str, file: Path | None) -> None:
    """Everything, for a backup or another store; bots may run meanwhile.

    Private incidents are in it: with -o only you can read the file (mode 0600). What it says of
    people is as secret as the store is.

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
        raise CommandError(f"all but what can't be read is exported; missing: {', '.join(missed)}")


@commands.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Bring in what `muster export` wrote; twice is as good as once.

    The file is checked as a whole first. Timers go on as soon as a bot, a worker and a clock run.

    \b
    REDIS_URL=redis://store:6379/0 muster import muster.jsonl
    """
    if not file.is_file():
        raise CommandError(f"can't read {file}: there is no such file")
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
