"""A case for each reply that shows something: a short story and the reply."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from bot.incident.audit import audit
from bot.incident.declaring import Declare
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.roles import AssignRole
from bot.incident.row import row_of
from bot.incident.tasks import AddTask
from bot.incident.updates import PostUpdate
from bot.messages import Message, RenderContext
from bot.messages.audit import record
from bot.messages.catchup import catchup, offer
from bot.messages.home import Contents, home
from bot.messages.listing import listing
from bot.messages.who import who
from bot.oncall import Handover, Roster, Schedule
from bot.paging.commands import Acknowledge
from tests.messages.message_cases import LINKED
from tests.story import BOB, CARL, PAT, POLICY, SAM, Story, clock, declared

MONDAY, DAILY = Handover.parse("monday 09:00"), Handover.parse("09:00")
ROSTER = Roster(
    {
        "primary": Schedule("primary", "Europe/Berlin", "weekly", MONDAY, (PAT, SAM)),
        "secondary": Schedule("secondary", "UTC", "daily", DAILY, ()),
    }
)


def voice(when: str) -> RenderContext:
    return RenderContext(
        clock(when), ZoneInfo("UTC"), lambda channel, ts: f"https://x.org/{channel}/{ts}"
    )


def evening() -> Story:
    story = declared(policy=LINKED, summary="Nobody can pay since the 09:58 deploy.")
    story.at("10:02", Acknowledge(), BOB)
    story.at("10:03", AssignRole("ic", BOB), BOB)
    story.at("10:10", PostUpdate("We look at the deploy."), BOB)
    story.at("10:15", PostUpdate("It is the pool: max_pool=5."), BOB)
    story.at("10:16", ChangeStage(Stage.IDENTIFIED), BOB)
    story.at("10:20", AddTask("Raise max_pool", CARL, clock("10:50")), BOB)
    story.at("10:30", PostUpdate("Rolling back."), BOB)
    story.at("10:40", PostUpdate("Rolled back in the EU, the US follows."), BOB)
    return story


def over() -> Story:
    story = evening()
    story.at("10:50", ChangeStage(Stage.RESOLVED, "Rolled back."), BOB)
    return story


def late() -> Story:
    """A refused page and a late reminder."""
    story = Story()
    story.slack_refuses(f"page:2:{PAT}")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))
    story.at("10:04", Acknowledge(), BOB)
    story.slack_refuses("nothing")
    story.slack_is_away()
    story.at("10:30")
    story.slack_is_back()
    story.at("10:47")
    story.at("10:50", PostUpdate("Rolled back."), BOB)
    return story


RESPONSE_CASES: dict[str, Callable[[], Message]] = {
    "catchup": lambda: catchup(evening().incident, voice("10:45")),
    "catchup-at-once": lambda: catchup(declared("SEV2").incident, voice("10:01")),
    "catchup-overdue-private": lambda: catchup(declared(private=True).incident, voice("11:00")),
    "catchup-resolved": lambda: catchup(over().incident, voice("35:00")),
    "catchup-offer": lambda: offer(evening().incident),
    "list": lambda: listing(
        "Open incidents",
        [row_of(each.incident) for each in (evening(), declared(private=True))],
        voice("10:45"),
    ),
    "list-all": lambda: listing("All incidents", [row_of(over().incident)], voice("35:00"), "{}"),
    "who": lambda: who(None, ROSTER, voice("10:45")),
    "who-here": lambda: who(evening().incident, ROSTER, voice("10:45")),
    "who-no-schedule": lambda: who(None, Roster(), voice("10:45")),
    "audit": lambda: record(late().incident, 1, voice("11:00")),
    "audit-older": lambda: record(many().incident, 2, voice("11:30")),
    "home": lambda: at_home(CARL, evening(), more=True),
    "home-commander": lambda: at_home(BOB, over(), others=[declared("SEV2", private=True)]),
    "home-nothing": lambda: at_home(PAT),
}


def many() -> Story:
    story = declared(policy=LINKED)
    for minute in range(10, 30):
        story.at(f"10:{minute}", PostUpdate(f"Number {minute}."))
    assert len(audit(story.incident)) > 20
    return story


def at_home(
    user: str, *theirs: Story, others: Sequence[Story] = (), more: bool = False
) -> Message:
    mine, rest = ([row_of(each.incident) for each in stories] for stories in (theirs, others))
    due = [each for each in mine if each.postmortem]
    at = "35:00" if due else "10:45"
    view = home(user, Contents(mine, rest, more, due), ROSTER, voice(at))
    return Message("", view["blocks"])
