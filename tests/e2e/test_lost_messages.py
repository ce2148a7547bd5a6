"""A card or an announcement that somebody deletes is posted again, also if Slack never says so."""

import pytest

from tests.harness import Harness, until
from tests.harness.incident import Incident


def one(incident: Incident, kind: str) -> str:
    """The `ts` of the only message of this kind."""
    (said,) = incident.channel.messages(kind)
    return str(said.ts)


@pytest.mark.parametrize("events", [1, 0])
def test_a_deleted_card_is_posted_and_pinned_anew(harness: Harness, events: int) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    (card,) = incident.channel.messages("card")
    harness.slack.duplicates(events)
    card.deletes(as_=harness.ana)
    harness.slack.duplicates(1)
    if not events:  # the next change finds it missing
        harness.ana.types("/incident role ic", incident.channel)
    until(lambda: len(incident.channel.messages("card")) == 1, what="a new card")
    harness.rests()
    assert one(incident, "card") != card.ts
    assert one(incident, "card") in [pinned.ts for pinned in incident.channel.pins]
    harness.ana.types("/incident severity sev2 worse", incident.channel)
    incident.channel.expects("SEV2", kind="card")
    assert len(incident.channel.messages("card")) == 1


def test_a_deleted_card_with_replies_is_posted_anew(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.rests()
    (card,) = incident.channel.messages("card")
    harness.ana.types("Who can help?", incident.channel, thread=card)
    card.deletes(as_=harness.ana)
    until(lambda: len(incident.channel.messages("card")) == 1, what="a new card")


@pytest.mark.parametrize("events", [1, 0])
def test_a_deleted_announcement_is_posted_anew(harness: Harness, events: int) -> None:
    other = harness.declares("sev3")
    incident = harness.declares("sev3")
    harness.rests()
    announced = harness.slack.channel("incidents")
    (said,) = incident.messages("announcement", to=announced)
    harness.ana.joins("incidents")
    harness.slack.duplicates(events)
    said.deletes(as_=harness.ana)
    harness.slack.duplicates(1)
    if not events:
        harness.ana.types("/incident role ic", incident.channel)
    until(lambda: len(incident.messages("announcement", to=announced)) == 1, what="a new one")
    harness.rests()
    assert incident.messages("announcement", to=announced)[0].ts != said.ts
    assert len(other.messages("announcement", to=announced)) == 1


def test_what_is_deleted_after_the_end_stays_deleted(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident cancel a test", incident.channel)
    incident.channel.expects("Cancelled", kind="card")
    harness.rests()
    (card,) = incident.channel.messages("card")
    card.deletes(as_=harness.ana)
    harness.rests()
    assert incident.channel.messages("card") == []


def test_an_archived_announcement_channel_is_told_and_caught_up(harness: Harness) -> None:
    harness.declares("sev3")
    announced = harness.slack.channel("incidents")
    harness.ana.joins(announced)
    before = harness.declares("sev3")
    harness.ana.archives(announced)
    harness.ana.types("/incident role ic", before.channel)
    incident = harness.declares("sev3")
    told = harness.ana.dm().expects("Incidents aren't announced: #incidents is archived")
    assert "Unarchive it" in told
    incident.channel.expects("announcing it", kind="card")
    harness.rests()
    harness.ana.unarchives(announced)
    until(lambda: len(incident.messages("announcement", to=announced)) == 1, what="announced")
    follows = before.messages("announcement", to=announced)[0]
    until(lambda: "Commander: @ana" in follows.again(), what="the older one follows, too")
    incident.channel.until(lambda c: "announcing it" not in c.messages("card")[0], what="solved")
    assert len(harness.ana.dm().messages(words="Incidents aren't announced")) == 1


def test_a_commander_who_left_the_channel_is_reminded_by_direct_message(
    harness: Harness,
) -> None:
    incident = harness.declares("sev1")
    harness.ana.types("/incident role ic", incident.channel)
    harness.rests()
    harness.ana.leaves(incident.channel)
    harness.rests()
    harness.moves("31m")
    nag = incident.expects("nag", "Status update due", to=harness.ana.dm())
    assert "You're asked here because you left" in nag
    harness.ana.joins(incident.channel)
