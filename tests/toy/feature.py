"""A toy feature, as a newcomer would add it: `/incident wave TEXT` writes an event, which posts a
message and stands in the timeline; `/incident hello` has no event.

It isn't part of Muster: `written_into` adds it to a copy of the code.
"""

from pathlib import Path

SLICE = '''
"""Waving to everybody in the channel."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incident.events import Event, Waved
from bot.incident.incident import Incident
from bot.incident.text_limits import required
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


@dataclass(frozen=True, slots=True)
class Wave(Command):
    text: str


def wave(incident: Incident, command: Wave, context: Context) -> Sequence[Event]:
    return [Waved(required(command.text, "A wave", "Write why you wave"))]


def _line(incident: Incident, recorded: Recorded[Waved]) -> Line:
    text = recorded.event.text
    return Line("wave", text, f"wave:{recorded.seq}", quoted=text)


WAVE = MessageKind("wave", "a wave to everybody")

SLICE: Slice[Incident] = Slice(
    "waving",
    events=(EventRule(Waved, "Waved", messages=in_channel(WAVE), line=_line),),
    commands=(CommandRule(Wave, wave),),
    messages=(WAVE,),
)
'''

RENDERER = '''
"""A wave, in the channel."""

from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext
from bot.messages.text import escape, mention
from bot.streams.message import OutboundMessage


def wave(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    about = message.about
    return Message(f":wave: {mention(about.by)} waves: {escape(about.event.text)}")
'''

LISTENER = '''
"""Wave to everybody: `/incident wave TEXT`."""

from bot.incident.waving import Wave
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.messages.text import unescape

feature = Feature()


@feature.subcommand(
    "wave", usage="wave TEXT", help="Wave to everybody.", group=Group.SAY, example="wave Hello"
)
def typed(request: Request[SlashCommand]) -> Answer:
    request.handle(Wave(unescape(request.payload.argument)))
    return Reply("You waved.")
'''

WITHOUT_EVENT = '''
"""Say hello: `/incident hello`. It changes nothing."""

from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request

feature = Feature()


@feature.subcommand(
    "hello", usage="hello", help="Say hello.", where=Where.ANYWHERE, group=Group.OTHERS
)
def typed(request: Request[SlashCommand]) -> Answer:
    return Reply("Hello.")
'''

EVENT = '''@dataclass(frozen=True, slots=True)
class Waved(Decided):
    """Somebody waved to everybody."""

    text: str


'''

# For each file: what is added, and before which line; None: the file is new.
OF_THE_EVENT: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bot/incident/events.py": ((EVENT, "# --- delivered"),),
    "bot/incident/waving.py": ((SLICE, None),),
    "bot/incident/slices.py": (
        ("    waving,\n", ")\nfrom bot.incident.incident import"),
        ("    waving.SLICE,\n", ")\nSLICES = "),
    ),
    "bot/messages/waving.py": ((RENDERER, None),),
    "bot/messages/render.py": (
        ("    waving,\n", ")\nfrom bot.messages.blocks import"),
        ('    "wave": waving.wave,\n', "}\n\ncheck_renderers"),
    ),
}
OF_ITS_SUBCOMMAND: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bot/listeners/waving.py": ((LISTENER, None),),
    "bot/listeners/features.py": (
        ("    waving,\n", ")\nfrom bot.listeners.feature import"),
        ("    waving.feature,\n", ")\n"),
    ),
}
OF_A_SUBCOMMAND_WITHOUT_EVENT: dict[str, tuple[tuple[str, str | None], ...]] = {
    "bot/listeners/hello.py": ((WITHOUT_EVENT, None),),
    "bot/listeners/features.py": (
        ("    hello,\n", ")\nfrom bot.listeners.feature import"),
        ("    hello.feature,\n", ")\n"),
    ),
}


def written_into(root: Path, *parts: dict[str, tuple[tuple[str, str | None], ...]]) -> None:
    """Add the feature, or parts of it, to the code in `root`.

    Raises `AssertionError` for a file that has no such line any more: mend this module.
    """
    for part in parts:
        for name, additions in part.items():
            for text, before in additions:
                _add(root / name, text, before)


def _add(path: Path, text: str, before: str | None) -> None:
    if before is None:
        path.write_text(text.lstrip())
        return
    source = path.read_text()
    head, found, tail = source.rpartition(before)
    assert found, f"{path.name} has no {before!r}"
    path.write_text(f"{head}{text}{found}{tail}")
