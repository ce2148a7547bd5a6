"""What is left to do: `/incident task Restart the pods @bob by 14:30`, and a message's menu."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from bot.incident.deadlines import EXAMPLES, NotADeadline, split
from bot.incident.decide import is_over
from bot.incident.events import TaskAdded
from bot.incident.incident import Incident, Refused
from bot.incident.tasks import (
    TASK_MAX,
    AddTask,
    DropTask,
    FinishTask,
    GiveTask,
    ReopenTask,
    made_of,
    numbered,
    which,
)
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words, named_by, split_word
from bot.listeners.feature import Feature, Where
from bot.listeners.names import nobody_known
from bot.messages.shape import Block, field_, modal, text_input
from bot.messages.task import listing
from bot.messages.text import (
    around_mention,
    clip,
    escape,
    mention,
    moment,
    plain,
    quoted,
    user_in,
)

feature = Feature()

HOW = "like `/incident task Restart the pods @name by 14:30`"
LISTS = ("", "all", "open", "mine", "done")
NOT_US = "Muster does no tasks: choose somebody who can act."

_COMMANDS: dict[str, Callable[[int, str], FinishTask | DropTask | ReopenTask]] = {
    "done": lambda number, _: FinishTask(number),
    "drop": DropTask,
    "reopen": lambda number, _: ReopenTask(number),
}
_ALSO = {  # what people say instead, with a number and nothing else
    **dict.fromkeys(("finish", "finished", "close", "complete", "completed"), "done"),
    **dict.fromkeys(("delete", "remove", "cancel"), "drop"),
}
_GIVE = ("give", "assign", "reassign")
_NUMBER = re.compile(r"#?(\d{1,6})")
_PERSON = r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>"
_OWNER = re.compile(rf"\s*({_PERSON})\s*$")
_TO = re.compile(rf"(?:(?:to|for)\s+)?({_PERSON})", re.IGNORECASE)
_TWO = re.compile(
    rf"^{_PERSON}[\s,]*(?:and\s+)?{_PERSON}|{_PERSON}[\s,]*(?:and\s+)?{_PERSON}\s*$",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:^|\s)(@\S+)$")


@feature.verb(
    "task",
    usage="task TEXT [@user] [due]",
    help="Something to do, for whom, until when; `task list`, `task done N`, `task N @user`.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    word, rest = split_word(ask.text)
    verb, (number, more) = word.casefold(), _number(rest)
    if verb == "list" and (rest.casefold() in LISTS or _OWNER.fullmatch(rest)):
        return listed(ask)
    if verb in _ALSO and number is not None and not more:
        verb = _ALSO[verb]
    if verb in _COMMANDS and (number is not None or not rest):
        if number is None:
            raise Refused(f"Which task? Say `/incident task {verb} 1`; {which(ask.incident())}")
        if (
            verb != "drop"
            and _number(more.removeprefix("and ").removeprefix("&amp; "))[0] is not None
        ):
            raise Refused(f"One task at a time: `/incident task {verb} {number}`, then the next.")
        return ended(ask, _COMMANDS[verb](number, plain(more)))
    if verb not in _GIVE or number is None:
        number, more = _number(ask.text)
    if number is not None and (done := _COMMANDS.get(_ALSO.get(more.casefold(), more.casefold()))):
        return ended(ask, done(number, ""))
    if number is not None and (more.casefold() in ("", "me") or _TO.fullmatch(more)):
        return given(ask, number, user_in(more) or (ask.user if more else None))
    now, zone = ask.house.clock.now(), ask.house.zone
    try:
        words, due = split(ask.text, now, zone)
        if number is not None and due is None and len(more.split()) == 1:
            raise Refused(_no_name(number, more, ask))
        if _TWO.search(words):
            raise Refused("A task has one owner: name one person, or add it once for each.")
        return added(ask, read(ask.text, now, zone))
    except NotADeadline as unclear:
        raise Refused(f"When is it due? {escape(str(unclear))}.") from None


@feature.button("task_done")
def pressed(ask: Ask) -> Answer:
    _, said = named_by(ask.value)
    number, _ = _number(str(said.get("task", "")))
    ended(ask, FinishTask(number or 0))
    return None  # the message shows what became of it


@feature.message_shortcut("task_from_message")
def chosen(ask: Ask) -> Answer:
    """The form, with what the message says; or the task that was made of it."""
    if ask.of_the_channel() is None:
        raise Refused(
            "Only a message in an incident's channel can be made a task; "
            "this channel is no incident's."
        )
    incident, source = ask.incident(), f"{ask.channel}/{ask.message['ts']}"
    if incident.merged:
        raise Refused(is_over(incident))
    if made := made_of(incident, source):
        return Words(f"That is task {made.number} of {incident.id} already.")
    return Open(view(incident, asked_for(ask, source), ask.house.zone))


@feature.submission("task")
def submitted(ask: Ask) -> Answer:
    text, owner, until = (ask.chosen(name) for name in ("text", "user", "due"))
    if not text.strip():
        return Invalid({"text": "Say what is to be done."})
    if owner == ask.house.identity.bot_user:
        return Invalid({"user": NOT_US})
    try:
        rest, due = split(until, ask.house.clock.now(), ask.house.zone)
    except NotADeadline as unclear:
        return Invalid({"due": _bare(f"{unclear}.")})
    if rest:
        return Invalid({"due": _bare(f"That is no time; write {EXAMPLES}.")})
    ask.handle(AddTask(text, owner, due, ask.source))
    return None


def view(incident: Incident, command: AddTask, zone: tzinfo) -> dict[str, object]:
    until = f"{command.due.astimezone(zone):%Y-%m-%d %H:%M}" if command.due else ""
    people: Block = {"type": "users_select", "initial_user": command.owner}
    due = text_input(60, initial=until, placeholder="30m, 14:30, tomorrow, 2026-11-24")
    text = text_input(TASK_MAX, initial=clip(command.text, TASK_MAX))
    return modal(
        "task",
        f"A task of {incident.id}",
        "Add",
        [
            field_("text", "What is to be done?", text),
            field_("user", "By whom?", people, optional=True),
            field_("due", "Until when?", due, optional=True),
        ],
        {"incident": incident.id, "source": command.source},
    )


def read(text: str, now: datetime, zone: tzinfo) -> AddTask:
    """What is to be done; its owner and its time stand at the end, in either order. The owner
    may stand first, too. Raises `NotADeadline` and `Refused`."""
    rest, due = split(text, now, zone)
    rest, owner = _owner(rest)
    if due is None:
        rest, due = split(rest, now, zone)
    before, after = around_mention(rest)
    if not owner and not before and after:
        rest, owner = after, user_in(rest) or ""
    return AddTask(plain(rest), owner, due)


def asked_for(ask: Ask, source: str) -> AddTask:
    """What a message seems to ask for: of whom it names, else of whoever wrote it."""
    written = datetime.fromtimestamp(float(ask.message["ts"]), UTC)
    text = str(ask.message["text"]).partition("\n")[0]
    try:
        command = read(text, written, ask.house.zone)
    except NotADeadline:
        command = AddTask(plain(text))
    bot = ask.house.identity.bot_user
    people = (command.owner, ask.message.get("user", ""), ask.user)
    owner = next(each for each in people if each not in ("", bot))
    ahead = command.due and command.due > ask.house.clock.now()
    due = command.due if ahead else None
    return AddTask(command.text, owner, due, source)


def added(ask: Ask, command: AddTask) -> Words:
    _can_act(command.owner, ask)
    if not command.text.strip():
        raise Refused(f"Say what is to be done, {HOW}. {which(ask.incident())}")
    if _NUMBER.fullmatch(command.text):
        raise Refused(
            f"A task needs words, {HOW}. To give task {command.text.lstrip('#')} to somebody: "
            f"`/incident task {command.text.lstrip('#')} @name`. When it is due can't be moved: "
            "drop it and add it anew."
        )
    if unknown := _NOBODY.search(command.text):
        raise Refused(
            f"Slack did not say who {quoted(unknown[1])} is: choose the name from the "
            "list that opens when you type @."
        )
    event = ask.handle(command).events[0].event
    assert isinstance(event, TaskAdded)
    whose = f"for {_called(event.owner, ask)}" if event.owner else "nobody's yet"
    when = f"due {_at(event.due, ask)}" if event.due else "without a due date"
    then = "" if event.owner else f" `/incident task {event.number} @name` gives it to somebody."
    return Words(f"*Task {event.number}* is on the list, {whose}, {when}.{then}")


def given(ask: Ask, number: int, owner: str | None) -> Words:
    _can_act(owner or "", ask)
    if owner is None:
        task = numbered(ask.incident(), number)
        raise Refused(
            f"What of task {number} ({escape(task.text)})? `/incident task {number} @name` gives "
            f"it to somebody, `/incident task done {number}` says that it is done."
        )
    already = "" if ask.handle(GiveTask(number, owner)).events else " already"
    return Words(f"Task {number} is {_called(owner, ask, whose=True)} now{already}.")


def ended(ask: Ask, command: FinishTask | DropTask | ReopenTask) -> Words:
    outcome = ask.handle(command)
    task = outcome.incident.tasks[command.number]
    if not task.ended:
        again = "again" if outcome.events else "already"
        return Words(f"Task {task.number} is open {again}.")
    how = "dropped" if task.dropped else "done"
    if outcome.events:
        return Words(f"Task {task.number} is {how}.")
    return Words(
        f"Task {task.number} is {how} already: {_called(task.ended.by, ask)} said so "
        f"at {_at(task.ended.at, ask)}."
    )


def _no_name(number: int, word: str, ask: Ask) -> str:
    """What is wrong with `/incident task 1 bob`."""
    task = numbered(ask.incident(), number)
    if word.casefold() in ("none", "nobody"):
        return (
            f"Somebody has to do task {number} ({escape(task.text)}): name them, or say why not: "
            f"`/incident task drop {number} [reason]`."
        )
    return nobody_known(word, f"/incident task {number} {{}}")


def _can_act(owner: str, ask: Ask) -> None:
    if owner == ask.house.identity.bot_user:
        raise Refused(NOT_US)


def listed(ask: Ask) -> Words:
    incident, voice = ask.incident(), ask.house.voice()
    if incident.merged:
        raise Refused(is_over(incident))
    if not incident.tasks:
        return Words(which(incident))
    shown = listing(incident, voice)
    return Words(shown.text, shown.blocks)


def _number(text: str) -> tuple[int | None, str]:
    """The number that `text` begins with, and the rest."""
    word, rest = split_word(text)
    found = _NUMBER.fullmatch(word.rstrip(","))
    return (int(found[1]), rest) if found else (None, text)


def _owner(text: str) -> tuple[str, str]:
    found = _OWNER.search(text)
    return (text[: found.start()], user_in(found[1]) or "") if found else (text, "")


def _called(user: str, ask: Ask, *, whose: bool = False) -> str:
    if user == ask.user:
        return "yours" if whose else "you"
    return f"{mention(user)}'s" if whose else mention(user)


def _at(at: datetime, ask: Ask) -> str:
    return moment(at, ask.house.zone, seen=ask.house.clock.now())


def _bare(text: str) -> str:
    """For under an input, where Slack shows no code."""
    return text.replace("`", "")
