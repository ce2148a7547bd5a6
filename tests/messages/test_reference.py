from tests.messages.reference import page
from tests.platform.processes import ROOT


def test_the_page_of_events_and_messages_is_up_to_date() -> None:
    current = (ROOT / "docs/events.md").read_text() == page()
    assert current, "run: .venv/bin/python -m tests.messages.reference > docs/events.md"
