"""Hand over a role: `/incident handoff ic @bob`, the form, and the recipient's response."""

from bot.errors import Refused
from bot.incident.events import HandoffOffered
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole, WithdrawOffer
from bot.incident.incident import Incident
from bot.incident.offers import asked, offer_of
from bot.incident.roles import UnassignRole
from bot.listeners.can_act import field_error, refuse_others
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import BlockAction, SlashCommand, Submission
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request, UpdateView
from bot.listeners.responses import message_view
from bot.listeners.role import parse_role, role_named
from bot.messages.blocks import Block, input_block, modal, reference, select
from bot.messages.text import escape, mention

feature = Feature()


@feature.subcommand(
    "handoff",
    usage="handoff ROLE @user",
    help="Ask someone to take over a role. It's theirs once they accept.",
    group=Group.PEOPLE,
    example="handoff ic @bob",
)
def typed(request: Request[SlashCommand]) -> Answer:
    if not request.payload.argument.strip():
        return OpenView(handoff_form(request.open_incident()))
    command = parse_role(
        request.payload.argument, request.incident().policy, asker="", subcommand="handoff"
    )
    if isinstance(command, UnassignRole):
        return withdrawn(request, command.role)
    if not command.user:
        raise Refused(
            f"Name the person: `/incident handoff {command.role} @name`. "
            f"To take it yourself: `/incident role {command.role}`."
        )
    return offered(request, OfferRole(command.role, command.user))


@feature.button("handoff_open")
def pressed(request: Request[BlockAction]) -> Answer:
    said = request.payload.data
    return OpenView(handoff_form(request.open_incident(), str(said.get("role", ""))))


@feature.submission("handoff")
def submitted(request: Request[Submission]) -> Answer:
    role = role_named(request.payload.field("role"), request.incident().policy, "handoff")
    if not request.payload.field("user"):
        return FieldErrors({"user": "Choose who takes over."})
    if why_not := field_error(request, request.payload.field("user")):
        return FieldErrors({"user": why_not})
    try:
        answer = offered(request, OfferRole(role.id, request.payload.field("user")))
    except Refused as refusal:
        return FieldErrors({"user": str(refusal)})
    return UpdateView(message_view(answer.text))


@feature.button("handoff_accept")
def accepted(request: Request[BlockAction]) -> Answer:
    outcome = request.handle(AcceptRole(*_offer(request)))
    incident = outcome.incident
    title = escape(incident.role_title(_offer(request)[0]))
    if not outcome.events:
        return Reply(f"You're already {title} of {incident.id}.")
    place = f" Join <#{incident.channel}>." if incident.channel else ""
    return Reply(f"You're now {title} of {incident.id}.{place}")


@feature.button("handoff_decline")
def declined(request: Request[BlockAction]) -> Answer:
    outcome = request.handle(DeclineRole(*_offer(request)))
    title = escape(outcome.incident.role_title(_offer(request)[0]))
    if not outcome.events:
        return Reply(f"You already declined to be {title}.")
    before = offer_of(outcome.incident, outcome.events[0])
    told = f" {mention(before.by)} has been notified." if before else ""
    return Reply(f"You declined to be {title} of {outcome.incident.id}.{told}")


def offered(request: Request, command: OfferRole) -> Reply:
    if command.user == request.services.identity.bot_user:
        raise Refused("Muster can't hold a role. Choose a person.")
    note = refuse_others(request, command.user)
    outcome = request.handle(command)
    title, who = escape(outcome.incident.role_title(command.role)), mention(command.user)
    made = [each.event for each in outcome.events if isinstance(each.event, HandoffOffered)]
    if not made:
        return Reply(f"{who} was already asked to be {title} and hasn't responded yet.")
    holder = made[0].holder
    until = f" Until they accept, {_holds(holder, request.user)} it." if holder else ""
    return Reply(
        f"Handoff request sent to {who} ({title}).{until} "
        f"To withdraw it: `/incident handoff {command.role} none`.{note}"
    )


def withdrawn(request: Request, role: str) -> Reply:
    outcome = request.handle(WithdrawOffer(role))
    title = escape(outcome.incident.role_title(role))
    before = offer_of(outcome.incident, outcome.events[0]) if outcome.events else None
    if before is None:
        return Reply(f"There's no handoff request for {title} to withdraw.")
    who = mention(asked(before))
    holder = outcome.incident.roles.get(role)
    still = "You still hold" if holder == request.user else f"{mention(holder or '')} still holds"
    held = f" {still} it." if holder else " The role is open."
    return Reply(f"Withdrew the handoff request to {who} ({title}).{held}")


def _holds(holder: str, asker: str) -> str:
    return "you hold" if holder == asker else f"{mention(holder)} holds"


def _offer(request: Request[BlockAction]) -> tuple[str, int]:
    """The role and the number of the offer in the button's value."""
    said = request.payload.data
    number = said.get("offer")
    return str(said.get("role", "")), number if isinstance(number, int) else 0


def handoff_form(incident: Incident, role: str = "") -> dict[str, object]:
    roles = [(each.id, each.title) for each in incident.policy.roles]
    people: Block = {"type": "users_select"}
    return modal(
        "handoff",
        "Hand over role",
        "Send request",
        [
            input_block("role", "Role", select(roles, role or roles[0][0])),
            input_block("user", "New holder", people, hint="They get the role once they accept."),
        ],
        reference(incident),
    )
