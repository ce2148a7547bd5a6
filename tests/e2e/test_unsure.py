"""The declaration form: questions that suggest a severity, and fields for details."""

from datetime import UTC, datetime

from sandbox.driver import View
from tests.harness import Harness, until


def test_three_questions_suggest_a_severity_and_nothing_typed_is_lost(either: Harness) -> None:
    title = either.title("Checkout is slow")
    opened = form(either).fills(title=title, summary="p99 is 9 s", private=["private"])
    opened.chooses("severity_ask", patience=0)
    asked = shows(either, "Is production down, or critical data at risk?")
    assert "severity" not in asked.values
    asked.chooses("No", patience=0)
    shows(either, "Is a major function badly degraded?").chooses("Yes", patience=0)
    shows(either, "Is there a workaround that customers can use now?").chooses("Yes", patience=0)
    suggested = shows(either, "Your answers suggest SEV1")
    assert chosen(suggested) == "SEV1"
    assert suggested.values["title"]["title"]["value"] == title
    assert suggested.values["summary"]["summary"]["value"] == "p99 is 9 s"
    assert suggested.submits() is None
    record = either.found(title).record
    assert (record["severity"], record["private"]) == ("SEV1", True)


def test_a_suggested_severity_can_be_changed_and_a_double_click_counts_once(
    harness: Harness,
) -> None:
    form(harness).chooses("severity_ask", patience=0)
    asked = shows(harness, "Is production down")
    harness.slack.duplicates(3)
    asked.chooses("No", patience=0)
    harness.slack.duplicates(1)
    next_ = shows(harness, "badly degraded")
    assert harness.ana.view().id == next_.id
    next_.chooses("No", patience=0)
    shows(harness, "Are customers affected").chooses("No", patience=0)
    suggested = shows(harness, "suggest SEV3")
    assert suggested.submits(title=(title := harness.title("Typo")), severity="SEV2") is None
    assert harness.found(title).record["severity"] == "SEV2"


def test_an_unanswered_question_keeps_the_chosen_severity(harness: Harness) -> None:
    form(harness).fills(severity="SEV0").chooses("severity_ask", patience=0)
    shows(harness, "Skip, use SEV0").chooses("Skip, use SEV0", patience=0)
    again = shows(harness, "When in doubt, choose the more severe one")
    assert chosen(again) == "SEV0"
    again.chooses("severity_ask", patience=0)
    asked = shows(harness, "Is production down")
    assert asked.submits(title=(title := harness.title("Half answered"))) is None
    assert harness.found(title).record["severity"] == "SEV0"


def test_the_five_ws_are_asked_for_if_there_is_time_and_are_on_the_card(either: Harness) -> None:
    form(either).fills(title=(title := either.title("Mail is late"))).chooses(
        "declare_more", patience=0
    )
    asked = shows(either, "Who's affected")
    assert asked.submits(summary="x" * 2990, affected="Everybody in the EU") == {
        "summary": "Too long with the details below: 3,020 characters, 3,000 at most."
    }
    assert asked.submits(summary="Queues grow", where="eu-west-1") is None
    incident = either.found(title).whole()
    for line in ("Queues grow", "Affected: Everybody in the EU", "Where: eu-west-1"):
        assert line in incident.card


def test_since_when_is_a_date_and_time_that_sets_when_the_impact_began(harness: Harness) -> None:
    form(harness).chooses("declare_more", patience=0)
    asked, title = shows(harness, "Impact began"), harness.title("Search is slow")
    soon, began = int(harness.slack.now()) + 3600, int(harness.slack.now()) - 3 * 3600
    assert asked.submits(title=title, impact_began=soon) == {
        "impact_began": "That's in the future. Enter when the impact began."
    }
    assert asked.submits(impact_began=began) is None
    incident = harness.found(title).whole()
    at = datetime.fromtimestamp(began, UTC)
    assert f"{at:%H:%M}" in incident.card.shows("impact since")
    told = harness.muster("timeline", incident.id).stdout
    assert f"Impact began at {at:%Y-%m-%d %H:%M} UTC" in told
    assert not incident.messages("milestone")


def test_when_the_impact_began_is_kept_if_a_duplicate_is_declared_anyway(harness: Harness) -> None:
    title = harness.title("Mail is late")
    first = harness.declares("sev3", title=title)
    form(harness).chooses("declare_more", patience=0)
    began = int(harness.slack.now()) - 3600
    shows(harness, "Impact began").submits(title=title, severity="SEV3", impact_began=began)
    harness.ana.view("declared").chooses("declare_anyway", patience=0)
    until(lambda: len(_titled(harness, title)) == 2)
    (second,) = _titled(harness, title) - {first.id}
    until(lambda: "Impact began at" in harness.muster("timeline", second).stdout)


def _titled(harness: Harness, title: str) -> set[str]:
    return {each["id"] for each in harness.records() if each["title"] == title}


def form(harness: Harness) -> View:
    seen = harness.ana.types("/incident declare")
    assert seen is not None
    assert seen.view is not None
    return seen.view


def shows(harness: Harness, words: str) -> View:
    """Wait until Ana's form contains this text."""
    until(lambda: words in harness.ana.view().text, what=words)
    return harness.ana.view()


def chosen(view: View) -> str:
    severity: str = view.values["severity"]["severity"]["selected_option"]["value"]
    return severity
