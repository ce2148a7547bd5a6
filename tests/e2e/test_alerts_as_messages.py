"""Alerts and webhooks write into attachments and blocks: what they say is a title, a task, a line
of the timeline and of the draft."""

import json
from functools import partial
from typing import Any

from sandbox.driver import Message
from tests.harness import Harness, until

LATENCY = {
    "fallback": "[FIRING:1] HighLatency checkout",
    "title": "[FIRING:1] HighLatency checkout",
    "title_link": "https://alerts.example.com/1",
    "text": "The error rate is 12 % in eu-1",
    "fields": [{"title": "Region", "value": "eu-1", "short": True}],
}
DISK = [
    {"type": "header", "text": {"type": "plain_text", "text": "Disk of db-1 is full"}},
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Used*\n98 %"}]},
]


def form(harness: Harness, callback_id: str, said: Message) -> dict[str, Any]:
    seen = harness.ana.shortcut(callback_id, said)
    assert seen is not None
    assert seen.view is not None, seen.text
    values: dict[str, Any] = seen.view.values
    seen.view.closes()
    return values


def test_an_alert_in_attachments_is_declared_with_its_title(harness: Harness) -> None:
    channel = harness.declares("sev3").channel
    said = channel.alerts("Alertmanager", text="", attachments=[LATENCY])
    values = form(harness, "declare_from_message", said)
    assert values["title"]["title"]["value"] == "[FIRING:1] HighLatency checkout"
    summary = values["summary"]["summary"]["value"]
    assert "The error rate is 12 % in eu-1" in summary
    assert "Region:* eu-1" in summary


def test_an_alert_in_blocks_is_a_task_and_declared(harness: Harness) -> None:
    channel = harness.declares("sev3").channel
    said = channel.alerts("Nagios", text="", blocks=DISK)
    task = form(harness, "task_from_message", said)
    assert task["text"]["text"]["value"] == "Disk of db-1 is full"
    values = form(harness, "declare_from_message", said)
    assert values["title"]["title"]["value"] == "Disk of db-1 is full"
    assert "98 %" in values["summary"]["summary"]["value"]


def test_a_file_alone_is_declared_made_a_task_and_pinned(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = incident.channel.alerts("Grafana", text="", files=[{"id": "F1", "name": "5xx.png"}])
    assert form(harness, "declare_from_message", said)["title"]["title"]["value"] == "5xx.png"
    assert form(harness, "task_from_message", said)["text"]["text"]["value"] == "5xx.png"
    empty = incident.channel.alerts("Grafana", text="", blocks=[{"type": "divider"}])
    for each in (said, empty):
        each.reacts("pushpin", as_=harness.ana)
    for shown in ("(5xx.png)", "(message without text)"):
        until(partial(_tells, harness, incident.id, shown), what=shown)


def test_markup_is_no_part_of_a_task(harness: Harness) -> None:
    channel = harness.declares("sev3").channel
    said = channel.alerts("ci", text="*<https://ci.example.com/7|Build 7>* of `main` failed")
    task = form(harness, "task_from_message", said)
    assert task["text"]["text"]["value"] == "Build 7 of main failed"


def test_a_code_block_first_is_no_title(harness: Harness) -> None:
    channel = harness.declares("sev3").channel
    said = harness.ana.says("```\nTraceback: OOM\n```\nThe worker crashes", channel)
    values = form(harness, "declare_from_message", said)
    assert values["title"]["title"]["value"] == "The worker crashes"
    said = harness.ana.says("```\nTraceback: OOM\n```", channel)
    values = form(harness, "declare_from_message", said)
    assert values["title"]["title"]["value"] == "Traceback: OOM"


def test_a_pinned_alert_is_in_the_timeline_as_it_is_now(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = incident.channel.alerts("Alertmanager", text="", attachments=[LATENCY])
    said.reacts("pushpin", as_=harness.ana)
    until(partial(_tells, harness, incident.id, "HighLatency"), what="pinned")
    printed = harness.muster("timeline", incident.id).stdout.splitlines()
    (line,) = [each for each in printed if "HighLatency" in each]
    assert "Alertmanager" in line
    assert "Region:* eu-1" in line  # an entry is one line
    shown = harness.ana.types("/incident timeline", incident.channel)
    assert "Alertmanager (:pushpin: @ana) · [FIRING:1] HighLatency" in str(shown)
    resolved = {**LATENCY, "title": "[RESOLVED] HighLatency checkout"}
    incident.channel.alerts("Alertmanager", ts=said.ts, attachments=[resolved])
    harness.rests()
    incident.channel.until(
        lambda _: "[RESOLVED] HighLatency" in _timeline(harness, incident.id), what="followed"
    )


def test_another_apps_alert_is_in_the_draft_under_its_name(harness: Harness) -> None:
    incident = harness.declares("sev3")
    incident.channel.alerts("Alertmanager", text="", attachments=[LATENCY])
    incident.channel.alerts("Nagios", text="", blocks=DISK)
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects("Postmortem draft for", kind="postmortem", within=15)
    draft = harness.muster("postmortem", incident.id).stdout
    assert "**Alertmanager**" in draft
    assert "HighLatency checkout" in draft
    assert "**Nagios**: Disk of db-1 is full" in draft


def _tells(harness: Harness, incident_id: str, text: str) -> bool:
    return text in _timeline(harness, incident_id)


def _timeline(harness: Harness, incident_id: str) -> str:
    shown = harness.muster("timeline", incident_id, "--json")
    return "\n".join(each["text"] for each in json.loads(shown.stdout))
