"""What the app's answer to an act does: to an ack, and to a response URL."""

from typing import Any

from sandbox import happenings
from sandbox.api.content import checked, nothing
from sandbox.delivery.ack import Ack
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Channel, Message, Whisper
from sandbox.tickets import Hook
from sandbox.user_action import Act

Json = dict[str, Any]


def command_answered(site: Site, act: Act, channel: Channel, name: str, ack: Ack) -> None:
    """The body of an ack is shown; no ack is shown too, as Slackbot puts it."""
    if ack.problem:
        return failed(site, act, channel.id, name, ack)
    if isinstance(ack.body, dict) and ack.body:
        try:
            _show(site, "slash_commands", act, channel, ack.body)
        except Refusal as refusal:
            site.violation("slash_commands", str(refusal))
            failed(site, act, channel.id, name, Ack(None, refusal.error))
    return None


def failed(site: Site, act: Act, channel: str, what: str, ack: Ack) -> None:
    """The person is told that the app did not answer, and how."""
    slackbot = {"http_timeout": "operation_timeout", "connection_failed": "operation_timeout"}
    problem = slackbot.get(ack.problem, ack.problem)
    text = f'{what} failed with the error "{problem}"'
    if problem == "dispatch_failed":
        text += ": the app did not respond"
    site.whisper(Whisper(site.ts(), channel, act.user, text, problem=problem), act)


def responded(site: Site, hook: Hook, body: Json) -> None:
    """A POST to a response URL. Raises ``Refusal``."""
    channel = site.workspace.channels[hook.channel]
    if body.get("delete_original"):
        _delete_original(site, hook, channel)
    elif body.get("replace_original") and (hook.whisper or hook.message):
        _replace_original(site, hook, channel, body)
    else:
        shown = _show(site, "response_url", hook.act, channel, body)
        if isinstance(shown, Whisper):
            hook.whisper = hook.whisper or shown.ts


def _show(site: Site, where: str, act: Act, channel: Channel, body: Json) -> Message | Whisper:
    """A new message: ephemeral unless it asks for ``in_channel``."""
    given = checked(site, where, body)
    if nothing(given):
        raise Refusal("no_text", wrong="an answer without text or blocks")
    fields: Json = {"text": "", **given}
    if body.get("response_type") == "in_channel":
        said = Message(site.ts(), site.workspace.bot_user, by_app=True, **fields)
        said.thread_ts = body.get("thread_ts")
        act.sees({"message": said.ts})
        return happenings.say(site, channel, said)
    shown = {"text": fields["text"], "blocks": fields.get("blocks", [])}
    whisper = Whisper(site.ts(), channel.id, act.user, **shown)
    site.whisper(whisper, act)
    return whisper


def _replace_original(site: Site, hook: Hook, channel: Channel, body: Json) -> None:
    given = checked(site, "response_url", body)
    if nothing(given):
        raise Refusal("no_text", wrong="an answer without text or blocks")
    if hook.whisper is not None:
        for whisper in site.workspace.whispers:
            if whisper.ts == hook.whisper:
                whisper.text, whisper.blocks = given.get("text", ""), given.get("blocks", [])
                hook.act.sees({"ephemeral": whisper.ts})
        site.changed()
    elif (said := channel.message(hook.message or "")) is not None:
        happenings.edit(site, channel, said, site.workspace.bot_user, **given)


def _delete_original(site: Site, hook: Hook, channel: Channel) -> None:
    whispers = site.workspace.whispers
    whispers[:] = [w for w in whispers if hook.whisper is None or w.ts != hook.whisper]
    said = channel.message(hook.message or "") if hook.whisper is None else None
    if said is not None:
        happenings.delete(site, channel, said)
    site.changed()
