"""The reference of the policy files, generated from the schema that checks them:

    python -m bot.policy.reference > docs/policy.md

A test checks that the page is up to date.
"""

from collections.abc import Iterator
from datetime import timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.incident.durations import format_duration
from bot.policy import schema, value_types

WRITTEN = {
    value_types.Id: "an id: letters, digits, `-` and `_`",
    value_types.Word: "a word",
    value_types.Line: "a line of text",
    value_types.Title: f"a line of text, at most {value_types.LONGEST_TITLE} characters",
    value_types.Question: f"a line of text, at most {value_types.LONGEST_QUESTION} characters",
    value_types.Brief: f"text in Slack's mrkdwn, at most {value_types.LONGEST_BRIEF} characters",
    value_types.Flag: "`true` or `false`",
    value_types.Count: "a number from 0 to 99",
    value_types.Most: "a number from 1 to 1000",
    value_types.Duration: "a duration: `15m`, `2h`, `1h30m`",
    value_types.Pace: "a duration, or `same`",
    value_types.Factor: "a number from 1 to 10: `2`, `1.5`",
    value_types.DailyHours: 'hours of the day: `"22:00-07:00"`',
    value_types.HandoverText: '`"monday 09:00"` if weekly, `"09:00"` if daily',
    value_types.Date: "a date: `2026-01-31`",
    value_types.Timezone: "an IANA time zone: `Europe/Berlin`",
    value_types.Member: "a Slack member id: `U0123ABC`",
    value_types.Target: '`oncall:primary`, `"@U0123ABC"` or `"#channel-name"`',
    value_types.Link: "a link: `https://…`",
    value_types.RunbookName: "the name of a file in `runbooks/`",
    str: "an id",
}

PAGES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    (
        "severities.yml",
        "How bad an incident can be, and what follows from that. Most severe first. One entry "
        "each, under `severities`:",
        schema.SeverityRow,
    ),
    (
        "Questions",
        "Also in severities.yml. The declare form suggests a severity from these questions. One "
        "entry each, under `questions`; the first one is asked first. Without `questions`, none "
        "is asked:",
        schema.QuestionRow,
    ),
    (
        "Backoff",
        "Also in severities.yml, as `backoff` beside `severities`: for reminders other than those "
        "for updates, in every severity that has no `backoff` of its own. Left out: these "
        "defaults. `null`: reminders keep their interval. An unanswered reminder is repeated "
        "after its interval (`ack_every` …), and then after ever longer ones:",
        schema.BackoffRow,
    ),
    (
        "roles.yml",
        "The roles in a response, and the briefing for each. One entry each, under `roles`:",
        schema.RoleRow,
    ),
    (
        "escalation.yml",
        "Who is paged, in what order, until someone acknowledges. Beside `chains` stands "
        "`last_resort`: who is told if a chain ends and no one has acknowledged, like "
        '`["#ops", "@U0123ABC", "@S0123ABC"]`; left out: `MUSTER_ADMINS`. By id, under `chains`:',
        schema.ChainRow,
    ),
    ("A step", "A step has one of these two keys:", schema.StepRow),
    (
        "oncall.yml",
        "Who is on call. By id, under `schedules`:",
        schema.ScheduleRow,
    ),
    (
        "access.yml",
        "Who may act on incidents, besides the members of the workspace. People who are paged may "
        "always acknowledge; apps and bots never act. Without this file: these defaults.",
        schema.AccessFile,
    ),
    ("Limits", "Also in access.yml, as `limits`. Each has these keys:", schema.LimitsRow),
    ("A limit", "How many, in what time:", schema.LimitRow),
    (
        "default.yml, security.yml …",
        "An incident type. The file name is its id; people choose it by its `title`.",
        schema.PlaybookFile,
    ),
    (
        "runbooks/*.md",
        "These keys go between two `---` lines at the top of the file. Then come the sections "
        "`## Prerequisites`, `## Steps`, `## Verification` and `## Rollback`.",
        schema.FrontMatter,
    ),
)

MEANING = {
    "SeverityRow.id": "what people type, in upper or lower case: `/incident declare sev1 …`",
    "SeverityRow.title": "the name that people see",
    "SeverityRow.aliases": "other words that people can type",
    "SeverityRow.default": "the severity of a declaration that names none; exactly one has `true`",
    "SeverityRow.update_every": "how often a status update is due; Muster sends a reminder when "
    "one is late. `null`: never",
    "SeverityRow.mitigated_every": "how often it's due once the incident is mitigated: `same` as "
    "before, another duration, or `null` for no more reminders",
    "SeverityRow.stalled_after": "suggests escalating when there's no progress for this long, and "
    "again after as long, until the incident is mitigated. Progress is a change of stage, "
    "severity or roles, an acknowledgement or a page; a status update alone isn't",
    "SeverityRow.ack_within": "how soon someone has to acknowledge",
    "SeverityRow.ack_every": "how often to remind after that",
    "SeverityRow.commander_within": "how soon someone has to take command",
    "SeverityRow.commander_every": "how often to remind after that",
    "SeverityRow.roles": "the roles that have to be filled",
    "SeverityRow.roles_within": "how soon they have to be filled",
    "SeverityRow.roles_every": "how often to remind after that",
    "SeverityRow.escalation": "who is paged: a chain in `escalation.yml`; `null`: no one",
    "SeverityRow.postmortem_within": "how soon the postmortem draft has to be reviewed; `null`: "
    "no postmortem is required",
    "SeverityRow.backoff": "makes unanswered reminders of this severity rarer, also those for "
    "updates: see [Backoff](#backoff). Left out: updates keep their interval",
    "SeverityRow.quiet_hours": "the hours, in `MUSTER_TIMEZONE`, in which no reminder comes; what "
    "is due then comes when they end. Only for a severity that pages no one and isn't urgent",
    "SeverityRow.urgency": "`low`: reminders wait for the end of the quiet hours. Left out: "
    "`high` if the severity pages someone, else `low`",
    "BackoffRow.factor": "how many times longer each interval is than the one before",
    "BackoffRow.most": "how long an interval gets; it's never shorter than the severity says",
    "QuestionRow.id": "how another question refers to this one",
    "QuestionRow.ask": "the question that people see; the answers are yes and no",
    "QuestionRow.yes": "what follows a yes: a severity, or the id of a question further down",
    "QuestionRow.no": "what follows a no",
    "RoleRow.id": "what people type: `/incident role ic @ana`",
    "RoleRow.title": "the name that people see, and can type as well",
    "RoleRow.aliases": "other words that people can type",
    "RoleRow.brief": "the private briefing for the person who gets the role: what to do first, "
    "and what not to do",
    "RoleRow.handoff_within": "how long a person has to answer a handoff request before the one "
    "who asked is notified",
    "RoleRow.fatigue_after": "suggests a handoff, privately, to someone who has held the role for "
    "this long, and again after as long",
    "ChainRow.steps": "see below",
    "ChainRow.repeat": "how many more times the whole chain runs; the last `wait` comes before "
    "each repetition",
    "StepRow.notify": "pages these at once: the person on call in a schedule, a person, a user "
    "group, a channel",
    "StepRow.wait": "how long to wait before the next step, unless someone acknowledges",
    "AccessFile.guests": "`read`: guests see what their channels show, and `/incident timeline`, "
    "`catchup`, `who` and `show` there; `act`: they may do what members may",
    "AccessFile.other_organizations": "the same for people of other organizations in shared "
    "channels",
    "AccessFile.limits": "how many pages and incidents one person may ask for in a short time: "
    "see [Limits](#limits)",
    "LimitsRow.pages": "pages by hand, to people",
    "LimitsRow.incidents": "declarations",
    "LimitRow.most": "how many",
    "LimitRow.within": "in what time",
    "ScheduleRow.timezone": "the time zone of the handover, in summer and in winter",
    "ScheduleRow.rotation": "how long a shift is",
    "ScheduleRow.handover": "when one shift ends and the next one begins",
    "ScheduleRow.members": "the people, in the order of their shifts; empty: no one is on call",
    "ScheduleRow.starts": "the first member's shift begins with the first handover on or after "
    "this day",
    "PlaybookFile.title": "the name that people choose when they declare",
    "PlaybookFile.private": "makes the channel private, without an announcement",
    "PlaybookFile.rename_channel": "the channel follows a corrected title; never a private one",
    "PlaybookFile.bridge": "the standing video call; bookmarked in the channel",
    "PlaybookFile.bridge_from": "the least severe severity that has the bridge: its id or an "
    "alias; `null`: all have it",
    "PlaybookFile.runbooks": "on the card: those with a link are linked and bookmarked, the "
    "others have a button that shows their text; a file in `runbooks/`, or "
    "`{title: …, link: https://…}`",
    "FrontMatter.title": "the name that people see",
    "FrontMatter.trigger": "what you see when this is the right runbook",
    "FrontMatter.severity": "the severities that it's for: one id, or a list of them",
    "FrontMatter.owner": "who keeps it up to date",
    "FrontMatter.last_updated": "when someone last checked it",
    "FrontMatter.link": "where people read it; bookmarked in the channel",
}

HEAD = """\
# Policy reference

<!-- Generated by `python -m bot.policy.reference > docs/policy.md`. Don't edit this page. -->

The policy in `playbooks/` says how your organisation runs incidents: YAML and Markdown files, kept
in Git. After each edit, run:

```
muster playbooks check
```

It reports each mistake with the file, the line, what's wrong and what to write instead. Then
restart the bot and the workers. An incident keeps the policy it was declared under; who's on call
is looked up when an escalation step fires. The files that ship with Muster are commented and make
a good start.

Keys in **bold** are required. `null` means never, or none.
"""


def reference_page() -> str:
    """The whole page as Markdown."""
    return HEAD + "".join("\n" + "\n".join(_section(*each)) + "\n" for each in PAGES)


def _section(heading: str, says: str, shape: type[BaseModel]) -> Iterator[str]:
    yield from (f"## {heading}", "", says, "")
    yield from ("| key | value | default | what it does |", "|---|---|---|---|")
    hints = get_type_hints(shape, include_extras=True)
    for name, field in shape.model_fields.items():
        key = f"**`{name}`**" if field.is_required() else f"`{name}`"
        meaning = MEANING[f"{shape.__name__}.{name}"]
        yield f"| {key} | {_is(hints[name])} | {_left_out(field)} | {meaning} |"


def _is(hint: Any) -> str:
    """Describe the values that are allowed there."""
    if hint in WRITTEN:
        return WRITTEN[hint]
    parts = [arg for arg in get_args(hint) if arg is not NoneType]
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return f"{_is(parts[0])}; or `null`"
    if _is_shape(hint):
        return "`{" + ", ".join(f"{name}: …" for name in hint.model_fields) + "}`"
    if origin is Annotated:
        return "one id, or a list of them"
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return "a list" if _is_shape(parts[0]) else f"a list: {_is(parts[0])}"
    raise TypeError(hint)


def _is_shape(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _left_out(field: FieldInfo) -> str:
    return "" if field.is_required() else _written(field.default)


def _written(default: object) -> str:
    """A default as it would be written in the file."""
    match default:
        case BaseModel():
            values = ((name, getattr(default, name)) for name in type(default).model_fields)
            parts = (f"{name}: {_written(value).strip('`')}" for name, value in values)
            return f"`{{{', '.join(parts)}}}`"
        case timedelta() as span:
            return f"`{format_duration(span)}`"
        case None:
            return "`null`"
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case float() as number:
            return f"`{number:g}`"
        case () | "":
            return "none"
        case other:
            return f"`{other}`"


if __name__ == "__main__":
    print(reference_page(), end="")
