"""Correct the title or the summary: `/incident title TEXT`, `/incident summary TEXT`, and their
forms.
"""

import re

from bot.errors import Refused
from bot.incident.decide import is_over
from bot.incident.describing import ChangeSummary, ChangeTitle
from bot.incident.incident import Incident
from bot.incident.text_limits import TEXT_MAX, TITLE_MAX
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.form_answer import form_answer
from bot.listeners.inbound import SlashCommand, Submission
from bot.listeners.long_text import text_inputs, written
from bot.listeners.request import Answer, OpenView, Reply, Request
from bot.listeners.undo import with_undo
from bot.listeners.words import bare
from bot.messages.blocks import input_block, modal, reference, text_input
from bot.messages.text import escape, unescape

feature = Feature()

NONE = ("none", "clear", "remove", "delete")  # alone, they remove the summary
NO_LETTERS = ("-", "\u2013", "\u2014")
_TO = re.compile(r"^to\b:?\s*", re.IGNORECASE)  # `rename to Card payments fail`


@feature.subcommand(
    "title",
    "rename",
    usage="title TEXT",
    help="Correct the title; the card and the announcement follow.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.STATUS,
    example="title Card payments fail",
    about=About.ASKED,
)
def titled(request: Request[SlashCommand]) -> Answer:
    text = " ".join(unescape(request.payload.argument).split())
    if request.payload.subcommand == "rename":
        text = _TO.sub("", text)
    _refuse_if_merged(request.incident())
    if not text or len(text) > TITLE_MAX:  # a form keeps the words
        return OpenView(title_form(request.incident(), text))
    return retitled(request, text)


def retitled(request: Request, text: str) -> Reply:
    outcome = request.handle(ChangeTitle(text))
    incident, title = outcome.incident, escape(outcome.incident.title)
    if not outcome.events:
        return Reply(f"That's already the title of {incident.id}: *{title}*.")
    return with_undo(f"Renamed {incident.id} to *{title}*.", outcome)


@feature.submission("title")
def title_submitted(request: Request[Submission]) -> Answer:
    return form_answer(request, retitled(request, request.payload.field("title")))


@feature.subcommand(
    "summary",
    usage="summary TEXT",
    help="Write or correct the summary on the card; without text, in a form.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.STATUS,
    example="summary Card payments fail in the EU since the 14:02 deploy",
    about=About.ASKED,
)
def summarized(request: Request[SlashCommand]) -> Answer:
    text = unescape(request.payload.argument).strip()
    _refuse_if_merged(request.incident())
    if text in NO_LETTERS or bare(text) in NONE:
        return resummarized(request, "")
    if not text or len(text) > TEXT_MAX:  # a form keeps the words
        return OpenView(summary_form(request.incident(), text))
    return resummarized(request, text)


def resummarized(request: Request, text: str) -> Reply:
    outcome = request.handle(ChangeSummary(text))
    if not outcome.events:
        return Reply(f"That's already the summary of {outcome.incident.id}.")
    done = "Updated" if outcome.incident.summary else "Removed"
    return with_undo(f"{done} the summary of {outcome.incident.id}.", outcome)


@feature.submission("summary")
def summary_submitted(request: Request[Submission]) -> Answer:
    return form_answer(request, resummarized(request, written(request.payload, "summary")))


def _refuse_if_merged(incident: Incident) -> None:
    """Before a form opens that could only be refused."""
    if incident.merged:
        raise Refused(is_over(incident))


def title_form(incident: Incident, text: str = "") -> dict[str, object]:
    """The form. It has room for more than a title, so that one that is too long isn't cut."""
    hint = f"At most {TITLE_MAX} characters, in one line."
    if len(text) > TITLE_MAX:
        hint = f"This has {len(text):,} characters; at most {TITLE_MAX} fit."
    title = text_input(TEXT_MAX, initial=text or incident.title)
    blocks = [input_block("title", "Title", title, hint=hint)]
    return modal("title", f"Rename {incident.id}", "Rename", blocks, reference(incident))


def summary_form(incident: Incident, text: str = "") -> dict[str, object]:
    blocks = text_inputs("summary", "Summary", text or incident.summary, optional=True)
    return modal("summary", f"Summary of {incident.id}", "Save", blocks, reference(incident))
