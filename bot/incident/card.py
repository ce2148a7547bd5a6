"""The card of an incident: the facts that it shows, and the problems that people can fix."""

from collections.abc import Sequence
from datetime import datetime

from bot.incident.events import PostmortemDrafted
from bot.incident.incident import Incident, Task
from bot.incident.reminders import answer_to, missing_roles, still_unmet, update_due
from bot.incident.subscribers import KEYS as SUBSCRIPTION_KEYS
from bot.streams.message import Facts, MessageKind, OutboundMessage

ALWAYS = ("ic", "ol", "cl")  # roles that are shown even if the severity doesn't ask for them

# So that the card fits a phone's screen:
TASKS_ON_CARD = 2  # the rest is only counted
ROLES_BESIDE_TASKS = 2  # if more are open, only the first task is listed


def _facts(incident: Incident, message: OutboundMessage) -> Facts:
    return (
        incident.title,
        incident.severity_id,
        incident.stage,
        incident.roles,
        update_due(incident),
        incident.snoozed and incident.snoozed.by,
        ", ".join(incident.paging.acknowledged_by),
        problems(incident),
        incident.corrected.get("declared"),
        *_impact(incident),
        *([incident.summary] if incident.summary_changed else []),
        len(incident.open_tasks),
        [(task.number, task.owner, task.overdue is None) for task in listed_tasks(incident)],
        *(task.told for task in listed_tasks(incident) if task.corrected),
        *_news(incident),
    )


def roles_shown(incident: Incident) -> list[str]:
    """The roles on the card: those that are held, and while it is open those that are wanted."""
    known = [each.id for each in incident.policy.roles]
    always = [role for role in ALWAYS if role in known]
    wanted = (*always, *missing_roles(incident)) if incident.is_open else ()
    return list(dict.fromkeys((*wanted, *incident.roles)))


def unassigned(incident: Incident) -> list[str]:
    """The roles on the card that no one holds."""
    return [role for role in roles_shown(incident) if role not in incident.roles]


def listed_tasks(incident: Incident) -> Sequence[Task]:
    """The open tasks that the card lists; the others are only counted."""
    few = len(unassigned(incident)) <= ROLES_BESIDE_TASKS
    return incident.open_tasks[: TASKS_ON_CARD if few else 1]


def _impact(incident: Incident) -> list[datetime]:
    """Since when there is impact; nothing if no one has said, so that cards of older releases are
    up to date."""
    began = incident.corrected.get("impact")
    return [began] if began else []


def _news(incident: Incident) -> list[str]:
    """The facts that cards of older releases didn't show; none as long as there is none of it, so
    that those are up to date."""
    overdue = ["update overdue"] if is_overdue(incident) else []
    drafted = incident.drafted.event if incident.drafted else None
    return [*overdue, *([drafted.link] if isinstance(drafted, PostmortemDrafted) else [])]


def is_overdue(incident: Incident) -> bool:
    """Whether an update has been asked for, and hasn't come."""
    nag = incident.reminded.get("update")
    if nag is None or not incident.is_open or not incident.policy.together:
        return False
    return answer_to(incident, nag) is None and still_unmet(incident, nag)


CARD = MessageKind("card", "card", facts=_facts)
CARD_KEY = "card"
CONTINUED = "notice:continued:"  # and an old channel: the key of the link there to the new one
DECLARED_KEY = "declared"  # of the message in the channel where the incident was declared


def problems(incident: Incident) -> list[tuple[str, str]]:
    """The effects that Slack refused for good, and why, for people who can fix it.

    A card that couldn't be posted is left out: no one would see the problem there, and the card
    would be updated forever. The bot doesn't need access to the channel where the incident was
    declared, because the declarer got a reply. Mails that weren't delivered are left out, because
    their subscribers are told; so are links in old channels, which follow once Muster can post
    there. A message that can't be updated because somebody deleted it isn't a problem.
    """
    left_out = (f"edit:{CARD_KEY}", DECLARED_KEY)
    return [
        (key, failure.reason)
        for key, failure in incident.failed.items()
        if key not in left_out and not key.startswith((*SUBSCRIPTION_KEYS, CONTINUED))
        if not (key.startswith("edit:") and failure.reason == "message_not_found")
    ]
