"""Who may do what to an incident: the one rule for every command and every way in.

Every member of the workspace may act on a public incident. On a private one may act: people who
may see it (`members.py`), people in its channel, and people to whom Muster wrote about it (a page
that says nothing of it has to be answered before anyone is let in), unless they left since. For
all others it isn't there.

Guests, people of other organizations and apps may not act unless the policy opens it, but people
who were paged may answer.
"""

from dataclasses import replace

from bot.incident.announcement_lost import RecordAnnouncementsBack
from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.declaring import Declare
from bot.incident.handoffs import NOT_ASKED, AcceptRole, DeclineRole, is_asked
from bot.incident.incident import Incident
from bot.incident.lost_messages import RecordMessageDeleted
from bot.incident.members import RecordJoin, RecordLeave, may_see
from bot.incident.merging import AbsorbIncident, CloseAsMerged, takes_part
from bot.incident.old_channel import RecordOldChannelBack
from bot.incident.outbound import outbound_messages
from bot.incident.pins import FollowDeletion, FollowEdit
from bot.incident.subscribers import SUBSCRIPTION
from bot.incident.subscriptions import ConfirmSubscription, EndSubscription, Unsubscribe
from bot.paging.commands import Acknowledge
from bot.streams.access import ALLOWED, Grants, Standing, Verdict, runs_muster
from bot.streams.actor import Actor, Source, User
from bot.streams.address import Person
from bot.streams.event import Command

FACTS = (
    *(RecordJoin, RecordLeave, FollowDeletion, FollowEdit, RecordMessageDeleted),
    *(RecordChannelLost, RecordChannelBack, RecordChannelName, RecordOldChannelBack),
    *(RecordAnnouncementsBack, Unsubscribe),
)
"""Facts that Slack reports, and the end of one's own subscription."""

_HERE = "can't act on incidents here. Ask a member of the workspace."
NOT_MEMBERS = {
    Standing.GUEST: f"Guests {_HERE}",
    Standing.STRANGER: f"People of other organizations {_HERE}",
    Standing.APP: "Apps and bots can't act on incidents.",
}


def authorize(actor: Actor, command: Command, incident: Incident, grants: Grants) -> Verdict:
    """Whether `actor` may ask `command` of the incident. Whether it can be done as the incident
    stands is another question: `decide` answers it."""
    if runs_muster(actor):
        return ALLOWED
    if isinstance(actor, Source):
        return Verdict(False, "Alert sources can't act on incidents.")
    if grants.standing is not Standing.MEMBER and not _for_everyone(actor, command, incident):
        return Verdict(False, NOT_MEMBERS[grants.standing])
    grants = replace(grants, standing=Standing.MEMBER)  # from here on the others' rules
    match command:
        case Declare():
            return ALLOWED
        case AbsorbIncident(other):
            here = may_act(actor, incident, grants)
            return _must_see(actor, other) if here.allowed else here
        case CloseAsMerged(other):
            seen = _must_see(actor, incident)
            # in a private one's channel everyone is a part of it
            part = not seen.allowed or takes_part(actor, incident, grants)
            return seen if part else Verdict(False, _not_theirs(incident, other))
        case AcceptRole() | DeclineRole() if not incident.is_over:
            here = may_act(actor, incident, grants)
            asked = not here.allowed or is_asked(incident, command, str(actor))
            return here if asked else Verdict(False, NOT_ASKED)
        case ConfirmSubscription(number) | EndSubscription(number):
            theirs = incident.subscriptions.get(number)
            is_theirs = theirs is not None and theirs.user == str(actor)
            return ALLOWED if is_theirs else Verdict(False, unknown(incident.id))
        case _:
            return may_act(actor, incident, grants)


def may_act(actor: Actor, incident: Incident, grants: Grants) -> Verdict:
    """Whether `actor` may act on the incident at all, and so open a form about it."""
    in_channel = bool(grants.channel) and grants.channel == incident.channel
    if grants.standing is not Standing.MEMBER:  # they read what their channels show
        if in_channel or _was_written_to(actor, incident):
            return ALLOWED
        why = unknown(incident.id) if incident.private else NOT_MEMBERS[grants.standing]
        return Verdict(False, why)
    if in_channel or may_see(actor, incident) or _was_written_to(actor, incident):
        return ALLOWED
    return Verdict(False, unknown(incident.id))


def _for_everyone(actor: Actor, command: Command, incident: Incident) -> bool:
    """Whether guests, strangers and apps may do it, too: facts that Slack reports about them, and
    the answer to a page."""
    if isinstance(command, Acknowledge):
        return _was_written_to(actor, incident)
    return isinstance(command, FACTS)


def unknown(incident_id: str) -> str:
    """The reply about an incident that doesn't exist, or that this person may not see."""
    return f"{incident_id} not found."


def _not_theirs(incident: Incident, other: Incident) -> str:
    place = f" Join <#{incident.channel}>, then type it again." if incident.channel else ""
    return (
        f"Nothing changed. Merging {incident.id} into {other.id} ends it, so only people who take "
        f"part in {incident.id} can do that.{place}"
    )


def _must_see(actor: Actor, incident: Incident) -> Verdict:
    return ALLOWED if may_see(actor, incident) else Verdict(False, unknown(incident.id))


def _was_written_to(actor: Actor, incident: Incident) -> bool:
    """Whether Muster wrote to them about it, since they left a private one's channel if they
    did."""
    return isinstance(actor, User) and any(
        each.to == Person(actor.id)
        and each.kind is not SUBSCRIPTION
        and each.about.seq > incident.gone.get(actor.id, 0)
        for each in outbound_messages(incident)
    )
