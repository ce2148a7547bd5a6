"""The text of problems: what is wrong with a value, then what to write instead."""

import json
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.policy.problem import Problem
from bot.policy.source import Place, Source

Shape = TypeVar("Shape", bound=BaseModel)


def show(value: object) -> str:
    """A short form of `value`, as written in a file.

    >>> show("15 minutes"), show(None), show(["a"])
    ('"15 minutes"', 'null', 'a list')
    """
    if isinstance(value, str):
        return json.dumps(value if len(value) <= 60 else f"{value[:60]}…", ensure_ascii=False)
    return "null" if value is None else "a list" if isinstance(value, list) else "a mapping"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """A suggestion from `known` for a misspelled word; None if nothing is close, or two are
    equally close.

    >>> nearest("europe/berlin", ["Europe/Berlin", "UTC"])
    'did you mean Europe/Berlin?'
    >>> nearest("SEV9", ["SEV0", "SEV1"])
    """
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), folded, n=2, cutoff=0.7)
    ratios = [SequenceMatcher(None, name, word.casefold()).ratio() for name in near]
    if not near or ratios[1:] == ratios[:1]:
        return None
    return f"did you mean {folded[near[0]]}?"


def instead(word: str, known: Collection[str]) -> str:
    """Suggest what to write if `word` isn't one of `known`.

    >>> instead("icc", ["ic", "ol"]), instead("boss", ["ic", "ol"])
    ('did you mean ic?', 'write one of ic, ol.')
    """
    if not known:
        return "there is none yet; add one, or remove this."
    return nearest(word, known) or f"write one of {', '.join(dict.fromkeys(known))}."


def understand(source: Source, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """Validate `source` as `shape`. Returns the result, or all problems."""
    try:
        return shape.model_validate(source.data), []
    except ValidationError as wrong:
        return None, [_problem(source, shape, error) for error in wrong.errors()]


def _problem(source: Source, shape: type[BaseModel], error: ErrorDetails) -> Problem:
    place = error["loc"]
    while place and place not in source.lines and error["type"] != "missing":
        place = place[:-1]  # this part was added by the schema; it isn't in the file
    text = _sentence(error, place, _fields(shape, place[:-1]))
    keys = [part for part in place if isinstance(part, str)]
    return source.problem(place, f"{keys[-1]}: {text}" if keys else text)


def _sentence(error: ErrorDetails, place: Place, known: dict[str, FieldInfo]) -> str:
    wrote, key = show(error["input"]), str(place[-1]) if place else ""
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "missing":
            examples = known[key].examples or ["…"]
            return f"is missing; add a line like {key}: {examples[0]}."
        case "extra_forbidden":
            return f"isn't a key here; {instead(key, known)}"
        case "string_type":
            return f"{wrote} isn't text; write some text."
        case "tuple_type":
            return f"{wrote} isn't a list; write it like [one, two]."
        case "model_type" if not place:  # the whole file
            return f"{wrote} isn't a mapping; write it in lines like {next(iter(known))}: …"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{wrote} isn't a mapping; write it in lines like key: value."
        case "literal_error":
            return f"{wrote} isn't allowed; write {error['ctx']['expected']}."
        case _:
            return f"{wrote} isn't valid: {error['msg']}; see the shipped file for an example."


def _fields(shape: type[BaseModel], place: Place) -> dict[str, FieldInfo]:
    """The keys allowed at `place`; empty if it isn't a mapping with fixed keys."""
    here: Any = shape
    for part in place:
        known = _keys(here)
        if part in known:
            here = known[str(part)].annotation
        elif inner := [arg for arg in get_args(here) if arg not in (type(None), ..., str)]:
            here = inner[-1]  # the items of a list, the values of a mapping
    return _keys(here)


def _keys(here: Any) -> dict[str, FieldInfo]:
    shapes = [arg for arg in get_args(here) if arg is not type(None)]
    if len(shapes) == 1:  # or null
        (here,) = shapes
    return here.model_fields if isinstance(here, type) and issubclass(here, BaseModel) else {}
