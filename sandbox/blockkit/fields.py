"""Checks a block, element or composition object against its schema in contract.json.

A schema lists fields; each has a type ``t`` and its bounds. A method of ``Checker`` that is
named like a type checks a value of that type and records problems.
"""

import re
from collections.abc import Callable
from typing import Any

from sandbox.contract import load

Json = dict[str, Any]


class Checker:
    """Walks a payload. ``problems``: the errors that Slack would return."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.problems: list[str] = []
        self.kit: Json = load()["block_kit"]
        self._types: dict[str, Callable[[Json, Any, str], None]] = {
            "str": self._str,
            "plain": self._plain,
            "text": self._text,
            "bool": self._bool,
            "int": self._int,
            "num": self._num,
            "list": self._list,
            "obj": self._obj,
            "action_id": self._action_id,
            "element": self._element,
            "block": self._block,
            "context_item": self._context_item,
            "rich_text_elements": self._rich_text,
            "rows": self._rows,
            "chart": self._obj,
            "plan_title": self._text_or_str,
        }

    def no(self, message: str, at: str) -> None:
        self.problems.append(f"{message} [json-pointer:{at}]")

    def value(self, spec: Json, value: Any, at: str) -> None:
        """Check a value against its field's schema."""
        kind = spec["t"]
        if kind in self._types:
            self._types[kind](spec, value, at)
        else:
            self._object(self.kit["composition"][kind], value, at)

    def block(self, block: object, at: str) -> None:
        """Check a block on this surface."""
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            self.no("must be a block with a type", at)
            return
        schema = self.kit["blocks"].get(block["type"])
        if schema is None:
            self.no(f"unsupported type: {block['type']}", f"{at}/type")
            return
        if self.surface not in schema["surfaces"]:
            self.no(f"unsupported type: {block['type']} in a {self.surface}", at)
            return
        self._object(schema, block, at, also={"type", "block_id"})
        if "block_id" in block:
            most = self.kit["limits"]["block_id"]["max"]
            self._str({"min": 1, "max": most}, block["block_id"], f"{at}/block_id")

    def _object(self, schema: Json, value: Any, at: str, also: set[str] | None = None) -> None:
        if not isinstance(value, dict):
            self.no("must be an object", at)
            return
        fields: Json = schema["fields"]
        for name, spec in fields.items():
            if name in value:
                self._siblings(spec, value, name, at)
                self.value(spec, value[name], f"{at}/{name}")
            elif spec.get("req"):
                self.no(f"missing required field: {name}", at)
        for name in value.keys() - fields.keys() - (also or set()):
            self.no(f"additional property: {name}", at)
        for rule, most in (("one_of", 1), ("any_of", len(value))):
            choice = schema.get(rule)
            if choice and not 1 <= sum(name in value for name in choice) <= most:
                self.no(f"needs {rule.replace('_', ' ')} {', '.join(choice)}", at)

    def _siblings(self, spec: Json, value: Json, name: str, at: str) -> None:
        """Check that an initial choice is one of the options."""
        among = spec.get("member_of") or spec.get("subset_of")
        if among is None or (among not in value and "option_groups" not in value):
            return
        groups = [g.get("options", []) for g in value.get("option_groups", [])]
        options = [o for group in [value.get(among, []), *groups] for o in group]
        chosen = value[name] if "subset_of" in spec else [value[name]]
        if any(choice not in options for choice in chosen):
            self.no(f"{name} is none of the options", f"{at}/{name}")

    def _str(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, str):
            self.no("must be a string", at)
            return
        if len(value) > spec.get("max", len(value)):
            self.no(f"must be less than {spec['max'] + 1} characters", at)
        if len(value) < spec.get("min", 0):
            self.no(f"must be more than {spec['min'] - 1} characters", at)
        if "enum" in spec and value not in spec["enum"]:
            self.no(f"must be one of {', '.join(spec['enum'])}", at)
        if "pattern" in spec and not re.search(spec["pattern"], value):
            self.no(f"does not match {spec['pattern']}", at)

    def _plain(self, spec: Json, value: Any, at: str) -> None:
        self._text(spec, value, at, kinds=("plain_text",))

    def _text(
        self, spec: Json, value: Any, at: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
    ) -> None:
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.no(f"must be a text object of type {' or '.join(kinds)}", at)
            return
        most = spec.get("max", self.kit["limits"]["text_object"]["max"])
        self._str({"min": spec.get("min", 1), "max": most}, value.get("text"), f"{at}/text")
        allowed = {"type", "text", "emoji" if value["type"] == "plain_text" else "verbatim"}
        for name in value.keys() - allowed:
            self.no(f"additional property: {name}", at)

    def _text_or_str(self, spec: Json, value: Any, at: str) -> None:
        (self._str if isinstance(value, str) else self._text)(spec, value, at)

    def _bool(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, bool):
            self.no("must be a boolean", at)

    def _int(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            self.no("must be an integer", at)
            return
        if not spec.get("min", value) <= value <= spec.get("max", value):
            self.no(f"must be from {spec.get('min')} to {spec.get('max')}", at)

    def _num(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.no("must be a number", at)

    def _obj(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            self.no("must be an object", at)

    def _list(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, list):
            self.no("must be an array", at)
            return
        self._count(spec, value, at)
        each = {"t": spec["of"], "in": spec.get("in", ())}
        each |= {"max": spec["each_max"]} if "each_max" in spec else {}
        each |= {"enum": spec["each_enum"]} if "each_enum" in spec else {}
        for index, item in enumerate(value):
            if item is not None or not spec.get("nullable_items"):
                self.value(each, item, f"{at}/{index}")

    def _count(self, spec: Json, value: list[Any], at: str) -> None:
        if len(value) > spec.get("max_items", len(value)):
            self.no(f"no more than {spec['max_items']} items allowed", at)
        if len(value) < spec.get("min_items", 0):
            self.no(f"must have at least {spec['min_items']} items", at)

    def _action_id(self, spec: Json, value: Any, at: str) -> None:
        self._str({"min": 1, "max": self.kit["limits"]["action_id"]["max"]}, value, at)

    def _element(self, spec: Json, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        allowed: list[str] = []
        for name in spec.get("in", ()):
            allowed += self.kit["element_sets"][name[1:]] if name.startswith("$") else [name]
        if not isinstance(kind, str) or kind not in allowed:
            self.no(f"unsupported type: {kind}", f"{at}/type")
            return
        schema = self.kit["elements"][kind]
        if self.surface not in schema.get("surfaces", [self.surface]):
            self.no(f"unsupported type: {kind} in a {self.surface}", f"{at}/type")
        self._object(schema, value, at, also={"type"})

    def _block(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, dict) or value.get("type") not in spec["in"]:
            self.no(f"must be a block of type {' or '.join(spec['in'])}", at)
            return
        self.block(value, at)

    def _context_item(self, spec: Json, value: Any, at: str) -> None:
        if isinstance(value, dict) and value.get("type") == "image":
            self._element({"in": ["image"]}, value, at)
        else:
            self._text({}, value, at)

    def _rich_text(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, list):
            self.no("must be an array", at)
            return
        for index, item in enumerate(value):
            kind = item.get("type") if isinstance(item, dict) else None
            leaf = self.kit["rich_text"]["leaves"].get(kind)
            here = f"{at}/{index}"
            if kind in self.kit["rich_text"]["containers"]:
                self._rich_text(spec, item.get("elements"), f"{here}/elements")
            elif leaf is None:
                self.no(f"unsupported type: {kind}", here)
            else:
                for name in leaf:
                    if name not in item:
                        self.no(f"missing required field: {name}", here)

    def _rows(self, spec: Json, value: Any, at: str) -> None:
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            self.no("must be an array of rows", at)
            return
        self._count(spec, value, at)
        widths = {len(row) for row in value}
        if max(widths, default=0) > spec["max_cols"]:
            self.no(f"no more than {spec['max_cols']} columns allowed", at)
        if spec.get("rectangular") and len(widths) > 1:
            self.no("every row must have as many cells", at)
        for y, row in enumerate(value):
            for x, cell in enumerate(row):
                kind = cell.get("type") if isinstance(cell, dict) else None
                if kind == "rich_text":
                    self.block(cell, f"{at}/{y}/{x}")
                elif kind in ("raw_text", "raw_number"):
                    self.value({"t": kind}, cell, f"{at}/{y}/{x}")
                else:
                    self.no("must be raw_text, raw_number or rich_text", f"{at}/{y}/{x}")
