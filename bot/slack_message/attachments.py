"""Attachments, which alerts and webhooks write.

Previews of links are attachments, too, and left out: their words are not the author's. A message
that was shared is kept.
"""

from collections.abc import Iterator

from bot.slack_message import blocks
from bot.slack_message.shape import Json, escape, objects, words

NO_PREVIEW = "[no preview available]"  # Slack's fallback for an attachment of blocks


def is_preview(attachment: Json) -> bool:
    """Whether it previews a link."""
    of_a_link = any(
        attachment.get(each) for each in ("from_url", "original_url", "app_unfurl_url")
    )
    return of_a_link and not attachment.get("is_share")


def headline(attachment: Json) -> str:
    """The subject of the attachment, as mrkdwn: its title, or the next best."""
    inner = [each for each in blocks.paragraphs(_blocks(attachment)) if each.text.strip()]
    heads = [each.text for each in inner if each.is_header]
    said = (_titled(attachment), *heads, words(attachment, "pretext"), *(e.text for e in inner))
    rest = (words(attachment, "text"), _fallback(attachment), *_fields(attachment))
    return next(filter(None, (*said, *rest)), "")


def paragraphs(attachment: Json) -> Iterator[str]:
    """The paragraphs of the attachment, in the order in which Slack shows them; its fallback only
    if there are none.

    >>> fields = [{"title": "Region", "value": "eu-1"}]
    >>> alert = {"title": "DB down", "title_link": "https://x.org", "fields": fields}
    >>> list(paragraphs(alert))
    ['<https://x.org|DB down>', '*Region:* eu-1']
    >>> list(paragraphs({"fallback": "DB <1> is down"}))
    ['DB &lt;1&gt; is down']
    """
    said = list(filter(str.strip, _said(attachment)))
    author = escape(words(attachment, "author_name"))
    yield from filter(None, [author])
    yield from said or filter(None, [_fallback(attachment)])


def _said(attachment: Json) -> Iterator[str]:
    yield words(attachment, "pretext")
    yield _titled(attachment)
    yield words(attachment, "text")
    yield from _fields(attachment)
    yield from (each.text for each in blocks.paragraphs(_blocks(attachment)))


def _fields(attachment: Json) -> Iterator[str]:
    for field in objects(attachment, "fields"):
        title, value = words(field, "title"), words(field, "value")
        yield f"*{title}:* {value}" if title and value else title or value


def _blocks(attachment: Json) -> list[Json]:
    """Those of a shared message only if its words aren't in `text`, too."""
    shared = [] if words(attachment, "text") else objects(attachment, "message_blocks")
    inside = [each["message"] for each in shared if isinstance(each.get("message"), dict)]
    return [
        *objects(attachment, "blocks"),
        *(block for each in inside for block in objects(each, "blocks")),
    ]


def _titled(attachment: Json) -> str:
    title, link = words(attachment, "title"), words(attachment, "title_link")
    return f"<{escape(link)}|{title}>" if title and link and "<" not in title else title


def _fallback(attachment: Json) -> str:
    fallback = words(attachment, "fallback")
    return "" if fallback == NO_PREVIEW else escape(fallback)
