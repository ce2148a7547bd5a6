"""Every pattern in the code, and the methods that it is used with: found by reading the code."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import ModuleType

import bot
import sandbox
import workers

METHODS = ("match", "fullmatch", "search", "finditer", "sub", "split")
_AS = {"findall": "finditer", "subn": "sub"}
_LEFT_OUT = ("__main__",)  # starts something when imported


@dataclass(slots=True)
class Found:
    """A pattern, where it stands, and how it is used; all ways, if that can't be read."""

    pattern: re.Pattern[str]
    place: str
    methods: set[str] = field(default_factory=set)


def modules() -> Iterator[ModuleType]:
    """All modules of the product."""
    for package in (bot, workers, sandbox):
        yield package
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if each.name.rpartition(".")[2] not in _LEFT_OUT:
                yield importlib.import_module(each.name)


def patterns() -> list[Found]:
    """Every pattern that is compiled when a module is imported, or written into a call."""
    found: dict[tuple[str, int], Found] = {}

    def known(pattern: re.Pattern[str], place: str) -> Found:
        return found.setdefault((pattern.pattern, pattern.flags), Found(pattern, place))

    elsewhere: dict[str, set[str]] = {}  # methods of values that aren't known, by module
    for module in modules():
        for name, value in vars(module).items():
            for pattern in _within(value):
                known(pattern, f"{module.__name__}.{name}")
        for node in _nodes(module):
            match node:
                case ast.Call(
                    ast.Attribute(ast.Name("re"), method), [ast.Constant(str(written)), *_]
                ):
                    if method != "compile":
                        place = f"{module.__name__}:{node.lineno}"
                        known(re.compile(written), place).methods.add(_AS.get(method, method))
                case ast.Attribute(value, method) if _AS.get(method, method) in METHODS:
                    method = _AS.get(method, method)
                    for pattern in (meant := [*_within(_evaluated(value, module))]):
                        known(pattern, f"{module.__name__}:{node.lineno}").methods.add(method)
                    if not meant:
                        elsewhere.setdefault(module.__name__, set()).add(method)
    for each in found.values():
        used = each.methods & {*METHODS}
        each.methods = used or elsewhere.get(each.place.rpartition(".")[0]) or {*METHODS}
    return sorted(found.values(), key=lambda each: each.place)


def _nodes(module: ModuleType) -> Iterator[ast.AST]:
    if not (file := module.__file__):
        return
    yield from ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))


def _evaluated(node: ast.expr, module: ModuleType) -> object:
    """The value of a name or of an attribute of a module; None for anything else."""
    match node:
        case ast.Name(name):
            return getattr(module, name, None)
        case ast.Attribute(ast.Name(name), attribute):
            return getattr(getattr(module, name, None), attribute, None)
    return None


def _within(value: object) -> Iterator[re.Pattern[str]]:
    """The patterns in a value: itself, or in its items and fields."""
    match value:
        case re.Pattern(pattern=str()):
            yield value
        case dict():
            yield from _all((*value.keys(), *value.values()))
        case tuple() | list() | set() | frozenset():
            yield from _all(value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield from _all(getattr(value, each.name, None) for each in fields(value))


def _all(values: Iterable[object]) -> Iterator[re.Pattern[str]]:
    for each in values:
        yield from _within(each)
