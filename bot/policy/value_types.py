"""The types of values in policy files. Each parses the text as written; its error says what to
write instead."""

import re
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator

from bot.incident.durations import NotADuration
from bot.incident.durations import parse as parse_duration
from bot.incident.policy import QuietHours
from bot.oncall import Handover
from bot.policy.error_text import nearest, show

# Slack's menus cut off options at 75 characters, and the id precedes the title.
LONGEST_TITLE = 60
# Questions are read on a phone, between two buttons.
LONGEST_QUESTION = 200
# A Slack text block can have 3000 characters.
LONGEST_BRIEF = 2900

YES, NO = ("true", "yes", "on"), ("false", "no", "off")

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,29}")
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_GROUP = re.compile(r"S[A-Z0-9]{2,20}")
_COUNT = re.compile(r"[0-9]{1,2}")
_MOST = re.compile(r"[1-9][0-9]{0,2}|1000", re.ASCII)
_CHANNEL = re.compile(r"[\w-]{1,80}")  # any script, as in Slack; never upper case
_LINK = re.compile(r"https?://[^\s<>|/][^\s<>|]*")  # < > and | would end it in a Slack message
_FACTOR = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_RUNBOOK = re.compile(r"[\w.-]+\.md")


Row = TypeVar("Row")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"{show(text)} can't be an id; use letters, digits, - or _, like sev1.")
    return text


def _word(text: str) -> str:
    if not text or re.search(r"\s", text):
        raise ValueError(f"{show(text)} isn't one word; write it like p0 or major.")
    return text


def _line(text: str) -> str:
    if not text.strip() or len(text.splitlines()) > 1:
        raise ValueError("must be one line of text; write it on the line of its key.")
    return text.strip()


def _title(text: str) -> str:
    if len(_line(text)) > LONGEST_TITLE:
        raise ValueError(f"is {len(text)} characters long; use at most {LONGEST_TITLE}.")
    return _line(text)


def _question(text: str) -> str:
    if len(_line(text)) > LONGEST_QUESTION:
        raise ValueError(f"is {len(text)} characters long; use at most {LONGEST_QUESTION}.")
    return _line(text)


def _brief(text: str) -> str:
    if len(text) > LONGEST_BRIEF:
        raise ValueError(f"is {len(text)} characters long; use at most {LONGEST_BRIEF}.")
    return text.strip()


def _flag(text: object) -> bool:
    word = text.lower() if isinstance(text, str) else None
    if word not in (*YES, *NO):
        raise ValueError(f"{show(text)} isn't yes or no; write true or false.")
    return word in YES


def _count(text: object) -> int:
    if not isinstance(text, str) or not _COUNT.fullmatch(text):
        raise ValueError(f"{show(text)} isn't a number from 0 to 99; write one, like 2.")
    return int(text)


def _most(text: object) -> int:
    if not isinstance(text, str) or not _MOST.fullmatch(text):
        raise ValueError(f"{show(text)} isn't a number from 1 to 1000; write one, like 20.")
    return int(text)


def _duration(text: object) -> timedelta:
    if not isinstance(text, str):
        raise ValueError(f"{show(text)} isn't a duration; write it like 15m, 2h or 72h.")
    try:
        return parse_duration(text)
    except NotADuration as error:
        raise ValueError(f"{error.fault}; write it like 15m, 2h or 72h.") from None


def _pace(text: object) -> timedelta | Literal["same"]:
    try:
        return "same" if text == "same" else _duration(text)
    except ValueError as error:
        raise ValueError(f"{str(error).removesuffix('.')}, or same.") from None


def _factor(text: object) -> float:
    written = isinstance(text, str) and _FACTOR.fullmatch(text)
    if written and 1 <= float(written[0]) <= 10:
        return float(written[0])
    raise ValueError(f"{show(text)} isn't a factor; write a number from 1 to 10, like 2 or 1.5.")


def _daily_hours(value: object) -> QuietHours:
    begins, _, ends = value.partition("-") if isinstance(value, str) else ("", "", "")
    if isinstance(value, dict) and value.keys() == {"from", "to"}:
        begins, ends = str(value["from"]), str(value["to"])
    first, last = (_TIME.fullmatch(each.strip()) for each in (begins, ends))
    if not first or not last:
        raise ValueError(f'{show(value)} isn\'t a time of day to another; write "22:00-07:00".')
    if first[0] == last[0]:
        raise ValueError(f"{show(value)} begins when it ends; write two different times.")
    return QuietHours(*(timedelta(hours=int(at[1]), minutes=int(at[2])) for at in (first, last)))


def _handover(text: object) -> Handover:
    try:
        return Handover.parse(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(
            f'{show(text)} isn\'t a handover; write "monday 09:00", or "09:00" if it is daily.'
        ) from None


def _date(text: object) -> date:
    try:
        return date.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        raise ValueError(f"{show(text)} isn't a date; write it like 2026-01-31.") from None


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a folder of 600 files: once is enough


def _timezone(text: str) -> str:
    if text not in _timezones():
        raise ValueError(
            f"{show(text)} isn't an IANA time zone; "
            f"{nearest(text, _timezones()) or 'write it like UTC or Europe/Berlin.'}"
        )
    return text


def _member(text: str) -> str:
    if not _USER.fullmatch(text):
        raise ValueError(
            f"{show(text)} isn't a Slack member id; write it like U0123ABC "
            "(their profile › ⋮ › Copy member ID)."
        )
    return text


def _target(text: object) -> str:
    if text is None:
        # `- #ops` is a comment in YAML, so the value here is empty.
        raise ValueError('is empty; a # starts a comment, so write a channel in quotes: "#ops".')
    if isinstance(text, str):
        sign, name = text[:1], text[1:]
        if sign == "@" and (_USER.fullmatch(name) or _GROUP.fullmatch(name)):
            return text
        if sign == "#" and _CHANNEL.fullmatch(name) and name == name.lower():
            return text
        if text.startswith("oncall:") and _ID.fullmatch(text.removeprefix("oncall:")):
            return text
    raise ValueError(
        f'{show(text)} isn\'t a target; write oncall:primary, "@U0123ABC", "@S0123ABC" or '
        '"#channel-name".'
    )


def _link(text: str) -> str:
    if not _LINK.fullmatch(text):
        raise ValueError(
            f"{show(text)} isn't a link; write the whole URL, like https://example.com/x."
        )
    return text


def is_runbook_name(text: str) -> bool:
    """Whether `text` can be the name of a file in `runbooks/`, not a path to elsewhere."""
    return _RUNBOOK.fullmatch(text) is not None


def _runbook(text: str) -> str:
    if not is_runbook_name(text):
        raise ValueError(
            f"{show(text)} isn't a file in runbooks/; write its name, like bad-deploy.md, "
            "or {title: …, link: https://…}."
        )
    return text


def _some(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    if not rows:
        raise ValueError("is empty; write at least one.")
    return rows


Id = Annotated[str, AfterValidator(_id)]
Word = Annotated[str, AfterValidator(_word)]
Line = Annotated[str, AfterValidator(_line)]
Title = Annotated[str, AfterValidator(_title)]
Question = Annotated[str, AfterValidator(_question)]
Brief = Annotated[str, AfterValidator(_brief)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Count = Annotated[int, BeforeValidator(_count)]
Most = Annotated[int, BeforeValidator(_most)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Pace = Annotated[timedelta | Literal["same"], BeforeValidator(_pace)]
Factor = Annotated[float, BeforeValidator(_factor)]
DailyHours = Annotated[QuietHours, BeforeValidator(_daily_hours)]
HandoverText = Annotated[Handover, BeforeValidator(_handover)]
Date = Annotated[date, BeforeValidator(_date)]
Timezone = Annotated[str, AfterValidator(_timezone)]
Member = Annotated[str, AfterValidator(_member)]
Target = Annotated[str, BeforeValidator(_target)]
Link = Annotated[str, AfterValidator(_link)]
Some = Annotated[tuple[Row, ...], AfterValidator(_some)]
RunbookName = Annotated[str, AfterValidator(_runbook)]
