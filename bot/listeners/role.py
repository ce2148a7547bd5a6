"""Assign roles: `/incident role ic @ana`, the buttons of card and reminders, the modal."""

from dataclasses import replace
from functools import partial

from bot.errors import Refused
from bot.incident.events import Event, RoleAssigned
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.policy import Role as RoleRow
from bot.incident.roles import AssignRole, UnassignRole, was_briefed
from bot.incidents import Outcome
from bot.listeners import who
from bot.listeners.can_act import field_error, refuse_others
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import BlockAction, SlashCommand, Submission, split_word
from bot.listeners.mention_hints import nobody_known
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.synonyms import FORM, did_you_mean
from bot.listeners.words import bare, fold
from bot.messages.blocks import Block, input_block, modal, reference, select
from bot.messages.text import around_mention, escape, mention, quoted, user_in
from bot.streams.record import Recorded

feature = Feature()

NOT_US = "Muster can't hold a role. Choose a person."
AROUND = ("to", "as", "is", "for", "please", "pls")  # filler words beside a role and a name
NOBODY = ("none", "nobody", "empty", "clear", "remove", "unassign", "vacant")
ME = ("me", "myself")


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
    words, policy = request.payload.argument, request.incident().policy
    asked, role = split_word(words)
    if asked == FORM:
        return OpenView(role_form(request.open_incident(), request.user, role))
    if not user_in(words) and (words.rstrip().endswith("?") or not fold(words.split()[-1])):
        return who.typed(request)  # `ic?`, `ic -`: not a request to take it
    answer = assigned(request, parse_role(words, policy, asker=request.user))
    unused = beside_role(words, policy)
    return replace(answer, text=f"{answer.text} Not used: {quoted(unused)}.") if unused else answer


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
        return Reply(f"{title} is {'now' if outcome.events else 'already'} unassigned.")
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
    words = [each for each in (before or after).split() if bare(each) not in ("please", "pls")]
    if user_in(after):
        raise Refused("A role has one holder. Name one person.")
    if user:
        role = _bare(before.split(), policy) or _bare(after.split(), policy)
        return AssignRole(named(role).id, user)
    last = bare(words[-1]) if words else ""
    if last in NOBODY and not words[-1].startswith("@"):
        return UnassignRole(named(" ".join(words[:-1])).id)
    if last in ME:
        words = words[:-1]
        words = words[:-1] if words and bare(words[-1]) in AROUND else words
    elif words and bare(words[0]) in ME:
        words = words[1:]
    if stranger := _stranger(words, policy):
        known, name = stranger
        raise Refused(nobody_known(name, f"/incident {subcommand} {known} {{}}"))
    return AssignRole(named(" ".join(words)).id, asker)


def beside_role(text: str, policy: Policy) -> str:
    """The words beside a role and a mention that say something else: `ic @bob by 15:00`."""
    if not user_in(text):
        return ""
    before, after = around_mention(text)
    other = after if _bare(before.split(), policy) else ""
    return other.strip() if any(bare(each) not in ("", *AROUND) for each in other.split()) else ""


def _bare(words: list[str], policy: Policy) -> str:
    """The role without filler words: `ic: @bob`, `ic to @bob`, `@bob as ic`."""
    if role_of(" ".join(words), policy):
        return " ".join(words)
    plain = [each.strip(",:=") for each in words]
    return " ".join(each for each in plain if each and bare(each) not in AROUND)


def _stranger(words: list[str], policy: Policy) -> tuple[str, str] | None:
    """The role, and the words around it that must be an unknown name."""
    if not words or role_of(" ".join(words), policy):
        return None
    for size in range(len(words) - 1, 0, -1):
        for role, name in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            if found := role_of(_bare(role, policy), policy):
                return found.id, _bare(name, policy) or " ".join(name)
    return ("ic", words[-1]) if words[-1].startswith("@") else None


def role_of(words: str, policy: Policy) -> RoleRow | None:
    """The role that has these words as id, alias or title, however they are decorated."""
    found = _names(policy).get(fold(words))
    return policy.role(found) if found else None


def _names(policy: Policy) -> dict[str, str]:
    """The ids of roles, by the letters of their names."""
    return {
        fold(name): role.id
        for role in policy.roles
        for name in (role.id, role.title, *role.aliases)
    }


def role_named(word: str, policy: Policy, subcommand: str = "role") -> RoleRow:
    role = role_of(word, policy)
    if role is None:
        known = ", ".join(f"`{each.id}` ({escape(each.title)})" for each in policy.roles)
        which = f"Unknown role {quoted(word)}." if word else "Which role?"
        near = did_you_mean(word, _names(policy), f"/incident {subcommand} {{}}")
        raise Refused(f"{which} {near}Use one of {known}, like `/incident {subcommand} ic @name`.")
    return role


def role_form(incident: Incident, user: str, role: str = "") -> dict[str, object]:
    """The form, with this role and who holds it, else with the first that no one holds. Sent
    unchanged, it takes no one's role."""
    roles = [(each.id, each.title) for each in incident.policy.roles]
    unassigned = [each for each, _ in roles if each not in incident.roles]
    named = role_of(role, incident.policy)
    chosen = named.id if named else next(iter(unassigned), roles[0][0])
    user = incident.roles.get(chosen, user) if named else user
    people: Block = {"type": "users_select", "initial_user": user}
    return modal(
        "role",
        "Assign role",
        "Assign",
        [
            input_block("role", "Role", select(roles, chosen), optional=True),
            input_block("user", "Person", people, optional=True),
        ],
        reference(incident),
    )
