"""Log lines contain the bound values, have one format, and no secrets."""

import codecs
import json
import logging
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from bot.log import Redacted, _renderer
from tests.platform.processes import clean

PROGRAM = """
import logging, structlog
from bot.log import configure

configure("info", "json", ["0123456789abcdef"])
log = structlog.get_logger("bot.test")
structlog.contextvars.bind_contextvars(incident="INC-7", person="U1")
log.info("declared", token="xoxb-12-34-abc")
log.debug("not shown")
logging.getLogger("somebody").warning("signed with %s", "0123456789abcdef")
logging.getLogger("slack_sdk.web").info("not shown")
try:
    raise ValueError("xapp-1-A-b")
except ValueError:
    log.exception("failed")
raise RuntimeError("xoxb-crash")
"""


def lines_of(program: str, cwd: Path) -> tuple[str, list[dict[str, object]]]:
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        env=clean(),
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stderr, [json.loads(line) for line in ran.stderr.splitlines()]


def test_every_line_is_json_with_what_is_bound_and_without_secrets(tmp_path: Path) -> None:
    text, lines = lines_of(PROGRAM, tmp_path)
    assert [line["event"] for line in lines] == ["declared", "signed with …", "failed", "crashed"]
    assert all(line["incident"] == "INC-7" and line["person"] == "U1" for line in lines)
    for secret in ("12-34-abc", "0123456789abcdef", "1-A-b", "xoxb-crash"):
        assert secret not in text


@pytest.mark.parametrize(("level", "written"), [("info", 1), ("warning", 1), ("debug", 5)])
def test_a_warning_that_repeats_is_logged_once_unless_all_is_wanted(
    level: str, written: int, tmp_path: Path
) -> None:
    program = f"""
import structlog
from bot.log import configure

configure({level!r}, "json")
for _ in range(5):
    structlog.get_logger("bot.test").warning("store away", why="refused")
"""
    _, lines = lines_of(program, tmp_path)
    assert [line["event"] for line in lines] == ["store away"] * written


def test_the_chatty_are_asked_to_warn_only() -> None:
    program = """
import logging
from bot.log import configure

configure("debug", "json")
for name in ("slack_sdk.web.client", "rq.worker", "aiohttp.access"):
    logging.getLogger(name).info("not shown")
    logging.getLogger(name).warning(name)
"""
    _, lines = lines_of(program, Path.cwd())
    assert [line["event"] for line in lines] == [
        "slack_sdk.web.client",
        "rq.worker",
        "aiohttp.access",
    ]
    assert all(line["level"] == logging.getLevelName(logging.WARNING).lower() for line in lines)


SECRETS = ['pa"ss\\word', "p%40ss w/ord", "it's\tsecret", "pässword“s"]


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_redacted_however_it_is_written(secret: str, form: str) -> None:
    render = Redacted(_renderer(form), [secret])
    decoded = unquote(secret)
    ways = [secret, decoded, quote(secret), quote(decoded, safe=""), repr(secret)]
    ways += [json.dumps(secret), json.dumps({"password": decoded}), f"redis://:{quote(decoded)}@x"]
    for way in ways:
        for values in ({"event": way}, {"event": "failed", "url": way}, {"event": "x", way: 1}):
            line = render(None, "info", dict(values))
            for text in (line, codecs.decode(line.encode("latin1", "replace"), "unicode_escape")):
                assert secret not in text, way
                assert decoded not in text, way
