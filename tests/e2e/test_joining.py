"""Possible duplicates: join the open incident, or declare anyway."""

from typing import Any

import pytest

from sandbox.driver import Seen
from tests.e2e.test_may_see import answered
from tests.harness import Harness, Incident, until


def test_the_form_asks_before_it_declares_the_same_again_and_two_clicks_join_once(
    either: Harness,
) -> None:
    first = either.declares(title=(title := either.title("Checkout is down")))
    either.moves("2m")
    submits(either, title.upper(), summary="Only with credit cards")
    asked = either.bob.view("declared")
    assert f"@ana declared *{first.id}* with the same title 2m ago" in asked
    assert "Not declared yet" in asked
    either.slack.duplicates(3)
    asked.chooses("join_instead", patience=0)
    either.slack.duplicates(1)
    first.channel.until(lambda c: "bob" in c.members, what="bob in the channel")
    said = first.channel.expects("@bob reported the same and joined", kind="report")
    assert "Only with credit cards" in said
    until(lambda: f"You joined *{first.id}*" in either.bob.view().text)
    assert f"#{first.channel.name}" in either.bob.view()
    either.rests()
    assert len(first.messages("report")) == 1
    assert first.happened.count("ReportedToo") == 1
    assert titles(either).count(title.upper()) == 0
    shown = either.bob.types("/incident timeline", first.channel)
    assert shown is not None
    assert "Only with credit cards" in shown


def test_the_form_declares_it_all_the_same_if_told_to(harness: Harness) -> None:
    harness.declares(title=(title := harness.title("Search is down")))
    harness.moves("2m")
    submits(harness, title)
    harness.bob.view("declared").chooses("declare_anyway", patience=0)
    until(lambda: titles(harness).count(title) == 2)
    harness.found(title).whole()


def test_a_line_that_resembles_an_open_one_and_pages_nobody_asks_first(either: Harness) -> None:
    first = either.declares("sev2", title=(title := either.title("Mail is late")))
    said = either.bob.types(f"/incident declare sev2 {title} in all of the EU")
    assert said is not None
    place = f"open in #{first.channel.name}"
    assert f"Not declared yet. Similar: *{first.id}*, {place}, SEV2: {title}" in said
    either.rests()
    assert [each for each in titles(either) if each.startswith(title)] == [title]
    after = answers(said, "join_instead")
    assert f"You joined *{first.id}*" in after
    first.channel.until(lambda c: "bob" in c.members, what="bob in the channel")
    assert "in all of the EU" in first.channel.expects(kind="report")


def test_such_a_line_is_declared_all_the_same_if_told_to(harness: Harness) -> None:
    harness.declares("sev2", title=(title := harness.title("Fax is late")))
    said = harness.bob.types(f"/incident declare sev3 {title.replace('late', 'lat')}")
    assert said is not None
    assert "Not declared yet." in said
    harness.slack.duplicates(3)
    again = said.click("declare_anyway", patience=2)
    harness.slack.duplicates(1)
    harness.incident(again or harness.bob.sees("Declared *")).whole()
    assert titles(harness).count(title.replace("late", "lat")) == 1


def test_a_line_that_pages_is_declared_at_once_and_join_merges_it(either: Harness) -> None:
    first = either.declares("sev2", title=(title := either.title("Queue is stuck")))
    said = either.bob.types(f"/incident declare sev1 {title} in all of the EU")
    own = either.incident(said).whole()
    assert said is not None
    assert (
        f"Possible duplicate of *{first.id}*, open in #{first.channel.name}, SEV2: {title}" in said
    )
    page = own.expects("page", to=either.bob.dm())
    either.slack.duplicates(3)
    after = said.click("join_instead", patience=3)
    either.slack.duplicates(1)
    assert after is not None
    assert f"was merged into *{first.id}*, #{first.channel.name}. Its responders" in after
    assert f"{first.id} is SEV1 now, as that one was" in after
    first.channel.until(lambda c: "bob" in c.members, what="bob in the channel")
    own.channel.expects(kind="merged")
    page.shows("Nothing to acknowledge")
    announced = own.expects("announcement", to=either.slack.channel("incidents"))
    announced.shows("*Merged*")
    assert own.record["stage"] == "merged"
    assert own.happened.count("MergedInto") == first.happened.count("Absorbed") == 1
    either.moves("3h")
    either.rests()
    assert own.messages("nag") == []
    assert "Escalated" not in own.happened[own.happened.index("MergedInto") :]


def test_join_asks_before_it_lets_people_into_a_private_incident(either: Harness) -> None:
    secret = private(either, title := either.title("Payroll was copied"))
    either.moves("2m")
    said = either.ana.types(f"/incident declare sev1 {title} to a share")
    own = either.incident(said).whole()
    either.ana.types("/incident role ic @bob", own.channel)
    assert said is not None
    asked = said.click("join_instead", patience=3)
    assert asked is not None
    assert f"{secret.id} is private. Merging {own.id}" in asked
    assert "adds @bob to its channel" in asked
    either.rests()
    assert own.record["stage"] == "investigating"
    assert "bob" not in secret.channel.members
    done = asked.click("merge_confirm", patience=3)
    assert done is not None
    assert f"was merged into *{secret.id}*" in done
    secret.channel.until(lambda c: "bob" in c.members, what="bob in the channel")
    assert own.record["stage"] == "merged"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Replica db-3 lags", "Replica db-4 lags"), ("Host 7 lost a disk", "Host 71 lost a disk")],
)
def test_titles_that_differ_in_a_word_with_a_digit_do_not_resemble(
    harness: Harness, one: str, other: str
) -> None:
    harness.declares("sev3", title=one)
    said = harness.bob.types(f"/incident declare sev3 {other}")
    harness.incident(said)
    assert said is not None
    assert "Possible duplicate" not in said


def test_a_corrected_title_is_compared_and_so_is_the_first_one(harness: Harness) -> None:
    was, now = harness.title("Search is slow"), harness.title("Payments fail")
    first = harness.declares("sev2", title=was)
    harness.ana.types(f"/incident title {now}", first.channel)
    first.card.shows(now)
    for title in (f"the {now}", f"{was} again"):
        asked = harness.bob.types(f"/incident declare sev2 {title}")
        assert asked is not None
        assert f"Possible duplicate. Not declared yet. Similar: *{first.id}*" in asked


def test_the_form_asks_about_near_titles_too(harness: Harness) -> None:
    first = harness.declares("sev2", title=(title := harness.title("Invoices are wrong")))
    near = f"the {title.replace('Invoices', 'Invoice')} since noon"
    submits(harness, near, severity="SEV1")
    asked = harness.bob.view("declared")
    assert f"Possible duplicate. Not declared yet. Similar: *{first.id}*" in asked
    assert near not in titles(harness)
    asked.closes()


def test_without_a_similar_incident_nothing_is_offered(harness: Harness) -> None:
    harness.declares(title=harness.title("Login loops"))
    said = harness.bob.types(f"/incident declare sev2 {harness.title('Disk is full')}")
    harness.incident(said)
    assert said is not None
    assert "Possible duplicate" not in said


def test_a_private_one_is_no_answer_to_those_who_may_not_see_it(harness: Harness) -> None:
    title = harness.title("A key has leaked")
    secret = private(harness, title)
    harness.moves("2m")
    why = harness.ana.types("/incident public", secret.channel)
    assert why is not None
    assert f"{secret.id} stays private, because people wrote here expecting that" in why
    own = harness.ana.types(f"/incident declare sev3 {title}")
    assert own is not None
    assert secret.id in own
    assert "Not declared yet" in own
    harness.moves("2m")
    said = harness.bob.types(f"/incident declare sev3 {title}")
    harness.incident(said)
    assert said is not None
    assert "Possible duplicate" not in said


def test_a_private_declaration_is_not_offered_a_public_incident(harness: Harness) -> None:
    harness.declares(title=(title := harness.title("Accounts are locked")))
    submits(harness, title, private=["private"])
    asked = harness.bob.view("declared")
    assert "Declare anyway" in asked
    assert "Join" not in asked
    asked.closes()


def test_an_incident_that_is_over_by_now_is_not_joined(harness: Harness) -> None:
    first = harness.declares(title=(title := harness.title("Exports hang")))
    harness.moves("2m")
    said = harness.bob.types(f"/incident declare sev2 {title}")
    assert said is not None
    harness.ana.types("/incident cancel a false alarm", first.channel)
    assert f"{first.id} is cancelled, so you can't join it" in answers(said, "join_instead")
    again = said.click("declare_anyway", patience=2)
    harness.incident(again or harness.bob.sees("Declared *")).whole()


def test_an_incident_that_just_ended_is_not_offered(harness: Harness) -> None:
    first = harness.declares(title=(title := harness.title("Fax is jammed")))
    harness.ana.types("/incident cancel a false alarm", first.channel)
    said = harness.bob.types(f"/incident declare {title}")
    assert said is not None
    assert f"{title}. It's cancelled." in said
    assert "Join" not in said
    harness.incident(said.click("declare_anyway")).whole()


@pytest.mark.parametrize("action_id", ["join_instead", "declare_anyway"])
def test_other_stored_documents_are_not_declarations(harness: Harness, action_id: str) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    harness.rests()
    draft = f"draft:{incident.id}"
    said = answered(harness, action_id, incident, by="U0EVE", declare=draft)
    assert said.startswith("This offer has expired.")


def submits(harness: Harness, title: str, **values: Any) -> None:
    """Declare as Bob in the form."""
    form = harness.bob.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, **values) is None


def private(harness: Harness, title: str) -> Incident:
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, private=["private"]) is None
    return harness.found(title).whole()


def answers(said: Seen, button: str) -> str:
    answer = said.click(button, patience=3)
    assert answer is not None
    return answer.text


def titles(harness: Harness) -> list[str]:
    return [each["title"] for each in harness.records()]
