"""A YAML parser that keeps the line of each value.

Only plain YAML is accepted. Anchors, aliases and tags aren't, so that a file can be read literally
and a few bytes can't expand to gigabytes.
"""

from typing import Any

import yaml

from bot.policy.problem import Problem
from bot.policy.source import Place, Source, Value

DEEPEST = 20

# Parts of PyYAML's messages for common mistakes in policy files, and how to fix them.
_CURES = (
    ("'\\t'", "indent with spaces, not tabs"),
    ("'@'", 'put the person in quotes, like "@U0123ABC"'),
    ("mapping values are not allowed", "put text that has a colon in it in quotes"),
    ("expected ',' or ']'", 'close the bracket; a # starts a comment unless quoted, like "#ops"'),
    ("node content", 'a # starts a comment unless quoted, like "#ops"; close what it left open'),
    ("another document", "a file holds one document; delete the line ---"),
)
_CURE = "compare its indentation, quotes and brackets with the lines around it"

# For these, PyYAML reports the end of the file although the mistake is further up.
_OPENED = ("while parsing a flow", "while scanning a quoted scalar")


def parse(file: str, text: str, above: int = 0) -> tuple[Source | None, list[Problem]]:
    """Parse `text`, which begins `above` lines below the top of `file`. Returns its data, None if
    it can't be parsed at all, and its YAML problems."""
    try:
        node = _PlainLoader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        return None, [Problem(file, above + _line(error), _words(error))]
    except yaml.reader.ReaderError as error:
        line = above + text.count("\n", 0, error.position) + 1
        return None, [Problem(file, line, "contains a control character; delete it.")]
    if node is None:
        return None, [
            Problem(
                file, above + 1, "is empty; fill it in, or copy the one that ships with Muster."
            )
        ]
    walk = _Walk(file, above)
    data = walk.value(node, ())
    return Source(file, data, walk.lines), walk.problems


class _Refused(yaml.MarkedYAMLError):
    """Valid YAML that policies don't allow."""


class _PlainLoader(yaml.SafeLoader):
    """A loader that refuses anchors, aliases, tags and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call] # the stubs leave it out
        if event.anchor is not None:  # set for aliases, too
            raise _refused(event, "anchors (&) and aliases (*) aren't supported; repeat the value")
        if getattr(event, "tag", None) is not None:
            raise _refused(event, "tags (!) aren't supported; write the plain value, or quote it")
        if self.depth >= DEEPEST:
            raise _refused(event, "is nested too deeply; no policy needs that, so flatten it")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refused(event: Any, problem: str) -> _Refused:
    return _Refused(problem=problem, problem_mark=event.start_mark)


class _Walk:
    """Converts nodes to values, recording lines and duplicate keys."""

    def __init__(self, file: str, above: int) -> None:
        self.file = file
        self.above = above
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, place: Place) -> Value:
        self.lines.setdefault(place, self.line(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, n)) for n, item in enumerate(node.value)]
        if any("\ud800" <= letter <= "\udfff" for letter in node.value):  # escaped, "\ud800"
            self.note(node, "contains half of a surrogate pair; write the whole character.")
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)

    def mapping(self, node: yaml.MappingNode, place: Place) -> Value:
        values: dict[str, Value] = {}
        for key, inner in node.value:
            inside = (*place, key.value) if isinstance(key, yaml.ScalarNode) else place
            if inside == place:
                self.note(key, "a key must be a word; write it like title: …")
            elif inside in self.lines:
                first = self.lines[inside]
                self.note(key, f"{key.value}: is already on line {first}; keep one of them.")
            else:
                self.lines[inside] = self.line(key)
                values[key.value] = self.value(inner, inside)
        return values

    def line(self, node: yaml.Node) -> int:
        return self.above + int(node.start_mark.line) + 1

    def note(self, node: yaml.Node, text: str) -> None:
        self.problems.append(Problem(self.file, self.line(node), text))


def _line(error: yaml.MarkedYAMLError) -> int:
    opened = error.context is not None and error.context.startswith(_OPENED)
    mark = error.context_mark if opened else error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _words(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or "it can't be read"
    if isinstance(error, _Refused):
        return f"{said}."
    cure = next((cure for sign, cure in _CURES if sign in said), _CURE)
    return f"isn't YAML: {said}; {cure}."
