"""When no one answers: the channel and the last resort are told. User groups are paged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import Harness

CHAINS = """\
last_resort: ["#engineering-leads", "@U0DAN"]
chains:
  default:
    steps:
      - notify: ["@S0OPS"]
      - wait: 5m
"""


def with_a_group(folder: Path) -> None:
    (folder / "escalation.yml").write_text(CHAINS)


@pytest.fixture(scope="module")
def grouped() -> Iterator[Harness]:
    with Harness(policy=with_a_group) as harness:
        harness.slack.groups("S0OPS", "ops", "U0BOB", "U0CLEO")
        yield harness


def test_a_group_is_paged_and_the_last_resort_is_told(grouped: Harness) -> None:
    incident = grouped.declares("sev1")
    page = incident.expects("page", to=grouped.bob.dm())
    incident.expects("page", to=grouped.cleo.dm())
    assert "No one else is in line" in page
    incident.channel.expects("Paged @bob and @cleo", kind="escalation")
    grouped.moves("5m")
    incident.channel.expects("@bob and @cleo didn't answer", kind="unanswered")
    told = incident.expects("unanswered", to=grouped.person("dan").dm())
    incident.expects("unanswered", to=grouped.slack.channel("engineering-leads"))
    told.click("Acknowledge", as_=grouped.person("dan"))
    incident.channel.expects("acknowledged", kind="ack")
    grouped.rests()
    assert "Acknowledged by @dan" in told.again()
    assert "Acknowledge]" not in told.again()


def test_the_last_resort_gets_into_a_private_incident_by_acknowledging(grouped: Harness) -> None:
    title, dan = grouped.title("Keys are out"), grouped.person("dan")
    form = grouped.ana.types("/incident declare")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV1", private=["private"]) is None
    incident = grouped.found(title)
    incident.expects("page", to=grouped.bob.dm())
    grouped.moves("5m")
    told = incident.expects("unanswered", to=dan.dm())
    assert "Join" not in told
    assert "Acknowledge to get into its channel" in told
    grouped.rests()
    assert "dan" not in incident.channel.members
    told.click("Acknowledge", as_=dan)
    incident.channel.until(lambda c: "dan" in c.members, what="Dan, who is on it now")
    assert f"Join <#{incident.channel.id}>" in str(told.shows("Acknowledged by @dan").shape)


def test_a_group_that_slack_does_not_tell_is_said_in_the_channel(grouped: Harness) -> None:
    refused = grouped.slack.fails("usergroups.users.list", error="plan_upgrade_required")
    incident = grouped.declares("sev1")
    incident.channel.expects(
        "user group S0OPS: Slack error plan_upgrade_required", kind="escalation"
    )
    incident.channel.expects("There was no one to page", kind="unanswered")
    refused.stops()


def test_a_group_can_be_paged_by_hand(grouped: Harness) -> None:
    incident = grouped.declares("sev3")
    said = grouped.ana.types("/incident page @ops, the pool is empty", incident.channel)
    assert said is not None
    assert "Paging @bob and @cleo" in said
    page = incident.expects("page", "the pool is empty", to=grouped.cleo.dm())
    assert "Paged by @ana" in page
    refused = grouped.slack.fails("usergroups.users.list", error="plan_upgrade_required")
    said = grouped.ana.types("/incident page @ops again", incident.channel)
    assert said is not None
    assert "Slack didn't say who is in that group (plan_upgrade_required)" in said
    refused.stops()
    grouped.slack.groups("S0OPS", "ops")
    said = grouped.ana.types("/incident page @ops again", incident.channel)
    assert said is not None
    assert "That group is empty" in said
    grouped.slack.groups("S0OPS", "ops", "U0BOB", "U0CLEO")


def test_without_a_last_resort_the_admins_are_told() -> None:
    def alone(folder: Path) -> None:
        (folder / "escalation.yml").write_text(CHAINS.partition("\n")[2])

    with Harness(policy=alone) as harness:
        harness.slack.groups("S0OPS", "ops", "U0BOB")
        incident = harness.declares("sev1")
        incident.expects("page", to=harness.bob.dm())
        harness.moves("5m")
        incident.channel.expects("No one acknowledged", kind="unanswered")
        incident.expects("unanswered", to=harness.ana.dm())
