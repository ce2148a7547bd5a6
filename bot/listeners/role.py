"""Who does what: `/incident role ic @ana`, the buttons of card and nags, the modal."""

from functools import partial

from bot.errors import Refused
from bot.incident.events import RoleGiven
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.policy import Role as RoleRow
from bot.incident.roles import EmptyRole, GiveRole
from bot.incidents import Outcome
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction, SlashCommand, Submission
from bot.listeners.names import nobody_known
from bot.messages.shape import Block, field_, modal, select
from bot.messages.text import around_mention, escape, mention, quoted, user_in

feature = Feature()

NOT_US = "Muster holds no role: choose somebody who can act."
AROUND = ("to", "as", "is", "for")  # what people write between a role and a name


@feature.verb(
    "role",
    usage="role ROLE [@user]",
    help="Give a role, or take it; `role ROLE none` leaves it open.",
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    if not ask.payload.argument.strip():
        return Open(view(ask.going_on(), ask.user))
    command = read(ask.payload.argument, ask.incident().policy, asker=ask.user)
    return given(ask, command)


@feature.button("role_take")
def pressed(ask: Ask[BlockAction]) -> Answer:
    said = ask.payload.data
    role = role_named(str(said.get("role", "")), ask.incident().policy)
    return given(ask, GiveRole(role.id, ask.user, if_open=True))


@feature.submission("role")
def submitted(ask: Ask[Submission]) -> Answer:
    role = role_named(ask.payload.field("role"), ask.incident().policy)
    user = ask.payload.field("user") or ask.user
    if user == ask.house.identity.bot_user:
        return Invalid({"user": NOT_US})
    outcome = ask.handle(GiveRole(role.id, user))
    if not _changed_hands(outcome):
        who = "You are" if user == ask.user else "They are"  # a form's errors show no mention
        return Invalid({"user": f"{who} {outcome.incident.role_title(role.id)} already."})
    return None


def given(ask: Ask, command: GiveRole | EmptyRole) -> Words:
    if isinstance(command, GiveRole) and command.user == ask.house.identity.bot_user:
        raise Refused(NOT_US)
    outcome = ask.handle(command)
    title = outcome.incident.role_title(command.role)
    if isinstance(command, EmptyRole):
        return Words(f"{title} is open now." if outcome.events else f"{title} was open already.")
    who = "You are" if command.user == ask.user else f"{mention(command.user)} is"
    if not _changed_hands(outcome):
        return Words(f"{who} {title} already.")
    whose = "your" if command.user == ask.user else "their"
    return Words(f"{who} {title} now; what that means comes in {whose} direct messages.")


def _changed_hands(outcome: Outcome) -> bool:
    return any(isinstance(each.event, RoleGiven) for each in outcome.events)


def read(text: str, policy: Policy, *, asker: str, verb: str = "role") -> GiveRole | EmptyRole:
    """The command in `text`, as Slack sent it; a role without a name is for the asker.

    Raises `Refused` when `text` names no role or nobody whom Slack knows.
    """
    user = user_in(text)
    named = partial(role_named, policy=policy, verb=verb)
    before, after = around_mention(text)
    words = (before or after).split()
    if user_in(after):
        raise Refused("A role has one holder: name one person, or say it once for each role.")
    if user:
        role = _bare(before.split(), policy) or _bare(after.split(), policy)
        return GiveRole(named(role).id, user)
    if words and words[-1].casefold() in ("none", "nobody"):
        return EmptyRole(named(" ".join(words[:-1])).id)
    if words and words[-1].casefold() == "me":
        words = words[:-1]
    if stranger := _stranger(words, policy):
        known, name = stranger
        raise Refused(nobody_known(name, f"/incident {verb} {known} {{}}"))
    return GiveRole(named(" ".join(words)).id, asker)


def _bare(words: list[str], policy: Policy) -> str:
    """The role, without what people write around it: `ic: @bob`, `ic to @bob`, `@bob as ic`."""
    if policy.role(" ".join(words)):
        return " ".join(words)
    bare = [each.strip(",:=") for each in words]
    return " ".join(each for each in bare if each and each.casefold() not in AROUND)


def _stranger(words: list[str], policy: Policy) -> tuple[str, str] | None:
    """The role, and the words before or after it that can only mean somebody."""
    if not words or policy.role(" ".join(words)):
        return None
    for size in range(len(words) - 1, 0, -1):
        for role, name in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            if found := policy.role(_bare(role, policy)):
                return found.id, _bare(name, policy) or " ".join(name)
    return ("ic", words[-1]) if words[-1].startswith("@") else None


def role_named(word: str, policy: Policy, verb: str = "role") -> RoleRow:
    role = policy.role(word)
    if role is None:
        known = ", ".join(f"`{each.id}` ({escape(each.title)})" for each in policy.roles)
        which = f"There is no role {quoted(word)}." if word else "Which role?"
        raise Refused(f"{which} Say one of {known}, like `/incident {verb} ic @name`.")
    return role


def view(incident: Incident, user: str) -> dict[str, object]:
    roles = [(each.id, each.title) for each in incident.policy.roles]
    people: Block = {"type": "users_select", "initial_user": user}
    return modal(
        "role",
        "Give a role",
        "Give",
        [
            field_("role", "Role", select(roles, roles[0][0]), optional=True),
            field_("user", "To", people, optional=True),
        ],
        {"incident": incident.id},
    )
