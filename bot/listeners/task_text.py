"""The grammar of `/incident task …`, without access to an incident."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.errors import Refused
from bot.incident.tasks import AddTask, CancelTask, FinishTask, ReopenTask
from bot.incident.when import CLOCKS, Moment, NotATime, future, quote
from bot.listeners.inbound import split_word
from bot.listeners.mention_hints import nobody_known
from bot.listeners.words import bare, fold
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
    then `due_typed` is what was typed. `mentioned`: a person in its text, who may be meant as its
    owner."""

    command: AddTask
    due: Moment | None = None
    due_typed: str = ""
    unclear: str = ""
    mentioned: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A task with other words: `new` has those that were typed, the rest is as it is. `undated`:
    without a due time."""

    number: int
    new: New | None = None
    undated: bool = False


End = FinishTask | CancelTask | ReopenTask
Asked = ListTasks | Which | End | Assign | Unclear | Edit | New

_LISTS = ("", "all", "open", "mine", "done")
_ENDS: dict[str, Callable[[int, str], End]] = {
    "done": lambda number, _: FinishTask(number),
    "drop": CancelTask,
    "reopen": lambda number, _: ReopenTask(number),
}
_ALSO = {  # synonyms that people write, with only a number
    **dict.fromkeys(("finish", "finished", "close", "complete", "completed"), "done"),
    **dict.fromkeys(("delete", "remove", "cancel"), "drop"),
    **dict.fromkeys(("undo", "unfinish", "uncomplete"), "reopen"),
}
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_GIVE = ("give", "assign", "reassign")
_EDIT = ("edit", "rename", "reword", "text")
_MOVE = ("move", "due", "deadline", "postpone", "reschedule")
_UNDATED = ("nodue", "duenone", "noduedate", "nodeadline", "undated", "duenever", "none", "never")
_NUMBER = re.compile(r"(\d{1,6})")
_PERSON = r"<@[UW][A-Z0-9]+(?:\|[^<>]*)?>"
_OWNER = re.compile(
    rf"(?<![\s(\[])[\s(\[]*+({_PERSON})[\s)\],.;:!]*(?:(?:please|pls)[.!]?\s*)?$", re.IGNORECASE
)
_OWNER_BY = re.compile(
    rf"({_PERSON})[\s,;:.)\]]+((?:by|before|until|till|due)\s+(?!<)\S+(?:\s+\S+){{0,2}}|asap)[.!]?\s*$",
    re.IGNORECASE,
)
_TO = re.compile(rf"(?:(?:to|for)\s+)?({_PERSON})", re.IGNORECASE)
_TWO = re.compile(
    rf"^{_PERSON}[\s,]*(?:and\s+)?{_PERSON}|{_PERSON}[\s,]*(?:and\s+)?{_PERSON}\s*$",
    re.IGNORECASE,
)
# A mention after these words, or before those, is part of a sentence: `ask @bob for the logs`.
_INSIDE = re.compile(
    r"(?:^|\s)(?:to|for|with|from|about|of|at|and|or|by|like|than|cc|ask|tell|ping|call|page|thank"
    r"|remind|email|mail|message|contact|help|meet|invite|find|wake)$",
    re.IGNORECASE,
)
_DUE = re.compile(r"^(?:is\s+)?due:?\s+(?!at\b)", re.IGNORECASE)  # `2 due friday`
_TO_WHEN = re.compile(r"^(?:to|until|till|on|for)\s+", re.IGNORECASE)  # `move 2 to friday`
_BY_WHEN = re.compile(r"(?:by|before|until|till|due)\s+\S+(?:\s+\S+)?", re.IGNORECASE)
_IS = re.compile(r"(?:is|was)\s+(?:now\s+|already\s+)?(?=\S+$)", re.IGNORECASE)  # `2 is done`
_BEFORE_NUMBER = re.compile(  # `done with task 2`
    r"(?:with\s+)?(?:the\s+)?(?:(?:task|number|no\.?|nr\.?)\s+)?(?=\S+$)", re.IGNORECASE
)
_BY = re.compile(r"by\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?\b")
_GROUP = re.compile(r"(<!(?:subteam|here|channel|everyone)[^<>]*>)\s*$")
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
    return (
        _listed(text)
        or _ended(text)
        or _edited(text, now, zone)
        or _given(text, now, zone)
        or _added(text, now, zone)
    )


def new(text: str, now: datetime, zone: tzinfo) -> New:
    """A new task. Owner and due time are at the end, in either order; the owner may also come
    first. A mention within a sentence is part of it.
    """
    rest, due = _due(text, now, zone)
    rest, owner = _owner(rest)
    if due is None:
        rest, due = _due(rest, now, zone)
    if not owner and due is None and (found := _OWNER_BY.search(rest)):
        before = rest[: found.start()].rstrip(" ([")
        if before and not _INSIDE.search(before):  # `@bob by fri 9`: ask when, keep the owner
            command = AddTask(unescape(before), user_in(found[1]) or "")
            typed = unescape(found[2])
            return New(
                command, None, typed, f"{quote(typed)} isn't a time; write it like {CLOCKS}"
            )
    before, after = around_mention(rest)
    if not owner and not before and after and not _POSSESSIVE.match(after):
        rest, owner = after.lstrip(" ,:-"), user_in(rest) or ""
    mentioned = "" if owner else user_in(rest) or ""
    if isinstance(due, NotATime):
        command = AddTask(unescape(rest), owner)
        return New(command, None, unescape(due.typed), str(due), mentioned)
    command = AddTask(unescape(rest), owner, due.at if due else None)
    return New(command, due, mentioned=mentioned)


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
    action, (number, more) = bare(word), _number_of(rest)
    if number is not None and not bare(more):
        action = _ALSO.get(action, action)
    if action not in _ENDS:
        number, more = _about(text)
        more = _IS.sub("", more, count=1)
        end = _ENDS.get(_ALSO.get(bare(more), bare(more)))
        return end(number, "") if end and number is not None else None
    if number is None:
        return Which(action) if len(rest.split()) <= 1 else None  # `done all`
    another, _ = leading_number(more.removeprefix("and ").removeprefix("&amp; "))
    if another is not None and action != "drop":
        raise Refused(f"One task at a time: `/incident task {action} {number}`, then the next.")
    return _ENDS[action](number, unescape(more) if bare(more) else "")


def _number_of(text: str) -> tuple[int | None, str]:
    """The number that follows an action, and the rest. A number alone may be a word, or follow
    one: `two`, `with 2`, `task 2`."""
    number, more = leading_number(text)
    if number is None and (before := _BEFORE_NUMBER.match(text)):
        last = bare(text[before.end() :])
        number, more = leading_number(last)
        if last in _NUMBERS:
            number, more = _NUMBERS.index(last) + 1, ""
    return number, more


def _edited(text: str, now: datetime, zone: tzinfo) -> Edit | Which | None:
    """`edit 2 Restart all pods`, `2 by friday`, `move 2 to friday`, `2 no due`."""
    word, rest = split_word(text)
    action, (number, more) = bare(word), leading_number(rest)
    if action in (*_EDIT, *_MOVE) and not rest:
        return Which(action) if action in ("edit", "move") else None
    if action not in (*_EDIT, *_MOVE) or number is None:
        number, more = leading_number(text)
        word, rest = split_word(more)
        action = bare(word) if bare(word) in _EDIT else ""
        more = rest if action else more
    if number is None:
        return None
    if fold(more) in _UNDATED:
        return Edit(number, undated=True) if action in _MOVE or fold(more) != "none" else None
    if action in _EDIT:
        return Edit(number, new(more, now, zone) if more else None)
    found = new((_TO_WHEN if action in _MOVE else _DUE).sub("", more), now, zone)
    by_length = (
        found.due and found.due.length and _BY.match(more)
    )  # from now, or from its due time?
    if action in _MOVE and (found.command.text or by_length or not more):
        raise Refused(_to_when(number))
    if not found.due and not found.unclear and _BY_WHEN.fullmatch(more):
        raise Refused(_to_when(number))
    dated = found.due or found.unclear
    return Edit(number, found) if dated and not found.command.text else None


def _to_when(number: int) -> str:
    return (
        f"To when? Write it like `/incident task {number} by friday` or "
        f"`/incident task {number} by 14:30`."
    )


def _given(text: str, now: datetime, zone: tzinfo) -> Assign | Unclear | None:
    """`2 @user`, `2 me`, `give 2 to @user`."""
    number, more = _about(text)
    if number is None:
        return None
    if bare(more) == "me":
        return Assign(number, "me")
    if _TO.fullmatch(more.rstrip(" .,!")) and (user := user_in(more)):
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
    if group := _GROUP.search(words):
        raise Refused(nobody_known(group[1], "/incident task Restart the pods {}"))
    if command.owner and len(re.findall(_PERSON, words)) > 1 and _NOBODY.search(command.text):
        raise Refused("A task has one owner. Name one person, or add it once for each.")
    if _NUMBER.fullmatch(number := bare(command.text)):
        raise Refused(
            f"Say what to do, {HOW}. To assign task {number}: "
            f"`/incident task {number} @name`. To change its text: "
            f"`/incident task edit {number}`."
        )
    if not found.mentioned and (unknown := _NOBODY.search(command.text)):
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
    """The words without the mention at their end, and whom it names as the owner."""
    found = _OWNER.search(text)
    if found is None or _INSIDE.search(text[: found.start()]):
        return text, ""
    return text[: found.start()].rstrip(" -\u2013\u2014"), user_in(found[1]) or ""
