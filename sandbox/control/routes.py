"""The control API: inspect the workspace, act as a person, inject faults.

==========================================  ==================================================
GET  /clock                                 ``{"now": seconds, "rate": 1.0}``
POST /control/clock                         ``{"advance": "15m"}``, ``{"now": …}``, ``{"rate": 2}``
GET  /control/people                        all people; POST ``…/people/NAME`` changes or adds one
POST /control/groups/ID                     a user group: ``{"handle": "ops", "users": ["U0BOB"]}``
GET  /control/people/NAME/views             open modals, topmost last; ``…/home`` the home tab
GET  /control/people/NAME/ephemerals        their ephemeral messages
GET  /control/channels                      all channels, with members, topic, pins, bookmarks;
                                            ``?names``: only their ids and names
GET  /control/channels/C                    one: id, name, ``@bob`` for bob's direct message
GET  /control/channels/C/messages           the messages, with metadata and ``rendered``
POST /control/channels/C/messages           another app's message: ``name``, ``text``, ``blocks``,
                                            ``attachments``, ``thread_ts``; ``ts`` changes one
GET  /control/files                         all files; content is text, or base64 if ``binary``
POST /control/as/NAME/ACT                   act as a person: see ``sandbox.control.actions``
GET  /control/violations                    requests the real Slack would reject; DELETE clears
GET  /control/calls?method=&since=          all API calls, with result and duration
GET  /control/faults                        active faults; POST adds one (``sandbox.faults.Fault``)
DELETE /control/faults[/ID]                 remove one, or all; paused calls continue
POST /control/faults/ID/release             let the calls it paused continue
GET  /control/limits                        429s by method; POST ``{"on": true}`` enforces tiers
POST /control/delivery                      ``{"copies": 2}``: deliver each payload this often
POST /control/payloads                      ``{"kind": "interactive", "payload": …}``: deliver a
                                            raw payload
GET  /control/sockets                       number of open ones; POST ``{"how": "polite"}``,
                                            ``abrupt`` or ``silent`` breaks them;
                                            ``{"frame": "…"}`` sends them a raw frame
==========================================  ==================================================

A refusal is ``400 {"ok": false, "problem": "one sentence"}``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from sandbox import faults, workspace_events
from sandbox.actions import messaging
from sandbox.clock import seconds
from sandbox.control import find, show
from sandbox.control.actions import ACTIONS
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Person, UserGroup

Json = dict[str, Any]
CHANGEABLE = (
    *("real_name", "tz", "deleted", "is_bot", "is_admin"),
    *("is_stranger", "is_restricted", "is_ultra_restricted", "dnd"),
)
Answering = Callable[[Sandbox, web.Request, Json], Awaitable[Any]]


def add_routes(app: web.Application, sandbox: Sandbox) -> None:
    """Add all routes in the table above."""
    for verb, path, answering in (
        ("GET", "/clock", clock),
        ("POST", "/control/clock", move_clock),
        ("GET", "/control/people", people),
        ("POST", "/control/people/{name}", change_person),
        ("GET", "/control/people/{name}/views", views),
        ("GET", "/control/people/{name}/home", home),
        ("GET", "/control/people/{name}/ephemerals", ephemerals),
        ("POST", "/control/groups/{group}", change_group),
        ("GET", "/control/channels", channels),
        ("GET", "/control/channels/{channel}", channel),
        ("GET", "/control/channels/{channel}/messages", messages),
        ("POST", "/control/channels/{channel}/messages", post_message),
        ("GET", "/control/files", files),
        ("POST", "/control/as/{name}/{act}", act),
        ("GET", "/control/violations", violations),
        ("DELETE", "/control/violations", forget_violations),
        ("GET", "/control/calls", calls),
        ("GET", "/control/faults", list_faults),
        ("POST", "/control/faults", add_fault),
        ("DELETE", "/control/faults", clear_faults),
        ("DELETE", "/control/faults/{id}", release),
        ("POST", "/control/faults/{id}/release", release),
        ("GET", "/control/limits", limits),
        ("POST", "/control/limits", limits),
        ("POST", "/control/delivery", delivery),
        ("POST", "/control/payloads", payloads),
        ("GET", "/control/sockets", sockets),
        ("POST", "/control/sockets", sockets),
    ):
        app.router.add_route(verb, path, _handler(sandbox, answering))


def _handler(
    sandbox: Sandbox, answering: Answering
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json() if request.can_read_body else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            answer = await answering(sandbox, request, body)
            if request.method != "GET":
                sandbox.changed()
            return web.json_response(answer)
        except KeyError as missing:
            problem = f"missing, or unknown: {missing}"
        except Refusal as refusal:
            problem = refusal.error
        except ValueError as refused:
            problem = str(refused)
        return web.json_response({"ok": False, "problem": problem}, status=400)

    return handle


async def clock(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    return {"now": sandbox.clock.now(), "rate": sandbox.clock.rate}


async def move_clock(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    if "rate" in body:
        sandbox.clock.set_rate(float(body["rate"]))
    if "now" in body:
        sandbox.clock.set(float(body["now"]))
    if "advance" in body:
        sandbox.clock.advance(seconds(str(body["advance"])))
    return await clock(sandbox, request, body)


async def change_group(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    """Add a user group, or change it."""
    group = UserGroup(
        request.match_info["group"], str(body["handle"]), users=[*map(str, body["users"])]
    )
    sandbox.workspace.user_groups[group.id] = group
    return asdict(group)


async def people(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    return [asdict(person) for person in sandbox.workspace.people.values()]


async def change_person(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    name = request.match_info["name"]
    id_ = str(body.pop("id", f"U0{name.upper()}"))
    person = sandbox.workspace.person(name) or Person(id_, name)
    for key, value in body.items():
        if key not in CHANGEABLE:
            raise ValueError(f"people have no {key}")
        if key == "tz" and value not in available_timezones():
            raise ValueError(f"{value!r} isn't a time zone; write it like 'Europe/Berlin'")
        setattr(person, key, value)
    if person.id in sandbox.workspace.people:
        workspace_events.change_person(sandbox, person)
    sandbox.workspace.people[person.id] = person
    return asdict(person)


async def views(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    return show.views_of(sandbox, find.person(sandbox, request.match_info["name"]))


async def home(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    person = find.person(sandbox, request.match_info["name"])
    return show.view(sandbox, find.view(sandbox, person, "home"))


async def ephemerals(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    person = find.person(sandbox, request.match_info["name"])
    return [
        show.ephemeral(sandbox, w) for w in sandbox.workspace.ephemerals if w.user == person.id
    ]


async def channels(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    """All channels; with ``?names``, only their ids and names."""
    there = sandbox.workspace.channels.values()
    if "names" in request.query:
        return [{"id": it.id, "name": show.channel_name(sandbox, it)} for it in there]
    return [show.channel(sandbox, it) for it in there]


async def channel(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    return show.channel(sandbox, find.channel(sandbox, None, request.match_info["channel"]))


async def messages(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    it = find.channel(sandbox, None, request.match_info["channel"])
    since = float(request.query.get("since", 0))
    return [show.message(sandbox, it, m) for m in it.messages if float(m.ts) > since]


async def post_message(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    it = find.channel(sandbox, None, request.match_info["channel"])
    name = str(body.get("name") or "Webhook")
    return show.message(sandbox, it, messaging.by_another_app(sandbox, it, name, body))


async def files(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    return [asdict(file) for file in sandbox.workspace.files.values()]


async def act(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    person = find.person(sandbox, request.match_info["name"])
    return {"ok": True, **await ACTIONS[request.match_info["act"]](sandbox, person, body)}


async def violations(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    return [asdict(violation) for violation in sandbox.violations]


async def forget_violations(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    gone = await violations(sandbox, request, body)
    sandbox.violations.clear()
    return gone


async def calls(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    since = int(request.query.get("since", 0))
    return sandbox.call_log.to_json(request.query.get("method") or None, since)


async def list_faults(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    return [faults.to_json(fault) for fault in sandbox.faults.all.values()]


async def add_fault(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    return faults.to_json(sandbox.faults.add(body))


async def clear_faults(sandbox: Sandbox, request: web.Request, body: Json) -> list[Json]:
    sandbox.faults.clear()
    return []


async def release(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    sandbox.faults.release(request.match_info["id"])
    return {"ok": True}


async def limits(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    if "on" in body:
        sandbox.rate_limits.switch(bool(body["on"]))
    return {
        "on": sandbox.rate_limits.on,
        "refused": {k: v for k, v in sandbox.rate_limits.refused.items() if v},
    }


async def delivery(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    sandbox.transport.copies = int(body.get("copies", 1))
    return {"copies": sandbox.transport.copies}


async def payloads(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    ack = await sandbox.transport.deliver(str(body["kind"]), body["payload"])
    return {"problem": ack.problem, "answer": ack.body}


async def sockets(sandbox: Sandbox, request: web.Request, body: Json) -> Json:
    if "frame" in body:
        return {"sent": await sandbox.transport.sockets.frame(str(body["frame"]))}
    if "how" in body:
        reason = str(body.get("reason", "refresh_requested"))
        return {"broken": await sandbox.transport.sockets.disconnect(body["how"], reason)}
    open_ = sandbox.transport.sockets.connections
    return {"open": len(open_), "silent": sum(connection.silent for connection in open_)}
