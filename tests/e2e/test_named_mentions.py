"""Titles, tasks and notes have names where Slack sends only the ids of people and channels."""

from urllib.parse import urlencode

from sandbox.driver import Message
from tests.e2e.test_requests import _signed
from tests.harness import Harness, answer


def field(harness: Harness, callback_id: str, said: Message, name: str) -> str:
    seen = harness.ana.shortcut(callback_id, said)
    assert seen is not None
    assert seen.view is not None, seen.text
    value = seen.view.values[name][name]["value"]
    seen.view.closes()
    return str(value)


def test_what_is_made_of_a_message_has_names(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.says("@bob of @sre sees 502 in #general", incident.channel)
    assert "<@U" in str(said.shape["text"])  # without a name
    assert (
        field(harness, "declare_from_message", said, "title")
        == "@bob of @sre sees 502 in #general"
    )
    summary = field(harness, "declare_from_message", said, "summary")
    assert summary.startswith("@bob of @sre sees 502 in #general\n")
    assert field(harness, "task_from_message", said, "text") == "of @sre sees 502 in #general"


def test_what_no_one_may_know_has_no_id_either(harness: Harness) -> None:
    incident = harness.declares("sev3")
    secret = harness.bob.creates("layoffs", private=True)
    alert = f"<@U0NOBODY> of <!subteam^S0000SRE> in <#{secret.id}>: disk full"
    said = incident.channel.alerts("Nagios", text="", attachments=[{"title": alert}])
    title = field(harness, "declare_from_message", said, "title")
    assert title == "@someone of @group in #private-channel: disk full"
    task = field(harness, "task_from_message", said, "text")
    assert "S0000SRE" not in task
    assert secret.id not in task


def test_a_command_whose_mentions_have_no_names_is_titled_with_names(http: Harness) -> None:
    text = "declare sev3 <@U0BOB> and <!subteam^S0SRE> can't log in, see <#C0GENERAL|>"
    body = urlencode(
        {
            "command": "/incident",
            "text": text,
            "user_id": "U0ANA",
            "team_id": "T0ACME",
            "channel_id": "C0GENERAL",
            "trigger_id": "t.named",
        }
    ).encode()
    status, _ = answer(f"{http.url}/slack/events", body, _signed(body))
    assert status == 200
    titles = [each["title"] for each in http.records()]
    assert "@bob and @sre can't log in, see #general" in titles
