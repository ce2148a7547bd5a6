"""Each Block Kit element, filled in with mouse and keyboard: the payload that the app gets."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.block_kit import (
    ALL,
    ONE,
    THREE,
    TWO,
    actions,
    button,
    element,
    field,
    modal,
    option,
)
from tests.browser.chromium import Window
from tests.browser.recorder import Recorder
from tests.sandbox.api import Api

Json = dict[str, Any]
Opened = Callable[..., Locator]

FOUND = [option("Payments", "svc-1"), option("Payroll", "svc-2")]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "so"}]}],
}


@pytest.fixture
def opened(ana: Window, api: Api, recorder: Recorder) -> Opened:
    """Open this view for Ana."""

    def open_(view: Json) -> Locator:
        ana.types("/incident form")
        trigger = recorder.hears("command")["trigger_id"]
        assert api("views.open", trigger_id=trigger, view=view)["ok"]
        ana.modal.wait_for()
        return ana.modal

    return open_


def picks(inside: Locator, name: str, *words: str) -> None:
    """Choose each of these in a searchable menu, with the keyboard."""
    entry = inside.get_by_role("combobox", name=name, exact=True)
    for word in words:
        entry.fill(word)
        expect(inside.get_by_role("option").first).to_contain_text(word)
        entry.press("ArrowDown")
        entry.press("Enter")


def test_values_are_sent_in_slacks_format(opened: Opened, recorder: Recorder) -> None:
    recorder.answers["block_suggestion"] = lambda heard: {
        "options": [each for each in FOUND if heard["value"] in each["text"]["text"]]
    }
    box = opened(
        modal(
            field("text", "plain_text_input"),
            field("lines", "plain_text_input", multiline=True),
            field("mail", "email_text_input"),
            field("link", "url_text_input"),
            field("number", "number_input", is_decimal_allowed=True),
            field("rich", "rich_text_input"),
            field("date", "datepicker"),
            field("time", "timepicker"),
            field("moment", "datetimepicker"),
            field("boxes", "checkboxes", options=ALL),
            field("radio", "radio_buttons", options=ALL),
            field("menu", "static_select", options=ALL),
            field(
                "groups", "static_select", option_groups=[{"label": ONE["text"], "options": ALL}]
            ),
            field("outside", "external_select", min_query_length=2),
            field("user", "users_select"),
            field("channel", "channels_select"),
            field("conversation", "conversations_select"),
            field("menus", "multi_static_select", options=ALL),
            field("outsides", "multi_external_select", min_query_length=1),
            field("users", "multi_users_select"),
            field("channels", "multi_channels_select"),
            field("rooms", "multi_conversations_select"),
            field("empty", "plain_text_input"),
        )
    )
    box.get_by_label("text (optional)", exact=True).fill("a <b> & 'c'")
    box.get_by_label("lines (optional)", exact=True).fill("one\ntwo")
    box.get_by_label("mail (optional)", exact=True).fill("ana@example.com")
    box.get_by_label("link (optional)", exact=True).fill("https://example.com/?a=1&b=2")
    box.get_by_label("number (optional)", exact=True).fill("2.5")
    box.get_by_label("rich (optional)", exact=True).fill("so")
    box.get_by_label("date (optional)", exact=True).fill("2026-02-28")
    box.get_by_label("time (optional)", exact=True).fill("23:59")
    box.get_by_label("moment (optional)", exact=True).fill("2026-07-01T12:00")  # in Madrid
    box.get_by_role("checkbox", name="Three").check()
    box.get_by_role("checkbox", name="One").check()
    box.get_by_role("radio", name="Two").check()
    for name, *words in (
        ("menu", "Two"),
        ("groups", "Three"),
        ("outside", "Payroll"),
        ("user", "bob"),
        ("channel", "random"),
        ("conversation", "general"),
        ("menus", "Three", "One"),
        ("outsides", "Payments"),
        ("users", "cleo", "dan"),
        ("channels", "random", "general"),
        ("rooms", "engineering"),
    ):
        picks(box, name, *words)
    box.get_by_role("button", name="Send").click()
    values = recorder.hears("view_submission")["view"]["state"]["values"]
    assert {name: slot[name] for name, slot in values.items()} == {
        "text": {"type": "plain_text_input", "value": "a <b> & 'c'"},
        "lines": {"type": "plain_text_input", "value": "one\ntwo"},
        "mail": {"type": "email_text_input", "value": "ana@example.com"},
        "link": {"type": "url_text_input", "value": "https://example.com/?a=1&b=2"},
        "number": {"type": "number_input", "value": "2.5"},
        "rich": {"type": "rich_text_input", "rich_text_value": RICH},
        "date": {"type": "datepicker", "selected_date": "2026-02-28"},
        "time": {"type": "timepicker", "selected_time": "23:59"},
        "moment": {"type": "datetimepicker", "selected_date_time": 1782900000},
        "boxes": {"type": "checkboxes", "selected_options": [ONE, THREE]},
        "radio": {"type": "radio_buttons", "selected_option": TWO},
        "menu": {"type": "static_select", "selected_option": TWO},
        "groups": {"type": "static_select", "selected_option": THREE},
        "outside": {"type": "external_select", "selected_option": FOUND[1]},
        "user": {"type": "users_select", "selected_user": "U0BOB"},
        "channel": {"type": "channels_select", "selected_channel": "C0RANDOM"},
        "conversation": {"type": "conversations_select", "selected_conversation": "C0GENERAL"},
        "menus": {"type": "multi_static_select", "selected_options": [THREE, ONE]},
        "outsides": {"type": "multi_external_select", "selected_options": [FOUND[0]]},
        "users": {"type": "multi_users_select", "selected_users": ["U0CLEO", "U0DAN"]},
        "channels": {
            "type": "multi_channels_select",
            "selected_channels": ["C0RANDOM", "C0GENERAL"],
        },
        "rooms": {
            "type": "multi_conversations_select",
            "selected_conversations": ["C0LEADS"],
        },
        "empty": {"type": "plain_text_input", "value": None},
    }
    expect(box).to_have_count(0)


def test_a_choice_in_a_message_is_an_action(ana: Window, api: Api, recorder: Recorder) -> None:
    confirm = {
        "title": ONE["text"],
        "text": ONE["text"],
        "confirm": TWO["text"],
        "deny": THREE["text"],
    }
    blocks = [
        {
            "type": "section",
            "text": ONE["text"],
            "accessory": element("overflow", options=ALL[:2]),
        },
        actions(
            button("Go", value="INC-7", style="primary"),
            button("Drop", value="x", style="danger", confirm=confirm),
            element("static_select", placeholder=ONE["text"], options=ALL),
            element("datepicker", initial_date="2026-01-31"),
            element("checkboxes", options=ALL),
            element("multi_users_select", placeholder=THREE["text"]),
        ),
    ]
    ts = api("chat.postMessage", channel="C0GENERAL", text="choose", blocks=blocks)["ts"]
    here = ana.page.locator(f'[data-ts="{ts}"]')

    def did() -> Json:
        heard = recorder.hears("block_actions")
        assert heard["container"] == {
            "type": "message",
            "message_ts": ts,
            "channel_id": "C0GENERAL",
            "is_ephemeral": False,
        }
        assert len(heard["actions"]) == 1
        action: Json = heard["actions"][0]
        assert action.pop("action_ts")
        action.pop("block_id")
        return action

    here.get_by_role("button", name="Go").click()
    assert did() == {**blocks[1]["elements"][0]}
    here.get_by_role("button", name="Drop").click()
    sure = ana.page.locator("dialog.confirm")
    sure.get_by_role("button", name="Three").click()
    expect(sure).to_have_count(0)
    here.get_by_role("button", name="Drop").click()
    sure.get_by_role("button", name="Two").click()
    pressed = did()
    assert (pressed["action_id"], pressed["value"], pressed["style"]) == ("Drop", "x", "danger")
    picks(here, "One", "Three")
    assert did() == {
        "type": "static_select",
        "action_id": "static_select",
        "selected_option": THREE,
    }
    here.locator("input[type=date]").fill("2026-03-01")
    assert did() == {
        "type": "datepicker",
        "action_id": "datepicker",
        "selected_date": "2026-03-01",
    }
    here.get_by_role("checkbox", name="Two").check()
    assert did() == {"type": "checkboxes", "action_id": "checkboxes", "selected_options": [TWO]}
    picks(here, "Three", "eve")
    assert did() == {
        "type": "multi_users_select",
        "action_id": "multi_users_select",
        "selected_users": ["U0EVE"],
    }
    here.get_by_label("More").first.click()
    here.get_by_role("menuitem", name="Two").click()
    assert did() == {"type": "overflow", "action_id": "overflow", "selected_option": TWO}


def test_a_view_refuses_grows_stacks_and_is_closed(
    opened: Opened, api: Api, recorder: Recorder
) -> None:
    many = {"notify_on_close": True}
    about = {**field("about", "plain_text_input"), "optional": False}
    box = opened(modal(about, actions(button("More")), title="Below", **many))
    entry, send = box.get_by_label("about"), box.get_by_role("button", name="Send")
    send.click()
    wrong = box.get_by_text("Please complete this required field.")
    expect(wrong).to_be_visible()
    expect(entry).to_be_focused()
    expect(entry).to_have_attribute("aria-invalid", "true")
    assert not [each for each in recorder.heard if each["type"] == "view_submission"]
    recorder.answers["view_submission"] = lambda heard: {
        "response_action": "errors",
        "errors": {"about": "say <more>"},
    }
    entry.fill("it")
    send.click()
    expect(box.get_by_text("say <more>")).to_be_visible()
    recorder.hears("view_submission")
    entry.fill("typed, not sent")
    box.get_by_role("button", name="More").click()
    heard = recorder.hears("block_actions")
    assert heard["view"]["state"]["values"]["about"]["about"]["value"] == "typed, not sent"
    entry.fill("typed meanwhile")
    grown = modal(about, field("else", "plain_text_input"), title="Grown", **many)
    assert api("views.update", view_id=heard["view"]["id"], view=grown)["ok"]
    expect(box.get_by_label("else")).to_be_visible()
    expect(box.get_by_label("about")).to_have_value("typed meanwhile")
    recorder.answers["view_submission"] = lambda heard: {
        "response_action": "push",
        "view": modal(field("why", "plain_text_input"), title="Above", **many),
    }
    send.click()
    expect(box.get_by_role("heading")).to_have_text("Above")
    submitted = recorder.hears("view_submission")["view"]["state"]["values"]
    assert submitted["about"]["about"]["value"] == "typed meanwhile"
    box.get_by_label("why").press("Escape")
    expect(box.get_by_role("heading")).to_have_text("Grown")
    assert recorder.hears("view_closed")["view"]["title"]["text"] == "Above"
    box.get_by_role("button", name="Not now").click()
    expect(box).to_have_count(0)
    assert recorder.hears("view_closed")["is_cleared"] is False
