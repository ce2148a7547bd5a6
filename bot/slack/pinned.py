"""The text of a message that someone pinned."""

from bot.incident.events import PinDeleted, PinRead
from bot.messages.text import sanitize, unescape
from bot.slack.client import Calls, SlackError
from bot.slack_message.author import app_of
from bot.slack_message.reading import read_message


async def read_pinned(slack: Calls, channel: str, ts: str) -> PinRead | PinDeleted:
    """The text of a message, also in a thread; it may have been deleted since it was pinned.
    Raises `SlackError`.
    """
    try:
        answer = await slack.call(
            "conversations.replies", channel=channel, ts=ts, oldest=ts, latest=ts, inclusive=True
        )
    except SlackError as refusal:
        if refusal.reason != "thread_not_found":
            raise
        return PinDeleted(ts)
    for message in answer.get("messages") or []:
        if message["ts"] == ts and message.get("subtype") != "tombstone":
            text = sanitize(unescape(read_message(message).whole))
            edited = str((message.get("edited") or {}).get("ts") or "")
            parent = str(message.get("thread_ts") or "")
            thread = parent if parent != ts else ""
            author, app = str(message.get("user") or ""), app_of(message)
            return PinRead(ts, author, text, edited, thread, app)
    return PinDeleted(ts)
