"""Merge incidents: `/incident merge INC-7` in the channel of the one that remains."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import Refused
from bot.incident.events import MergedFrom
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.members import may_see
from bot.incident.merging import newcomers, takes_part
from bot.incident.outbound import digest_of
from bot.incident.severity import severity_set_by
from bot.incidents import Outcome
from bot.listeners.feature import About, Feature, Group
from bot.listeners.inbound import BlockAction, SlashCommand
from bot.listeners.meant import is_visible
from bot.listeners.request import Answer, Reply, Request, unknown
from bot.listeners.words import fold
from bot.messages.blocks import actions, button, naming, section, value_of
from bot.messages.text import escape, join_and, mention, quoted, unescape
from bot.streams.access import Grants
from bot.streams.ids import Certainty, spelled

feature = Feature()

SHOWN = 20  # people named in the question
THIS = ("this", "it", "thisone", "thisincident", "here")
_INTO = re.compile(r"(\S.*?)(?<!\s)\s++(?:into|to|with|in)\s++(\S.*)", re.IGNORECASE)
_WAY = re.compile(r"(?:with|into|to|in)\s+(?=\S)", re.IGNORECASE)
_POLITE = re.compile(
    r"(?:(?<![\s,])[\s,]++(?:please|pls|thanks)|(?<![\s.,;:!?]))[\s.,;:!?]*+$", re.IGNORECASE
)
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")


@feature.subcommand(
    "merge",
    usage="merge INC-7",
    help="Merge INC-7 into this incident, with its responders and open tasks.",
    group=Group.NOT_ITS_OWN,
    example="merge INC-7",
    about=About.NOTHING,
)
def typed(request: Request[SlashCommand]) -> Answer:
    other = named(request)
    if request.payload.is_question:
        how = f"`/incident merge {other.id}`"
        raise Refused(f"Nothing changed. To merge {other.id} into this incident: {how}.")
    return merge_or_ask(request, request.incident(), other)


@feature.button("merge_confirm")
def confirmed(request: Request[BlockAction]) -> Answer:
    """Merge, now that the person has seen who gets into the private channel. If more people would
    get in by now, ask again."""
    here, said = request.incident(), request.payload.data
    other = request.services.incidents.get(str(said.get("other", "")))
    if not other.history or not may_see(request.actor, other):
        raise Refused(unknown(other.id))
    request.intent = f"merge:{here.id}:{other.id}:{other.version}"
    return merge_or_ask(request, here, other, seen=str(said.get("people", "")))


@feature.button("undo_merge")
def undone(request: Request[BlockAction]) -> Answer:
    """Undo a merge, for its author, for ten minutes."""
    here, other = request.incident(), str(request.payload.data.get("other", ""))
    if not is_visible(other, request):
        raise Refused(unknown(other))
    request.services.incidents.undo_merge(
        here.id, other, by=request.actor, intent=request.intent, grants=request.grants
    )
    request.to_reconcile |= {here.id, other}
    return Reply(f"Undone: {other} goes on by itself again.", replace_original=True)


def merge_or_ask(request: Request, here: Incident, other: Incident, seen: str = "") -> Reply:
    """Merge `other` into `here`. If that lets people into a private channel, ask first; `seen` is
    the digest of the people that the person has agreed to. Raises `Refused`."""
    people = newcomers(other, into=here)
    if people and seen != digest_of(*people):
        return ask_first(here, other, people)
    outcome = request.services.incidents.merge(
        here.id, other.id, by=request.actor, intent=request.intent, grants=_grants(request, other)
    )
    request.to_reconcile |= {here.id, other.id}
    request.handled |= {here.id: here, other.id: other} if outcome.events else {}
    clicked = not isinstance(request.payload, SlashCommand)
    if not outcome.events:
        return Reply(f"{other.id} was already merged into {here.id}.", replace_original=clicked)
    place = f", <#{here.channel}>" if here.channel else ""
    this = f"*{here.id}*{place}" if clicked else "this incident"
    text = f"{other.id} ({escape(other.title)}) was merged into {this}. Its responders were added."
    text += _raised(outcome)
    merged = next(each.seq for each in outcome.events if isinstance(each.event, MergedFrom))
    value = value_of(here, **naming("other", other), event=merged)
    blocks = [section(text), actions(button("Undo", "undo_merge", value))]
    return Reply(text, blocks, replace_original=clicked)


def _grants(request: Request, other: Incident) -> Grants:
    """With what Slack has to be asked for, if the incident doesn't know them: whether they are in
    its channel, or an admin."""
    known = request.grants
    if takes_part(request.actor, other, known):
        return known
    people, channel = request.services.people, other.channel
    is_in = channel is not None and people.is_in(channel, request.user)
    return replace(
        known,
        member_of=frozenset([channel] if is_in and channel else ()),
        is_admin=not is_in and people.is_admin(request.user),
    )


def ask_first(here: Incident, other: Incident, people: Sequence[str]) -> Reply:
    """The question whether these people may get into the private channel."""
    added = join_and([mention(each) for each in people[:SHOWN]])
    if more := len(people) - SHOWN:
        added += f" and {more} more" if more > 0 else ""
    one = len(people) == 1
    text = (
        f"{here.id} is private. Merging {other.id} ({escape(other.title)}) adds {added} to its "
        f"channel: {'this person' if one else 'they'} can then read everything in it. "
        "Not merged yet."
    )
    label = f"Merge and add {len(people)} {'person' if one else 'people'}"
    value = value_of(here, **naming("other", other), people=digest_of(*people))
    confirm = button(label, "merge_confirm", value, style="danger")
    return Reply(text, [section(text), actions(confirm)])


def _raised(outcome: Outcome) -> str:
    """That the worse severity stays; empty if it was the same or milder."""
    worse = severity_set_by(outcome.events)
    return f" {outcome.incident.id} is {worse} now, as that one was." if worse else ""


def named(request: Request[SlashCommand]) -> Incident:
    """The incident that `request` names, by number or channel. An incident that the person may not
    see counts as missing. Raises `Refused`."""
    text = _POLITE.sub("", request.payload.argument.strip())
    _refuse_elsewhere(request)
    if (unclear := _WAY.match(text)) and (asked := _which_way(request, text[unclear.end() :])):
        raise Refused(asked)
    text = _other_of_two(request, text)
    if channel := _CHANNEL.fullmatch(text):
        found = request.services.store.streams.find(channel[1])
        what = unescape(text)
    else:
        number = spelled(text, PREFIX, "incident")
        found = number.id if number and not number.rest else None
        if found and number and number.certainty is Certainty.NEAR:  # a merge can't be undone
            raise Refused(f"Nothing changed. Did you mean `/incident merge {found}`?")
        what = found or ""
    if not text or (found is None and not channel):
        which = f"{quoted(text)} isn't an incident number. " if text else ""
        raise Refused(
            f"{which}Name the incident to merge into this one, like `/incident merge INC-7`."
        )
    other = request.services.incidents.get(found) if found else None
    if other is None or not other.history or not may_see(request.actor, other):
        raise Refused(unknown(what))
    return other


def _refuse_elsewhere(request: Request) -> None:
    try:
        request.incident_id()
    except Refused:
        raise Refused(
            "That only works in an incident channel, the one of the incident that continues: "
            "`/incident merge INC-7` there merges INC-7 into it."
        ) from None


def _other_of_two(request: Request[SlashCommand], text: str) -> str:
    """The incident to merge, of `INC-7 into this`. Raises `Refused` if another is to go on: then
    this is the wrong channel."""
    if (both := _INTO.fullmatch(text)) is None:
        return text
    here = request.incident().id
    merged, into = (_number(words, here) for words in both.groups())
    if not merged or not into or merged == into:
        return text
    if into != here:
        raise Refused(
            f"Nothing changed. To merge {merged} into {into}, type `/incident merge {merged}` in "
            f"the channel of {into}."
        )
    return merged


def _number(words: str, here: str) -> str:
    """The id of the incident that these words name, `here` for `this`; empty for others."""
    if fold(words) in THIS:
        return here
    number = spelled(words, PREFIX, "incident")
    return "" if number is None or number.rest else number.id


def _which_way(request: Request[SlashCommand], other: str) -> str:
    """The question after `merge into INC-7`, which could mean either; empty if another
    incident isn't named."""
    here, number = request.incident().id, spelled(other, PREFIX, "incident")
    if number is None or number.rest or number.id == here:
        return ""
    there = number.id
    return (
        f"Which one goes on? To merge {there} into this incident: `/incident merge {there}`. "
        f"To merge this one into {there}, type `/incident merge {here}` in the channel of {there}."
    )
