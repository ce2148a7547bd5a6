from tests.messages.reference import page
from tests.platform.processes import ROOT


def test_the_page_of_events_and_messages_is_up_to_date() -> None:
    """If it isn't: `python -m tests.messages.reference > docs/events.md`."""
    assert (ROOT / "docs/events.md").read_text() == page()
