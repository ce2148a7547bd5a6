"""Hostile text, wherever people write it, pings no one, adds no links, breaks no message and
stays within Slack's limits, in the postmortem's Markdown, too.
"""

import json
import re
from collections.abc import Iterator

import pytest

from sandbox.driver import Channel
from tests import registry
from tests.faults.payloads import interactive, view
from tests.faults.test_hostile_payloads import fresh
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, until

# eve isn't involved, so every mention of her is an injection
WORDS = {
    "pings": "<!channel> <!here> <!everyone> <@U0EVE> <!subteam^S1|@all> @here @channel",
    "pings, escaped": "&lt;!channel&gt; &lt;@U0EVE&gt; &amp;lt;!here&amp;gt;",
    "links": "<https://evil.example|your bank> <mailto:a@evil.example|boss> <#C0LEADS|x>",
    "dates": "<!date^1^{date}^https://evil.example|yesterday>",
    "half a tag": "<!channel <@U0EVE | > <|> < >",
    "Markdown": "*b* _i_ ~s~ `c` ```x``` > q [bank](https://evil.example) ![x](y) # h | a | b",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "fences": "```\n" * 40,
    "quotes": ">>> all of this",
    "turned around": "\u202etxet siht\u202c \u2066inside \u2067out",
    "control": "a\x00b\x07c\x1b[31md\x7fe\x85f",
    "unseen": "z\u200bw\u200d\u2060\ufeffj",
    "flood": "👩‍👩‍👧‍👦🏳️‍🌈:rotating_light:" * 30,
    "ampersands": "&" * 240,
    "no blank": "w" * 240,
    "lines": "l\n" * 120,
    "braces": '{"incident": "INC-9"} %s {0} ${x} {{y}}',
}
MENTIONING = ("update",)  # kinds of messages in which people notify those whom they name
NEVER = ("<!channel", "<!here", "<!everyone", "<!subteam", "<@U0EVE", "<https://evil", "<mailto")
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness


@pytest.fixture(scope="module")
def incident(harness: Harness) -> Incident:
    return harness.declares("sev3", title="The words")


@pytest.fixture(scope="module")
def working(harness: Harness) -> Incident:
    """A severity with update reminders, so that they can be snoozed."""
    return harness.declares("sev2", title="The work on the words")


def is_harmless(harness: Harness, *where: Channel) -> None:
    for channel in where:
        for message in channel.messages():
            if message.by == "muster":
                shape = {"text": message.shape["text"], "blocks": message.blocks}
                harmless(shape, people=message.kind in MENTIONING)
        harmless(channel.info().get("topic", ""))  # direct messages have no topic
    for person in (harness.ana, harness.bob, harness.person("dan")):
        for seen in person.ephemerals():
            if seen.view is None:
                harmless({"text": seen.shape["text"], "blocks": seen.blocks})
    for call in harness.slack.calls("views.publish"):
        harmless(call["args"]["view"])


def harmless(shape: object, *, people: bool = False) -> None:
    """`people`: whether it may notify the people whom its author named."""
    said = json.dumps(shape, ensure_ascii=False)
    for ping in NEVER:
        if people and ping.startswith("<@U"):
            continue
        # a header is plain text, where markup has no effect
        assert ping not in re.sub(r'"type": "plain_text", "text": "[^"]*"', "", said), said
    assert not STEERS.search(json.loads(json.dumps(said))), said


SOME = ("pings", "links", "Markdown", "turned around", "control", "ampersands", "unseen")
TURNS = (
    *("severity sev2", "severity sev3", "status mitigated", "status investigating"),
    *("resolve", "close", "reopen", "mitigate"),
)
"""What is said with the words when all cases are tried: it is open afterwards, as before."""
ENDING = ("cancel", "reopen")
APART = {
    "declare": "would begin another incident: see the test of titles",
    "resolve": "would end it: see the test of the postmortem",
    "close": "would end it, and takes no words",
}
ASKED = [each for each in registry.subcommands() if each not in {*ENDING, *APART}]


def test_hostile_text_in_every_command(
    harness: Harness, incident: Incident, trials: Trials
) -> None:
    channel = incident.channel
    for words in WORDS if THOROUGH else SOME:
        for asked in (*ASKED, *(TURNS if THOROUGH else ()), *ENDING, ""):
            harness.ana.types(f"/incident {asked} {WORDS[words]}".strip(), channel)
            trials.add()
        harness.ana.types("/incident timeline", channel)
        assert harness.slack.delivers("interactive", filled("update", incident, words)) == ""
        assert incident.record["stage"] in ("investigating", "mitigated"), words
    harness.rests(within=60)
    is_harmless(harness, channel)
    harness.check_slack()


TYPED = (
    *("task {} @dan", "task {}", "task drop 1 {}", "task done {}", "task list {}", "page @dan {}"),
    *("page {}", "snooze 20m {}", "snooze {}", "milestone declared {n}m ago {}", "milestone {}"),
    *("handoff ic @dan", "handoff ic {}", "handoff {}", "merge {}", "list {}", "audit {}"),
    *("who {}", "catchup {}", "private {}", "timeline {}", "postmortem {}", "escalate {}"),
    *("subscribe {}", "unsubscribe {}", "title {}", "summary {}"),
)
ENDING_FORMS = ("resolve", "close")
FORMS = [
    each
    for each in registry.forms()
    if each not in ENDING_FORMS and (THOROUGH or each != "declare")
]
SHOWS = ("task list", "catchup", "audit", "who", "list", "timeline")


def test_hostile_text_in_actions_of_several_people(
    harness: Harness, working: Incident, trials: Trials
) -> None:
    before = len(working.happened)
    for number, words in enumerate(WORDS if THOROUGH else SOME[:3]):
        _works_with(harness, working, words, number)
        trials.add(len(TYPED) + len(FORMS))
    harness.rests(within=60)
    harness.person("dan").opens_home()
    new = working.happened[before:]
    assert {"TaskAdded", "Snoozed", "Paged", "MilestoneCorrected", "Pinned"} <= {*new}, new
    everywhere = [Channel(harness.slack, each["id"]) for each in harness.slack.channels()]
    few = (working.channel, harness.person("dan").dm(), harness.ana.dm())
    is_harmless(harness, *(everywhere if THOROUGH else few))
    harness.check_slack()


def _works_with(harness: Harness, working: Incident, words: str, number: int) -> None:
    text, channel = WORDS[words], working.channel
    for typed in TYPED:
        line = typed.replace("{n}", str(10 + 2 * number)).replace("{}", text)
        harness.ana.types(f"/incident {line}", channel)
    # a pinned message's mentions by id are shown in the timeline, too
    written = text.replace("@U0EVE", "eve")
    said = [harness.ana.says(f"{each} {written} {words}", channel) for each in range(3)]
    said[0].reacts("pushpin", as_=harness.ana)
    said[0].edits(f"And now {written}", as_=harness.ana)
    harness.ana.shortcut("add_to_timeline", said[1], patience=0)
    for shortcut in ("task_from_message", "declare_from_message"):
        asked = harness.ana.shortcut(shortcut, said[2])
        assert asked is not None
        assert asked.view is not None
        if shortcut == "task_from_message" and asked.view.submits() is None:
            continue
        asked.view.closes()
    for form in FORMS:
        assert harness.slack.delivers("interactive", filled(form, working, words)) == "", form
    for verb in SHOWS:
        harness.ana.types(f"/incident {verb}", channel)


def filled(name: str, incident: Incident, words: str) -> object:
    """A form with this text in every field."""
    form = interactive("view_submission", view=view(name))
    form["view"]["id"] = f"V{abs(hash((name, words)))}"
    form["view"]["private_metadata"] = json.dumps({"incident": incident.id, "mark": incident.mark})
    for block, inputs in form["view"]["state"]["values"].items():
        if block not in ("due", "for") and "value" in inputs[block]:
            inputs[block]["value"] = WORDS[words]
    return fresh(form)


def test_hostile_titles(harness: Harness, trials: Trials) -> None:
    for number, words in enumerate(WORDS.values(), 1):
        title = f"{number} {' '.join(words.split())}"[:250]
        harness.ana.types(f"/incident declare sev3 {title}")
        trials.add()
    until(lambda: len(harness.records()) >= len(WORDS), what="all declared")
    harness.rests(within=120)
    one, *others = (each["id"] for each in harness.records() if re.match(r"\d", each["title"]))
    for other in others if THOROUGH else others[:2]:
        harness.ana.types(f"/incident merge {other}", Incident(harness, one).channel)
        trials.add()
    harness.ana.types("/incident list all")
    harness.ana.opens_home()
    harness.rests(within=60)
    everywhere = [Channel(harness.slack, each["id"]) for each in harness.slack.channels()]
    is_harmless(harness, *everywhere)
    for name in (each["name"] for each in harness.slack.channels()):
        assert re.fullmatch(r"@?[a-z0-9-]{1,80}", name)
    harness.check_slack()


def test_oversized_text_gets_a_short_refusal(
    harness: Harness, incident: Incident, trials: Trials
) -> None:
    for size in (3000, 20_000, 100_000) if THOROUGH else (20_000,):
        for verb in (
            "update",
            "note",
            "severity sev2",
            "resolve",
            "declare",
            "role",
            "status",
            "x",
        ):
            for filler in ("w", "<", "é"):
                text = f"/incident {verb} {filler * (size + 1)}"
                said = harness.ana.types(text, incident.channel)
                assert said is not None
                words = said.text.replace(filler, "")  # what was typed may be given back
                assert 0 < len(words) < 1500, (verb, len(words))
                trials.add()
    assert incident.record["severity"] == "SEV3"
    harness.check_slack()


def test_an_invalid_user_id_is_not_mentioned(harness: Harness, incident: Incident) -> None:
    form = interactive("view_submission", view=view("role"))
    form["view"]["private_metadata"] = json.dumps({"incident": incident.id, "mark": incident.mark})
    chosen = form["view"]["state"]["values"]["user"]["user"]
    chosen["selected_user"] = "U0ANA> <!channel"
    assert harness.slack.delivers("interactive", fresh(form)) == ""
    harness.rests()
    assert "ol" not in incident.record["roles"]
    is_harmless(harness, incident.channel)


def test_the_postmortem_of_hostile_text_is_harmless_markdown(
    harness: Harness, incident: Incident
) -> None:
    channel = incident.channel
    for words in WORDS.values():
        harness.ana.says(f"root cause: {words}", channel)
    harness.ana.types(f"/incident resolve {WORDS['HTML']} {WORDS['turned around']}", channel)
    channel.expects(kind="postmortem", within=30)
    draft = harness.slack.files()[-1]["content"]
    assert not STEERS.search(draft.replace("\n", "")), STEERS.findall(draft.replace("\n", ""))
    assert not re.search(r"(?<!\\)<script", draft)
    assert "[bank](" not in draft  # a lookalike of our own links
    assert not re.search(r"(?<!\\)<!channel", draft)
    assert draft.count("\n```") % 2 == 0
    harness.check_slack()
