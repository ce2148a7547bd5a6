"""What Slack delivers more than once, happens once."""

from urllib.parse import urlencode

import pytest

from tests.e2e.test_requests import _signed
from tests.house import House, answer, channels_of, until


@pytest.mark.parametrize("transport", ["socket", "http"])
def test_a_submission_three_times_at_once_is_one_incident(transport: str) -> None:
    with House(transport) as house:
        form = house.ana.types("/incident")
        assert form is not None
        assert form.view is not None
        house.slack.duplicates(3)
        assert form.view.submits(title="Thrice", severity="SEV1") is None
        until(house.records)
        house.ana.types("/incident declare sev1 Thrice by a command")
        until(lambda: len(house.records()) == 2)
        house.rests()
        assert [each["title"] for each in house.records()] == ["Thrice", "Thrice by a command"]
        for each in house.records():
            assert len(channels_of(house.slack, each["id"])) == 1
        assert len(house.slack.channel("incidents").messages("announcement")) == 2
        house.check_slack()


def test_a_command_again_later_and_after_a_restart_has_the_first_answer() -> None:
    with House("http") as house:
        command = {
            "command": "/incident",
            "text": "declare sev1 Once and again",
            "user_id": "U0ANA",
            "team_id": "T0ACME",
            "channel_id": "C0GENERAL",
            "trigger_id": "t.once",
        }
        body = urlencode(command).encode()
        first = answer(f"{house.url}/slack/events", body, _signed(body))
        house.rests()
        house.moves("2h")
        house.kill()
        house.start()
        assert answer(f"{house.url}/slack/events", body, _signed(body)) == first
        assert first[0] == 200
        assert len(house.records()) == 1
        house.check_slack()
