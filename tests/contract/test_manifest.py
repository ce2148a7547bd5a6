"""The manifest requests exactly the scopes and events that the code uses."""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.listeners.features import FEATURES
from bot.manifest import EVENTS, SCOPES, manifest

ROOT = Path(__file__).parents[2]
CONTRACT: dict[str, Any] = json.loads((ROOT / "sandbox/contract.json").read_text())
METHODS: dict[str, Any] = CONTRACT["methods"]

# The kinds of conversation on which the code uses these methods; each kind has its own scopes.
PUBLIC, PRIVATE, DIRECT = "channels:", "groups:", "im:"
KINDS = {
    "conversations.archive": (PUBLIC,),
    "conversations.create": (PUBLIC, PRIVATE),
    "conversations.history": (PUBLIC, PRIVATE, DIRECT),
    "conversations.invite": (PUBLIC, PRIVATE),
    "conversations.join": (PUBLIC,),
    "conversations.list": (PUBLIC, PRIVATE),
    "conversations.open": (DIRECT,),
    "conversations.replies": (PUBLIC, PRIVATE),
    "conversations.setTopic": (PUBLIC, PRIVATE),
    "users.conversations": (PUBLIC, PRIVATE),
}


def used() -> set[str]:
    """All Slack methods named in the code."""
    sources = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("workers/**/*.py")]
    return {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in METHODS
    }


@cache
def wanted() -> list[tuple[str, frozenset[str]]]:
    return list(_wanted())


def _wanted() -> Iterator[tuple[str, frozenset[str]]]:
    """For each method (and kind of conversation): the scopes of which it needs one."""
    for method in sorted(used()):
        scopes = frozenset(METHODS[method].get("scopes") or ())
        for kind in KINDS.get(method, ("",)):
            if scopes:
                yield method, frozenset(each for each in scopes if each.startswith(kind))
    for field in CONTRACT["fields"]:  # of what is answered: left out without a scope
        yield field, frozenset(CONTRACT["fields"][field])
    for event in EVENTS:
        for scope in CONTRACT["events"][event]:  # each for the channels of its kind
            yield event, frozenset({scope})


@pytest.mark.parametrize(("method", "any_of"), wanted())
def test_the_manifest_allows_every_call_in_the_code(method: str, any_of: frozenset[str]) -> None:
    assert any_of & set(SCOPES), f"{method} needs one of {sorted(any_of)}"


@pytest.mark.parametrize("scope", sorted(set(SCOPES) - {"commands"}))
def test_the_code_needs_every_scope_of_the_manifest(scope: str) -> None:
    needed_for = [method for method, any_of in wanted() if any_of & set(SCOPES) == {scope}]

    assert needed_for, f"nothing breaks without {scope}"


def test_events_are_those_that_the_code_listens_to() -> None:
    listened = [name for feature in FEATURES for name in feature.events]
    subscribed = yaml.safe_load(manifest())["settings"]["event_subscriptions"]["bot_events"]

    assert sorted(listened) == sorted(set(listened)), "Bolt calls the first listener only"
    assert set(subscribed) == set(listened)


def test_commands_and_shortcuts_are_those_of_the_code() -> None:
    features = yaml.safe_load(manifest())["features"]

    assert [each["command"] for each in features["slash_commands"]] == ["/incident"]
    for kind, listened in (
        ("global", [name for feature in FEATURES for name in feature.shortcuts]),
        ("message", [name for feature in FEATURES for name in feature.message_shortcuts]),
    ):
        offered = [each["callback_id"] for each in features["shortcuts"] if each["type"] == kind]
        assert sorted(offered) == sorted(listened)


def test_the_file_to_paste_is_what_the_command_prints() -> None:
    assert (ROOT / "manifest.yml").read_text() == manifest()


def test_over_http_it_names_the_url_and_no_socket() -> None:
    app = yaml.safe_load(manifest("https://muster.example.com/"))

    url = "https://muster.example.com/slack/events"
    assert app["features"]["slash_commands"][0]["url"] == url
    assert app["settings"]["interactivity"]["request_url"] == url
    assert app["settings"]["event_subscriptions"]["request_url"] == url
    assert app["settings"]["socket_mode_enabled"] is False
