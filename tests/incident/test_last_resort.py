"""A chain that ends without an answer is reported; user groups and admins are told one by one."""

from dataclasses import replace

from bot.incident.declaring import Declare
from bot.incident.describing import ChangeTitle
from bot.incident.outbound import digest, outbound_messages
from bot.incident.paging import UNANSWERED
from bot.incident.policy import Policy
from bot.incident.severity import ChangeSeverity
from bot.paging.commands import Acknowledge
from bot.paging.policy import Chain, Step
from tests.story import ANA, BOB, PAT, POLICY, SAM, Story, declared, minutes, only


def policy(*steps: Step, last_resort: tuple[str, ...] = ("#ops", f"@{BOB}")) -> Policy:
    chain = Chain("default", steps, pause=minutes(10))
    return replace(only(chain), last_resort=last_resort)


PRIMARY = policy(Step(("oncall:primary",)))


def told(story: Story) -> list[str]:
    return [each for each in story.said if each.startswith("unanswered")]


def test_the_channel_and_the_last_resort_are_told_once() -> None:
    story = declared(policy=PRIMARY)
    story.until("10:09")
    assert told(story) == []

    story.until("20:00")
    assert sorted(told(story)) == ["unanswered #ops", f"unanswered @{BOB}", "unanswered here"]


def test_an_answer_in_time_tells_no_one_else() -> None:
    story = declared(policy=PRIMARY)
    story.at("10:05", Acknowledge(), by=PAT)

    story.until("20:00")
    assert told(story) == []


def test_the_admins_are_told_if_the_policy_names_no_one() -> None:
    story = declared(policy=policy(Step(("oncall:primary",)), last_resort=()))
    story.groups["admins"] = (f"@{ANA}", "#admins")

    story.until("20:00")
    assert sorted(told(story)) == ["unanswered #admins", f"unanswered @{ANA}", "unanswered here"]


def test_no_channel_elsewhere_is_told_of_a_private_incident() -> None:
    story = declared(policy=PRIMARY, private=True)

    story.until("20:00")
    assert sorted(told(story)) == [f"unanswered @{BOB}", "unanswered here"]


def test_where_no_one_is_on_call_it_ends_at_once() -> None:
    story = Story(PRIMARY)
    story.on_call = {}
    story.at("10:00", Declare("Checkout is down", "SEV1", PRIMARY))

    assert len(told(story)) == 3


def test_a_chain_without_a_wait_leaves_time_to_answer() -> None:
    plain = replace(PRIMARY, chains=(Chain("default", (Step(("oncall:primary",)),)),))
    story = declared(policy=plain)

    story.until("10:04")
    assert told(story) == []
    story.until("10:06")
    assert len(told(story)) == 3


def test_a_user_group_is_paged_one_by_one() -> None:
    story = Story(policy(Step(("@S0OPS",))))
    story.groups["@S0OPS"] = (f"@{PAT}", f"@{SAM}")
    story.at("10:00", Declare("Checkout is down", "SEV1", story.policy))

    assert [each for each in story.said if each.startswith("page")] == [
        f"page @{PAT}",
        f"page @{SAM}",
    ]
    assert story.replayed() == story.incident
    story.at("10:01", Acknowledge(), by=SAM)
    assert story.incident.acknowledged_by == SAM


def test_a_group_that_slack_does_not_know_keeps_nobody_waiting() -> None:
    story = Story(policy(Step(("@S0OPS",)), Step(("oncall:primary",), after=minutes(5))))
    story.slack_refuses("page:2:S0OPS", "no_such_subteam")
    story.at("10:00", Declare("Checkout is down", "SEV1", story.policy))

    assert f"page @{PAT}" in story.said


def test_an_empty_group_keeps_nobody_waiting() -> None:
    story = Story(policy(Step(("@S0OPS",)), Step(("oncall:primary",), after=minutes(5))))
    story.groups["@S0OPS"] = ()
    story.at("10:00", Declare("Checkout is down", "SEV1", story.policy))

    assert f"page @{PAT}" in story.said


def test_a_page_says_who_is_next() -> None:
    both = policy(Step(("oncall:primary",)), Step(("oncall:secondary",), after=minutes(5)))
    assert _then(declared(policy=both)) == "others"
    assert _then(declared(policy=PRIMARY)) == "no one"
    again = replace(PRIMARY, chains=(replace(PRIMARY.chains[0], repeat=1),))
    assert _then(declared(policy=again)) == "again"
    alone = Story(both)
    alone.on_call = {"primary": [PAT]}
    alone.at("10:00", Declare("Checkout is down", "SEV1", both))
    assert _then(alone) == "no one"


def _then(story: Story) -> str:
    return str(getattr(story.incident.paging.pages[0].event, "then", ""))


def test_a_worse_severity_begins_again_and_may_end_again() -> None:
    story = declared("SEV1", policy=replace(POLICY, last_resort=(f"@{BOB}",)))
    story.until("13:00")
    assert sorted(told(story)) == [f"unanswered @{BOB}", "unanswered here"]

    story.at("13:01", ChangeSeverity("SEV0"))
    story.until("16:00")
    assert len(told(story)) == 4


def test_a_message_about_an_unanswered_chain_is_edited_for_what_it_shows() -> None:
    story = declared(policy=PRIMARY)
    story.until("10:30")
    before = faces(story)

    story.at("10:32", ChangeTitle("Checkout is down in Europe"), by=BOB)

    after = faces(story)
    assert before["here"] == after["here"]
    assert before[f"@{BOB}"] != after[f"@{BOB}"]
    assert before["#ops"] != after["#ops"]


def faces(story: Story) -> dict[str, str]:
    """The digests of what was said about an unanswered chain, by address."""
    messages = outbound_messages(story.incident)
    return {
        str(each.to): digest(each, story.incident)
        for each in messages
        if each.kind is UNANSWERED and each.key in story.incident.said
    }
