"""The page that says what can happen to an incident and what Muster says about it, made of the
slices and of the cases that their messages are tested with:

    python -m tests.messages.reference > docs/events.md

A test checks that the page is up to date.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from bot.incident.incident import Incident
from bot.incident.outbound import outbound_messages
from bot.incident.slices import FEATURES
from bot.streams.address import (
    Address,
    Announcements,
    AnnouncementThread,
    Channel,
    IncidentChannel,
    Mailbox,
    OldChannel,
    Person,
    Thread,
)
from bot.streams.event import Delivered
from bot.streams.slice import EventRule, Slice
from tests.messages.message_cases import CASES, TEXT

HEAD = """\
# What can happen to an incident, and what Muster says about it

Generated from the slices in `bot/incident/slices.py` and from the cases of their tests: don't edit
it here (`python -m tests.messages.reference > docs/events.md`).

Each event has the name that it is stored under. *Timeline*: whether it has a line there. A message
is named by its kind, which stands in its Slack metadata; its words are in `bot/messages/`. Events
marked † are deliveries: what Slack or the mail server took, or reported.
"""

WHERE: dict[type[Address], str] = {
    IncidentChannel: "in the channel",
    Announcements: "in the announcements",
    Person: "by direct message",
    Channel: "in a channel that the chain names",
    OldChannel: "in the channel that was archived",
    Thread: "in reply to the source message",
    AnnouncementThread: "in the announcement's thread",
    Mailbox: "by e-mail",
}


def page() -> str:
    """The whole page."""
    told = _told()
    return "\n".join([HEAD, *(line for each in FEATURES for line in _section(each, told))])


def _section(feature: Slice[Incident], told: dict[type, dict[str, None]]) -> Iterator[str]:
    yield f"## {feature.name.capitalize()}\n"
    yield "| event | what it means | timeline | messages |"
    yield "|---|---|---|---|"
    for rule in feature.events:
        messages = "; ".join(told.get(rule.event, {})) or "—"
        delivered = " †" if issubclass(rule.event, Delivered) else ""
        timeline = "yes" if rule.line else "—"
        yield f"| `{rule.stored_as}`{delivered} | {_meaning(rule)} | {timeline} | {messages} |"
    if feature.commands:
        names = ", ".join(f"`{rule.command.__name__}`" for rule in feature.commands)
        yield f"\nCommands: {names}.\n"
    else:
        yield ""


def _meaning(rule: EventRule[Incident, Any]) -> str:
    """The docstring of the event up to what it says of its fields; else its name, as words."""
    text = inspect.getdoc(rule.event) or ""
    if text.startswith(f"{rule.event.__name__}("):  # what a dataclass without words gets
        text = ""
    meaning = " ".join(re.split(r"(?:^|\s)`\w+`(?:, `\w+`)*:", text)[0].split())
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", rule.event.__name__).capitalize() + "."
    return (meaning or words).replace("|", "\\|")


def _told() -> dict[type, dict[str, None]]:
    """By event, the messages that the cases show to follow from it, each once."""
    found: dict[type, dict[str, None]] = {}
    for case in CASES.values():
        story, _ = case(TEXT)
        for message in outbound_messages(story.incident):
            said = f"`{message.kind}` {WHERE[type(message.to)]}"
            found.setdefault(type(message.about.event), {})[said] = None
    return found


if __name__ == "__main__":
    print(page(), end="")
