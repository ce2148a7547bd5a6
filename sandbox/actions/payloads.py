"""Payloads of user actions: the fields that all kinds share."""

from typing import Any

from sandbox.interaction_tokens import ResponseUrl
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Person

Json = dict[str, Any]


class NotPossible(ValueError):
    """A person can't do this in Slack. The message says why, in one sentence."""


def begin(sandbox: Sandbox, person: Person) -> UserAction:
    """Begin an action: from now on, what the app shows this person counts as the answer to it."""
    act = UserAction(person.id)
    sandbox.actions.append(act)
    del sandbox.actions[:-200]
    return act


def common(sandbox: Sandbox, person: Person) -> Json:
    """The fields of every interactive payload."""
    workspace = sandbox.workspace
    who = {"id": person.id, "username": person.name, "name": person.name}
    return {
        "user": {**who, "team_id": workspace.team_id},
        "api_app_id": workspace.app_id,
        "token": "verification-token",
        "team": {"id": workspace.team_id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_ref(channel: Channel) -> Json:
    """The ``channel`` of an interactive payload."""
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """The channel's name; Slack doesn't tell an app the name of a private conversation."""
    special = {"im": "directmessage", "private": "privategroup"}
    return special.get(channel.kind, channel.name)


def response_url(sandbox: Sandbox, kind: str, hook: ResponseUrl) -> str:
    token = sandbox.tokens.new_response_url(hook)
    return f"{sandbox.url}/hooks/{kind}/{sandbox.workspace.team_id}/{token}"


def can_see(person: Person, channel: Channel) -> None:
    """Whether a person can read a channel: everyone can read public ones, members the others."""
    if person.deleted:
        raise NotPossible(f"{person.name} is deactivated")
    if channel.kind != "channel" and person.id not in channel.members:
        raise NotPossible(f"{person.name} can't see {channel.name or channel.id}")


def can_write(person: Person, channel: Channel) -> None:
    can_see(person, channel)
    if channel.archived:
        raise NotPossible(f"#{channel.name} is archived")
    if person.id not in channel.members:
        raise NotPossible(f"{person.name} isn't in #{channel.name} and has to join first")
