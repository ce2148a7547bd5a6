"""Hand a role over: `/incident handoff ic @bob`, the form, and the answer of whoever is asked."""

from bot.errors import Refused
from bot.incident.events import HandoffOffered
from bot.incident.handoffs import (
    AcceptRole,
    DeclineRole,
    OfferRole,
    WithdrawOffer,
    asked,
    offer_of,
)
from bot.incident.incident import Incident
from bot.incident.roles import EmptyRole
from bot.listeners.ask import Answer, Ask, Invalid, Open, Show, Words
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction, SlashCommand, Submission
from bot.listeners.role import read, role_named
from bot.listeners.showing import saying
from bot.messages.shape import Block, field_, modal, select
from bot.messages.text import escape, mention

feature = Feature()


@feature.verb(
    "handoff",
    usage="handoff ROLE @user",
    help="Ask somebody to take a role over; it is theirs when they accept.",
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    if not ask.payload.argument.strip():
        return Open(view(ask.going_on()))
    command = read(ask.payload.argument, ask.incident().policy, asker="", verb="handoff")
    if isinstance(command, EmptyRole):
        return withdrawn(ask, command.role)
    if not command.user:
        raise Refused(
            f"To whom? `/incident handoff {command.role} @name`. "
            f"To take it yourself: `/incident role {command.role}`."
        )
    return offered(ask, OfferRole(command.role, command.user))


@feature.button("handoff_open")
def pressed(ask: Ask[BlockAction]) -> Answer:
    said = ask.payload.data
    return Open(view(ask.going_on(), str(said.get("role", ""))))


@feature.submission("handoff")
def submitted(ask: Ask[Submission]) -> Answer:
    role = role_named(ask.payload.field("role"), ask.incident().policy, "handoff")
    if not ask.payload.field("user"):
        return Invalid({"user": "Choose who is to take over."})
    try:
        answer = offered(ask, OfferRole(role.id, ask.payload.field("user")))
    except Refused as refusal:
        return Invalid({"user": str(refusal)})
    return Show(saying(answer.text))


@feature.button("handoff_accept")
def accepted(ask: Ask[BlockAction]) -> Answer:
    outcome = ask.handle(AcceptRole(*_offer(ask)))
    incident = outcome.incident
    title = escape(incident.role_title(_offer(ask)[0]))
    if not outcome.events:
        return Words(f"You are {title} of {incident.id} already.")
    place = f" It is handled in <#{incident.channel}>." if incident.channel else ""
    return Words(f"You are {title} of {incident.id} now.{place}")


@feature.button("handoff_decline")
def declined(ask: Ask[BlockAction]) -> Answer:
    outcome = ask.handle(DeclineRole(*_offer(ask)))
    title = escape(outcome.incident.role_title(_offer(ask)[0]))
    if not outcome.events:
        return Words(f"You declined to be {title} already.")
    before = offer_of(outcome.incident, outcome.events[0])
    told = f" {mention(before.by)} is told." if before else ""
    return Words(f"You are not {title} of {outcome.incident.id}.{told}")


def offered(ask: Ask, command: OfferRole) -> Words:
    if command.user == ask.house.identity.bot_user:
        raise Refused("Muster holds no role: choose somebody who can act.")
    outcome = ask.handle(command)
    title, who = escape(outcome.incident.role_title(command.role)), mention(command.user)
    made = [each.event for each in outcome.events if isinstance(each.event, HandoffOffered)]
    if not made:
        return Words(f"{who} is asked already to be {title}, and has not answered yet.")
    holder = made[0].holder
    until = f" Until they accept, {_holds(holder, ask.user)} it." if holder else ""
    return Words(
        f"{who} is asked, in a direct message, to be {title}.{until} "
        f"To withdraw that: `/incident handoff {command.role} none`."
    )


def withdrawn(ask: Ask, role: str) -> Words:
    outcome = ask.handle(WithdrawOffer(role))
    title = escape(outcome.incident.role_title(role))
    before = offer_of(outcome.incident, outcome.events[0]) if outcome.events else None
    if before is None:
        return Words(f"Nobody is asked to be {title}: there is nothing to withdraw.")
    who = mention(asked(before))
    holder = outcome.incident.roles.get(role)
    held = f" {_holds(holder, ask.user).capitalize()} it." if holder else " It is open."
    return Words(f"{who} is not asked any more to be {title}.{held}")


def _holds(holder: str, asker: str) -> str:
    return "you hold" if holder == asker else f"{mention(holder)} holds"


def _offer(ask: Ask[BlockAction]) -> tuple[str, int]:
    """The role and the number of the offer that the button answers."""
    said = ask.payload.data
    number = said.get("offer")
    return str(said.get("role", "")), number if isinstance(number, int) else 0


def view(incident: Incident, role: str = "") -> dict[str, object]:
    roles = [(each.id, each.title) for each in incident.policy.roles]
    people: Block = {"type": "users_select"}
    return modal(
        "handoff",
        "Hand a role over",
        "Ask them",
        [
            field_("role", "Role", select(roles, role or roles[0][0])),
            field_("user", "Who takes over?", people, hint="It is theirs when they accept."),
        ],
        {"incident": incident.id},
    )
