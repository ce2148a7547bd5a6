"""Who has which role, and who is on call: `/incident who`."""

from bot.listeners.feature import Feature, Group, Where
from bot.listeners.request import Answer, Reply, Request
from bot.messages.blocks import section
from bot.messages.quarantine import unreadable
from bot.messages.who import who
from bot.store import Unreadable

feature = Feature()


@feature.subcommand(
    "who",
    usage="who",
    help="Show who's on call, until when and who's next. In an incident channel, also its roles.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.PEOPLE,
)
def typed(request: Request) -> Answer:
    services = request.services
    unread = None
    try:
        incident = request.channel_incident()
    except Unreadable as damaged:  # who is on call is known anyway
        request.to_reconcile.add(damaged.stream_id)
        incident, quarantined = None, services.store.quarantine.quarantined(damaged.stream_id)
        told = quarantined.told if quarantined else None
        unread = unreadable(damaged.stream_id, told, "its roles are unknown")
    shown = who(incident, services.roster, services.render_context())
    if unread is None:
        return Reply(shown.text, shown.blocks)
    return Reply(f"{unread}\n{shown.text}", [section(unread), *(shown.blocks or [])])
