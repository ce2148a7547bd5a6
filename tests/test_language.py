"""Docstrings and comments are plain technical English, without words that make them riddles."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.platform.processes import ROOT

# What a native technical writer wouldn't write, and what to write instead.
INSTEAD = {
    r"\bwhoever\b|\bwhomever\b": "the person who …, or name them",
    r"\bnobody\b": "no one",
    r"\bfor ever\b": "forever",
    r"\banew\b(?!`)": "again",
    r"\bset aside\b|\bsets aside\b": "quarantined",
    r"\blet go of\b|\blets go of\b": "released",
    r"(?<!there )\b(?:is|are) no (?!longer\b|more\b|one\b)": "isn't a, aren't any",
    r"\bas (?:Slack|people|it) ha(?:s|ve) it\b": "say where it is from",
    r"^What (?!is\b.*\?)": "say what it is or does",
}
PACKAGES = ("bot", "sandbox", "workers", "tests")
SKIPPED = (
    "tests/old/",  # written by earlier releases
)


def files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(SKIPPED):
                yield path


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """All docstrings and comments, each with its file and line."""
    found = []
    for path in files():
        source, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
        for node in ast.walk(ast.parse(source)):
            if isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ):
                text = ast.get_docstring(node)
                if text is not None:
                    found.append((f"{name}:{node.body[0].lineno}", text))
        found += [
            (f"{name}:{token.start[0]}", token.string)
            for token in tokenize.generate_tokens(io.StringIO(source).readline)
            if token.type == tokenize.COMMENT
        ]
    return tuple(found)


@pytest.mark.parametrize("pattern", INSTEAD)
def test_docstrings_and_comments_are_plain(pattern: str) -> None:
    wrong = [f"{place}: {text}" for place, text in texts() if re.search(pattern, text)]
    assert not wrong, f"write: {INSTEAD[pattern]}"
