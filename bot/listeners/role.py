"""Assign roles: `/incident role ic @ana`, the buttons of card and reminders, the modal."""

from functools import partial

from bot.errors import Refused
from bot.incident.events import Event, RoleAssigned
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.policy import Role as RoleRow
from bot.incident.roles import AssignRole, UnassignRole, was_briefed
from bot.incidents import Outcome
from bot.listeners.can_act import field_error, refuse_others
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import BlockAction, SlashCommand, Submission
from bot.listeners.mention_hints import nobody_known
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.messages.blocks import Block, input_block, modal, select
from bot.messages.text import around_mention, escape, mention, quoted, user_in
from bot.streams.record import Recorded

feature = Feature()

NOT_US = "Muster can't hold a role. Choose a person."
AROUND = ("to", "as", "is", "for")  # filler words between a role and a name


@feature.subcommand(
    "role",
    usage="role ROLE [@user]",
    help="Assign a role, or take it. `role ROLE none` clears it.",
    group=Group.PEOPLE,
    example="role ic @ana",
)
def typed(request: Request[SlashCommand]) -> Answer:
    if not request.payload.argument.strip():
        return OpenView(role_form(request.open_incident(), request.user))
    command = parse_role(request.payload.argument, request.incident().policy, asker=request.user)
    return assigned(request, command)


@feature.button("role_take")
def pressed(request: Request[BlockAction]) -> Answer:
    said = request.payload.data
    role = role_named(str(said.get("role", "")), request.incident().policy)
    return assigned(request, AssignRole(role.id, request.user, if_open=True))


@feature.submission("role")
def submitted(request: Request[Submission]) -> Answer:
    role = role_named(request.payload.field("role"), request.incident().policy)
    user = request.payload.field("user") or request.user
    if user == request.services.identity.bot_user:
        return FieldErrors({"user": NOT_US})
    if why_not := field_error(request, user):
        return FieldErrors({"user": why_not})
    outcome = request.handle(AssignRole(role.id, user))
    if not _changed_hands(outcome):
        who = "You're" if user == request.user else "They're"  # field errors can't show mentions
        return FieldErrors({"user": f"{who} already {outcome.incident.role_title(role.id)}."})
    return None


def assigned(request: Request, command: AssignRole | UnassignRole) -> Reply:
    if isinstance(command, AssignRole) and command.user == request.services.identity.bot_user:
        raise Refused(NOT_US)
    note = refuse_others(request, command.user) if isinstance(command, AssignRole) else ""
    outcome = request.handle(command)
    title = outcome.incident.role_title(command.role)
    if isinstance(command, UnassignRole):
        return Reply(f"{title} is now open." if outcome.events else f"{title} is already open.")
    who = "You're" if command.user == request.user else f"{mention(command.user)} is"
    changed = _changed_hands(outcome)
    if changed is None:
        return Reply(f"{who} already {title}.")
    if was_briefed(outcome.incident, changed):
        return Reply(f"{who} now {title}.{note}")
    whose = "your" if command.user == request.user else "their"
    return Reply(f"{who} now {title}. The briefing is in {whose} direct messages.{note}")


def _changed_hands(outcome: Outcome) -> Recorded[Event] | None:
    return next((each for each in outcome.events if isinstance(each.event, RoleAssigned)), None)


def parse_role(
    text: str, policy: Policy, *, asker: str, subcommand: str = "role"
) -> AssignRole | UnassignRole:
    """Parse the command in `text`, as Slack sent it. A role without a name is assigned to the
    person who asked.

    Raises `Refused` if `text` names no role, or a person unknown to Slack.
    """
    user = user_in(text)
    named = partial(role_named, policy=policy, subcommand=subcommand)
    before, after = around_mention(text)
    words = (before or after).split()
    if user_in(after):
        raise Refused("A role has one holder. Name one person.")
    if user:
        role = _bare(before.split(), policy) or _bare(after.split(), policy)
        return AssignRole(named(role).id, user)
    if words and words[-1].casefold() in ("none", "nobody"):
        return UnassignRole(named(" ".join(words[:-1])).id)
    if words and words[-1].casefold() == "me":
        words = words[:-1]
    if stranger := _stranger(words, policy):
        known, name = stranger
        raise Refused(nobody_known(name, f"/incident {subcommand} {known} {{}}"))
    return AssignRole(named(" ".join(words)).id, asker)


def _bare(words: list[str], policy: Policy) -> str:
    """The role without filler words: `ic: @bob`, `ic to @bob`, `@bob as ic`."""
    if policy.role(" ".join(words)):
        return " ".join(words)
    bare = [each.strip(",:=") for each in words]
    return " ".join(each for each in bare if each and each.casefold() not in AROUND)


def _stranger(words: list[str], policy: Policy) -> tuple[str, str] | None:
    """The role, and the words around it that must be an unknown name."""
    if not words or policy.role(" ".join(words)):
        return None
    for size in range(len(words) - 1, 0, -1):
        for role, name in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            if found := policy.role(_bare(role, policy)):
                return found.id, _bare(name, policy) or " ".join(name)
    return ("ic", words[-1]) if words[-1].startswith("@") else None


def role_named(word: str, policy: Policy, subcommand: str = "role") -> RoleRow:
    role = policy.role(word)
    if role is None:
        known = ", ".join(f"`{each.id}` ({escape(each.title)})" for each in policy.roles)
        which = f"Unknown role {quoted(word)}." if word else "Which role?"
        raise Refused(f"{which} Use one of {known}, like `/incident {subcommand} ic @name`.")
    return role


def role_form(incident: Incident, user: str) -> dict[str, object]:
    roles = [(each.id, each.title) for each in incident.policy.roles]
    people: Block = {"type": "users_select", "initial_user": user}
    return modal(
        "role",
        "Assign role",
        "Assign",
        [
            input_block("role", "Role", select(roles, roles[0][0]), optional=True),
            input_block("user", "Person", people, optional=True),
        ],
        {"incident": incident.id},
    )
