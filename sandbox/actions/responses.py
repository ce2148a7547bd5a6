"""The app's responses to a user action: in the acknowledgement, or at the response URL."""

from typing import Any

from sandbox import workspace_events
from sandbox.api.message_content import checked, nothing
from sandbox.delivery.ack import Ack
from sandbox.interaction_tokens import ResponseUrl
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Ephemeral, Message

Json = dict[str, Any]


def show_command_ack(
    sandbox: Sandbox, act: UserAction, channel: Channel, name: str, ack: Ack
) -> None:
    """Show the body of a command's acknowledgement; a missing acknowledgement is shown, too, like
    Slackbot does."""
    if ack.problem:
        return show_failure(sandbox, act, channel.id, name, ack)
    if isinstance(ack.body, dict) and ack.body:
        try:
            _show(sandbox, "slash_commands", act, channel, ack.body)
        except Refusal as refusal:
            sandbox.violation("slash_commands", str(refusal))
            show_failure(sandbox, act, channel.id, name, Ack(None, refusal.error))
    return None


def show_failure(sandbox: Sandbox, act: UserAction, channel: str, what: str, ack: Ack) -> None:
    """Tell the person that the app didn't respond, and how."""
    slackbot = {"http_timeout": "operation_timeout", "connection_failed": "operation_timeout"}
    problem = slackbot.get(ack.problem, ack.problem)
    text = f'{what} failed with the error "{problem}"'
    if problem == "dispatch_failed":
        text += ": the app did not respond"
    sandbox.show_ephemeral(Ephemeral(sandbox.ts(), channel, act.user, text, problem=problem), act)


def use_response(sandbox: Sandbox, hook: ResponseUrl, body: Json) -> None:
    """Handle a POST to a response URL. Raises ``Refusal``."""
    channel = sandbox.workspace.channels[hook.channel]
    if body.get("delete_original"):
        _delete_original(sandbox, hook, channel)
    elif body.get("replace_original") and (hook.ephemeral or hook.message):
        _replace_original(sandbox, hook, channel, body)
    else:
        shown = _show(sandbox, "response_url", hook.act, channel, body)
        if isinstance(shown, Ephemeral):
            hook.ephemeral = hook.ephemeral or shown.ts


def _show(
    sandbox: Sandbox, where: str, act: UserAction, channel: Channel, body: Json
) -> Message | Ephemeral:
    """Show a new message: ephemeral, unless the response asks for ``in_channel``."""
    given = checked(sandbox, where, body)
    if nothing(given):
        raise Refusal("no_text", wrong="a response without text or blocks")
    fields: Json = {"text": "", **given}
    if body.get("response_type") == "in_channel":
        said = Message(sandbox.ts(), sandbox.workspace.bot_user, by_app=True, **fields)
        said.thread_ts = body.get("thread_ts")
        act.sees({"message": said.ts})
        return workspace_events.post(sandbox, channel, said)
    shown = {"text": fields["text"], "blocks": fields.get("blocks", [])}
    ephemeral = Ephemeral(sandbox.ts(), channel.id, act.user, **shown)
    sandbox.show_ephemeral(ephemeral, act)
    return ephemeral


def _replace_original(sandbox: Sandbox, hook: ResponseUrl, channel: Channel, body: Json) -> None:
    given = checked(sandbox, "response_url", body)
    if nothing(given):
        raise Refusal("no_text", wrong="a response without text or blocks")
    if hook.ephemeral is not None:
        for ephemeral in sandbox.workspace.ephemerals:
            if ephemeral.ts == hook.ephemeral:
                ephemeral.text, ephemeral.blocks = given.get("text", ""), given.get("blocks", [])
                hook.act.sees({"ephemeral": ephemeral.ts})
        sandbox.changed()
    elif (said := channel.message(hook.message or "")) is not None:
        workspace_events.edit(sandbox, channel, said, sandbox.workspace.bot_user, **given)


def _delete_original(sandbox: Sandbox, hook: ResponseUrl, channel: Channel) -> None:
    ephemerals = sandbox.workspace.ephemerals
    ephemerals[:] = [w for w in ephemerals if hook.ephemeral is None or w.ts != hook.ephemeral]
    said = channel.message(hook.message or "") if hook.ephemeral is None else None
    if said is not None:
        workspace_events.delete(sandbox, channel, said)
    sandbox.changed()
