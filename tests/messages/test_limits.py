"""Whatever people write, Slack accepts it and it notifies no one."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.incident.declaring import Declare
from bot.incident.events import Stage
from bot.incident.lifecycle import ChangeStage
from bot.incident.policy import Playbook, Question, Role, Runbook
from bot.incident.roles import AssignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.text_limits import TITLE_MAX
from bot.incident.updates import PostUpdate
from bot.listeners import declare_form, role, stage, update
from bot.listeners.declare_form import DeclareForm
from bot.messages import Message
from bot.messages.topic import topic
from sandbox.blockkit import check_message, check_view
from tests.messages.message_cases import CASES, message, written
from tests.messages.test_golden import MODALS
from tests.story import ANA, BOB, POLICY, Story, declared, minutes, only

HOSTILE = {
    "pings": "<!channel> <!here> <@U1> <!subteam^S1> <#C1> <https://evil.example|click me>",
    "escaped pings": "&lt;!channel&gt; &lt;@U1&gt;",
    "ampersands": "&<>" * 1000,
    "one long word": "x" * 3000,
    "emoji": "👩‍👩‍👧‍👦🔥" * 300,
    "right to left": "تعطل الدفع \u202e evil \u2066 " * 100,
    "new lines": "a\n" * 1500,
    "blank lines": "a" + "\n \t" * 900 + "b",
    "marks": "*_~`>```" * 300,
    "a quote": "> not mine\n>>> nor this",
    "braces": '{"incident": "INC-9"} %s {0}',
    "nul and friends": "a\x00b\u200b\ufeff\u2028c",
}

TEXT_MAX_TO_UPDATE, TEXT_MAX_TO_POST = 4000, 40_000
BLOCKS_MAX = 13_000  # characters in all blocks of a message; more is `msg_blocks_too_long`


def strings(value: Any) -> Iterator[str]:
    """All texts that Slack parses as mrkdwn; mentions in plain text have no effect."""
    if isinstance(value, dict) and value.get("type") != "plain_text":
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def sound(shown: Message) -> None:
    assert check_message(shown.blocks) == []
    assert 0 < len(shown.text) <= TEXT_MAX_TO_UPDATE
    written_ = [shown.text, *strings(shown.blocks)]
    assert sum(map(len, strings(shown.blocks))) <= BLOCKS_MAX
    for text in written_:
        for ping in ("<!channel", "<!here", "<@U1>", "<!subteam", "<#C1>", "<https://evil"):
            assert ping not in text


@pytest.mark.parametrize("name", CASES)
def test_peoples_text_is_escaped_in_every_message(name: str) -> None:
    for text in HOSTILE.values():
        sound(written(name, text[:3000].strip()))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("private", [False, True])
def test_a_title_is_text_wherever_it_stands(hostile: str, private: bool) -> None:
    story = Story()
    title = " ".join(HOSTILE[hostile].split())[:TITLE_MAX]
    story.at("10:00", Declare(title, "SEV1", POLICY, HOSTILE[hostile][:3000], private=private))
    story.at("10:01", AssignRole("ol", BOB))
    story.slack_refuses("update:", "is_archived")
    story.at("10:02", PostUpdate("Looking."))

    for kind in ("card", "page", "briefing", "notice", *([] if private else ["announcement"])):
        shown = message(story, kind)
        sound(shown)
        if private and kind != "card":
            assert title[:8] not in str(shown), kind


def test_a_title_that_the_header_would_cut_stands_whole_below_it() -> None:
    title = "Checkout is down for everybody in " + "very " * 30 + "many countries"
    shown = message(declared(title=title), "card")

    assert shown.blocks[0]["text"]["text"] == "SEV1"
    assert shown.blocks[1]["text"]["text"] == f"*{title}*"


def test_an_update_of_3000_characters_is_there_to_the_last_one() -> None:
    words = " ".join(f"word{n}" for n in range(400))[:3000].strip()
    story = declared()
    story.at("10:01", PostUpdate(words))

    sections = [each["text"]["text"] for each in message(story, "update").blocks[1:-1]]
    assert " ".join(sections) == words


@pytest.mark.parametrize(
    ("reason", "ends"),
    [
        ("", "<@U0BOB>."),
        ("rolled back", "<@U0BOB>: rolled back."),
        ("Rolled back.", "<@U0BOB>: Rolled back."),
        ("is it DNS?", "<@U0BOB>: is it DNS?"),
        ("v1.2...", "<@U0BOB>: v1.2..."),
        ("R&D <did> it", "<@U0BOB>: R&amp;D &lt;did&gt; it."),
        ("rolled back\n\nand verified.", "<@U0BOB>:\n> rolled back\n>\n> and verified."),
    ],
)
def test_peoples_reasons_stand_as_they_wrote_them(reason: str, ends: str) -> None:
    story = declared()
    story.at("10:01", ChangeStage(Stage.CANCELLED, reason), by=BOB)

    assert message(story, "stage").text == f":wastebasket: *Cancelled* by {ends}"


def test_a_long_reason_is_there_whole() -> None:
    reason = "Because " * 370
    story = declared()
    story.at("10:01", ChangeSeverity("SEV0", reason), by=BOB)

    shown = message(story, "severity")
    assert " ".join(block["text"]["text"] for block in shown.blocks[1:]) == reason.strip()


# --- policies of any size ------------------------------------------------------------------

MANY = replace(
    POLICY,
    severities=tuple(
        replace(each, title="R&D <" + "long " * 30 + ">", roles=tuple(f"r{n}" for n in range(12)))
        for each in POLICY.severities
    ),
    roles=tuple(
        Role(f"r{n}" if n else "ic", f"Role & <{n}> " + "very " * 20 + "long", (), "b" * 5000)
        for n in range(12)
    ),
    playbooks=(
        Playbook(
            "default",
            "Incident " * 20,
            bridge="https://meet.example.org/" + "x" * 300,
            runbooks=tuple(
                Runbook(f"Runbook & <{n}>", f"https://x.org/{n}{'y' * 200}") for n in range(30)
            ),
        ),
        Playbook("other", "Other " * 30),
    ),
    questions=(Question("q", "R&D <down>? " * 17, "SEV0", "SEV3"),),
)


@pytest.mark.parametrize("kind", ["card", "nag", "briefing", "role"])
def test_a_policy_with_many_long_words_still_fits(kind: str) -> None:
    story = declared(policy=MANY)
    story.at("10:01", AssignRole("r3", BOB))
    story.until("10:20")

    sound(message(story, kind))


def test_half_a_link_is_never_shown() -> None:
    links = next(each for each in message(declared(policy=MANY), "card").blocks
                 if "books" in str(each))["elements"][0]["text"]  # fmt: skip

    assert links.count("<https") == links.count(">") == links.count("|")
    assert links.endswith("more")


@pytest.mark.parametrize("name", MODALS)
def test_slack_takes_every_modal(name: str) -> None:
    assert check_view(MODALS[name](), "modal") == []


HUGE: dict[str, Callable[[], dict[str, object]]] = {
    "declare": lambda: declare_form.declare_form(
        MANY, DeclareForm(HOSTILE["ampersands"], question="q", more={"where": HOSTILE["emoji"]})
    ),
    "update": lambda: update.update_form(declared(policy=MANY).incident),
    "role": lambda: role.role_form(declared(policy=MANY).incident, ANA),
    "resolve": lambda: stage.resolve_form(replace(declared().incident, id="INC-" + "9" * 30)),
}


@pytest.mark.parametrize("name", HUGE)
def test_slack_takes_every_modal_of_a_wordy_policy(name: str) -> None:
    assert check_view(json.loads(json.dumps(HUGE[name]())), "modal") == []


def test_the_topic_fits() -> None:
    assert len(topic(declared().incident)) <= 250


def test_a_nag_has_three_buttons_at_most_and_names_every_role() -> None:
    roles = tuple(f"r{n}" for n in range(1, 6))
    policy = replace(only(roles=roles, roles_within=minutes(10)), roles=tuple(
        Role(each, f"Role {each}") for each in ("ic", *roles)
    ))  # fmt: skip
    story = declared(policy=policy)
    story.until("10:10")

    shown = message(story, "nag")
    assert sum(len(each["elements"]) for each in shown.blocks if each["type"] == "actions") == 3
    assert all(f"Role {each}" in shown.text for each in roles)
