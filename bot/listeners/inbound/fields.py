"""Field types of payloads: they check the shape and clean the text.

Unused fields aren't declared, so they may contain anything. Null is the same as missing.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from bot.messages.text import sanitize

NAME_MAX = 255  # characters of an action_id, a block_id, a callback_id
TEXT_MAX = 2**20  # characters; the code that uses a text checks whether it fits
BLOCKS_MAX = 100  # per form
ELEMENTS_MAX = 25  # per block
KEPT_MAX = 100  # texts in a form's private_metadata, which has at most 3,000 characters
CHOICES_MAX = 1000  # per select; Slack shows 100, but external options can have more
DATE_TIME_MAX = 9_999_999_999  # seconds since 1970: ten digits, as Block Kit has them


class Model(BaseModel):
    """The base of all models. Unknown fields are ignored. Errors never quote the input, which may
    be private."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def malformed(what: str) -> PydanticCustomError:
    """A validation error; only its type, `not_{what}`, is logged."""
    return PydanticCustomError(f"not_{what}", "not a Slack payload")


def _clean(value: object) -> object:
    return sanitize(value) if isinstance(value, str) else value


def _clean_or_empty(value: object) -> object:
    return "" if value is None else _clean(value)


def _id_of(value: object) -> object:
    """The id of an object; None for null."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise malformed("object")
    return value.get("id")


_ID = r"^[A-Za-z0-9]{1,64}$"
_TS = r"^[0-9]{1,10}\.[0-9]{1,9}$"
LINK = r"^https?://[!-~]{1,2000}$"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")

Text = Annotated[str, StringConstraints(max_length=TEXT_MAX), BeforeValidator(_clean)]
Name = Annotated[str, StringConstraints(max_length=NAME_MAX), BeforeValidator(_clean)]
OptionalText = Annotated[  # empty if there is none
    str, StringConstraints(max_length=TEXT_MAX), BeforeValidator(_clean_or_empty)
]
OptionalName = Annotated[
    str, StringConstraints(max_length=NAME_MAX), BeforeValidator(_clean_or_empty)
]
Id = Annotated[str, StringConstraints(pattern=_ID)]
Ts = Annotated[str, StringConstraints(pattern=_TS)]
Link = Annotated[str, StringConstraints(pattern=LINK)]
ObjectId = Annotated[Id, BeforeValidator(_id_of)]  # of {"id": …}
OptionalObjectId = Annotated[Id | None, BeforeValidator(_id_of)]
IsTrue = Annotated[bool, BeforeValidator(lambda value: value is True)]


def _date(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(_matching(_DATE, value))
    except ValueError:
        raise malformed("date") from None


def _time(value: object) -> time | None:
    if value is None:
        return None
    try:
        return time.fromisoformat(_matching(_TIME, value))
    except ValueError:
        raise malformed("time") from None


def _date_time(value: object) -> datetime | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= DATE_TIME_MAX:
        raise malformed("date_time")
    return datetime.fromtimestamp(value, UTC)


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value


Date = Annotated[date | None, BeforeValidator(_date)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time)]
DateTime = Annotated[datetime | None, BeforeValidator(_date_time)]


def _option(value: object) -> object:
    """The value of an option, `{"text": …, "value": …}`."""
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        raise malformed("option")
    return value["value"]


Option = Annotated[Text, BeforeValidator(_option)]
OptionalOption = Annotated[  # empty if none is chosen
    Text, BeforeValidator(lambda value: "" if value is None else _option(value))
]


def or_else(empty: object) -> BeforeValidator:
    """Replace null by a default: `Annotated[…, or_else("")]`."""
    return BeforeValidator(lambda given: empty if given is None else given)


def at_most(most: int, empty: object) -> BeforeValidator:
    """Limit the length of a list or object before any entry is parsed: each invalid entry produces
    an error, and 300,000 errors would block everyone for seconds."""

    def counted(given: object) -> object:
        if given is None:
            return empty
        if isinstance(given, list | dict) and len(given) > most:
            raise malformed("short")
        return given

    return BeforeValidator(counted)
