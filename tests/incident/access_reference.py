"""The page on who may do what, `docs/access.md`, written from the rule itself:

    python -m tests.incident.access_reference > docs/access.md

A test checks that the page is up to date.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.incident.incident import Incident
from bot.incident.kind import INCIDENT
from bot.streams.access import NO_GRANTS, Grants, Standing
from bot.streams.actor import Actor, User
from tests.incident.any_command import command_of
from tests.incident.test_access import DECLARE, HERE, PRIVATE, PUBLIC
from tests.registry import commands
from tests.story import ANA, CARL, PAT

HEAD = """\
# Who may do what

Generated from the rule (`bot/incident/access.py`) by `python -m tests.incident.access_reference`.
Don't edit this page.

Every command passes this rule, from wherever it comes: typed, a button, a form, a reaction.
Whether it can be done as the incident stands is another question. On a private incident, all
others are told that it isn't there.

- **here**: in the incident's channel. **elsewhere**: anywhere else, by its number.
- **paged**: Muster paged this person, who isn't in the channel.
- **guest** (also people of other organizations in shared channels, and apps): in the incident's
  channel. `access.yml` can open it to guests and to other organizations; to apps never.
- No *yes* at all: only the person whom Muster asked, or who subscribed.
- Operators at the command line and Muster's own clock may do everything. Alert sources nothing.
"""

WHO: dict[str, tuple[Actor, Grants]] = {
    "declarer": (User(ANA), NO_GRANTS),
    "here": (User(CARL), HERE),
    "elsewhere": (User(CARL), Grants("C0GENERAL")),
    "paged": (User(PAT), NO_GRANTS),
    "guest": (User(CARL), replace(HERE, standing=Standing.GUEST)),
    "paged guest": (User(PAT), Grants(standing=Standing.GUEST)),
}


def page() -> str:
    """The page, in Markdown."""
    tables = (*_table("A public incident", PUBLIC), *_table("A private one", PRIVATE))
    return "\n".join([HEAD, *tables])


def _table(title: str, incident: Incident) -> Iterator[str]:
    rows: dict[tuple[bool, ...], list[str]] = {}
    for name in sorted(commands()):
        rows.setdefault(_verdicts(name, incident), []).append(f"`{name}`")
    yield f"## {title}\n"
    yield f"| {' | '.join(WHO)} | commands |"
    yield f"|{'---|' * (len(WHO) + 1)}"
    for verdicts, names in sorted(rows.items(), key=lambda row: -len(row[1])):
        yield f"| {' | '.join('yes' if each else '' for each in verdicts)} | {', '.join(names)} |"
    yield ""


def _verdicts(name: str, incident: Incident) -> tuple[bool, ...]:
    command = _any(name)
    return tuple(
        INCIDENT.authorize(actor, command, incident, grants).allowed
        for actor, grants in WHO.values()
    )


def _any(name: str) -> Any:
    """Some command of this name, the same each time."""
    if name == "Declare":
        return DECLARE
    found: list[Any] = []

    @settings(
        max_examples=1, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(data.draw(command_of(commands()[name])))

    draw()
    return found[0]


if __name__ == "__main__":
    print(page(), end="")
