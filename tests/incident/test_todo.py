"""Pending effects: their order, how often they are executed, and what is never sent."""

from dataclasses import replace

import pytest

from bot.incident.card import problems
from bot.incident.declaring import Declare
from bot.incident.drafting import RequestPostmortem
from bot.incident.effects import Bookmark, EditMessage, PostMessage
from bot.incident.events import ChannelLost, Failed, PostmortemDrafted, Stage
from bot.incident.kind import INCIDENT
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.pending import pending_effects
from bot.incident.policy import Playbook, Policy, Runbook
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from bot.streams.address import INCIDENT_CHANNEL, AnnouncementThread
from bot.streams.effect import Effect
from tests.story import ANA, BOB, POLICY, ROLES, SEVERITIES, Story, declared, only

QUIET = only()


def waiting(policy: Policy = POLICY, **how: bool) -> Story:
    """A declared incident with nothing delivered yet."""
    story = Story(policy)
    story.slack_is_away()
    story.at("10:00", Declare("Checkout is down", "SEV1", policy, **how))  # type: ignore[arg-type]
    return story


NEWS = "announcement_update in the announcement's thread"


def keys(story: Story) -> list[str]:
    """The keys of the executed effects, in order."""
    return [each.key for each in story.done]


# --- a declaration -------------------------------------------------------------------------


def test_nothing_is_to_do_before_there_is_an_incident() -> None:
    assert Story().todo() == []


def test_first_the_channel_and_whoever_is_paged() -> None:
    assert waiting().todo() == ["channel", "page:2:U0PAT"]


def test_the_declarer_is_in_before_anything_else_is_done_in_the_channel() -> None:
    story = waiting()
    story.carry_out(pending_effects(story.incident)[0])

    assert story.todo() == [
        "member:U0ANA",
        "page:2:U0PAT",
        "announcement",
        "card",
        "member:U0PAT",
        "topic",
    ]


def test_the_card_is_pinned_once_it_is_there() -> None:
    story = declared(policy=QUIET)

    assert keys(story) == ["channel", "member:U0ANA", "announcement", "card", "topic", "pin"]
    assert story.todo() == []


def test_where_there_is_a_link_there_is_a_bookmark() -> None:
    runbooks = (Runbook("Bad deploy", "https://x.org/deploy"), Runbook("By heart"))
    playbook = Playbook("default", "Incident", False, "https://meet.x.org/1", runbooks)
    story = declared(policy=Policy(SEVERITIES, ROLES, POLICY.chains, (playbook,)))

    marks = {each.title: each.digest for each in story.done if isinstance(each, Bookmark)}
    assert marks == {"Bridge": "https://meet.x.org/1", "Bad deploy": "https://x.org/deploy"}


def test_the_bridge_is_opened_from_its_severity_on() -> None:
    playbook = Playbook("default", "Incident", bridge="https://meet.x.org/1", bridge_from="P1")
    severities = tuple(
        replace(each, aliases=("P1",)) if each.id == "SEV1" else each for each in SEVERITIES
    )
    story = declared("SEV2", policy=Policy(severities, ROLES, POLICY.chains, (playbook,)))
    assert "bookmark:Bridge" not in keys(story)

    story.at("10:05", ChangeSeverity("SEV1"), ANA)
    assert story.incident.bridge == "https://meet.x.org/1"
    assert "bookmark:Bridge" in keys(story)


def test_the_drafts_bookmark_follows_the_newest_draft() -> None:
    story = declared(policy=QUIET)
    for link in ("https://x.org/1", "https://x.org/2"):
        story._happen([PostmortemDrafted(link, 1)], ANA)
        story.deliver()

    marks = [each.digest for each in story.done if isinstance(each, Bookmark)]
    assert marks == ["https://x.org/1", "https://x.org/2"]
    assert story.said[-2:] == ["postmortem here"] * 2


# --- who gets which message ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "heard"),
    [
        (AssignRole("ol", BOB), ["briefing @U0BOB", "role here"]),
        (ChangeSeverity("SEV3"), ["severity here"]),
        (ChangeStage(Stage.IDENTIFIED), ["stage here"]),
        (ChangeStage(Stage.RESOLVED), ["stage here", NEWS]),
        (ChangeStage(Stage.CANCELLED), ["stage here", NEWS]),
        (PostUpdate("Rolling back."), ["update here", NEWS]),
        (Acknowledge(), ["ack here"]),
        (RequestPostmortem(), []),
    ],
)
def test_messages_caused_by_each_event(command: PostUpdate, heard: list[str]) -> None:
    assert declared().hears(command, "10:01") == heard


def test_pages_nags_and_updates_go_before_everything_else_that_is_said() -> None:
    story = declared()
    story.slack_is_away()
    story.at("10:01", AssignRole("ol", BOB))
    story.at("10:02", PostUpdate("Looking."))
    story.at("10:30")

    posts = [each for each in pending_effects(story.incident) if isinstance(each, PostMessage)]
    assert isinstance(posts.pop().message.to, AnnouncementThread)
    kinds = [each.message.kind.name for each in posts]
    first = {"page", "nag", "update"}
    here = [each.message.to == INCIDENT_CHANNEL for each in posts]
    assert here == sorted(here)  # effects that don't need the channel come first
    spoken = kinds[here.index(True) :]
    assert [kind in first for kind in spoken] == sorted(
        (kind in first for kind in spoken), reverse=True
    )


def test_a_briefing_is_dropped_if_the_role_was_lost_at_once() -> None:
    story = declared(policy=QUIET)
    story.slack_is_away()
    story.at("10:01", AssignRole("ol", BOB))
    story.at("10:02", AssignRole("ol", ANA))
    story.slack_is_back()
    story.at("10:03")

    assert "briefing @U0BOB" not in story.said
    assert "briefing @U0ANA" in story.said


def test_role_holders_and_paged_people_are_invited() -> None:
    story = declared()
    story.at("10:01", AssignRole("ol", BOB))

    assert {"member:U0ANA", "member:U0PAT", "member:U0BOB"} <= set(keys(story))


# --- private -------------------------------------------------------------------------------


def test_a_private_incident_is_never_announced() -> None:
    story = declared(private=True)
    story.until("12:00")
    story.at("12:01", ChangeStage(Stage.RESOLVED))
    story.at("12:02", Reopen())

    assert not [each for each in story.said if each.endswith(("announce", "#leads"))]


def test_without_its_channel_a_private_incident_tells_only_whoever_can_act() -> None:
    story = Story(QUIET)
    story.slack_refuses("channel", "not_private")
    story.at("10:00", Declare("Break-in", "SEV1", QUIET, private=True))

    assert story.said == ["notice @U0ANA"]
    assert story.todo() == []


# --- failures ------------------------------------------------------------------------------


def test_without_a_channel_a_public_incident_is_announced_all_the_same() -> None:
    story = Story(QUIET)
    story.slack_refuses("channel", "restricted_action")
    story.at("10:00", Declare("Checkout is down", "SEV1", QUIET))

    assert sorted(story.said) == ["announcement announce", "notice @U0ANA"]


@pytest.mark.parametrize("key", ["member:", "topic", "pin", "card", "announcement", "page:"])
def test_one_thing_refused_for_good_stops_nothing_else_and_is_not_tried_again(key: str) -> None:
    story = Story()
    story.slack_refuses(key, "restricted_action")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))

    assert story.todo() == []
    tried = {each for each in keys(story) if each.startswith(key)}
    assert tried == set()
    expected = {"channel", "card", "announcement", "topic"} - {key}
    assert expected <= set(keys(story))


def test_refused_effects_are_named_on_the_card() -> None:
    story = Story(QUIET)
    story.slack_refuses("topic", "missing_scope")
    story.at("10:00", Declare("Checkout is down", "SEV1", QUIET))

    assert keys(story)[-1] == "edit:card"


def test_a_new_topic_is_tried_after_a_refused_one_and_clears_it() -> None:
    story = Story(QUIET)
    story.slack_refuses("topic", "missing_scope")
    story.at("10:00", Declare("Checkout is down", "SEV1", QUIET))
    story.slack_refuses("nothing")
    story.at("10:01", ChangeStage(Stage.IDENTIFIED))

    assert "topic" in keys(story)
    assert story.incident.failed == {}


def test_a_card_that_cannot_be_drawn_is_not_drawn_for_ever() -> None:
    story = declared(policy=QUIET)
    story.at("10:00")
    reasons = iter(range(1000))
    story._refuses = lambda e: f"no_{next(reasons)}" if isinstance(e, EditMessage) else ""

    story.at("10:01", ChangeStage(Stage.IDENTIFIED))

    assert story.todo() == []


@pytest.mark.parametrize("commander", [None, BOB])
def test_a_lost_channel_hears_nothing_more_and_whoever_can_act_is_told(
    commander: str | None,
) -> None:
    story = declared(policy=QUIET)
    if commander:
        story.at("10:01", AssignRole("ic", commander))
    story.slack_refuses("update:", "is_archived")
    before = len(story.said)

    story.at("10:02", PostUpdate("Still here?"))
    story.at("13:00")

    assert story.said[before:] == [f"notice @{commander or ANA}", NEWS]
    assert story.todo() == []


def test_when_people_act_again_the_channel_may_be_back_and_is_tried() -> None:
    story = declared(policy=QUIET)
    story._happen([ChannelLost("is_archived")], ANA)

    story.at("10:02", PostUpdate("It is back"))

    assert story.incident.channel_lost == ""
    assert "update here" in story.said


def test_a_channel_that_turns_out_to_be_gone_is_lost_for_all() -> None:
    story = declared(policy=QUIET)
    story.slack_refuses("update:", "is_archived")
    story.at("10:02", PostUpdate("Still here?"))

    assert story.incident.channel_lost == "is_archived"
    assert story.said[-2:] == ["notice @U0ANA", NEWS]


def test_pages_still_go_out_when_the_channel_is_lost() -> None:
    story = declared()
    story._happen([ChannelLost("is_archived")], ANA)
    story.until("10:05")

    assert "page @U0SAM" in story.said


# --- the draft -----------------------------------------------------------------------------


def drafts(story: Story) -> list[Effect]:
    """The drafts that a worker is to write now."""
    return INCIDENT.heavy_effects(story.incident)


def test_resolving_asks_for_a_draft_once() -> None:
    story = declared(policy=QUIET)
    assert not drafts(story)

    story.at("10:05", ChangeStage(Stage.RESOLVED))
    assert drafts(story)

    story._happen([PostmortemDrafted("https://x.org/1", story.incident.asked_draft)], ANA)
    assert not drafts(story)


def test_a_draft_does_not_answer_what_was_asked_after_it_was_begun() -> None:
    story = declared(policy=QUIET)
    story.at("10:05", ChangeStage(Stage.RESOLVED))
    begun = story.incident.asked_draft
    story.at("10:06", RequestPostmortem())
    story._happen([PostmortemDrafted("https://x.org/1", begun)], ANA)

    assert drafts(story)


def test_a_draft_that_was_given_up_is_wanted_when_it_is_asked_for_again() -> None:
    story = declared(policy=QUIET)
    story.at("10:05", ChangeStage(Stage.RESOLVED))
    story._happen([Failed("draft", "missing_scope", str(story.incident.asked_draft))], ANA)
    story.deliver()

    assert not drafts(story)
    assert story.said[-1] == "notice @U0ANA"
    story.at("10:06", RequestPostmortem())
    assert drafts(story)


# --- digests -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "drawn"),
    [
        (AssignRole("ic", BOB), {"card", "announcement", "topic"}),
        (AssignRole("cl", BOB), {"card"}),
        (ChangeSeverity("SEV3"), {"card", "announcement", "topic", "page"}),
        (ChangeStage(Stage.IDENTIFIED), {"card", "announcement", "topic"}),
        (ChangeStage(Stage.RESOLVED), {"card", "announcement", "topic", "page"}),
        (PostUpdate("Looking."), {"card", "page"}),
        (Acknowledge(), {"card", "page"}),
    ],
)
def test_edits_caused_by_each_event(command: PostUpdate, drawn: set[str]) -> None:
    story = declared()
    before = len(story.done)

    story.at("10:01", command)

    again = {each.key.removeprefix("edit:").partition(":")[0] for each in story.done[before:]
             if each.key.startswith("edit:") or each.key == "topic"}  # fmt: skip
    assert again == drawn


def test_an_empty_role_is_on_the_card() -> None:
    story = declared(policy=QUIET)
    story.at("10:01", AssignRole("ol", BOB))
    before = len(story.done)
    story.at("10:02", UnassignRole("ol"))

    assert [each.key for each in story.done[before:]] == ["role:13", "edit:card"]


def test_where_it_was_declared_from_hears_of_it_once_there_is_a_channel() -> None:
    source = "C0OPS/1893492000.000100"

    assert f"declared {source}" in declared(policy=only(), source=source).said
    private = declared(policy=only(), source=source, private=True)
    assert "declared" not in " ".join(private.said)


def test_where_the_bot_is_not_let_in_nothing_is_missing() -> None:
    story = Story()
    story.slack_refuses("declared", "not_in_channel")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY, source="C0OPS/1.2"))

    assert story.todo() == []
    assert "declared" in story.incident.failed
    assert problems(story.incident) == []
