"""The card: what is within reach on it, and what it says as time goes on."""

import json
from typing import Any

import pytest

from sandbox.driver import Message
from tests.harness import Harness


def element(card: Message, action_id: str, words: str = "") -> Any:
    """The newest element of the card with this action_id, and its option with these words."""
    blocks = card.again().shape["blocks"]
    every = [each for b in blocks for each in (*b.get("elements", ()), b.get("accessory"))]
    (found,) = [each for each in every if each and each.get("action_id") == action_id]
    if not words:
        return found
    return next(each for each in found["options"] if words in each["text"]["text"])["value"]


@pytest.mark.parametrize(
    ("words", "form"),
    [("Change severity", "severity"), ("Page someone", "page"), ("Assign a role", "role")],
)
def test_the_menu_opens_the_form_of_what_is_chosen(
    harness: Harness, words: str, form: str
) -> None:
    incident = harness.declares("sev1")
    card = incident.card
    said = card.click("card_more", as_=harness.ana, value=element(card, "card_more", words))
    assert said is not None
    assert said.view is not None
    assert said.view.callback_id == form
    assert json.loads(said.view.private_metadata)["incident"] == incident.id


def test_the_menu_escalates_and_summarizes(either: Harness) -> None:
    incident = either.declares("sev1")
    card = incident.card
    said = card.click("card_more", as_=either.ana, value=element(card, "card_more", "Catch me up"))
    assert said is not None
    assert incident.id in said
    chosen = element(card, "card_more", "Escalate")
    assert json.loads(chosen) == {
        "incident": incident.id,
        "mark": incident.mark,
        "do": "escalate",
    }
    said = card.click("card_more", as_=either.ana, value=chosen)
    assert said is not None
    assert "Escalated: paged" in said
    incident.channel.expects("@ana escalated", kind="escalation")


def test_a_runbook_without_a_link_opens(either: Harness) -> None:
    incident = either.declares()
    said = incident.card.click(":book: Roll back a bad deploy", as_=either.bob)
    assert said is not None
    assert said.view is not None
    assert "# Roll back a bad deploy" in said.text
    assert "kubectl -n NAMESPACE rollout undo deploy/NAME" in said.text
    assert "*Verification*" in said.text
    assert "last_updated" not in said.text


def test_an_overdue_update_is_said_so_until_it_comes(harness: Harness) -> None:
    incident = harness.declares("sev1")
    incident.card.shows("Next update due")
    harness.moves("31m")
    incident.card.shows("*Update overdue* since")
    harness.ana.types("/incident update Rolled back", incident.channel)
    incident.card.shows("Next update due")
    assert "overdue" not in incident.card.again().text


def test_the_card_says_how_long_it_takes_and_links_the_postmortem(harness: Harness) -> None:
    incident = harness.declares("sev1")
    assert "({ago})" in json.dumps(incident.card.shape["blocks"])
    harness.moves("20m")
    harness.ana.types("/incident resolve Rolled back", incident.channel)
    incident.card.shows("resolved after 20m")
    incident.channel.expects(kind="postmortem", within=60)
    incident.card.shows("Postmortem draft")
