"""Shortcuts: from the lightning menu, or from a message's own menu."""

from sandbox import shapes
from sandbox.acts.answers import failed
from sandbox.acts.payloads import (
    Impossible,
    begin,
    can_see,
    common,
    place,
    response_url,
)
from sandbox.site import Site
from sandbox.state import Channel, Person
from sandbox.tickets import Hook
from sandbox.user_action import Act


async def anywhere(site: Site, person: Person, callback_id: str) -> Act:
    """A global shortcut; Slack doesn't say in which channel."""
    _known(site, callback_id)
    act = begin(site, person)
    payload = {
        "type": "shortcut",
        **common(site, person),
        "action_ts": site.ts(),
        "callback_id": callback_id,
        "trigger_id": site.tickets.trigger(act),
    }
    payload.pop("api_app_id")
    ack = await site.post.ask("interactive", payload)
    if ack.problem:
        failed(site, act, "", callback_id, ack)
    return act


async def on_message(
    site: Site, person: Person, channel: Channel, ts: str, callback_id: str
) -> Act:
    """A message shortcut."""
    _known(site, callback_id)
    can_see(person, channel)
    said = channel.message(ts)
    if said is None:
        raise Impossible(f"no message {ts} in #{channel.name}")
    act = begin(site, person)
    payload = {
        "type": "message_action",
        **common(site, person),
        "action_ts": site.ts(),
        "channel": place(channel),
        "callback_id": callback_id,
        "trigger_id": site.tickets.trigger(act),
        "response_url": response_url(site, "app", Hook(act, channel.id)),
        "message_ts": ts,
        "message": shapes.message(site.workspace, channel, said, metadata=False),
    }
    payload.pop("api_app_id")
    ack = await site.post.ask("interactive", payload)
    if ack.problem:
        failed(site, act, channel.id, callback_id, ack)
    return act


def _known(site: Site, callback_id: str) -> None:
    shortcuts = site.rules.shortcuts
    if shortcuts is not None and callback_id not in shortcuts:
        raise Impossible(f"the manifest has no shortcut {callback_id}")
