"""A small valid policy, for tests that break it."""

from pathlib import Path

import pytest

from bot.policy import Loaded, check, load

SOUND = {
    "severities.yml": """\
severities:
  - id: SEV0
    title: Critical outage
    aliases: [P0, critical]
    update_every: 15m
    roles: [ic, ol]
    escalation: default
  - id: SEV1
    title: Major
    default: true
questions:
  - id: down
    ask: Is it down?
    yes: SEV0
    no: hurt
  - id: hurt
    ask: Does it hurt?
    yes: SEV0
    no: SEV0
""",
    "roles.yml": """\
roles:
  - id: ic
    title: Incident Commander
    aliases: [lead]
  - id: ol
    title: Operations Lead
""",
    "escalation.yml": """\
chains:
  default:
    steps:
      - notify: [oncall:primary]
      - wait: 5m
      - notify: ["@U0123ABC", "#ops"]
    repeat: 2
""",
    "oncall.yml": """\
schedules:
  primary:
    timezone: UTC
    rotation: weekly
    handover: monday 09:00
    members: [U0AAA, U0BBB]
""",
    "default.yml": """\
title: Incident
runbooks:
  - restart.md
""",
    "runbooks/restart.md": """\
---
title: Restart it
trigger: It hangs
severity: SEV0
owner: us
last_updated: 2026-01-31
---
# Restart it
## Prerequisites
Access.
## Steps
1. Restart it.
## Verification
It answers.
## Rollback
None: it was down.
""",
}


class Playbooks:
    """A folder of policy files, and its problems without the folder's name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in SOUND.items():
            self.write(name, text)

    def write(self, name: str, text: str | bytes) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def problems(self) -> list[str]:
        return [str(each).removeprefix(f"{self.path}/") for each in check(self.path)]

    def load(self) -> Loaded:
        return load(self.path)


@pytest.fixture
def playbooks(tmp_path: Path) -> Playbooks:
    return Playbooks(tmp_path / "playbooks")
