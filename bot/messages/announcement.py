"""The announcement of a public incident: one message per incident, edited in place, and the news
in its thread.
"""

import json

from bot.incident.announcing import severity_at, undone_stage
from bot.incident.events import (
    MergedInto,
    MergedIntoUndone,
    SeverityChanged,
    Stage,
    StageChanged,
    StageRestored,
    UpdatePosted,
)
from bot.incident.incident import OPEN, Incident
from bot.incident.undoing import REASON
from bot.messages.blocks import (
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    reference,
    section,
)
from bot.messages.merge import where
from bot.messages.text import (
    because,
    clip,
    escape,
    escape_clip,
    in_one_line,
    mention,
    moment,
    restore_mentions,
)
from bot.streams.message import OutboundMessage

SUMMARY_MAX = 500  # characters; the card has all of it
NEWS_MAX = 300  # of an update; the channel has all of it


def announcement(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    title = f"{incident.severity_id} · {escape(incident.title)}"
    facts = [f"*{incident.stage.capitalize()}*"]
    if incident.merged:
        facts.append(f"continues as {where(incident.merged)}")
    elif incident.commander:
        facts.append(f"Commander: {mention(incident.commander)}")
    elif incident.is_open:
        facts.append("No commander yet")
    if incident.channel:
        facts.append(f"<#{incident.channel}>")
    blocks = [section(f"*{title}*\n{' · '.join(facts)}")]
    if incident.summary:
        blocks.append(section(escape_clip(incident.summary, SUMMARY_MAX)))
    since = moment(incident.declared_at, ctx.zone, seen=None)
    blocks.append(context(f"{incident.id} · declared by {mention(incident.declarer)} · {since}"))
    if incident.is_open:
        blocks.append(_buttons(incident))
    return Message(f"{title} ({incident.stage})", blocks)


def announcement_update(
    incident: Incident, message: OutboundMessage, ctx: RenderContext
) -> Message:
    """News in the thread. It may be shown in the channel, too, so it says which incident it is."""
    head = f"*{incident.id}* {escape(clip(incident.title, 100))}"
    return Message(f"{head}\n{_news(incident, message)}")


def _news(incident: Incident, message: OutboundMessage) -> str:
    event = message.about.event
    match event:
        case UpdatePosted(text, mentions=named):
            said = escape_clip(in_one_line(text), NEWS_MAX)
            # Names stay names: the channel has notified them. An id alone says nothing.
            return (
                f":mega: {restore_mentions(said, [each for each in named if each[0] == each[1]])}"
            )
        case SeverityChanged(severity, reason):
            was = severity_at(incident, message.about.seq)
            if reason == REASON:
                return f":arrows_counterclockwise: *{severity}* again. {was} was undone."
            return f":small_red_triangle: *{severity}*, was {was}{_because(reason)}"
        case StageChanged(stage, text):
            reopened = stage not in (Stage.RESOLVED, Stage.CANCELLED)
            mark = ":rotating_light:" if reopened else ":white_check_mark:"
            said = "Reopened" if reopened else stage.capitalize()
            return f"{mark} *{said}*{_because(text)}"
        case StageRestored(stage):
            undone = undone_stage(incident, event)
            what = "Reopening" if undone in OPEN and stage not in OPEN else undone.capitalize()
            return f":arrows_counterclockwise: *{stage.capitalize()}* again. {what} was undone."
        case MergedInto():
            return f":twisted_rightwards_arrows: *Merged*: continues as {where(event)}."
        case MergedIntoUndone():
            again = f"*{incident.stage.capitalize()}* again"
            return f":arrows_counterclockwise: {again}. The merge was undone."
        case _:
            raise TypeError(f"{type(event).__name__} isn't told in the announcement's thread")


def _because(text: str) -> str:
    return because(clip(in_one_line(text), NEWS_MAX))


def _buttons(incident: Incident) -> Block:
    value = json.dumps(reference(incident))
    return actions(
        button("Join", "join", value, "primary"), button("Subscribe", "subscribe", value)
    )


LOST = {
    "is_archived": "is archived. Unarchive it",
    "not_in_channel": "doesn't let Muster in. Invite it",
}


def channel_lost(name: str, reason: str) -> str:
    """To the admins: incidents aren't announced, and what to do."""
    why = LOST.get(reason, "can't be used. Create it, and invite Muster")
    return (
        f":warning: Incidents aren't announced: #{escape(name)} {why}, or set another channel in "
        f"`MUSTER_ANNOUNCE`. Open incidents are announced once it's back. _({escape(reason)})_"
    )
