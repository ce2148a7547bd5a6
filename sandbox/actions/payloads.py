"""What Slack sends when a person acts: the fields that the kinds of payload share."""

from typing import Any

from sandbox.interaction_tokens import ResponseUrl
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Person

Json = dict[str, Any]


class NotPossible(ValueError):
    """A person can't do that in Slack; one sentence says why."""


def begin(sandbox: Sandbox, person: Person) -> UserAction:
    """From now on what the app shows this person answers this act."""
    act = UserAction(person.id)
    sandbox.actions.append(act)
    del sandbox.actions[:-200]
    return act


def common(sandbox: Sandbox, person: Person) -> Json:
    """What every interactive payload has."""
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
    """``channel`` of an interactive payload."""
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """Slack doesn't tell an app what a private conversation is called."""
    special = {"im": "directmessage", "private": "privategroup"}
    return special.get(channel.kind, channel.name)


def response_url(sandbox: Sandbox, kind: str, hook: ResponseUrl) -> str:
    token = sandbox.tokens.new_response_url(hook)
    return f"{sandbox.url}/hooks/{kind}/{sandbox.workspace.team_id}/{token}"


def can_see(person: Person, channel: Channel) -> None:
    """Public channels can be read by everybody; the others by their members."""
    if person.deleted:
        raise NotPossible(f"{person.name} is deactivated")
    if channel.kind != "channel" and person.id not in channel.members:
        raise NotPossible(f"{person.name} can't see {channel.name or channel.id}")


def can_write(person: Person, channel: Channel) -> None:
    can_see(person, channel)
    if channel.archived:
        raise NotPossible(f"#{channel.name} is archived")
    if person.id not in channel.members:
        raise NotPossible(f"{person.name} is not in #{channel.name}: they have to join first")
