"""Page somebody by hand, or the people on call: `/incident page @bob the database won't
come up`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.errors import Refused
from bot.incident.incident import Incident
from bot.incident.text_limits import TEXT_MAX
from bot.listeners.can_act import check
from bot.listeners.feature import Feature, Group
from bot.listeners.form_answer import form_answer
from bot.listeners.inbound import SlashCommand, Submission, split_word
from bot.listeners.mention_hints import nobody_known
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.synonyms import did_you_mean
from bot.listeners.undo import with_undo
from bot.listeners.words import fold
from bot.messages.blocks import Block, input_block, modal, select, text_input
from bot.messages.text import around_mention, escape, join_and, mention, quoted, unescape, user_in
from bot.paging.commands import Page
from bot.slack.client import SlackError

feature = Feature()

LIKE = "like `/incident page @name the database won't come up`"
_BETWEEN = re.compile(r"(?:\s|,|\+|&amp;|\band\b)*", re.IGNORECASE)
_GROUP = re.compile(r"<!subteam\^(\w+)[^>]*>")
_WHOM = re.compile(rf"(?:(?:<@[^>]+>|{_GROUP.pattern})(?:{_BETWEEN.pattern}))+", re.IGNORECASE)


@feature.subcommand(
    "page",
    usage="page @user|schedule [TEXT]",
    help="Page a person, a user group or an on-call schedule now. The escalation continues.",
    group=Group.PEOPLE,
    example="page @bob the database won't come up",
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident = request.open_incident()
    on_call = request.services.roster.people(request.services.clock.now())
    if not request.payload.argument:
        return OpenView(page_form(incident, on_call))
    text = with_groups(request.payload.argument, request.services.people.group)
    return paged(request, parse_page(text, on_call, asker=request.user))


@feature.submission("page")
def submitted(request: Request[Submission]) -> Answer:
    user, schedule, text = map(request.payload.field, ("user", "schedule", "text"))
    on_call = request.services.roster.people(request.services.clock.now())
    people = tuple(dict.fromkeys((*filter(None, [user]), *on_call.get(schedule, ()))))
    if not people:
        nobody = f"No one is on call for {schedule} now. Choose a person." if schedule else ""
        return FieldErrors({"user": nobody or "Choose a person, or who is on call."})
    answer = paged(request, Page(people, text.strip(), "" if user else schedule))
    return form_answer(request, answer)


def paged(request: Request, command: Page) -> Reply:
    """Page the people who can act. Raises `Refused` if there are none."""
    services = request.services
    if services.identity.bot_user in command.people:
        raise Refused("Muster can't be paged. Choose a person.")
    checked = check(request, command.people)
    if not checked.able:
        raise Refused(f"{' '.join(checked.refused)} No one was paged. Page someone else.")
    command = replace(command, people=tuple(checked.able))
    outcome = request.handle(command)
    whom = join_and([mention(user) for user in command.people])
    private = outcome.incident.private
    hidden = " What you wrote stays in the channel." if private and command.text else ""
    beside = "".join(f" {each}" for each in (*checked.refused, *checked.notes))
    return with_undo(f"Paging {whom} and adding them to the channel.{hidden}{beside}", outcome)


def page_form(incident: Incident, on_call: Mapping[str, Sequence[str]]) -> dict[str, object]:
    people: Block = {"type": "users_select"}
    schedules = [(each, each) for each in sorted(on_call)]
    by_schedule = input_block("schedule", "Or who is on call", select(schedules), optional=True)
    return modal(
        "page",
        f"Page for {incident.id}",
        "Page",
        [
            input_block("user", "Person", people, optional=True),
            *([by_schedule] if schedules else []),
            input_block("text", "What for?", text_input(TEXT_MAX, lines=True), optional=True),
        ],
        {"incident": incident.id},
    )


def with_groups(text: str, members: Callable[[str], Sequence[str]]) -> str:
    """The text with the people of each user group that it begins with. Raises `Refused`."""
    head = _WHOM.match(text)
    end = head.end() if head else 0

    def people(group: re.Match[str]) -> str:
        try:
            found = members(group[1])
        except SlackError as refusal:
            raise Refused(
                f"Slack didn't say who is in that group ({escape(refusal.reason)}). No one was "
                "paged. Page people by name: `/incident page @name`."
            ) from None
        if not found:
            raise Refused("That group is empty. No one was paged. Page someone else.")
        return " ".join(map(mention, found))

    return _GROUP.sub(people, text[:end]) + text[end:]


def parse_page(text: str, on_call: Mapping[str, Sequence[str]], *, asker: str) -> Page:
    """Parse `text`, as Slack sent it: the people or schedules at its beginning are paged. Raises
    `Refused`.
    """
    people, what_for = _people(text)
    if people:
        return Page(people, unescape(what_for))
    word, rest = split_word(text)
    name = fold(word.casefold().removeprefix("oncall:"))
    if name in ("me", "myself"):
        return Page((asker,), unescape(rest))
    schedule = next((each for each in on_call if fold(each) == name), None)
    if schedule is None:
        raise Refused(_nobody_meant(word, on_call))
    if not on_call[schedule]:
        raise Refused(
            f"No one is on call for {escape(schedule)} now. "
            "Page a person: `/incident page @name [TEXT]`."
        )
    return Page(tuple(on_call[schedule]), unescape(rest), schedule)


def _people(text: str) -> tuple[tuple[str, ...], str]:
    """The people at the beginning of `text`, and the rest: `@bob and @dan, the database
    is down`.
    """
    people: list[str] = []
    before, after = around_mention(text)
    while (user := user_in(text)) and _BETWEEN.fullmatch(before):
        people.append(user)
        text = after.lstrip(" ,:;")
        before, after = around_mention(text)
    return tuple(dict.fromkeys(people)), text


def _nobody_meant(word: str, on_call: Mapping[str, Sequence[str]]) -> str:
    if word.startswith(("@", "\uff20", "<!")):
        return nobody_known(word, "/incident page {}")
    schedules = "".join(f", `{escape(each)}`" for each in sorted(on_call))
    known = f"Use `@name`{schedules or ' (oncall.yml has no schedules)'} and a reason, {LIKE}."
    if not word:
        return f"Who should be paged? {known}"
    who = "For a person, type @ and choose the name from the list that opens."
    near = did_you_mean(word, {fold(each): escape(each) for each in on_call}, "/incident page {}")
    return f"Unknown schedule {quoted(word)}. {near}{known} {who}"
