"""Valid payloads of all kinds, and corrupted versions of them."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tests import registry

Json = dict[str, Any]
Path = tuple[str | int, ...]

NOWHERE = "http://127.0.0.1:1/hooks"  # nothing listens there

HOSTILE = (
    "",
    " ",
    "\x00",
    "\ud800",
    "<!channel> <@U0BOB> <https://evil.example|bank>",
    "&lt;!here&gt;",
    "*_~`>```",
    "\u202egnp.exe \u2066",
    "\u200b\ufeff\u2060",
    "👩‍👩‍👧‍👦🔥:fire:" * 50,
    "../../etc/passwd",
    "a\r\nb\u2028c",
    '{"incident": 5}',
    '{"incident": "INC-1", "role": "ic"}',
    "INC-1",
    "INC-99999",
    "{" * 500,
    "9" * 5000,
    "x" * 300,
    "é" * 40_000,
)


def deep(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = {"a": [value]}
    return value


ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    2**70,
    1.5,
    True,
    [],
    {},
    [None],
    [[]],
    {"id": None},
    {"id": []},
    deep(40),
)

VERBS = (
    *("help", "timeline", "ack", "who", "postmortem", "role", "role ic", "role ic <@U0BOB|bob>"),
    *("handoff", "handoff ic <@U0BOB|bob>", "handoff ic none", "audit", "audit 2", "private"),
    *("update", "update on it", "note seen", "severity sev0 worse", "status", "mitigate", ""),
    *("task Look <@U0BOB|bob> by 14:30", "task list", "task done 1", "task 1 me", "task"),
    *("snooze 20m so", "snooze", "page <@U0BOB|bob> come", "page primary", "page me"),
    *("milestone declared 5m ago so", "milestone", "merge INC-2", "merge <#C0GENERAL|general>"),
    *("title It is DNS", "title", "summary It is DNS", "summary"),
    *("show", "INC-1", "INC-1 ack", "note INC-2 seen", "ack inc 1", "timeline banana"),
    *(
        "list",
        "list mine",
        "list all",
        "catchup",
        "escalate",
        "acknowledge",
        "declare private A leak",
    ),
    *("resolve It is over", "close", "reopen it is back", "cancel a false alarm"),
    *("subscribe", "subscribe a@b.org", "subscribe INC-1", "unsubscribe", "unsubscribe a@b.org"),
)


def command(text: str = "help", **more: Any) -> Json:
    return {
        "command": "/incident",
        "text": text,
        "token": "verification",
        "team_id": "T0ACME",
        "team_domain": "acme",
        "enterprise_id": None,
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0ANA",
        "user_name": "ana",
        "api_app_id": "A0MUSTER",
        "is_enterprise_install": "false",
        "response_url": NOWHERE,
        "trigger_id": "1.2.3",
        **more,
    }


def interactive(kind: str, **more: Any) -> Json:
    return {
        "type": kind,
        "user": {"id": "U0ANA", "username": "ana", "team_id": "T0ACME"},
        "team": {"id": "T0ACME", "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A0MUSTER",
        "token": "verification",
        "trigger_id": "1.2.3",
        **more,
    }


def click(action_id: str = "ack", value: str = "INC-1") -> Json:
    return interactive(
        "block_actions",
        channel={"id": "C0GENERAL", "name": "general"},
        container={"type": "message", "channel_id": "C0GENERAL", "message_ts": "1.2"},
        message={"ts": "1.2", "text": "…", "metadata": {"event_type": "muster"}},
        state={"values": {}},
        response_url=NOWHERE,
        actions=[_action(action_id, value)],
    )


def click_in(where: Json, action_id: str, value: str = "INC-1") -> Json:
    """A click on a button in a form or on the Home tab, with no message and no channel."""
    return interactive(
        "block_actions",
        container={"type": "view", "view_id": where["id"]},
        view=where,
        actions=[_action(action_id, value)],
    )


def _action(action_id: str, value: str) -> Json:
    return {"type": "button", "action_id": action_id, "block_id": "b", "value": value}


def view(callback_id: str) -> Json:
    text = {"type": "plain_text", "text": "Words"}
    option = {"text": text, "value": "SEV3"}
    inputs = {
        "text": {"type": "plain_text_input", "value": "It is slow"},
        "severity": {"type": "static_select", "selected_option": option},
        "user": {"type": "users_select", "selected_user": "U0BOB"},
        "checks": {"type": "checkboxes", "selected_options": [{**option, "value": "stable"}]},
        "role": {"type": "static_select", "selected_option": {**option, "value": "ol"}},
        "stage": {"type": "static_select", "selected_option": None},
        "title": {"type": "plain_text_input", "value": None},
        "summary": {"type": "plain_text_input", "value": "Since noon"},
        "due": {"type": "plain_text_input", "value": "30m"},
        "for": {"type": "plain_text_input", "value": "20m"},
        "reason": {"type": "plain_text_input", "value": "It restores"},
        "affected": {"type": "plain_text_input", "value": "Everybody"},
        "playbook": {"type": "static_select", "selected_option": None},
        "private": {"type": "checkboxes", "selected_options": []},
        "tasks": {"type": "checkboxes", "selected_options": [{**option, "value": "1"}]},
    }
    return {
        "id": "V0VIEW",
        "team_id": "T0ACME",
        "app_installed_team_id": "T0ACME",
        "type": "modal",
        "callback_id": callback_id,
        "hash": "1.2",
        "title": text,
        "close": None,
        "submit": text,
        "private_metadata": '{"incident": "INC-1"}',
        "blocks": [{"type": "input", "block_id": name, "element": {}} for name in inputs],
        "state": {"values": {name: {name: each} for name, each in inputs.items()}},
    }


def home_tab() -> Json:
    shown = {
        "id": "V0HOME",
        "type": "home",
        "callback_id": "",
        "private_metadata": "",
        "blocks": [],
    }
    return {**shown, "hash": "1.2", "state": {"values": {}}, "app_id": "A0MUSTER"}


def event(kind: str, **more: Any) -> Json:
    return {
        "type": "event_callback",
        "team_id": "T0ACME",
        "api_app_id": "A0MUSTER",
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [{"team_id": "T0ACME", "user_id": "U0MUSTER", "is_bot": True}],
        "is_ext_shared_channel": False,
        "event": {"type": kind, "channel": "C0GENERAL", "user": "U0ANA", "ts": "1.2", **more},
    }


UNHEARD_OF = "unheard_of"  # no feature listens to it
MODALS = (*sorted(registry.forms()), UNHEARD_OF)
BUTTONS = (*sorted(registry.buttons()), UNHEARD_OF)
SHORTCUTS = (*sorted(registry.shortcuts()), UNHEARD_OF)
VALUES = (
    "INC-1",
    '{"incident": "INC-1", "role": "ic", "offer": 1, "task": "1"}',
    '{"incident": "INC-1", "declare": "wish:1", "own": "INC-1"}',
    '{"list": "all", "before": 1}',
    '{"question": "1"}',
    *HOSTILE,
)
MESSAGE: Json = {
    "channel": {"id": "C0GENERAL", "name": "general"},
    "message": {"type": "message", "ts": "1.2", "user": "U0ANA", "text": "It is slow"},
    "response_url": NOWHERE,
}
ITEM = {"type": "message", "channel": "C0GENERAL", "ts": "1.2"}
NEW = {"type": "message", "user": "U0ANA", "text": "It is slow now", "ts": "1.2"}
EDITED = {**NEW, "edited": {"user": "U0ANA", "ts": "1.3"}}
EVENTS: tuple[Json, ...] = (
    event("message"),
    event("message", subtype="message_changed", message=EDITED, previous_message=NEW, hidden=True),
    event("message", subtype="message_deleted", deleted_ts="1.2", previous_message=NEW),
    event("message", subtype="bot_message", bot_id="B0MUSTER", text="It is slow"),
    event("message", message={"thread_ts": 1}, item={"channel": []}),
    event("reaction_added", reaction="pushpin", item=ITEM, item_user="U0ANA"),
    event("reaction_removed", reaction="pushpin", item=ITEM, item_user="U0ANA"),
    event("reaction_added", reaction="eyes", item={"type": "file", "file": "F1"}),
    event("app_home_opened", tab="home", view=home_tab()),
    event("app_home_opened", tab="messages"),
    event("pin_added", item=ITEM),
    event("member_joined_channel", channel_type="C", team="T0ACME", inviter="U0BOB"),
    event("member_left_channel", channel_type="C", team="T0ACME"),
    event("channel_rename", channel={"id": "C0GENERAL", "name": "all", "created": 1}),
    event("group_rename", channel={"id": "C0GENERAL", "name": "all", "created": 1}),
    *map(
        event,
        ("channel_archive", "channel_unarchive", "group_archive", "channel_left", "group_left"),
    ),
    event("user_change", user={"id": "U0CLEO", "deleted": True, "profile": {}}),
    event("user_change", user={"id": "U0ANA", "deleted": False, "profile": {}}),
    event("pin_added", channel_id="C0GENERAL", item={**ITEM, "message": NEW}, item_user="U0ANA"),
    event("pin_removed", channel_id="C0GENERAL", item={**ITEM, "message": NEW}, has_pins=False),
    event(UNHEARD_OF),
)

SOUND = st.one_of(
    st.sampled_from(VERBS).map(command),
    st.builds(click, st.sampled_from(BUTTONS), st.sampled_from(VALUES)),
    st.builds(
        click_in,
        st.sampled_from((home_tab(), view("declare"), view(UNHEARD_OF))),
        st.sampled_from(BUTTONS),
        st.sampled_from(VALUES),
    ),
    st.sampled_from(MODALS).map(lambda name: interactive("view_submission", view=view(name))),
    st.just(interactive("view_closed", view=view("update"), is_cleared=False)),
    st.builds(
        lambda kind, name: interactive(kind, callback_id=name, action_ts="1.2", **MESSAGE),
        st.sampled_from(("shortcut", "message_action")),
        st.sampled_from(SHORTCUTS),
    ),
    st.just(interactive("block_suggestion", action_id="a", block_id="b", value="x")),
    st.sampled_from(EVENTS),
    st.just({"type": "url_verification", "token": "t", "challenge": "c"}),
    st.just({"type": "app_rate_limited", "team_id": "T0ACME", "minute_rate_limited": 1}),
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """A valid payload with a few fields corrupted."""
    payload = copy.deepcopy(draw(SOUND))
    for _ in range(draw(st.integers(0, 3))):
        places = list(places_of(payload))
        path = draw(st.sampled_from(places))
        kind = draw(st.sampled_from(("missing", "odd", "text", "random")))
        if kind == "missing":
            remove(payload, path)
        elif kind == "odd":
            put(payload, path, draw(st.sampled_from(ODD)))
        elif kind == "text":
            put(payload, path, draw(st.sampled_from(HOSTILE)))
        else:
            put(payload, path, draw(st.one_of(st.text(), st.integers(), st.lists(st.text()))))
    return payload


def places_of(value: Any, at: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        yield (*at, name)
        if isinstance(inner, dict | list) and len(at) < 8:
            yield from places_of(inner, (*at, name))


def put(payload: Any, path: Path, value: Any) -> None:
    *way, last = path
    for name in way:
        payload = payload[name]
    payload[last] = copy.deepcopy(value)


def remove(payload: Any, path: Path) -> None:
    *way, last = path
    for name in way:
        payload = payload[name]
    del payload[last]
