"""A number that was given twice: each button and form acts on the incident that it was made for,
or says that it isn't there."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.doctor.rehearsal import Rehearsal
from bot.doctor.sample_requests import COLLEAGUE, RESPONDER, command, command_listener
from bot.doctor.shape import Shape, message_shape
from bot.embedded import EmbeddedServer
from bot.listeners import merge
from bot.listeners.dispatcher import Dispatcher
from bot.listeners.feature import Listener
from bot.listeners.features import FEATURES
from bot.listeners.inbound import BlockAction, Received, Submission
from bot.listeners.request import Reply, Request
from bot.listeners.task_change import assign_button
from bot.messages.blocks import Message
from bot.messages.catchup import offer
from bot.messages.runbook import runbook_buttons
from bot.services import Services
from bot.settings import Settings
from bot.wiring.bot import build
from bot.wiring.runtime import slack_client
from sandbox.server import Running
from tests.harness import Harness
from tests.harness.harness import SECRET, TOKEN
from tests.harness.incident import TEAM
from tests.platform.processes import ROOT

Json = dict[str, Any]

STALE = "Nothing was done: this was made for an earlier"
# Elements that are about no incident, or carry the key of what a person typed, which a store that
# was restored doesn't have.
WITHOUT = {
    "declare_more": "of the form to declare",
    "home_declare": "opens the form to declare",
    "list_more": "names no incident",
    "playbook": "of the form to declare",
    "private": "of the form to declare",
    "severity": "of the form to declare",
    "severity_ask": "of the form to declare",
    "severity_choose": "of the form to declare",
    "severity_no": "of the form to declare",
    "severity_yes": "of the form to declare",
    "title": "of the form to declare",
    "use_here": "carries a key",
    "use_named": "carries a key",
}
BUTTONS = {name: each for feature in FEATURES for name, each in feature.buttons.items()}
FORMS = {name: each for feature in FEATURES for name, each in feature.submissions.items()}
ABOUT_NONE = ("declare",)  # forms


def elements(shape: Any) -> Iterator[Json]:
    """Everything in a message or form that has an `action_id`."""
    if isinstance(shape, list):
        for each in shape:
            yield from elements(each)
    elif isinstance(shape, dict):
        if "action_id" in shape:
            yield shape
        for each in shape.values():
            yield from elements(each)


def values(element: Json) -> list[str]:
    """The values that an element may send."""
    options = [each["value"] for each in element.get("options", [])]
    return [element["value"], *options] if "value" in element else options


def shown(services: Services) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The values of all elements by `action_id`, and the metadata of all forms by `callback_id`,
    of everything that Muster shows."""
    buttons: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    for shape in (*Rehearsal(services).shapes(), *rarer(services)):
        body = json.loads(shape.body)
        is_form = shape.kind == "view" and body.get("type") == "modal" and "submit" in body
        if is_form:
            forms.setdefault(body["callback_id"], set()).add(body["private_metadata"])
        for element in elements(body["blocks"]):
            if element["action_id"] in BUTTONS:
                buttons.setdefault(element["action_id"], set()).update(values(element))
    return buttons, forms


def rarer(services: Services) -> Iterator[Shape]:
    """Those that need more than the rehearsal plays."""
    incident, other = services.incidents.get("INC-1"), services.incidents.get("INC-2")
    request: Request[Any] = Request(services, command("timeline", "INC-1"), "rarer")
    for name, reply in {
        "offer": offer(incident),
        "merge": merge.ask_first(incident, other, ["U0BOB"]),
        "timeline": command_listener("timeline")(request),
    }.items():
        assert isinstance(reply, Reply | Message)
        yield message_shape(name, reply.text, reply.blocks or [])
    runbooks = runbook_buttons(incident, [(number, "Failover") for number in range(5)])
    three = runbook_buttons(incident, [(number, "Failover") for number in range(3)])
    assign = assign_button(request, 1, COLLEAGUE)
    assert assign is not None
    yield message_shape("buttons", "", [*runbooks, *three, assign])


def click(action_id: str, value: str) -> BlockAction:
    element = {"type": "button", "action_id": action_id, "value": value}
    who = {"type": "block_actions", "user": {"id": RESPONDER}, "channel": {"id": "C1"}}
    return BlockAction.model_validate({**who, "actions": [element]})


def submission(callback_id: str, metadata: str) -> Submission:
    view = {"id": "V1", "callback_id": callback_id, "private_metadata": metadata}
    who = {"type": "view_submission", "user": {"id": RESPONDER}}
    return Submission.model_validate({**who, "view": view})


def lost(carried: str, mark: str | None) -> str:
    """The same of an incident that was lost: with another mark, or from a release without."""
    told: Json = json.loads(carried)
    marks = {name: mark for name in told if name == "mark" or name.endswith("_mark")}
    kept = {name: value for name, value in (told | marks).items() if value is not None}
    return json.dumps(kept)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    flags = ["--manifest", str(ROOT / "manifest.yml"), "--bot-token", TOKEN]
    store = EmbeddedServer(tmp_path_factory.mktemp("store"))
    with Running(*flags) as server:
        store.start()
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": TOKEN,
                "SLACK_SIGNING_SECRET": SECRET,
                "SLACK_API_URL": f"{server.url}/api/",
                "REDIS_URL": store.url,
                "MUSTER_PLAYBOOKS": str(ROOT / "playbooks"),
            }
        )
        try:
            with asyncio.Runner() as loop:

                async def services() -> Services:
                    return await build(settings, slack_client(settings))

                made = loop.run(services())
                yield loop, made, *shown(made)
                loop.run(made.slack.close())
        finally:
            store.stop()


def answers(made: Any, listener: Listener, received: Received) -> str:
    loop, services = made[:2]
    dispatcher = Dispatcher(services, FEATURES)
    answer = loop.run(dispatcher._answer(listener, Request(services, received, "test")))
    return answer.text if isinstance(answer, Reply) else str(answer)


@pytest.mark.parametrize("action_id", sorted(BUTTONS))
def test_a_button_of_a_lost_incident_is_refused(
    everything: tuple[Any, ...], action_id: str
) -> None:
    met = everything[2].get(action_id, set())
    if action_id in WITHOUT:
        assert not any('"mark"' in each for each in met)
        return
    assert met, "no message or form of the rehearsal shows it"
    for value in met:
        for other in ("0123456789ab", None):
            clicked = click(action_id, lost(value, other))
            assert STALE in answers(everything, BUTTONS[action_id], clicked), value


@pytest.mark.parametrize("callback_id", sorted(FORMS))
def test_a_form_of_a_lost_incident_is_refused(
    everything: tuple[Any, ...], callback_id: str
) -> None:
    if callback_id in ABOUT_NONE:
        return
    met = everything[3].get(callback_id, set())
    assert met, "no answer of the rehearsal opens it"
    for metadata in met:
        for other in ("0123456789ab", None):
            sent = submission(callback_id, lost(metadata, other))
            assert STALE in answers(everything, FORMS[callback_id], sent), metadata


@pytest.fixture
def alone() -> Iterator[Harness]:
    with Harness() as own:
        yield own


def empties(harness: Harness) -> None:
    """As after a restore from a backup in which these incidents weren't yet."""
    harness.rests()
    harness.kill()
    with harness.asks_the_store() as store:
        store.flushall()


def test_numbers_never_go_back(alone: Harness) -> None:
    first, title = alone.declares("sev1"), alone.title()
    form = alone.ana.types("/incident declare")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=title, severity="SEV3", private=["private"])
    second = alone.found(title)
    assert (first.id, second.id) == ("INC-1", "INC-2")
    page = first.expects("page", to=alone.bob.dm())
    empties(alone)
    alone.start()
    assert alone.declares("sev3").id == "INC-3"
    assert '"incident numbers raised' in alone.logs()
    answer = page.click("ack", as_=alone.bob)
    assert answer is not None
    assert f"{STALE} INC-1" in answer
    assert "INC-4 is next, above all that Slack shows" in alone.muster("doctor").stdout
    with alone.asks_the_store() as store:
        store.set(f"muster:{{{TEAM}}}:counter", 1)
    assert "INC-2 would be next, but Slack shows INC-3" in alone.muster("doctor").stdout


def test_a_number_given_twice_acts_on_neither(alone: Harness) -> None:
    """Slack can't be asked for the numbers, so one is given again."""
    title = alone.title()
    lost = alone.declares("sev1", title=title)
    page, card, channel = lost.expects("page", to=alone.bob.dm()), lost.card, lost.channel
    empties(alone)
    alone.slack.fails("users.conversations", error="internal_error", times=1)
    alone.slack.fails("conversations.history", error="internal_error", times=1)
    alone.start()
    again = alone.incident(alone.ana.types(f"/incident declare sev1 {title}"))
    assert again.id == lost.id
    alone.rests()
    assert again.record["channel"] not in (None, channel.id)  # whose name it wanted
    for message, who, what in ((page, alone.bob, "ack"), (card, alone.ana, "role_take")):
        answer = message.click(what, as_=who)
        assert answer is not None
        assert f"{STALE} INC-1" in answer
    assert again.happened == ["Declared", "Escalated"]
    again.messages("page", to=alone.bob.dm())[-1].click("ack", as_=alone.bob)
    assert "Acknowledged" in again.happened
