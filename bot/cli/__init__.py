"""The operator's commands. Their dependencies are imported when they run, so that `--help` is
fast.

    processes   run, bot, worker, clock, sandbox, demo
    setup       init, manifest, playbooks, doctor, completion; --version
    reading     incidents, timeline, postmortem, oncall
    keeping     export, import, upgrade, store

Exit status: 0 done, 1 refused or failed with one line on stderr (`bot.errors.CommandError`), 2
usage error.
"""

from itertools import chain

import click

from bot import runtime_env
from bot.cli import keeping, processes, reading, setup
from bot.errors import CommandError
from bot.terminal import echo


def main() -> None:
    """The console script `muster`."""
    try:
        commands(prog_name="muster")
    except CommandError as refusal:
        echo(f"muster: {refusal}", error=True)
        raise SystemExit(runtime_env.refusal()) from None


# Every command, in the order in which a new user needs them.
GROUPS: dict[str, tuple[click.Command, ...]] = {
    "Try it": (processes.demo, processes.run, processes.sandbox),
    "Set it up": (setup.init, setup.manifest, setup.playbooks, setup.doctor, setup.completion),
    "Read": (reading.incidents, reading.timeline, reading.postmortem, reading.oncall),
    "Back up": (keeping.export, keeping.import_, keeping.upgrade, keeping.store),
    "Separate processes": (processes.bot, processes.worker, processes.clock),
}


class Grouped(click.Group):
    """Lists its commands under the headings of `GROUPS`."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.commands))
        help_width = formatter.width - width - 6
        for heading, group in GROUPS.items():
            rows = [
                (f"{command.name:<{width}}", command.get_short_help_str(help_width))
                for command in group
            ]
            with formatter.section(heading):
                formatter.write_dl(rows)


@click.group(cls=Grouped, context_settings={"help_option_names": ["-h", "--help"]})
@setup.version_option
def commands() -> None:
    """Muster: a self-hosted incident bot for Slack.

    \b
    muster demo                watch a whole incident in a local Slack
    muster run                 run everything in one terminal
    muster init                write a policy and a .env to start from
    muster COMMAND --help      what a command does, with an example

    Settings come from the environment, or from .env in the working directory.
    """


for _command in chain.from_iterable(GROUPS.values()):
    commands.add_command(_command)
