"""The announcement's thread: people named in an update have names there, and aren't notified."""

from zoneinfo import ZoneInfo

from bot.incident.outbound import outbound_messages
from bot.incident.updates import PostUpdate
from bot.messages.blocks import RenderContext
from bot.messages.render import render_message
from tests.story import BOB, CARL, clock, declared


def test_a_name_stays_a_name_and_a_mere_id_becomes_one() -> None:
    story = declared()
    text = f"@{CARL} and @bob look at it"
    story.at("10:10", PostUpdate(text, mentions=((CARL, CARL), ("bob", BOB))))
    (news,) = [
        each
        for each in outbound_messages(story.incident)
        if str(each.kind) == "announcement_update"
    ]
    ctx = RenderContext(clock("10:10"), ZoneInfo("UTC"), lambda channel, ts: "https://x.org")
    assert f"<@{CARL}> and @bob look at it" in render_message(story.incident, news, ctx).text
