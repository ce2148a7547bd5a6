"""Slack's payloads as listeners get them: each kind of request, each kind of input."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.incident.events import CLOCK
from bot.listeners.inbound import (
    BlockAction,
    EventCallback,
    FormClosed,
    GlobalShortcut,
    MessageShortcut,
    SlashCommand,
    Submission,
    Suggestion,
    inputs,
)
from bot.listeners.inbound.events import (
    ChannelEvent,
    ChannelRenamed,
    HomeOpened,
    MemberEvent,
    MessageChanged,
    MessageDeleted,
    MessageEvent,
    OtherEvent,
    ReactionEvent,
    UserChanged,
)
from bot.listeners.inbound.inputs import HasValue
from bot.listeners.payload import MalformedPayload, parse_payload
from tests.faults import payloads
from tests.faults.payloads import SOUND, click, click_in, command, event, interactive, view

Json = dict[str, Any]


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


# Values in `state.values` as in Slack's reference, and the values that a listener reads.
FILLED: dict[str, tuple[Json, type[HasValue[Any]], Any]] = {
    "plain_text_input": ({"value": "It is slow"}, inputs.TextInput, "It is slow"),
    "email_text_input": ({"value": "a@example.com"}, inputs.TextInput, "a@example.com"),
    "url_text_input": ({"value": "https://x.org"}, inputs.TextInput, "https://x.org"),
    "number_input": ({"value": "-12.50"}, inputs.NumberInput, Decimal("-12.50")),
    "rich_text_input": (
        {
            "rich_text_value": {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "See ", "style": {"bold": True}},
                            {"type": "link", "url": "https://x.org", "text": "the graph"},
                            {"type": "emoji", "name": "fire"},
                        ],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [{"type": "channel", "channel_id": "C0OPS"}],
                            }
                        ],
                    },
                ],
            }
        },
        inputs.RichTextInput,
        "See the graph (https://x.org):fire:\n#C0OPS",
    ),
    "static_select": ({"selected_option": option("sev1")}, inputs.Select, "sev1"),
    "external_select": ({"selected_option": option("pay")}, inputs.Select, "pay"),
    "radio_buttons": ({"selected_option": option("yes")}, inputs.Select, "yes"),
    "overflow": ({"selected_option": option("more")}, inputs.Select, "more"),
    "multi_static_select": (
        {"selected_options": [option("a"), option("b")]},
        inputs.MultiSelect,
        ("a", "b"),
    ),
    "multi_external_select": ({"selected_options": [option("a")]}, inputs.MultiSelect, ("a",)),
    "checkboxes": ({"selected_options": [option("stable")]}, inputs.MultiSelect, ("stable",)),
    "users_select": ({"selected_user": "U0BOB"}, inputs.UsersSelect, "U0BOB"),
    "conversations_select": (
        {"selected_conversation": "G0OPS"},
        inputs.ConversationsSelect,
        "G0OPS",
    ),
    "channels_select": ({"selected_channel": "C0OPS"}, inputs.ChannelsSelect, "C0OPS"),
    "multi_users_select": (
        {"selected_users": ["U0BOB", "W0CLEO"]},
        inputs.MultiUsersSelect,
        ("U0BOB", "W0CLEO"),
    ),
    "multi_conversations_select": (
        {"selected_conversations": ["C0OPS", "D0ANA"]},
        inputs.MultiConversationsSelect,
        ("C0OPS", "D0ANA"),
    ),
    "multi_channels_select": (
        {"selected_channels": ["C0OPS"]},
        inputs.MultiChannelsSelect,
        ("C0OPS",),
    ),
    "datepicker": ({"selected_date": "2026-12-24"}, inputs.DatePicker, date(2026, 12, 24)),
    "timepicker": (
        {"selected_time": "08:05", "timezone": "Europe/Berlin"},
        inputs.TimePicker,
        time(8, 5),
    ),
    "datetimepicker": (
        {"selected_date_time": 1_798_149_900},
        inputs.DateTimePicker,
        datetime(2026, 12, 24, 22, 5, tzinfo=UTC),
    ),
    "file_input": (
        {"files": [{"id": "F0LOG", "name": "pool.log", "mimetype": "text/plain", "size": 9}]},
        inputs.FileInput,
        (inputs.SlackFile(id="F0LOG", name="pool.log", mimetype="text/plain", size=9),),
    ),
}
NOTHING = {"value": None, **{name: None for left, _, _ in FILLED.values() for name in left}}


def submitted(**elements: Json) -> Submission:
    form = view("any")
    form["state"] = {"values": {name: {name: each} for name, each in elements.items()}}
    found = parse_payload(interactive("view_submission", view=form))
    assert isinstance(found, Submission)
    return found


@pytest.mark.parametrize("element", FILLED)
def test_an_inputs_value_has_the_type_of_its_element(element: str) -> None:
    left, kind, value = FILLED[element]
    form = submitted(asked={"type": element, **left})
    assert form.input("asked", kind) == value
    assert type(form.input("asked", kind)) is type(value)
    others = {each for _, each, _ in FILLED.values()} - {kind}
    assert [each for each in others if form.input("asked", each) is not None] == []


@pytest.mark.parametrize("element", FILLED)
def test_an_empty_input_holds_nothing(element: str) -> None:
    _, kind, value = FILLED[element]
    empty: Any = "" if isinstance(value, str) else () if isinstance(value, tuple) else None
    for left in ({}, NOTHING):
        assert submitted(asked={"type": element, **left}).input("asked", kind) == empty


@pytest.mark.parametrize("element", FILLED)
def test_a_choice_in_a_message_has_the_type_of_its_element(element: str) -> None:
    left, kind, value = FILLED[element]
    chosen = {"type": element, "action_id": "asked", "block_id": "b", **left}
    action = parse_payload({**click(), "actions": [chosen]})
    assert isinstance(action, BlockAction)
    assert isinstance(action.action.picked, kind)
    assert action.action.picked.value == value
    assert action.value == (value if isinstance(value, str) else "")


WRONG: dict[str, tuple[Any, ...]] = {
    "plain_text_input": (5, [], {}, True, "x" * (2**20 + 1)),
    "number_input": (5, "", "1e9", "NaN", "Infinity", "٣", "1" * 100, "1.", "--1", "0x1"),
    "static_select": (5, "sev1", {}, {"value": None}, {"value": 5}, []),
    "checkboxes": (5, "a", {}, [5], [None], [{"value": []}], [["a"]]),
    "users_select": (5, [], {}, "U0 BOB", "U0ANA> <!channel", "U" * 65),
    "multi_users_select": (5, "U0BOB", {}, [5], [None], [""], ["U0 BOB"]),
    "datepicker": (5, "", "20261224", "2026-13-01", "2026-02-30", "2026-W01-1", "٢٠٢٦-12-24"),
    "timepicker": (5, "", "24:00", "8:05", "08:05:01", "08:60", "08:05Z", "noon"),
    "datetimepicker": (-1, 1.5, "1798149900", True, 10**10, 2**70, []),
    "file_input": (5, {}, [5], [{}], [{"id": None}], [{"id": "F1", "size": "big"}]),
}


@pytest.mark.parametrize("element", WRONG)
def test_a_value_of_another_type_is_malformed(element: str) -> None:
    (name, *_), *_ = FILLED[element]
    for wrong in WRONG[element]:
        with pytest.raises(
            MalformedPayload, match=r"^payload\.view\.state\.values\.asked\.asked\."
        ):
            submitted(asked={"type": element, name: wrong})


def test_an_element_that_muster_does_not_know_does_no_harm() -> None:
    form = submitted(
        asked={"type": "mood_picker", "selected_mood": {"deep": [1]}},
        title={"type": "plain_text_input", "value": "Checkout is down"},
    )
    assert form.field("asked") == ""
    assert form.field("title") == "Checkout is down"
    without: tuple[Any, ...] = ({}, {"type": None}, {"type": []}, None, 5)
    for no_type in without:
        with pytest.raises(MalformedPayload):
            submitted(asked=no_type)


def test_a_field_is_a_text_an_option_or_a_person() -> None:
    form = submitted(
        text={"type": "plain_text_input", "value": "slow"},
        severity={"type": "static_select", "selected_option": option("SEV1")},
        user={"type": "users_select", "selected_user": "U0BOB"},
        checks={"type": "checkboxes", "selected_options": [option("stable"), option("metrics")]},
        day={"type": "datepicker", "selected_date": "2026-12-24"},
    )
    names = ("text", "severity", "user", "checks", "day", "none")
    assert [form.field(name) for name in names] == ["slow", "SEV1", "U0BOB", "", "", ""]
    assert form.checked("checks") == ["stable", "metrics"]
    assert form.checked("text") == form.checked("none") == []


def test_rich_text_of_any_shape_is_read_or_left_out() -> None:
    deep: Any = {"type": "rich_text_section", "elements": [{"type": "text", "text": "bottom"}]}
    for _ in range(900):
        deep = {"type": "rich_text_list", "elements": [deep, 5, None]}
    form = submitted(asked={"type": "rich_text_input", "rich_text_value": deep})
    assert form.input("asked", inputs.RichTextInput) == "bottom"
    for odd in payloads.ODD:
        submitted(asked={"type": "rich_text_input", "rich_text_value": odd})


# --- requests --------------------------------------------------------------------------------


def test_a_command() -> None:
    found = parse_payload(command("  Declare \n sev1 Checkout is &lt;down&gt; "))
    assert isinstance(found, SlashCommand)
    assert (found.user, found.channel, found.team) == ("U0ANA", "C0GENERAL", "T0ACME")
    assert found.subcommand == "declare"
    assert found.argument == "sev1 Checkout is &lt;down&gt;"
    assert found.trigger_id == "1.2.3"
    assert found.response_url == payloads.NOWHERE


@pytest.mark.parametrize("text", [None, "", "   "])
def test_a_command_alone(text: str | None) -> None:
    found = parse_payload({**command(), "text": text})
    assert isinstance(found, SlashCommand)
    assert (found.subcommand, found.argument) == ("", "")


def test_a_click_in_a_message() -> None:
    found = parse_payload(click("role_take", '{"incident": "INC-7", "role": "ic"}'))
    assert isinstance(found, BlockAction)
    assert found.action.action_id == "role_take"
    assert found.named_incident == "INC-7"
    assert found.data == {"incident": "INC-7", "role": "ic"}
    assert (found.channel, found.view, found.values) == ("C0GENERAL", None, {})


def test_a_click_in_a_message_includes_its_other_inputs() -> None:
    picked = {"type": "datepicker", "selected_date": "2026-12-24"}
    found = parse_payload({**click(), "state": {"values": {"day": {"day": picked}}}})
    assert isinstance(found, BlockAction)
    assert found.input("day", inputs.DatePicker) == date(2026, 12, 24)


def test_a_click_in_a_form_brings_what_is_in_the_form() -> None:
    found = parse_payload(click_in(view("declare"), "severity_ask", "{}"))
    assert isinstance(found, BlockAction)
    assert found.field("text") == "It is slow"
    assert found.metadata == {"incident": "INC-1"}
    assert found.named_incident == ""  # named by the button's value, not by the form
    assert found.channel is None


def test_a_form_keeps_what_muster_put_into_it() -> None:
    form = view("declare")
    kept = {"incident": "INC-7", "source": "C1/1.2", "mine": "too", "gone": None}
    form["private_metadata"] = json.dumps(kept)
    found = parse_payload(interactive("view_submission", view=form))
    assert isinstance(found, Submission)
    assert found.metadata == {"incident": "INC-7", "source": "C1/1.2", "mine": "too"}
    assert found.named_incident == "INC-7"
    assert found.view.input_ids[:2] == ["text", "severity"]


@pytest.mark.parametrize(
    "written", ["[]", "5", "{", '{"a": 5}', '{"a": []}', '{"response_url": "x"}', "[" * 100_000]
)
def test_metadata_that_muster_did_not_write_is_malformed(written: str) -> None:
    form = {**view("declare"), "private_metadata": written}
    with pytest.raises(MalformedPayload, match=r"^payload\.view\.private_metadata"):
        parse_payload(interactive("view_submission", view=form))


def test_the_other_kinds_of_request() -> None:
    closed = parse_payload(interactive("view_closed", view=view("update"), is_cleared=False))
    assert isinstance(closed, FormClosed)
    assert closed.view.callback_id == "update"
    everywhere = parse_payload(interactive("shortcut", callback_id="declare"))
    assert isinstance(everywhere, GlobalShortcut)
    assert (everywhere.callback_id, everywhere.channel) == ("declare", None)
    on_message = parse_payload(
        interactive("message_action", callback_id="add_to_timeline", **payloads.MESSAGE)
    )
    assert isinstance(on_message, MessageShortcut)
    assert (on_message.message.ts, on_message.message.user) == ("1.2", "U0ANA")
    asked = parse_payload(
        interactive("block_suggestion", action_id="service", value="pay", view=view("declare"))
    )
    assert isinstance(asked, Suggestion)
    assert (asked.action_id, asked.typed, asked.field("due")) == ("service", "pay", "30m")


HAPPENED = (
    (event("message"), MessageEvent, "C0GENERAL", None),
    (payloads.EVENTS[1], MessageChanged, "C0GENERAL", None),
    (payloads.EVENTS[2], MessageDeleted, "C0GENERAL", None),
    (payloads.EVENTS[5], ReactionEvent, "C0GENERAL", "U0ANA"),
    (payloads.EVENTS[7], ReactionEvent, None, "U0ANA"),
    (event("member_joined_channel", inviter="U0BOB"), MemberEvent, "C0GENERAL", "U0ANA"),
    (event("channel_archive"), ChannelEvent, "C0GENERAL", "U0ANA"),
    (event("channel_unarchive"), ChannelEvent, "C0GENERAL", "U0ANA"),
    (payloads.EVENTS[13], ChannelRenamed, "C0GENERAL", None),
    (event("app_home_opened", tab="home"), HomeOpened, None, "U0ANA"),
    (event("user_change", user={"id": "U0CLEO", "deleted": True}), UserChanged, None, None),
    (event("emoji_changed"), OtherEvent, None, None),
)


@pytest.mark.parametrize(("sent", "kind", "place", "actor"), HAPPENED)
def test_an_event(sent: Json, kind: type, place: str | None, actor: str | None) -> None:
    found = parse_payload(sent)
    assert isinstance(found, EventCallback)
    assert type(found.event) is kind
    assert (found.event_id, found.team) == ("Ev1", "T0ACME")
    assert (found.channel, found.user) == (place, actor or CLOCK)


def test_fields_of_events() -> None:
    changed = parse_payload(payloads.EVENTS[1])
    assert isinstance(changed, EventCallback)
    now = changed.event.message
    assert (changed.event.ts, now.user, now.edited) == ("1.2", "U0ANA", "1.3")
    assert not changed.event.is_deletion
    gone = parse_payload(event("user_change", user={"id": "U0CLEO", "deleted": True}))
    assert isinstance(gone, EventCallback)
    assert (gone.event.member, gone.event.deleted) == ("U0CLEO", True)


def test_a_message_with_replies_is_deleted_by_a_change() -> None:
    stone = {"ts": "1.2", "subtype": "tombstone", "text": "This message was deleted."}
    found = parse_payload(event("message", subtype="message_changed", message=stone, hidden=True))
    assert isinstance(found, EventCallback)
    assert isinstance(found.event, MessageChanged)
    assert (found.event.ts, found.event.is_deletion) == ("1.2", True)


def test_a_message_is_read_in_its_attachments_too() -> None:
    alert = {"ts": "1.2", "bot_id": "B1", "text": "", "attachments": [{"title": "DB is down"}]}
    sent = {**payloads.MESSAGE, "message": alert}
    found = parse_payload(interactive("message_action", callback_id="declare", **sent))
    assert isinstance(found, MessageShortcut)
    message = found.message
    assert (message.headline, message.text, message.person) == ("DB is down", "DB is down", "")


@given(SOUND)
def test_all_that_slack_sends_is_read_and_more_of_it_changes_nothing(sent: Json) -> None:
    found = parse_payload(sent)
    assert parse_payload({**sent, "new_field": {"deep": [1]}, "enterprise": []}) == found


SECRETS = st.sampled_from(("hunter2", "\ud800hunter2", "hunter2" * 100_000))


@given(SECRETS)
def test_an_error_says_where_and_never_what(secret: str) -> None:
    form = view("update")
    form["state"]["values"]["text"]["text"]["value"] = {"secret": secret}
    for wrong in (
        {**command(), "user_id": secret + " "},
        {**command(), "response_url": secret},
        {**click(), "user": {"id": [secret]}},
        interactive("view_submission", view=form),
        interactive("view_submission", view={**view("update"), "private_metadata": secret}),
    ):
        with pytest.raises(MalformedPayload, match=r"^payload\.") as malformed:
            parse_payload(wrong)
        assert "hunter2" not in str(malformed.value)
        assert len(str(malformed.value)) < 300


def flooded(**form: Any) -> Json:
    return interactive("view_submission", view={**view("any"), **form})


BAD: Json = {"type": 5}
CHOSEN: Json = {"type": "checkboxes", "selected_options": [5] * 100_000}
FLOODS = {
    "blocks": flooded(blocks=[5] * 100_000),
    "inputs": flooded(state={"values": {str(n): {"a": BAD} for n in range(50_000)}}),
    "inputs in a block": flooded(
        state={"values": {"b": {str(n): BAD for n in range(50_000)}}},
    ),
    "options": flooded(state={"values": {"b": {"a": CHOSEN}}}),
    "metadata": flooded(private_metadata=json.dumps(dict.fromkeys(map(str, range(50_000)), 5))),
    "actions": {**click(), "actions": [5] * 100_000},
}


@pytest.mark.parametrize("what", FLOODS)
def test_a_flood_of_mistakes_is_refused_at_the_first(what: str) -> None:
    """Each error costs pydantic about 50 microseconds, during which no one else gets an answer."""
    with pytest.raises(MalformedPayload, match=r"^payload\.") as malformed:
        parse_payload(FLOODS[what])
    wrong = malformed.value.__context__
    assert isinstance(wrong, ValidationError)
    assert wrong.error_count() == 1
