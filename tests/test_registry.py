"""Lists of cases in tests are complete: a new command, event, kind of message, subcommand, button
or form without a case fails here, naming the list."""

import inspect

from bot.doctor import rehearsal
from bot.incident.outbound import outbound_messages
from bot.incident.slices import STORED_AS
from tests import registry
from tests.faults import actions, payloads, test_deliveries, test_hostile_words, test_privacy
from tests.incident import any_command
from tests.messages.message_cases import CASES, TEXT
from tests.messages.test_golden import MODALS
from tests.registry import assert_covered, first_words
from workers.handlers import HANDLERS

SHOWS = "shows something to the person who asks, and changes nothing"
READS = dict.fromkeys(("catchup", "list", "who", "timeline", "audit", "show"), SHOWS)


def test_every_command_can_be_given_in_any_story() -> None:
    for kind in registry.commands().values():
        if kind.__name__ not in any_command.BY_THEMSELVES:
            any_command.command_of(kind)


def test_every_kind_of_message_has_a_case() -> None:
    assert_covered(
        registry.message_kinds(),
        {moment(TEXT)[1] for moment in CASES.values()},
        what="kind of message",
        where="CASES in tests/messages/message_cases.py",
    )


def test_every_event_that_is_told_has_a_message_case() -> None:
    told = set()
    for moment in CASES.values():
        story, kind = moment(TEXT)
        about = [
            e for e in outbound_messages(story.incident) if kind in (e.kind.name, str(e.to)[:1])
        ]
        told.add(STORED_AS[type(about[-1].about.event)])
    only_kept = "it is in the timeline, and nothing is said of it"
    assert_covered(
        registry.decided(),
        told,
        what="event",
        where="CASES in tests/messages/message_cases.py",
        without=dict.fromkeys(("Noted", "Pinned", "Unpinned"), only_kept)
        | {"PostmortemAsked": "the draft is told, under `Drafted`"}
        | dict.fromkeys(("Subscribed", "Unsubscribed", "Joined"), "the answer says it"),
    )


def test_every_form_has_a_golden_file() -> None:
    assert_covered(
        registry.forms(),
        {look()["callback_id"] for look in MODALS.values()},
        what="form",
        where="MODALS in tests/messages/test_golden.py",
    )


def test_doctor_rehearses_every_subcommand() -> None:
    assert_covered(
        registry.subcommands(),
        first_words(rehearsal.SCRIPT),
        what="subcommand",
        where="SCRIPT in bot/doctor/rehearsal.py",
        without=READS
        | {
            "declare": "each rehearsal begins with it",
            "merge": "needs a second incident: see `_duplicates`",
            "private": "is asked without words: see `_all_requests`",
        },
    )


def test_the_crowd_does_all_that_people_can_do() -> None:
    asked = {name for names in actions.TYPED.values() for name in names}
    assert_covered(
        registry.subcommands(),
        asked,
        what="subcommand",
        where="tests/faults/actions.py",
        without=READS
        | {
            "declare": "see `Crowd._declares` in simulated_people.py",
            "private": "see `Crowd._declares_in_private` in simulated_people.py",
            "mitigate": "is `status mitigated`",
            "cancel": "see `Crowd.ends_all` in simulated_people.py",
            "escalate": "the crowd's checks expect the chain at its own pace",
        },
    )


def test_the_crowds_commands_match_its_actions() -> None:
    for action, names in actions.TYPED.items():
        for name in names:
            assert name in inspect.getsource(action).partition("def ")[2], (action.__name__, name)


def test_every_subcommand_hears_hostile_words() -> None:
    words = test_hostile_words
    assert_covered(
        registry.subcommands(),
        first_words([*words.ASKED, *words.TYPED, *words.ENDING, *words.APART]),
        what="subcommand",
        where="TYPED in tests/faults/test_hostile_words.py",
    )


def test_every_subcommand_comes_in_any_shape() -> None:
    assert_covered(
        registry.subcommands(),
        first_words(payloads.VERBS),
        what="subcommand",
        where="VERBS in tests/faults/payloads.py",
    )


def test_every_slack_event_comes_in_any_shape() -> None:
    assert_covered(
        registry.slack_events(),
        {each["event"]["type"] for each in payloads.EVENTS},
        what="Slack event",
        where="EVENTS in tests/faults/payloads.py",
    )


def test_strangers_try_every_subcommand() -> None:
    assert_covered(
        registry.subcommands(),
        first_words(test_privacy.ASKED),
        what="subcommand",
        where="ASKED in tests/faults/test_privacy.py",
        without={"declare": "it begins another incident"},
    )


def test_all_that_people_do_is_delivered_five_times_at_once() -> None:
    by_the_clock = "the clock causes it, not a delivery: see test_timer_crash_points.py"
    assert_covered(
        registry.decided(),
        {way.event for way in test_deliveries.WAYS.values()},
        what="event",
        where="WAYS in tests/faults/test_deliveries.py",
        without=dict.fromkeys(
            (
                *("HandoffUnanswered", "HeldLong", "Escalated", "ChainEnded"),
                *("Reminded", "TaskOverdue"),
            ),
            by_the_clock,
        )
        | {
            "Declared": "has a test of its own there",
            "MergedInto": "comes with `Absorbed`, in the other incident",
            "MergedIntoUndone": "comes with `MergedFromUndone`, in the other incident",
        }
        | dict.fromkeys(
            ("SubscriptionRequested", "SubscriptionConfirmed"),
            "needs a mail server: see tests/e2e/test_mail.py",
        ),
    )


def test_a_worker_can_do_every_heavy_effect() -> None:
    assert "DraftPostmortem" in registry.heavy_effects()
    assert_covered(
        registry.heavy_effects(),
        {each.__name__ for each in HANDLERS},
        what="heavy effect",
        where="HANDLERS in workers/handlers.py",
    )
