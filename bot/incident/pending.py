"""The pending effects of an incident.

Every crash, retry and restart has one remedy: compute `pending_effects` again.
"""

from collections.abc import Collection, Iterator, Sequence

from bot.incident.card import CARD_KEY
from bot.incident.channel import needs_another, rejoining, rejoins
from bot.incident.effects import (
    Bookmark,
    EditMessage,
    Invite,
    OpenChannel,
    PinCard,
    PostMessage,
    SendMail,
    SetTopic,
)
from bot.incident.escalation import paged
from bot.incident.incident import Incident
from bot.incident.outbound import digest, digest_of, outbound_messages, still_relevant
from bot.incident.slices import SLICES
from bot.streams.actor import User, parse_actor
from bot.streams.address import (
    ANNOUNCEMENTS,
    INCIDENT_CHANNEL,
    AnnouncementThread,
    Mailbox,
    thread,
)
from bot.streams.effect import Effect
from bot.streams.message import OutboundMessage


def pending_effects(incident: Incident) -> list[Effect]:
    """The effects that are neither done nor refused for good, most urgent first."""
    if not incident.history:
        return []
    messages = list(outbound_messages(incident))
    unsaid = [
        _sending(message, digest(message, incident))
        for message in messages
        if message.key not in incident.said and still_relevant(message, incident)
    ]
    unsaid.sort(key=lambda each: not each.message.kind.goes_first)
    news = [each for each in unsaid if isinstance(each.message.to, AnnouncementThread)]
    wanted: list[Effect] = [
        each for each in unsaid if each.message.to != INCIDENT_CHANNEL and each not in news
    ]
    if incident.channel is None:
        # links to the channel wait until it exists; a page waits for nothing
        if "channel" not in incident.failed:
            linked = (INCIDENT_CHANNEL, ANNOUNCEMENTS, thread(incident.source))
            wanted = [each for each in unsaid if each.message.to not in linked]
        wanted.insert(0, OpenChannel(pages=bool(incident.severity.escalation)))
    elif needs_another(incident):
        wanted.insert(0, OpenChannel(pages=bool(incident.severity.escalation)))
    elif incident.channel_lost:
        rejoin = [rejoining(incident)] if rejoins(incident) else []
        wanted = [*rejoin, *wanted, *news]
    else:
        members = [Invite(user, user == incident.declarer) for user in _members(incident)]
        wanted = [
            *members[:1],  # the declarer before everybody else
            *wanted,
            *(each for each in unsaid if each.message.to == INCIDENT_CHANNEL),
            *news,
            *members[1:],
            *_state(incident),
        ]
    wanted += _edits(messages, incident)
    wanted += SLICES.effects(incident)
    return [each for each in wanted if not _done(each, incident)]


def pending_heavy(incident: Incident) -> list[Effect]:
    """The heavy ones of the `pending_effects`: no message is, so none is asked for."""
    if not incident.history:
        return []
    return [each for each in SLICES.effects(incident) if each.heavy and not _done(each, incident)]


def begun(incident: Incident, keys: Collection[str]) -> list[Effect]:
    """Messages of these keys that were begun and are no longer wanted. Whether they were posted
    can still be looked up, unless the channel is gone.
    """
    here_is_gone = incident.channel is None or bool(incident.channel_lost)
    open_keys = set(keys) - incident.said.keys() - incident.failed.keys()
    return [
        _sending(message)
        for message in (outbound_messages(incident) if open_keys else ())
        if message.key in open_keys
        if not still_relevant(message, incident)
        and not (here_is_gone and message.to == INCIDENT_CHANNEL)
    ]


def _members(incident: Incident) -> list[str]:
    owners = [each.owner for each in incident.open_tasks if each.owner]
    owners += [user for each in incident.merged_from for user in each.people]
    others = (*owners, *incident.joined)
    if incident.private:  # the last resort isn't paged, but gets in by acknowledging
        on_it = incident.paging.acknowledged_by
        others += tuple(each for each in on_it if isinstance(parse_actor(each), User))
    people = (incident.declarer, *incident.roles.values(), *paged(incident), *others)
    return list(dict.fromkeys(people))


def _state(incident: Incident) -> Iterator[Effect]:
    yield SetTopic(digest_of(incident.severity_id, incident.stage, incident.commander))
    if CARD_KEY in incident.said:
        yield PinCard(incident.said[CARD_KEY].ts)
    if incident.bridge:
        yield Bookmark("Bridge", incident.bridge)
    for runbook in incident.playbook.runbooks:
        if runbook.link:
            yield Bookmark(runbook.title, runbook.link)


def _edits(messages: Sequence[OutboundMessage], incident: Incident) -> Iterator[Effect]:
    for message in messages:
        if message.key not in incident.said:
            continue
        in_old = incident.said[message.key].channel in incident.old_channels
        if message.to == INCIDENT_CHANNEL and (incident.channel_lost or in_old):
            continue
        if new := digest(message, incident):
            yield EditMessage(message, new)


def _sending(message: OutboundMessage, digest: str = "") -> PostMessage | SendMail:
    by_mail = isinstance(message.to, Mailbox)
    return SendMail(message, digest) if by_mail else PostMessage(message, digest)


def _done(effect: Effect, incident: Incident) -> bool:
    refused = incident.failed.get(effect.key)
    if refused is not None and refused.face == effect.digest:
        return True
    match effect:
        case OpenChannel() | PostMessage() | SendMail():
            return refused is not None
        case EditMessage(message, new):
            return incident.shown.get(message.key) == new
        case _:
            return incident.shown.get(effect.key) == effect.digest
