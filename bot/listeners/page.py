"""Page somebody by hand, or the people on call: `/incident page @bob the database won't
come up`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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
from bot.listeners.words import FILLERS, fold, says_nothing
from bot.messages.blocks import Block, input_block, modal, reference, select, text_input
from bot.messages.text import (
    around_mention,
    clip,
    escape,
    join_and,
    mention,
    quoted,
    unescape,
    user_in,
)
from bot.paging.commands import Page
from bot.slack.client import SlackError

feature = Feature()

ME = ("me", "myself")
LIKE = "like `/incident page @name the database won't come up`"
_BETWEEN = re.compile(r"(?:\s|,|\+|&amp;|\band\b)*+", re.IGNORECASE)
_GROUP = re.compile(r"<!subteam\^(\w++)[^<>]*+>")
_WHOM = re.compile(
    rf"(?:[\w:.-]++{_BETWEEN.pattern})?(?:(?:<@[^<>]++>|{_GROUP.pattern}){_BETWEEN.pattern})+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was typed. `empty`: the schedules it names that have no one on call now."""

    command: Page
    empty: tuple[str, ...] = ()


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
    if says_nothing(text, *FILLERS, "someone", "somebody"):
        return OpenView(page_form(incident, on_call))
    try:
        read = read_page(text, on_call, asker=request.user)
    except Refused:
        before, after = around_mention(text)
        if before.strip() and (
            user := user_in(request.payload.argument)
        ):  # `the database is down @bob`
            what_for = unescape(f"{before.strip()} {after.strip()}").strip()
            return OpenView(page_form(incident, on_call, user, clip(what_for, TEXT_MAX)))
        raise
    empty = [f"No one is on call for {escape(each)} now." for each in read.empty]
    return paged(request, read.command, *empty)


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


def paged(request: Request, command: Page, *notes: str) -> Reply:
    """Page the people who can act; `notes`: what else the answer says. Raises `Refused` if there
    are none."""
    services = request.services
    people = [user for user in command.people if user != services.identity.bot_user]
    if not people:
        raise Refused("Muster can't be paged. Choose a person.")
    if len(people) < len(command.people):
        notes = (*notes, "Muster can't be paged.")
    checked = check(request, people, answers=True)
    if not checked.able:
        raise Refused(f"{' '.join(checked.refused)} No one was paged. Page someone else.")
    command = replace(command, people=tuple(checked.able))
    each_once = [f"{request.intent}:{user}" for user in command.people]
    request.spend("pages", each_once, services.open_to.pages)
    outcome = request.handle(command)
    whom = join_and([mention(user) for user in command.people])
    private = outcome.incident.private
    hidden = " What you wrote stays in the channel." if private and command.text else ""
    beside = "".join(f" {each}" for each in (*checked.refused, *checked.notes, *notes))
    return with_undo(f"Paging {whom} and adding them to the channel.{hidden}{beside}", outcome)


def page_form(
    incident: Incident, on_call: Mapping[str, Sequence[str]], user: str = "", text: str = ""
) -> dict[str, object]:
    people: Block = {"type": "users_select"} | ({"initial_user": user} if user else {})
    schedules = [(each, each) for each in sorted(on_call)]
    what_for = text_input(TEXT_MAX, lines=True, initial=text)
    by_schedule = input_block("schedule", "Or who is on call", select(schedules), optional=True)
    return modal(
        "page",
        f"Page for {incident.id}",
        "Page",
        [
            input_block("user", "Person", people, optional=True),
            *([by_schedule] if schedules else []),
            input_block("text", "What for?", what_for, optional=True),
        ],
        reference(incident),
    )


def with_groups(text: str, members: Callable[[str], Sequence[str]]) -> str:
    """The text with the people of each user group that it begins with, or that follows a first
    word, like a schedule. Raises `Refused`."""
    head = _WHOM.match(text)
    end = head.end() if head else 0
    others = "<@" in text[:end] or len(_GROUP.findall(text[:end])) > 1

    def people(group: re.Match[str]) -> str:
        try:
            found = members(group[1])
        except SlackError as refusal:
            raise Refused(
                f"Slack didn't say who is in that group ({escape(refusal.reason)}). No one was "
                "paged. Page people by name: `/incident page @name`."
            ) from None
        if not found and not others:
            raise Refused("That group is empty. No one was paged. Page someone else.")
        return " ".join(map(mention, found))

    return _GROUP.sub(people, text[:end]) + text[end:]


def parse_page(text: str, on_call: Mapping[str, Sequence[str]], *, asker: str) -> Page:
    """Parse `text`, as Slack sent it: the people and schedules at its beginning are paged. Raises
    `Refused`.
    """
    return read_page(text, on_call, asker=asker).command


def read_page(text: str, on_call: Mapping[str, Sequence[str]], *, asker: str) -> ReadPage:
    """Like `parse_page`, with the schedules that have no one on call."""
    people: list[str] = []
    schedules: list[str] = []
    mentions = 0
    while True:
        before, after = around_mention(text)
        if (user := user_in(text)) and _BETWEEN.fullmatch(before):
            people.append(user)
            mentions += 1
            text = after.lstrip(" ,:;")
            continue
        between = _BETWEEN.match(text)
        word, rest = split_word(text[between.end() if between else 0 :])
        is_listed = bool(between and between[0].strip()) or not rest or not (people or schedules)
        name = fold(word.casefold().removeprefix("oncall:"))
        schedule = next((each for each in on_call if fold(each) == name), None)
        if not is_listed and schedule:  # `primary secondary is dead` may mean both: both are paged
            schedules.append(schedule)
            people += on_call[schedule]
            break
        if not is_listed or not (schedule or name in ME):
            break
        if schedule:
            schedules.append(schedule)
            people += on_call[schedule]
        else:
            people.append(asker)
            mentions += 1
        comma = ", " if word.endswith(",") else ""
        text = f"{comma}{rest}"
    if not (people or schedules):
        raise Refused(_nobody_meant(split_word(text)[0], on_call))
    empty = tuple(each for each in schedules if not on_call[each])
    if not people:
        nobody = " ".join(f"No one is on call for {escape(each)} now." for each in empty)
        raise Refused(f"{nobody} Page a person: `/incident page @name [TEXT]`.")
    by = schedules[0] if len(schedules) == 1 and not mentions else ""
    whom = tuple(dict.fromkeys(people))
    return ReadPage(Page(whom, unescape(text.removeprefix(", ")), by), empty)


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
