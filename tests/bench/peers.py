"""Replays the order of Slack calls of other incident bots, with representative methods.

The number of calls, and that incidentbot invites the declarer last, are theirs; the position of
the invitation in the other two is our guess. The other methods don't matter, because every call
takes the same time.
"""

import itertools
import time
from collections.abc import Callable

from slack_sdk import WebClient

from sandbox.driver import Slack
from tests.bench.deployment import TOKEN

TIMES = 3

TOPIC, CARD, ANNOUNCE, PIN, MARK, INVITE, SAY, WHO = (
    *("topic", "card", "announce", "pin", "mark", "invite", "say", "who"),
)
SEQUENCES = {
    # after conversations.create, which comes first everywhere
    "incidentbot": (TOPIC, MARK, CARD, PIN, ANNOUNCE, MARK, INVITE),
    "FireFighter": (TOPIC, MARK, INVITE, MARK, CARD, PIN, SAY, ANNOUNCE),
    "Dispatch": (
        *(WHO, INVITE, TOPIC, MARK, MARK, MARK, MARK, WHO, SAY),
        *(CARD, PIN, WHO, SAY, WHO, SAY, ANNOUNCE, SAY, SAY),
    ),
}

_numbers = itertools.count(1)


def replay(slack: Slack) -> dict[str, dict[str, list[float]]]:
    """By bot: seconds until the declarer is `in` the channel, and until everything is `ready`."""
    client = WebClient(TOKEN, base_url=f"{slack.url}/api/")
    announce = slack.channel("incidents").id
    found = {}
    for peer, sequence in SEQUENCES.items():
        runs = [_play(client, announce, sequence) for _ in range(TIMES)]
        found[f"{peer} ({len(sequence) + 1})"] = {
            "in": [run[INVITE] for run in runs],
            "ready": [max(run[each] for each in (TOPIC, CARD, ANNOUNCE)) for run in runs],
        }
    return found


def _play(client: WebClient, announce: str, sequence: tuple[str, ...]) -> dict[str, float]:
    began, took, ts = time.perf_counter(), {}, ""
    made = client.conversations_create(name=f"peer-{next(_numbers)}")
    channel = str(made["channel"]["id"])
    steps: dict[str, Callable[[], object]] = {
        TOPIC: lambda: client.conversations_setTopic(channel=channel, topic="SEV2"),
        ANNOUNCE: lambda: client.chat_postMessage(channel=announce, text="declared"),
        PIN: lambda: client.pins_add(channel=channel, timestamp=ts),
        MARK: lambda: client.bookmarks_add(
            channel_id=channel, title="Bridge", type="link", link="https://example.com"
        ),
        INVITE: lambda: client.conversations_invite(channel=channel, users="U0ANA"),
        SAY: lambda: client.chat_postMessage(channel=channel, text="what to do first"),
        WHO: lambda: client.users_info(user="U0ANA"),
    }
    for step in sequence:
        if step == CARD:
            ts = str(client.chat_postMessage(channel=channel, text="the card")["ts"])
        else:
            steps[step]()
        took[step] = time.perf_counter() - began
    return took
