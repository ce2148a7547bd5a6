"""Logging: structlog on stderr, and all other logging through it.

What is bound with `structlog.contextvars.bind_contextvars` (incident, person, request) is on each
line. A line is rendered first and redacted afterwards, so a secret can't get through in a key, an
exception or a `repr`. Message texts and private titles are never logged.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable
from textwrap import indent
from types import TracebackType
from urllib.parse import quote, quote_plus, unquote

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.log_repeats import Repeats
from bot.terminal import clean, one_line

# https://docs.slack.dev/authentication/tokens: xoxb, xoxp, xoxe.xoxp, xapp …
_TOKEN = re.compile(r"\b(xox[a-z](?:\.xox[a-z])?-|xapp-)[\w-]+")
_CHATTY = ("aiohttp", "asyncio", "rq", "slack_bolt", "slack_sdk")


def configure(level: str = "info", form: str | None = None, secrets: Iterable[str] = ()) -> None:
    """Log from `level` on as `console` or `json`; by default, a terminal means console.

    `secrets` are redacted everywhere, and so is everything that looks like a token. A warning that
    repeats is logged once a minute, unless `level` is `debug`.
    """
    form = form or ("console" if sys.stderr.isatty() else "json")
    about_the_line: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *about_the_line,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    to_stderr = logging.StreamHandler()
    if level.lower() != "debug":
        to_stderr.addFilter(Repeats())
    to_stderr.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=about_the_line,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _cleaned,
                Redacted(_renderer(form), secrets),
            ],
        )
    )
    logging.basicConfig(handlers=[to_stderr], level=level.upper(), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.root.level))
    sys.excepthook = _log_the_crash


def _cleaned(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Text of people and vendors can't forge a line or reach the terminal behind it."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = indent(clean(value), "  ") if name == "exception" else one_line(value)
    return event


class Redacted:
    """A renderer that redacts secrets in its lines.

    >>> render = Redacted(lambda logger, method, event: str(event), secrets=["s3cr3t-signing"])
    >>> render(None, "info", {"event": "xoxb-12-ab failed", "with": "s3cr3t-signing"})
    "{'event': 'xoxb-… failed', 'with': '…'}"
    """

    def __init__(self, renderer: Processor, secrets: Iterable[str] = ()) -> None:
        self._render = renderer
        forms = {form for secret in secrets for form in spellings(secret)}
        known = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._known = re.compile(known) if known else None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        line = _TOKEN.sub(r"\1…", str(self._render(logger, method, event)))
        return self._known.sub("…", line) if self._known else line


def spellings(secret: str) -> set[str]:
    """How a secret may be written in a line: as it is, in a URL or decoded from one, in JSON, in a
    `repr`, and in JSON of a `repr`.

    >>> sorted(spellings('a"b'))
    ['a"b', 'a%22b', 'a\\\\"b']
    """
    if not secret:
        return set()
    plain = {secret, unquote(secret)}
    in_urls = {quote(each, safe="") for each in plain} | {quote_plus(each) for each in plain}
    written = plain | in_urls | {quote(each, safe='"') for each in plain}
    shown = written | {repr(each)[1:-1] for each in written}
    return shown | {
        json.dumps(each, ensure_ascii=way)[1:-1] for each in shown for way in (True, False)
    }


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        exception_formatter=structlog.dev.plain_traceback,  # the rich one prints locals
    )


def _log_the_crash(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("bot").critical("crashed", exc_info=(kind, error, trace))
