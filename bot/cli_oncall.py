"""The commands of `bot.cli` about on-call schedules: `muster oncall`."""

import time
from datetime import UTC, datetime

import click

from bot import runtime_env


def _time(context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    from bot.shifts import parse_time

    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None


@click.command()
@click.argument("schedule", required=False)
@click.option("--at", metavar="T", callback=_time, help="Then, instead of now.")
@click.option("--from", "start", metavar="T", callback=_time, help="All shifts from then …")
@click.option("--to", "end", metavar="T", callback=_time, help="… until then, cut to that window.")
@click.option("--json", "json_wanted", is_flag=True, help="For programs.")
def oncall(
    schedule: str | None,
    at: datetime | None,
    start: datetime | None,
    end: datetime | None,
    json_wanted: bool,
) -> None:
    """Who is on call, from the policy alone; no store is needed.

    T is like 2026-12-24T18:00, in the schedule's own time zone, or with an offset.

    \b
    muster oncall
    muster oncall primary --at 2026-12-24T18:00
    muster oncall --from 2026-12-01 --to 2027-01-01 --json
    """
    if (start is None) != (end is None):
        raise click.UsageError("--from and --to go together")
    if at and start:
        raise click.UsageError("either --at, or --from and --to")
    from bot.oncall import Roster
    from bot.shifts import as_json, as_text, rows_at, rows_between
    from bot.wiring.runtime import read_policy

    roster = Roster(read_policy(runtime_env.settings()).schedules)
    if start and end:
        rows = rows_between(roster, schedule, start, end)
    else:
        rows = rows_at(roster, schedule, at or datetime.fromtimestamp(time.time(), UTC))
    click.echo(as_json(rows) if json_wanted else as_text(rows))
