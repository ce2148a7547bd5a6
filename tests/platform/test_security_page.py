"""SECURITY.md names a test for each of its claims, and the tests exist."""

import ast
import re

from tests.platform.processes import ROOT

_NAMED = re.compile(r"`(?P<file>tests/[a-z_/0-9]+\.py)::(?P<test>test_[a-z_0-9]+)`")


def test_every_test_that_it_names_exists() -> None:
    named = [*_NAMED.finditer((ROOT / "SECURITY.md").read_text())]
    assert len(named) >= 15
    for each in named:
        tree = ast.parse((ROOT / each["file"]).read_text())
        tests = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        assert each["test"] in tests, each[0]


def test_every_claim_names_one() -> None:
    page = (ROOT / "SECURITY.md").read_text()
    claims = page.partition("## Who can do what")[2].partition("## What you must protect")[0]
    for claim in re.split(r"^- ", claims, flags=re.MULTILINE)[1:]:
        assert _NAMED.search(claim), claim
