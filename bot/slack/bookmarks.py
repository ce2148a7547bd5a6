"""The bookmarks of a channel."""

from bot.slack.client import Calls


async def set_bookmark(slack: Calls, bot_user: str, channel: str, title: str, link: str) -> None:
    """Show `link` under `title` in the bookmarks of the channel. Raises `SlackError`.

    Bookmarks have no unique name, so check before adding one again. The one with that title that
    `bot_user` edited last is updated; people's own are left alone.
    """
    listed = await slack.call("bookmarks.list", channel_id=channel)
    titled = [mark for mark in listed.get("bookmarks", []) if mark.get("title") == title]
    if any(mark.get("link") == link for mark in titled):
        return
    ours = [mark["id"] for mark in titled if mark.get("last_updated_by_user_id") == bot_user]
    if ours:
        await slack.call("bookmarks.edit", channel_id=channel, bookmark_id=ours[0], link=link)
    else:
        await slack.call("bookmarks.add", channel_id=channel, title=title, type="link", link=link)
