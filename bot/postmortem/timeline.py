"""The timeline as Markdown: a heading for each day, a linked line for each entry."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.postmortem import markdown
from bot.postmortem.entries import Entry
from bot.postmortem.times import day, local


def render(entries: Iterable[Entry], zone: tzinfo) -> str:
    """One line per entry: time (linked to the message), author, kind, text; replies below."""
    lines: list[str] = []
    today = ""
    for entry in entries:
        at = local(entry.at, zone)
        if day(at) != today:
            today = day(at)
            lines += ["", f"### {today}", ""] if lines else [f"### {today}", ""]
        lines.append(_line(entry, at.strftime("%H:%M")))
        for reply in entry.replies:
            lines.append("  " + markdown.indent(_line(reply, _reply_time(reply, at, zone)), "  "))
    return "\n".join(lines)


def name(by: str) -> str:
    """The author in bold."""
    return f"**{markdown.inline(by) or 'somebody'}**"


def _line(entry: Entry, time: str) -> str:
    marks = [markdown.inline(entry.kind)] if entry.kind else []
    marks += ["edited"] if entry.edited else []
    marks += ["shared " + ", ".join(map(markdown.code, entry.files))] if entry.files else []
    head = f"- {markdown.link(time, entry.permalink)} {name(entry.by)}"
    head += f" ({', '.join(marks)})" if marks else ""
    if not entry.markdown:
        return head
    # A fence only opens on a line of its own.
    between = "\n" if entry.markdown.startswith("```") else " "
    return markdown.indent(f"{head}:{between}{entry.markdown}", "  ")


def _reply_time(reply: Entry, root: datetime, zone: tzinfo) -> str:
    at = local(reply.at, zone)
    return at.strftime("%H:%M" if at.date() == root.date() else "%Y-%m-%d %H:%M")
