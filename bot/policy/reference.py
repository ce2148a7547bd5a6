"""The policy's reference, from the shapes that the files are checked by:

    python -m bot.policy.reference > docs/policy.md

A test holds the page fresh.
"""

from collections.abc import Iterator
from datetime import timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.incident.durations import say
from bot.policy import kinds, shapes

WRITTEN = {
    kinds.Id: "an id: letters, digits, `-` and `_`",
    kinds.Word: "a word",
    kinds.Line: "a line of text",
    kinds.Title: f"a line of text, at most {kinds.LONGEST_TITLE} characters",
    kinds.Question: f"a line of text, at most {kinds.LONGEST_QUESTION} characters",
    kinds.Brief: f"text in Slack's mrkdwn, at most {kinds.LONGEST_BRIEF} characters",
    kinds.Flag: "`true` or `false`",
    kinds.Count: "a number from 0 to 99",
    kinds.Duration: "a duration: `15m`, `2h`, `1h30m`",
    kinds.Pace: "a duration, or `same`",
    kinds.HandoverText: '`"monday 09:00"` if weekly, `"09:00"` if daily',
    kinds.Date: "a date: `2026-01-31`",
    kinds.Timezone: "an IANA time zone: `Europe/Berlin`",
    kinds.Member: "a Slack member id: `U0123ABC`",
    kinds.Target: '`oncall:primary`, `"@U0123ABC"` or `"#channel-name"`',
    kinds.Link: "a link: `https://…`",
    kinds.RunbookName: "the name of a file in `runbooks/`",
    str: "an id",
}

PAGES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    (
        "severities.yml",
        "How bad it can be, the most severe first, and what follows from that. "
        "Under `severities`, one each:",
        shapes.SeverityRow,
    ),
    (
        "Questions",
        "Also in severities.yml, for whoever isn't sure how bad it is while they declare. Under "
        "`questions`, the first to be asked first; left out, nobody is asked:",
        shapes.QuestionRow,
    ),
    (
        "roles.yml",
        "The hats people wear, and what each is told. Under `roles`, one each:",
        shapes.RoleRow,
    ),
    (
        "escalation.yml",
        "Who is paged, in what order, until somebody acknowledges. Under `chains`, by its id:",
        shapes.ChainRow,
    ),
    ("A step", "Either of the two:", shapes.StepRow),
    (
        "oncall.yml",
        "Who is on call. Under `schedules`, by its id:",
        shapes.ScheduleRow,
    ),
    (
        "default.yml, security.yml …",
        "A kind of incident: the file's name is the kind, and people choose its `title`.",
        shapes.PlaybookFile,
    ),
    (
        "runbooks/*.md",
        "Between two lines `---` at the top; then `## Prerequisites`, `## Steps`, "
        "`## Verification` and `## Rollback`.",
        shapes.FrontMatter,
    ),
)

MEANING = {
    "SeverityRow.id": "what people type, in any case: `/incident declare sev1 …`",
    "SeverityRow.title": "what people read",
    "SeverityRow.aliases": "what they may type instead",
    "SeverityRow.default": "on exactly one: what a declaration without a severity gets",
    "SeverityRow.update_every": "the pace of status updates; nagged for when one is late",
    "SeverityRow.mitigated_every": "the pace once it is mitigated: the `same`, another "
    "one, or `null`: nobody is nagged any more",
    "SeverityRow.stalled_after": "escalating is suggested when it hasn't moved for so long, and "
    "again at this pace until it is mitigated. It moves when its stage or severity changes, a "
    "role is given or left, somebody acknowledges or is paged; an update alone moves nothing",
    "SeverityRow.ack_within": "somebody has to acknowledge by then",
    "SeverityRow.ack_every": "and is asked for again at this pace",
    "SeverityRow.commander_within": "somebody has to command by then",
    "SeverityRow.commander_every": "and is asked for again at this pace",
    "SeverityRow.roles": "the roles that are asked for",
    "SeverityRow.roles_within": "they have to be held by then",
    "SeverityRow.roles_every": "and are asked for again at this pace",
    "SeverityRow.escalation": "who is paged: a chain of `escalation.yml`; `null`: nobody",
    "SeverityRow.postmortem_within": "the draft is to be reviewed by then; `null`: none required",
    "QuestionRow.id": "what another question leads to it by",
    "QuestionRow.ask": "what people read, and answer with yes or no",
    "QuestionRow.yes": "then it is this severity, or the question of this id, further down",
    "QuestionRow.no": "else this one",
    "RoleRow.id": "what people type: `/incident role ic @ana`",
    "RoleRow.title": "what people read, and may type, too",
    "RoleRow.aliases": "what they may type instead",
    "RoleRow.brief": "what the holder is told, privately: what to do first, and what not to",
    "RoleRow.handoff_within": "who is asked to take it over answers by then, or whoever asked "
    "is told",
    "RoleRow.fatigue_after": "who holds it for so long is asked, privately, whether to hand it "
    "over, and again after as long",
    "ChainRow.steps": "see below",
    "ChainRow.repeat": "how often all of it runs again, the last `wait` before each",
    "StepRow.notify": "at once: who is on call in a schedule, a person, a channel",
    "StepRow.wait": "before the next step, unless somebody acknowledges",
    "ScheduleRow.timezone": "the handover is wall time there, summer and winter",
    "ScheduleRow.rotation": "how long a turn is",
    "ScheduleRow.handover": "when one turn ends and the next begins",
    "ScheduleRow.members": "in the order of their turns; empty: nobody is on call",
    "ScheduleRow.starts": "the first handover on or after it is the first member's",
    "PlaybookFile.title": "what people choose when they declare",
    "PlaybookFile.private": "a private channel, and no announcement",
    "PlaybookFile.bridge": "the standing video call, bookmarked in the channel",
    "PlaybookFile.runbooks": "bookmarked and on the card: a file of `runbooks/`, or "
    "`{title: …, link: https://…}`",
    "FrontMatter.title": "what people read",
    "FrontMatter.trigger": "what one sees when it is the right one",
    "FrontMatter.severity": "of which incidents: one id, or a list",
    "FrontMatter.owner": "who keeps it right",
    "FrontMatter.last_updated": "when somebody last looked whether it is",
    "FrontMatter.link": "where people read it, bookmarked in the channel",
}

HEAD = """\
# The policy, key by key

<!-- Written by `python -m bot.policy.reference > docs/policy.md`. Don't edit it here. -->

How your organisation runs incidents is in `playbooks/`: YAML and Markdown, in Git. After an edit:

```
muster playbooks check
```

It names the file, the line, what is wrong and what to write. Then restart the bot and the workers.
An incident keeps the policy it was declared under; who is on call is looked up when a step fires.
The files that Muster comes with explain themselves and are a good start.

A key in **bold** has to be there. `null` means never, or none.
"""


def page() -> str:
    """The whole of it, as Markdown."""
    return HEAD + "".join("\n" + "\n".join(_section(*each)) + "\n" for each in PAGES)


def _section(heading: str, says: str, shape: type[BaseModel]) -> Iterator[str]:
    yield from (f"## {heading}", "", says, "")
    yield from ("| key | is | left out | what it does |", "|---|---|---|---|")
    hints = get_type_hints(shape, include_extras=True)
    for name, field in shape.model_fields.items():
        key = f"**`{name}`**" if field.is_required() else f"`{name}`"
        meaning = MEANING[f"{shape.__name__}.{name}"]
        yield f"| {key} | {_is(hints[name])} | {_left_out(field)} | {meaning} |"


def _is(hint: Any) -> str:
    """What may be written there."""
    if hint in WRITTEN:
        return WRITTEN[hint]
    parts = [each for each in get_args(hint) if each is not NoneType]
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return f"{_is(parts[0])}; or `null`"
    if origin is Annotated:
        return "one id, or a list of them"
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in parts)
    if origin is tuple:
        return "a list" if _is_shape(parts[0]) else f"a list: {_is(parts[0])}"
    raise TypeError(hint)


def _is_shape(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _left_out(field: FieldInfo) -> str:
    match field.default:
        case _ if field.is_required():
            return ""
        case timedelta() as span:
            return f"`{say(span)}`"
        case None:
            return "`null`"
        case bool() as flag:
            return f"`{str(flag).lower()}`"
        case () | "":
            return "none"
        case other:
            return f"`{other}`"


if __name__ == "__main__":
    print(page(), end="")
