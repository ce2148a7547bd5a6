"""The delivery log: what was due, when it was sent or why it wasn't, and the response to it."""

from bot.incident.audit import Sent, audit
from bot.incident.declaring import Declare
from bot.incident.roles import AssignRole
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from tests.story import ANA, BOB, PAT, POLICY, Story, declared, minutes, only


def rows(story: Story, kind: str) -> list[Sent]:
    return [
        each for each in audit(story.incident) if each.message and each.message.kind.name == kind
    ]


def plainly(row: Sent) -> str:
    sent = f"sent {row.sent:%H:%M}" if row.sent else row.refused or "not sent"
    answer = f", {row.answer.by} {row.answer.at:%H:%M}" if row.answer else ""
    return f"{row.due:%H:%M} {sent}{answer}"


def test_a_nag_that_came_late_and_was_answered() -> None:
    story = declared(policy=only(update_every=minutes(30)))
    story.slack_is_away()
    story.at("10:30")
    story.slack_is_back()
    story.at("10:52")
    story.at("10:55", PostUpdate("Rolled back."), by=BOB)

    assert [plainly(each) for each in rows(story, "nag")] == ["10:30 sent 10:52, U0BOB 10:55"]


def test_timers_missed_during_downtime_keep_their_due_times() -> None:
    story = declared(policy=only(update_every=minutes(30)))
    story.at("10:52")

    assert [plainly(each) for each in rows(story, "nag")] == ["10:30 sent 10:52"]


def test_a_page_that_was_answered_and_one_that_was_refused() -> None:
    story = Story()
    story.slack_refuses(f"page:2:{PAT}")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))
    story.at("10:05")
    story.at("10:07", Acknowledge(), by=BOB)

    assert [plainly(each) for each in rows(story, "page")] == [
        "10:00 cannot_dm_bot",
        "10:00 sent 10:00, U0BOB 10:07",  # the next person isn't delayed
    ]


def test_messages_that_became_irrelevant_are_not_due() -> None:
    story = Story()
    story.slack_is_away()
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))
    (page,) = rows(story, "page")
    assert page.needed

    story.at("10:01", Acknowledge(), by=BOB)
    (page,) = rows(story, "page")
    assert (page.needed, page.sent, page.refused) == (False, None, "")


def test_a_word_of_the_commander_answers_who_commands_and_nothing_else() -> None:
    story = declared(policy=only(commander_within=minutes(10)))
    story.at("10:10")
    story.at("10:11", AssignRole("ol", BOB), by=BOB)
    assert [plainly(each) for each in rows(story, "nag")] == ["10:10 sent 10:10"]

    story.at("10:12", AssignRole("ic", BOB), by=BOB)
    assert [plainly(each) for each in rows(story, "nag")] == ["10:10 sent 10:10, U0BOB 10:12"]


def test_a_repeated_reminder_is_answered_once() -> None:
    story = declared(policy=only(update_every=minutes(30)))
    story.at("10:30")
    story.at("10:31", PostUpdate("Rolling back."), by=BOB)
    story.until("11:40")
    assert [plainly(each) for each in rows(story, "nag")] == [
        "10:30 sent 10:30, U0BOB 10:31",
        "11:01 sent 11:01",
        "11:31 sent 11:31",
    ]

    story.at("11:40", PostUpdate("Rolled back."), by=ANA)
    assert [plainly(each) for each in rows(story, "nag")] == [
        "10:30 sent 10:30, U0BOB 10:31",
        "11:01 sent 11:01, U0ANA 11:40",
        "11:31 sent 11:31, U0ANA 11:40",
    ]


def test_it_is_answered_by_what_the_nag_itself_shows() -> None:
    """A partial fix isn't an answer; anything that resolves the reminder is."""
    story = declared(policy=only(roles=("ol", "scribe"), roles_within=minutes(10)))
    story.at("10:10")
    story.at("10:11", AssignRole("ol", BOB), by=BOB)
    assert [plainly(each) for each in rows(story, "nag")] == ["10:10 sent 10:10"]

    story.at("10:12", AssignRole("scribe", ANA), by=ANA)
    assert [plainly(each) for each in rows(story, "nag")] == ["10:10 sent 10:10, U0ANA 10:12"]


def test_an_acknowledgement_is_logged_for_its_author() -> None:
    story = declared(policy=only(stalled_after=minutes(30)))
    story.at("10:30")
    story.at("10:40", Acknowledge(), by=BOB)
    (nag,) = rows(story, "nag")
    assert plainly(nag) == "10:30 sent 10:30, U0BOB 10:40"


def test_other_effects_are_listed_only_if_refused() -> None:
    story = Story()
    story.slack_refuses("member:", "user_is_restricted")
    story.at("10:00", Declare("Checkout is down", "SEV1", only()))

    refused = [each for each in audit(story.incident) if each.message is None]
    assert [(each.key, each.refused) for each in refused] == [
        (f"member:{ANA}", "user_is_restricted")
    ]


def test_it_is_in_the_order_in_which_it_was_due() -> None:
    story = declared("SEV0")
    story.until("10:40")
    due = [each.due for each in audit(story.incident)]

    assert due == sorted(due)
    assert len(due) > 8
