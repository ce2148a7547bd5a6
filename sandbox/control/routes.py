"""The control API.

==========================================  ==================================================
GET  /clock                                 ``{"now": seconds, "rate": 1.0}``
POST /control/clock                         ``{"advance": "15m"}``, ``{"now": …}``, ``{"rate": 2}``
GET  /control/people                        everybody; POST ``…/people/NAME`` changes or adds one
GET  /control/people/NAME/views             open modals, topmost last; ``…/home`` the home tab
GET  /control/people/NAME/ephemerals        what only they saw
GET  /control/channels                      all of them, with members, topic, pins, bookmarks
GET  /control/channels/C                    one: id, name, ``@bob`` for bob's direct message
GET  /control/channels/C/messages           what was said, with metadata and ``rendered``
GET  /control/files                         with content; text, or base64 where ``binary``
POST /control/as/NAME/ACT                   act as a person: see ``sandbox.control.act``
GET  /control/violations                    what the real Slack would refuse; DELETE forgets
GET  /control/calls?method=&since=          every API call, with its result and duration
GET  /control/faults                        in force; POST adds one (``sandbox.faults.Fault``)
DELETE /control/faults[/ID]                 take one away, or all; paused calls go on
POST /control/faults/ID/release             let the calls paused by it go on
GET  /control/limits                        429s by method; POST ``{"on": true}`` enforces tiers
POST /control/delivery                      ``{"copies": 2}``: each payload comes so many times
POST /control/payloads                      ``{"kind": "interactive", "payload": …}``: deliver it
                                            as it stands, whatever it is
GET  /control/sockets                       how many are open; POST ``{"how": "polite"}``,
                                            ``abrupt`` or ``silent`` breaks them;
                                            ``{"frame": "…"}`` sends them a frame as it stands
==========================================  ==================================================

A refusal is ``400 {"ok": false, "problem": "one sentence"}``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox import faults, happenings
from sandbox.clock import seconds
from sandbox.control import find, show
from sandbox.control.act import ACTS
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Person

Json = dict[str, Any]
Answering = Callable[[Site, web.Request, Json], Awaitable[Any]]


def add_routes(app: web.Application, site: Site) -> None:
    """Everything in the table above."""
    for verb, path, answering in (
        ("GET", "/clock", clock),
        ("POST", "/control/clock", move_clock),
        ("GET", "/control/people", people),
        ("POST", "/control/people/{name}", change_person),
        ("GET", "/control/people/{name}/views", views),
        ("GET", "/control/people/{name}/home", home),
        ("GET", "/control/people/{name}/ephemerals", ephemerals),
        ("GET", "/control/channels", channels),
        ("GET", "/control/channels/{channel}", channel),
        ("GET", "/control/channels/{channel}/messages", messages),
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
        app.router.add_route(verb, path, _door(site, answering))


def _door(site: Site, answering: Answering) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json() if request.can_read_body else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            answer = await answering(site, request, body)
            if request.method != "GET":
                site.changed()
            return web.json_response(answer)
        except KeyError as missing:
            problem = f"missing, or unknown: {missing}"
        except Refusal as refusal:
            problem = refusal.error
        except ValueError as refused:
            problem = str(refused)
        return web.json_response({"ok": False, "problem": problem}, status=400)

    return handle


async def clock(site: Site, request: web.Request, body: Json) -> Json:
    return {"now": site.clock.now(), "rate": site.clock.rate}


async def move_clock(site: Site, request: web.Request, body: Json) -> Json:
    if "rate" in body:
        site.clock.set_rate(float(body["rate"]))
    if "now" in body:
        site.clock.set(float(body["now"]))
    if "advance" in body:
        site.clock.advance(seconds(str(body["advance"])))
    return await clock(site, request, body)


async def people(site: Site, request: web.Request, body: Json) -> list[Json]:
    return [asdict(person) for person in site.workspace.people.values()]


async def change_person(site: Site, request: web.Request, body: Json) -> Json:
    name = request.match_info["name"]
    person = site.workspace.person(name) or Person(f"U0{name.upper()}", name)
    for key, value in body.items():
        if key not in ("real_name", "tz", "deleted", "is_bot"):
            raise ValueError(f"people have no {key}")
        setattr(person, key, value)
    if person.id in site.workspace.people:
        happenings.change(site, person)
    site.workspace.people[person.id] = person
    return asdict(person)


async def views(site: Site, request: web.Request, body: Json) -> list[Json]:
    return show.views_of(site, find.person(site, request.match_info["name"]))


async def home(site: Site, request: web.Request, body: Json) -> Json:
    person = find.person(site, request.match_info["name"])
    return show.view(site, find.view(site, person, "home"))


async def ephemerals(site: Site, request: web.Request, body: Json) -> list[Json]:
    person = find.person(site, request.match_info["name"])
    return [show.whisper(site, w) for w in site.workspace.whispers if w.user == person.id]


async def channels(site: Site, request: web.Request, body: Json) -> list[Json]:
    return [show.channel(site, it) for it in site.workspace.channels.values()]


async def channel(site: Site, request: web.Request, body: Json) -> Json:
    return show.channel(site, find.channel(site, None, request.match_info["channel"]))


async def messages(site: Site, request: web.Request, body: Json) -> list[Json]:
    it = find.channel(site, None, request.match_info["channel"])
    since = float(request.query.get("since", 0))
    return [show.message(site, it, m) for m in it.messages if float(m.ts) > since]


async def files(site: Site, request: web.Request, body: Json) -> list[Json]:
    return [asdict(file) for file in site.workspace.files.values()]


async def act(site: Site, request: web.Request, body: Json) -> Json:
    person = find.person(site, request.match_info["name"])
    return {"ok": True, **await ACTS[request.match_info["act"]](site, person, body)}


async def violations(site: Site, request: web.Request, body: Json) -> list[Json]:
    return [asdict(violation) for violation in site.violations]


async def forget_violations(site: Site, request: web.Request, body: Json) -> list[Json]:
    gone = await violations(site, request, body)
    site.violations.clear()
    return gone


async def calls(site: Site, request: web.Request, body: Json) -> list[Json]:
    since = int(request.query.get("since", 0))
    return site.calls.to_json(request.query.get("method") or None, since)


async def list_faults(site: Site, request: web.Request, body: Json) -> list[Json]:
    return [faults.to_json(fault) for fault in site.faults.all.values()]


async def add_fault(site: Site, request: web.Request, body: Json) -> Json:
    return faults.to_json(site.faults.add(body))


async def clear_faults(site: Site, request: web.Request, body: Json) -> list[Json]:
    site.faults.clear()
    return []


async def release(site: Site, request: web.Request, body: Json) -> Json:
    site.faults.release(request.match_info["id"])
    return {"ok": True}


async def limits(site: Site, request: web.Request, body: Json) -> Json:
    if "on" in body:
        site.limits.switch(bool(body["on"]))
    return {"on": site.limits.on, "refused": {k: v for k, v in site.limits.refused.items() if v}}


async def delivery(site: Site, request: web.Request, body: Json) -> Json:
    site.post.copies = int(body.get("copies", 1))
    return {"copies": site.post.copies}


async def payloads(site: Site, request: web.Request, body: Json) -> Json:
    ack = await site.post.ask(str(body["kind"]), body["payload"])
    return {"problem": ack.problem, "answer": ack.body}


async def sockets(site: Site, request: web.Request, body: Json) -> Json:
    if "frame" in body:
        return {"sent": await site.post.sockets.frame(str(body["frame"]))}
    if "how" in body:
        reason = str(body.get("reason", "refresh_requested"))
        return {"broken": await site.post.sockets.disconnect(body["how"], reason)}
    open_ = site.post.sockets.connections
    return {"open": len(open_), "silent": sum(connection.silent for connection in open_)}
