"""The card while an incident is open: never more than a phone's screen."""

from playwright.sync_api import expect

from tests.browser.conftest import Opens
from tests.browser.test_first_incident import PHONE, sideways
from tests.harness import Harness

LONG_TITLE = "Payments fail for everyone in the EU and the checkout page shows an error " * 3
SUMMARY = "Every payment by card is refused by the provider since the deploy. " * 20


def height(harness: Harness, opens: Opens, channel: str) -> float:
    """How high the card is on a phone, in pixels."""
    window = opens(harness.slack.url, "ana", viewport=PHONE).goes(channel)
    card = window.messages.filter(has_text="Resolve incident").first
    expect(card).to_be_visible()
    assert not sideways(window.page)
    box = card.bounding_box()
    assert box is not None
    return box["height"]


def test_a_usual_one_fits_between_the_bars_of_a_phone(harness: Harness, opens: Opens) -> None:
    incident = harness.declares("sev1")
    log = 580  # pixels between the channel's name and the message box
    assert height(harness, opens, incident.channel.id) < log


def test_the_longest_one_fits_the_screen(harness: Harness, opens: Opens) -> None:
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    title = LONG_TITLE[:200].strip()
    form.view.submits(title=title, severity="SEV0", summary=SUMMARY, patience=0)
    incident = harness.found(title)
    for number in range(5):
        text = f"/incident task Ask the provider whether they still refuse our cards {number} @bob"
        harness.ana.types(text, incident.channel)
    harness.moves("40m")
    incident.card.shows("*Update overdue*")
    assert height(harness, opens, incident.channel.id) < PHONE["height"]
    harness.bob.types("/incident role scribe", incident.channel)
    incident.card.shows("*Scribe*  @bob")
    assert height(harness, opens, incident.channel.id) < PHONE["height"]
