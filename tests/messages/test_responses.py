"""Replies with the maximum amount of content: Slack accepts all of them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.incident.incident import Incident
from bot.incident.roles import AssignRole
from bot.incident.row import PostmortemRow, row_of
from bot.incident.tasks import AddTask
from bot.incident.updates import PostUpdate
from bot.messages import Message, RenderContext
from bot.messages.audit import pages, record
from bot.messages.catchup import catchup
from bot.messages.home import Contents, home
from bot.messages.listing import listing
from bot.oncall import Roster
from sandbox.blockkit import check_message, check_view
from tests.messages.message_cases import LINKED
from tests.story import BOB, Story, clock, declared

VOICE = RenderContext(
    clock("30:00"), ZoneInfo("UTC"), lambda channel, ts: f"https://x.org/{channel}/{ts}"
)
LONG = "<&>" * 1000


def full() -> Story:
    """An incident with maximum-length texts everywhere."""
    story = declared(policy=LINKED, title="&" * 250, summary=LONG)
    for role in ("ic", "ol", "cl", "scribe"):
        story.at("10:01", AssignRole(role, BOB))
    for _ in range(30):
        story.at("10:02", PostUpdate(LONG))
        story.at("10:02", AddTask("&" * 250, owner=BOB, due=clock("11:00")))
    return story


FULL = full()


def taken(message: Message) -> None:
    assert check_message(message.blocks) == []
    assert len(message.text) < 4000


def test_catching_up() -> None:
    taken(catchup(FULL.incident, VOICE))


def test_a_list() -> None:
    taken(listing("Open incidents", [row_of(FULL.incident)] * 10, VOICE, "{}"))


def test_every_page_of_the_record() -> None:
    for number in range(1, pages(FULL.incident) + 1):
        taken(record(FULL.incident, number, VOICE))


def test_the_home_tab() -> None:
    many = [row_of(_numbered(number)) for number in range(20)]

    due = [
        replace(each, postmortem=PostmortemRow(each.declared_at, "https://x.org/draft"))
        for each in many
    ]
    view = home(BOB, Contents(many, many[:15], True, due[:10]), Roster(), VOICE)
    assert check_view(view, "home") == []
    assert str(view).count("\\nYou're *") == 20  # roles
    assert "and 580 more" in str(view)


def _numbered(number: int) -> Incident:
    return replace(FULL.incident, id=f"INC-{number}")
