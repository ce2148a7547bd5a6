"""Prints the demo: each message as it is in the local Slack, with author and channel."""

import re
import textwrap
import threading
from datetime import UTC, datetime

import click

from bot.terminal import clean, one_line
from sandbox.driver import Slack

PAUSE = 0.5  # seconds between two items, at speed 1
WIDTH = 90  # columns for the text
CHAPTERS = 7
LINES = 12  # of one message, at most


class Show:
    def __init__(self, slack: Slack, speed: float) -> None:
        self._slack = slack
        self._pause = PAUSE / speed
        self._told: dict[tuple[str, str], str] = {}
        self._checks: list[str] = []
        self._chapter = 0

    def chapter(self, title: str) -> None:
        self._chapter += 1
        click.secho(f"\n{self._chapter}/{CHAPTERS} {title}", bold=True)

    def does(self, who: str, where: str, what: str) -> None:
        """Print an action that leaves no message: a command, a click."""
        self._line(who, where, click.style(what, fg="cyan"))

    def answers(self, who: str, words: str) -> None:
        """Print a reply that only `who` sees."""
        self._line("Muster", f"to {who} alone", words)

    def seen(self, what: str) -> None:
        """Print that something was checked in Slack, after any new messages."""
        self.catch_up()
        self._checks.append(what)
        click.secho(f"      ✓ {what}", fg="green")

    def catch_up(self) -> None:
        """Print all messages that are new or edited since the last time."""
        for channel in self._slack.channels():
            name = channel["name"]
            path = f"/control/channels/{channel['id']}/messages"
            for message in self._slack.get(path):
                key = (channel["id"], message["ts"])
                words = clean(str(message["rendered"]))
                known = self._told.get(key)
                self._told[key] = words
                if known == words or message.get("subtype"):
                    continue
                if known is None:
                    self._line(one_line(message["name"]), _place(name), words)
                else:
                    self._line(
                        one_line(message["name"]), _place(name), _news(known, words) + "  (edited)"
                    )

    def checked(self) -> None:
        click.secho(f"\nSeen in Slack, {len(self._checks)} of {len(self._checks)}:", bold=True)
        for check in self._checks:
            click.secho(f"  ✓ {check}", fg="green")

    def _line(self, who: str, where: str, words: str) -> None:
        at = datetime.fromtimestamp(self._slack.now(), UTC)
        head = f"{at:%H:%M}  {where:<18} {who:>9}  "
        first, *rest = [
            line
            for paragraph in words.strip().splitlines() or [""]
            for line in textwrap.wrap(paragraph, WIDTH) or [""]
        ]
        name = click.style(f"{who:>9}", fg="magenta" if who == "muster" else "yellow")
        click.echo(f"{at:%H:%M}  {where:<18} {name}  {first}")
        most = len(rest) if len(rest) <= LINES else LINES - 1
        for line in rest[:most]:
            click.echo(" " * len(head) + line)
        if most < len(rest):
            click.echo(" " * len(head) + f"… and {len(rest) - most} lines more")
        threading.Event().wait(self._pause)


def _place(name: str) -> str:
    if name.startswith("@"):
        return f"DM {name}"
    return "#" + re.sub(r"^(incident-)\d{4}-\d{2}-\d{2}-(.*)$", r"…\2", name)[:17]


def _news(before: str, after: str) -> str:
    """The lines that an edit changed."""
    old = set(before.splitlines())
    return "\n".join(line for line in after.splitlines() if line not in old) or after
