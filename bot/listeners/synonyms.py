"""Other words for subcommands: those of buttons, and those that people know from other tools.

`help` doesn't list them. A word that Muster has no subcommand for leads to what can be done.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from bot.incident.kind import PREFIX
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.words import fold, is_near
from bot.streams.ids import spelled

# The words that a synonym stands for, by its letters: `post-mortem` and `post mortem` are one.
SYNONYMS: dict[str, str] = {
    **dict.fromkeys(("acknowledge", "acknowledged", "acked", "gotit", "onit"), "ack"),
    **dict.fromkeys(("priority", "prio", "downgrade", "upgrade", "changeseverity"), "severity"),
    **dict.fromkeys(
        ("lead", "leader", "commander", "ic", "takecommand", "incidentcommander", "incidentlead"),
        "role ic",
    ),
    **dict.fromkeys(
        ("communications", "communicationslead", "comms", "commslead", "cl"), "role cl"
    ),
    **dict.fromkeys(("operations", "operationslead", "ops", "opslead", "ol"), "role ol"),
    **{role: f"role {role}" for role in ("scribe", "planner", "sme")},
    **dict.fromkeys(("take", "claim", "takerole", "assignrole", "assignarole"), "role"),
    **dict.fromkeys(("handover", "transfer"), "handoff"),
    **dict.fromkeys(("statusupdate", "postupdate", "post"), "update"),
    **dict.fromkeys(("stage", "state", "phase"), "status"),
    **dict.fromkeys(("mitigated", "monitoring"), "mitigate"),
    **dict.fromkeys(("identified",), "status identified"),
    **dict.fromkeys(("investigating",), "status investigating"),
    **dict.fromkeys(("resolved", "fixed", "solved", "allclear", "allgood"), "resolve"),
    **dict.fromkeys(("closed", "finish", "end"), "close"),
    **dict.fromkeys(("reopened", "unresolve", "unclose"), "reopen"),
    **dict.fromkeys(("cancelled", "canceled", "falsealarm", "abort"), "cancel"),
    **dict.fromkeys(("log", "comment", "notes"), "note"),
    **dict.fromkeys(("todo", "actionitem", "followup"), "task"),
    **dict.fromkeys(("tasks", "todos", "actionitems", "followups"), "task list"),
    **dict.fromkeys(("done",), "task done"),
    **dict.fromkeys(("notify", "call", "wake"), "page"),
    **dict.fromkeys(("whos", "whois"), "who is"),
    **dict.fromkeys(("oncall", "responders", "roles", "rota", "schedule", "schedules"), "who"),
    **dict.fromkeys(("catchmeup", "recap", "brief", "tldr", "whathappened"), "catchup"),
    **dict.fromkeys(("history", "events"), "timeline"),
    **dict.fromkeys(("retro", "retrospective", "rca"), "postmortem"),
    **dict.fromkeys(("deliveries", "deliverylog"), "audit"),
    **dict.fromkeys(("name",), "title"),
    **dict.fromkeys(("description", "describe"), "summary"),
    **dict.fromkeys(("follow", "watch"), "subscribe"),
    **dict.fromkeys(("unfollow", "unwatch"), "unsubscribe"),
    **dict.fromkeys(("incidents", "ls"), "list"),
    **dict.fromkeys(("mine",), "list mine"),
    **dict.fromkeys(("info", "card", "panel", "join"), "show"),
    **dict.fromkeys(("mute", "postpone", "pause", "delay"), "snooze"),
    **dict.fromkeys(("unsnooze", "unmute"), "snooze off"),
}

HINTS: dict[str, str] = {
    **dict.fromkeys(
        ("invite", "add", "ping", "bring", "loop", "cc"),
        "To bring someone in, page them: `/incident page @name what for`. To add them without a "
        "page, use Slack's own `/invite @name` in the channel.",
    ),
    **dict.fromkeys(
        ("archive", "delete", "remove"),
        "An incident isn't deleted. To end one: `/incident close`, or `/incident cancel` if it "
        "was a false alarm. Slack archives the channel.",
    ),
    **dict.fromkeys(
        ("unack", "unacknowledge"),
        "An acknowledgement isn't taken back. To get someone else: `/incident escalate`, or "
        "`/incident page @name`.",
    ),
    **dict.fromkeys(
        ("stop", "quiet", "reminders"),
        "To stop paging, acknowledge: `/incident ack`. To hold back reminders: `/incident snooze "
        "20m REASON`.",
    ),
    **dict.fromkeys(
        ("stepdown", "step", "resign", "release", "unassign"),
        "To give up a role: `/incident role ic none`. To hand it over: `/incident handoff ic "
        "@name`.",
    ),
    **dict.fromkeys(
        ("next", "remind", "wait", "extend"),
        "To set when the next update is due: `/incident update in 20m TEXT`. To hold back "
        "reminders: `/incident snooze 20m REASON`.",
    ),
    **dict.fromkeys(
        ("create", "start", "trigger", "raise", "report"),
        "To declare an incident: `/incident declare TITLE`.",
    ),
    **dict.fromkeys(
        ("duplicate", "dup"),
        "Type it in the channel of the incident that continues: `/incident merge INC-7` merges "
        "INC-7 into it.",
    ),
    **dict.fromkeys(
        ("impact", "detected", "started", "began"),
        "To say when something happened: `/incident milestone impact 14:05`, or `detected` in "
        "place of `impact`.",
    ),
    "undo": "The button *Undo* is in the answer to what you typed, for ten minutes.",
}

SHORT = 4  # letters; with another letter, such a word is another word: node, note
ALIKE = 0.8  # of the letters of a longer word

# Also written as two words, or with a hyphen.
_SPLIT = (
    *("catchup", "postmortem", "handoff", "handover", "reopen", "oncall", "takecommand"),
    *("commslead", "communicationslead", "opslead", "operationslead"),
    *("incidentcommander", "incidentlead", "falsealarm"),
)
# What is made or changed, after a word for that: `add task …`, `set severity sev1`.
_MAKE = ("add", "create", "write", "post", "send", "make")
THINGS = {
    **dict.fromkeys(("task", "todo", "actionitem"), "task"),
    **dict.fromkeys(("note", "comment"), "note"),
    "update": "update",
}
_CHANGE = ("set", "change", "correct", "edit")
_FIELDS = ("severity", "sev", "status", "title", "summary")
_TO = re.compile(r"to\b:?\s*", re.IGNORECASE)

FORM = "form"  # `role form ic`: the form, with this role

_TASKS = re.compile(r"(?:^|\s)#?\d{1,6}(?=\s|[.:,]|$)")


def meaning(command: SlashCommand) -> tuple[str, str, str]:
    """The subcommand that a synonym stands for, what its words begin with, and the words that were
    typed after it; all empty if the command doesn't begin with a synonym.

    >>> meaning(SlashCommand(command="/incident", user_id="U1", text="Tasks mine"))
    ('task', 'list', 'mine')
    >>> meaning(SlashCommand(command="/incident", user_id="U1", text="post mortem"))
    ('postmortem', '', '')
    """
    word, rest = split_word(command.text)
    second, after = split_word(rest)
    both = fold(word) + fold(second)
    whole = fold(command.text)
    letters, words = (both, after) if both in _SPLIT else (fold(word), rest)
    if rest and whole in SYNONYMS:  # `catch me up`, `change severity`
        letters, words = whole, ""
    if letters in _MAKE and (thing := THINGS.get(fold(second))):
        return thing, "", after
    if letters in _CHANGE and (field := fold(second)) in _FIELDS:
        to = _TO.match(after)
        return field, "", after[to.end() :] if to else after
    if letters == "assign":
        return "task" if _TASKS.search(words) else "role", "", words
    number = spelled(words, PREFIX)
    name, _, before = SYNONYMS.get(letters, letters if letters in _SPLIT else "").partition(" ")
    # without a name, the form asks: it may have been a question
    asks = name == "role" and not (number.rest if number else words)
    return name, f"{FORM} {before}".strip() if asks else before, words


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The one of these names that a word is, mistyped; None if it is none.

    >>> nearest("resolv", ["reopen", "resolve"]), nearest("serverity", ["severity"])
    ('resolve', 'severity')
    >>> nearest("invite", ["private"]), nearest("node", ["note"]), nearest("h", ["ack"])
    (None, None, None)
    """
    plain = fold(word)
    mistyped = [name for name in names if _is_mistyped(plain, name)]
    likest = sorted(mistyped, key=lambda name: (_swapped(plain, name), _alike(plain, name)))
    return likest[-1] if likest else None


def did_you_mean(word: str, names: Mapping[str, str], form: str = "{}") -> str:
    """The question for a word that is nearly one of these names, with a space at its end; empty
    for others. `names`: what is meant, by the names for it. `form`: how that is typed.

    >>> did_you_mean("comander", {"commander": "ic"}, "/incident role {}")
    'Did you mean `/incident role ic`? '
    """
    near = nearest(word, names)
    return f"Did you mean `{form.format(names[near])}`? " if near else ""


def _is_mistyped(word: str, name: str) -> bool:
    if min(len(name), len(word)) < 2:
        return False
    if is_near(word, name):
        return len(name) > SHORT or len(word) != len(name) or _swapped(word, name)
    return min(len(word), len(name)) > SHORT and _alike(word, name) >= ALIKE


def _swapped(word: str, name: str) -> bool:
    return sorted(word) == sorted(name)


def _alike(word: str, name: str) -> float:
    return SequenceMatcher(None, word, name, autojunk=False).ratio()
