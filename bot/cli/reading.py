"""The commands that read: incidents, timelines, postmortems, and who is on call."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import runtime_env
from bot.terminal import echo

if TYPE_CHECKING:
    from bot.shifts import TypedTime

_incident = click.argument("incident", metavar="INC-N")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
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
    from bot.embedded import NoStore

    try:
        with runtime_env.store() as settings:
            from bot import report

            if retry:
                echo(report.retry(settings, retry))
                return
            for piece in report.incidents(settings, open_only, as_json, everything=everything):
                echo(piece, end="")
    except NoStore:
        if retry or not as_json:
            raise
        echo("[]")  # for scripts, which may run before the first start


@click.command()
@_incident
@_as_json
def timeline(incident: str, as_json: bool) -> None:
    """Print the timeline of an incident.

    \b
    muster timeline INC-7
    """
    with runtime_env.store() as settings:
        from bot import report

        echo(report.timeline(settings, incident, as_json))


@click.command()
@_incident
@click.option(
    "-o", "file", type=click.Path(path_type=Path), help="Write to this file (mode 0600)."
)
def postmortem(incident: str, file: Path | None) -> None:
    """Print the postmortem draft of an incident, as Markdown.

    \b
    muster postmortem INC-7 -o inc-7.md
    """
    with runtime_env.store() as settings:
        from bot import report

        draft = report.postmortem(settings, incident)
    if file is None:
        echo(draft)
        return
    from bot.private_file import save

    save(file, [draft.encode()])


def _parse_time(
    context: click.Context, option: click.Parameter, text: str | None
) -> "datetime | TypedTime | None":
    from bot.shifts import parse_time

    if text is None:
        return None
    try:
        return parse_time(text, datetime.fromtimestamp(time.time(), UTC))
    except ValueError as mistake:
        raise click.BadParameter(str(mistake)) from None


@click.command()
@click.argument("schedule", required=False)
@click.option("--at", metavar="T", callback=_parse_time, help="Then, instead of now.")
@click.option("--from", "start", metavar="T", callback=_parse_time, help="All shifts from then …")
@click.option(
    "--to", "end", metavar="T", callback=_parse_time, help="… until then, cut to that window."
)
@click.option("--json", "json_wanted", is_flag=True, help="For programs.")
def oncall(
    schedule: str | None,
    at: "datetime | TypedTime | None",
    start: "datetime | TypedTime | None",
    end: "datetime | TypedTime | None",
    json_wanted: bool,
) -> None:
    """Who is on call, from the policy alone; no store is needed.

    T is like 2026-12-24T18:00 or "friday 18:00", in the schedule's own time zone, or with an
    offset or zone.

    \b
    muster oncall
    muster oncall primary --at 2026-12-24T18:00
    muster oncall --at "tomorrow 9am"
    muster oncall --from 2026-12-01 --to 2027-01-01 --json
    """
    if (start is None) != (end is None):
        raise click.UsageError("--from and --to go together")
    if at and start:
        raise click.UsageError("either --at, or --from and --to")
    from bot.oncall import Roster
    from bot.person_names import names
    from bot.shifts import as_json, as_text, rows_at, rows_between
    from bot.wiring.runtime import read_policy

    settings = runtime_env.settings()
    roster = Roster(read_policy(settings).schedules)
    if start and end:
        rows = rows_between(roster, schedule, start, end)
    else:
        rows = rows_at(roster, schedule, at or datetime.fromtimestamp(time.time(), UTC))
    if json_wanted:
        echo(as_json(rows))
        return
    echo(as_text(rows, names(settings, {row.user for row in rows if row.user})))
