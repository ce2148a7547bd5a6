"""An answered reminder still mentions the people it was sent to."""

from zoneinfo import ZoneInfo

from bot.incident.events import CLOCK, Recorded, RoleEmptied
from bot.incident.outbound import outbound_messages
from bot.messages import Message, RenderContext
from bot.messages.nag import nag
from bot.messages.nag_answered import answered
from bot.paging.commands import Acknowledge
from tests.story import ANA, PAT, SAM, Story, declared


def asked(story: Story) -> Message:
    """The reminder to acknowledge, as it is now."""
    ctx = RenderContext(
        story.now, ZoneInfo("UTC"), lambda channel, ts: f"https://x.org/{channel}/{ts}"
    )
    nags = [each for each in outbound_messages(story.incident) if each.kind.name == "nag"]
    return nag(story.incident, nags[0], ctx)


def test_a_person_paged_at_the_same_moment_stays_mentioned() -> None:
    story = declared("SEV1")
    story.at("10:05")
    assert story.said[-3:].count(f"page @{SAM}") == 1
    before = asked(story).text
    assert before.startswith(f"<@{SAM}> No one has acknowledged")

    story.at("10:06", Acknowledge(), by=ANA)
    assert asked(story).text.startswith(before.split("?")[0])
    assert PAT not in asked(story).text


def test_the_deactivated_person_is_named_instead_of_the_clock() -> None:
    story = declared("SEV1")
    gone = Recorded(RoleEmptied("ic", left=ANA), story.now, CLOCK, 9)
    told = answered(story.incident, gone, ZoneInfo("UTC"))
    assert told.startswith(f":white_check_mark: <@{ANA}> left the workspace at ")
