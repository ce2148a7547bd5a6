"""`muster demo`, as someone who has just installed Muster runs it."""

import re
from pathlib import Path

from tests.harness.command import muster
from tests.harness.process import free_port


def test_every_step_is_seen_in_slack(tmp_path: Path) -> None:
    env = {"PORT": str(free_port()), "MUSTER_SANDBOX_PORT": str(free_port())}
    played = muster("demo", "--speed", "50", cwd=tmp_path, env=env)
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr
    assert re.search(r"^Seen in Slack, (\d+) of \1:$", played.stdout, re.MULTILINE)
    (draft,) = tmp_path.rglob("postmortem-INC-1.md")
    assert "Root cause" in draft.read_text()
