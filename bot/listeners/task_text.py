"""The grammar of `/incident task …`, without access to an incident."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.errors import Refused
from bot.incident.tasks import AddTask, CancelTask, FinishTask, ReopenTask
from bot.incident.when import Moment, NotATime, future
from bot.listeners.inbound import split_word
from bot.listeners.mention_hints import nobody_known
from bot.listeners.words import bare
from bot.messages.text import around_mention, unescape, user_in

HOW = "like `/incident task Restart the pods @name by 14:30`"


@dataclass(frozen=True, slots=True)
class ListTasks:
    pass


@dataclass(frozen=True, slots=True)
class Which:
    """`action`: an action without the number of a task."""

    action: str


@dataclass(frozen=True, slots=True)
class Assign:
    """`to`: a user's id, or `me`."""

    number: int
    to: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A task's number followed by nothing, or by one `word` that isn't a mention."""

    number: int
    word: str


@dataclass(frozen=True, slots=True)
class New:
    """A new task. `due`: how its due time was typed. `unclear`: why the due time can't be read;
    then `due_typed` is what was typed."""

    command: AddTask
    due: Moment | None = None
    due_typed: str = ""
    unclear: str = ""


End = FinishTask | CancelTask | ReopenTask
Asked = ListTasks | Which | End | Assign | Unclear | New

_LISTS = ("", "all", "open", "mine", "done")
_ENDS: dict[str, Callable[[int, str], End]] = {
    "done": lambda number, _: FinishTask(number),
    "drop": CancelTask,
    "reopen": lambda number, _: ReopenTask(number),
}
_ALSO = {  # synonyms that people write, with only a number
    **dict.fromkeys(("finish", "finished", "close", "complete", "completed"), "done"),
    **dict.fromkeys(("delete", "remove", "cancel"), "drop"),
}
_GIVE = ("give", "assign", "reassign")
_NUMBER = re.compile(r"(\d{1,6})")
_PERSON = r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>"
_OWNER = re.compile(rf"\s*({_PERSON})\s*$")
_TO = re.compile(rf"(?:(?:to|for)\s+)?({_PERSON})", re.IGNORECASE)
_TWO = re.compile(
    rf"^{_PERSON}[\s,]*(?:and\s+)?{_PERSON}|{_PERSON}[\s,]*(?:and\s+)?{_PERSON}\s*$",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"(?:^|\s)(@\S+)$")


def parse_task(text: str, now: datetime, zone: tzinfo) -> Asked:
    """Parse `text`, which is as Slack sent it. Raises `Refused`.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    >>> parse_task("list", now, UTC), parse_task("done", now, UTC), parse_task("done 2", now, UTC)
    (ListTasks(), Which(action='done'), FinishTask(number=2))
    >>> parse_task("drop 2 it is gone", now, UTC), parse_task("2 me", now, UTC)
    (CancelTask(number=2, reason='it is gone'), Assign(number=2, to='me'))
    >>> parse_task("Restart the pods <@U0BOB>", now, UTC).command
    AddTask(text='Restart the pods', owner='U0BOB', due=None, source='')
    """
    return _listed(text) or _ended(text) or _given(text, now, zone) or _added(text, now, zone)


def new(text: str, now: datetime, zone: tzinfo) -> New:
    """A new task. Owner and due time are at the end, in either order; the owner may also come
    first.
    """
    rest, due = _due(text, now, zone)
    rest, owner = _owner(rest)
    if due is None:
        rest, due = _due(rest, now, zone)
    before, after = around_mention(rest)
    if not owner and not before and after:
        rest, owner = after, user_in(rest) or ""
    if isinstance(due, NotATime):
        return New(AddTask(unescape(rest), owner), None, unescape(due.typed), str(due))
    return New(AddTask(unescape(rest), owner, due.at if due else None), due)


def leading_number(text: str) -> tuple[int | None, str]:
    """The number that `text` begins with, and the rest.

    >>> leading_number("#2, please"), leading_number("2."), leading_number("Two please")
    ((2, 'please'), (2, ''), (None, 'Two please'))
    """
    word, rest = split_word(text)
    found = _NUMBER.fullmatch(bare(word))
    return (int(found[1]), rest) if found else (None, text)


def _listed(text: str) -> ListTasks | None:
    """`list`, `list mine`, `list @user`."""
    word, rest = split_word(text)
    if bare(word) != "list":
        return None
    return ListTasks() if bare(rest) in _LISTS or _OWNER.fullmatch(rest) else None


def _ended(text: str) -> End | Which | None:
    """`done 2`, `drop 2 it is gone`, `reopen 2`; and `2 done`."""
    word, rest = split_word(text)
    action, (number, more) = bare(word), leading_number(rest)
    if number is not None and not bare(more):
        action = _ALSO.get(action, action)
    if action not in _ENDS:
        number, more = _about(text)
        end = _ENDS.get(_ALSO.get(bare(more), bare(more)))
        return end(number, "") if end and number is not None else None
    if number is None:
        return None if rest else Which(action)
    another, _ = leading_number(more.removeprefix("and ").removeprefix("&amp; "))
    if another is not None and action != "drop":
        raise Refused(f"One task at a time: `/incident task {action} {number}`, then the next.")
    return _ENDS[action](number, unescape(more) if bare(more) else "")


def _given(text: str, now: datetime, zone: tzinfo) -> Assign | Unclear | None:
    """`2 @user`, `2 me`, `give 2 to @user`."""
    number, more = _about(text)
    if number is None:
        return None
    if bare(more) == "me":
        return Assign(number, "me")
    if _TO.fullmatch(more) and (user := user_in(more)):
        return Assign(number, user)
    if not more or (len(more.split()) == 1 and _due(text, now, zone)[1] is None):
        return Unclear(number, more)
    return None


def _added(text: str, now: datetime, zone: tzinfo) -> New:
    """`Restart the pods @user by 14:30`."""
    words, _ = _due(text, now, zone)
    if _TWO.search(words):
        raise Refused("A task has one owner. Name one person, or add it once for each.")
    found = new(text, now, zone)
    command = found.command
    if _NUMBER.fullmatch(number := bare(command.text)):
        raise Refused(
            f"Say what to do, {HOW}. To assign task {number}: "
            f"`/incident task {number} @name`. Its due time can't be changed: "
            "drop it and add it again."
        )
    if unknown := _NOBODY.search(command.text):
        raise Refused(nobody_known(unknown[1], HOW))
    return found


def _due(text: str, now: datetime, zone: tzinfo) -> tuple[str, Moment | NotATime | None]:
    """The words without the due time, and the due time, or why it isn't clear."""
    try:
        found = future(text, now, zone)
    except NotATime as unclear:
        return unclear.rest, unclear
    return (found.rest, found) if found else (text.strip(), None)


def _about(text: str) -> tuple[int | None, str]:
    """The number at the beginning, or after `give`; and the rest."""
    word, rest = split_word(text)
    number, more = leading_number(rest)
    given = bare(word) in _GIVE and number is not None
    return (number, more) if given else leading_number(text)


def _owner(text: str) -> tuple[str, str]:
    found = _OWNER.search(text)
    return (text[: found.start()], user_in(found[1]) or "") if found else (text, "")
