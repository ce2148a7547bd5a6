"""Uploads files unshared: a file becomes visible only by a message that links to it."""

import aiohttp

from bot.slack.client import SlackError
from bot.slack.rate_limits import RateLimited
from bot.slack.way_out import proxy_for

UPLOAD_SECONDS = 30


async def upload(slack: RateLimited, name: str, title: str, content: bytes) -> str:
    """Upload an unshared file and return its permalink. Raises `SlackError`."""
    ticket = await slack.call("files.getUploadURLExternal", filename=name, length=len(content))
    try:
        async with slack.session.post(
            ticket["upload_url"],
            data=content,
            proxy=proxy_for(ticket["upload_url"]),
            headers={"Content-Type": "application/octet-stream"},
            timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS),
        ) as answer:
            if answer.status != 200:
                raise SlackError(f"upload: HTTP {answer.status}")
    except (aiohttp.ClientError, TimeoutError) as lost:
        raise SlackError("upload lost") from lost
    files = [{"id": ticket["file_id"], "title": title}]
    try:
        done = await slack.call("files.completeUploadExternal", files=files)
    except SlackError as refusal:
        if refusal.reason == "file_not_found":  # the upload didn't arrive: send it again
            raise SlackError("upload lost") from refusal
        raise
    link = done["files"][0].get("permalink")
    if not link:
        about = await slack.call("files.info", file=ticket["file_id"])
        link = about["file"]["permalink"]
    return str(link)
