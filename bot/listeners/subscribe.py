"""Subscribe to updates: `/incident subscribe`, or by e-mail `/incident subscribe
me@example.com`."""

from datetime import timedelta

from bot.errors import Refused
from bot.incident.subscribers import of_user
from bot.incident.subscriptions import Subscribe, Unsubscribe, parse_address
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.words import fold
from bot.messages.text import escape

feature = Feature()

REQUESTS_MAX = 5  # addresses per person and day, because each may get a mail
A_DAY = timedelta(days=1)

NO_MAIL = (
    "Muster can't send e-mail: SMTP_URL isn't set. For direct messages: `/incident subscribe`. "
    "The people who run Muster can set it."
)


@feature.subcommand(
    "subscribe",
    usage="subscribe [E-MAIL]",
    help="Get every update, by direct message or by e-mail.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.LOOK,
    example="subscribe me@example.com",
)
def subscribe(request: Request[SlashCommand]) -> Answer:
    text = _address(request)
    incident = request.open_incident()
    if not text:
        outcome = request.handle(Subscribe())
        already = "" if outcome.events else "already "
        return Reply(
            f"You're {already}subscribed: you'll get updates about {incident.id} by direct "
            f"message. To stop: `/incident unsubscribe {incident.id}`."
        )
    address = parse_address(text)
    if not request.services.mails:
        raise Refused(NO_MAIL)
    store, intent = request.services.store, request.intent
    if store.documents.count_within(f"addresses:{request.user}", intent, A_DAY) > REQUESTS_MAX:
        raise Refused(f"That's more than {REQUESTS_MAX} addresses in a day. Try again tomorrow.")
    if not request.handle(Subscribe(address)).events:
        return Reply(f"Updates about {incident.id} already go to {escape(address)}.")
    return Reply(
        f"Checking {escape(address)}. If it's your address in Slack, updates about {incident.id} "
        "go there; if not, it gets a link to confirm first. You'll get a direct message."
    )


@feature.subcommand(
    "unsubscribe",
    usage="unsubscribe [E-MAIL]",
    help="Get no more updates by direct message or e-mail.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.LOOK,
)
def unsubscribe(request: Request[SlashCommand]) -> Answer:
    text = _address(request)
    events = request.handle(Unsubscribe(text)).events
    incident = request.incident()
    if not events:
        return Reply(f"You aren't subscribed to {incident.id}{' there' if text else ''}.")
    left = of_user(incident, request.user)
    more = f" You have {len(left)} more subscriptions to it." if left else ""
    return Reply(f"Unsubscribed: no more updates about {incident.id}.{more}")


def _address(request: Request[SlashCommand]) -> str:
    """The typed address; empty if the words only say who."""
    text = request.payload.argument.strip()
    return "" if fold(text) in ("", "me", "please", "meplease") else text
