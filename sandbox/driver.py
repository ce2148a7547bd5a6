"""How a test, or the demo, speaks to a running sandbox: as people do.

    slack = Slack("http://127.0.0.1:3080")
    ana, bob = slack.person("ana"), slack.person("bob")
    ana.types("/incident declare sev1 Checkout is down", channel="general")
    channel = slack.channel("incident-", within=5)
    channel.expects("Take command", kind="card").click("Take command", as_=bob)

Every ``within`` is real seconds. What doesn't come in time is an ``AssertionError`` that
shows what was there instead. What a person can't do in Slack is ``Cannot``.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib import error, request
from urllib.parse import quote, urlencode

Json = dict[str, Any]
Found = TypeVar("Found")

POLL = 0.02
LOOPBACK = request.build_opener(request.ProxyHandler({}))


class Cannot(Exception):
    """The person can't do that in Slack; the sandbox's sentence says why."""


class Slack:
    """One sandbox, by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def person(self, name: str) -> "Person":
        """Somebody by name or id."""
        for person in self.get("/control/people"):
            if name.removeprefix("@") in (person["name"], person["id"]):
                return Person(self, person["name"], person["id"])
        raise AssertionError(f"there is nobody called {name}")

    def channel(self, name: str, *, within: float = 5.0) -> "Channel":
        """The newest channel with this name or id, or whose name begins so or matches so."""

        def look() -> "Channel | None":
            there = self.get("/control/channels")
            tests: list[Callable[[Json], object]] = [
                lambda c: name.lstrip("#") in (c["name"], c["id"]),
                lambda c: c["name"].startswith(name),
                lambda c: re.search(name, c["name"]),
            ]
            for test in tests:
                if fitting := [c for c in there if test(c)]:
                    return Channel(self, fitting[-1]["id"])
            return None

        return wait(look, within, lambda: f"no channel {name!r}; there is:\n{self._names()}")

    def channels(self) -> list[Json]:
        """Every channel, direct messages too, as the control API shows it."""
        there: list[Json] = self.get("/control/channels")
        return there

    def now(self) -> float:
        """The sandbox's time, seconds since 1970."""
        return float(self.get("/clock")["now"])

    def moves(self, by: str) -> None:
        """Move the clock: ``"15m"``, ``"1h30m"``, ``"90s"``."""
        self.post("/control/clock", {"advance": by})

    def sets(self, now: float) -> None:
        """Set the clock to an absolute moment."""
        self.post("/control/clock", {"now": now})

    def rate(self, rate: float) -> None:
        """How fast the clock runs: 1 real, 60 a minute a second, 0 frozen."""
        self.post("/control/clock", {"rate": rate})

    def fails(self, method: str = "*", **how: Any) -> "Fault":
        """Break calls on request; see ``sandbox.faults.Fault``.

        ``error="is_archived"``, ``status=503``, ``latency=200`` (ms), ``hang=5`` (s),
        ``ratelimited=2`` (Retry-After), ``garbage=True``, ``reset=True``, ``pause=True``;
        with ``when="after"`` (applied, then this), ``times``, ``skip``, ``channel``, ``user``.
        """
        kinds = ("error", "status", "latency", "hang", "ratelimited", "garbage", "reset", "pause")
        kind = next(kind for kind in kinds if kind in how)
        value = how.pop(kind)
        return Fault(
            self,
            self.post(
                "/control/faults", {**how, "method": method} | {"kind": kind, "value": value}
            ),
        )

    def away(self) -> "Fault":
        """Slack is gone: every call is answered 503, and every socket is cut."""
        gone = self.fails(status=503)
        self.disconnects("abrupt")
        return gone

    def heals(self) -> None:
        """No faults any more, each payload delivered once, no rate limits."""
        self.delete("/control/faults")
        self.post("/control/delivery", {"copies": 1})
        self.limits(on=False)

    def limits(self, *, on: bool) -> None:
        """Enforce Slack's rate limits from now on, or no more; the counts begin anew."""
        self.post("/control/limits", {"on": on})

    def refused(self) -> dict[str, int]:
        """How many calls were answered 429, by method."""
        counts: dict[str, int] = self.get("/control/limits")["refused"]
        return counts

    def duplicates(self, copies: int = 2) -> None:
        """From now on every payload is delivered so many times."""
        self.post("/control/delivery", {"copies": copies})

    def disconnects(self, how: str = "polite", reason: str = "refresh_requested") -> int:
        """Break the sockets: ``polite``, ``abrupt`` or ``silent``; how many there were."""
        broken = self.post("/control/sockets", {"how": how, "reason": reason})["broken"]
        return int(broken)

    def connections(self) -> int:
        """How many sockets are open and not silent."""
        sockets = self.get("/control/sockets")
        return int(sockets["open"] - sockets["silent"])

    def connected(self, *, within: float = 10.0) -> None:
        """Wait until the bot has a socket open."""
        wait(lambda: self.connections() or None, within, lambda: "no socket was opened")

    def violations(self) -> list[Json]:
        """What the real Slack would refuse as mistakes: ``where``, ``what``, ``clock``."""
        there: list[Json] = self.get("/control/violations")
        return there

    def forgives(self) -> list[Json]:
        """Forget the violations so far, and return them."""
        there: list[Json] = self.delete("/control/violations")
        return there

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Json]:
        """Every API call: seq, method, args, at, clock, result, ms, applied."""
        query = urlencode({"method": method or "", "since": since})
        there: list[Json] = self.get(f"/control/calls?{query}")
        return there

    def files(self) -> list[Json]:
        """Every uploaded file, with its content."""
        there: list[Json] = self.get("/control/files")
        return there

    def deactivates(self, name: str) -> None:
        self.post(f"/control/people/{name}", {"deleted": True})

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: Json) -> Any:
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def text(self, path: str) -> str:
        """A page for people, such as the transcript ``/in/general``."""
        with LOOPBACK.open(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def _ask(self, verb: str, path: str, body: Json | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        asked = request.Request(self.url + path, data, headers, method=verb)
        try:
            with LOOPBACK.open(asked, timeout=60) as answer:
                return json.loads(answer.read())
        except error.HTTPError as refused:
            raise Cannot(json.loads(refused.read())["problem"]) from None

    def _names(self) -> str:
        return "\n".join(f"  {c['name']}" for c in self.channels())


class Fault:
    """Something broken on request, until ``stops``."""

    def __init__(self, slack: Slack, asked: Json) -> None:
        self.slack = slack
        self.id: str = asked["id"]

    def met(self, *, within: float = 5.0) -> None:
        """Wait until it has met a call."""
        wait(lambda: self._now()["met"] or None, within, lambda: "the fault met no call")

    def waiting(self, *, within: float = 5.0) -> None:
        """Wait until a call is paused by it."""
        wait(lambda: self._now()["waiting"] or None, within, lambda: "no call is paused")

    def stops(self) -> None:
        """Gone; calls paused by it go on."""
        self.slack.delete(f"/control/faults/{self.id}")

    releases = stops

    def _now(self) -> Json:
        there: list[Json] = self.slack.get("/control/faults")
        return next(fault for fault in there if fault["id"] == self.id)


class Seen:
    """What a person saw in answer to what they did: an ephemeral message, or a modal."""

    def __init__(self, person: "Person", shape: Json) -> None:
        self.person = person
        self.shape = shape
        self.text: str = shape["rendered"]
        self.problem: str = shape.get("problem", "")
        """Why there was no real answer (``operation_timeout``), or empty."""
        self.blocks: list[Json] = shape.get("blocks", [])

    @property
    def view(self) -> "View | None":
        """The modal that opened, if one did."""
        return View(self.person, self.shape) if self.shape["kind"] == "view" else None

    def click(self, target: str, *, patience: float | None = None, **more: Any) -> "Seen | None":
        """Click in the ephemeral message: by label or action_id."""
        where = {"channel": self.shape["channel"], "ts": self.shape["ts"], "target": target}
        return self.person.does("click", patience, **where, **more)

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"Seen({self.text!r})"


class View:
    """A modal in front of somebody."""

    def __init__(self, person: "Person", shape: Json) -> None:
        self.person = person
        self.text: str = shape["rendered"]
        self.shape: Json = shape["view"]
        self.id: str = self.shape["id"]
        self.callback_id: str = self.shape["callback_id"]
        self.private_metadata: str = self.shape["private_metadata"]
        self.values: Json = self.shape["state"]["values"]

    def submits(self, *, patience: float | None = None, **values: Any) -> Json | None:
        """Fill in by block_id and submit. Errors by block_id, or None if it was taken."""
        body = {"view": self.id, "values": values}
        done = self.person.posts("submit", patience, **body)
        errors: Json | None = done.get("errors")
        return errors

    def fills(self, **values: Any) -> "View":
        """Fill in without submitting."""
        self.person.posts("fill", None, view=self.id, values=values)
        return self

    def chooses(self, target: str, value: Any = None, **more: Any) -> Seen | None:
        """Click a button or pick in a menu that the app hears of at once."""
        return self.person.does("choose", None, view=self.id, target=target, value=value, **more)

    def searches(self, target: str, text: str) -> list[str]:
        """Type into a menu; the labels of the options that the app offers."""
        done = self.person.posts("search", None, view=self.id, target=target, text=text)
        return [option["text"]["text"] for option in done["options"]]

    def closes(self) -> None:
        self.person.posts("close", None, view=self.id)

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Person:
    """Somebody at their keyboard."""

    def __init__(self, slack: Slack, name: str, id_: str) -> None:
        self.slack = slack
        self.name = name
        self.id = id_

    def types(
        self,
        text: str,
        channel: "Channel | str" = "general",
        *,
        thread: "Message | None" = None,
        patience: float | None = None,
    ) -> Seen | None:
        """A message or a slash command; what came back to this person alone, if anything."""
        extra = {"thread_ts": thread.ts} if thread else {}
        return self.does("type", patience, channel=_id(channel), text=text, **extra)

    def says(self, text: str, channel: "Channel | str") -> "Message":
        """A message, to do something with: react to it, use a shortcut on it."""
        done = self.posts("type", None, channel=_id(channel), text=text)
        where = Channel(self.slack, done["channel"])
        return next(m for m in where.messages() if m.ts == done["ts"])

    def shortcut(
        self, callback_id: str, on: "Message | None" = None, *, patience: float | None = None
    ) -> Seen | None:
        """A global shortcut, or one on a message."""
        extra = {"channel": on.channel.id, "ts": on.ts} if on else {}
        return self.does("shortcut", patience, callback_id=callback_id, **extra)

    def view(self, callback_id: str | None = None, *, within: float = 2.0) -> View:
        """The modal in front of this person, once there is one (with this callback_id)."""

        def look() -> View | None:
            for shape in reversed(self.views()):
                if callback_id in (None, shape["view"]["callback_id"]):
                    return View(self, shape)
            return None

        there = lambda: [v["view"]["callback_id"] for v in self.views()]  # noqa: E731
        return wait(look, within, lambda: f"no modal {callback_id}; open are {there()}")

    def views(self) -> list[Json]:
        """The open modals, topmost last."""
        stack: list[Json] = self.slack.get(f"/control/people/{self.name}/views")
        return stack

    def home(self) -> View:
        """The app's home tab as it is now; ``opens_home`` tells the app."""
        return View(self, self.slack.get(f"/control/people/{self.name}/home"))

    def ephemerals(self) -> list[Seen]:
        """Everything that only this person saw, oldest first."""
        there = self.slack.get(f"/control/people/{self.name}/ephemerals")
        return [Seen(self, shape) for shape in there]

    def sees(self, words: str, *, within: float = 5.0) -> Seen:
        """Wait for an ephemeral message with these words; the newest such."""

        def look() -> Seen | None:
            return next((s for s in reversed(self.ephemerals()) if words in s), None)

        def there() -> str:
            shown = "\n".join(f"  {s.text}" for s in self.ephemerals())
            return f"{self.name} saw nothing with {words!r}, but:\n{shown}"

        return wait(look, within, there)

    def dm(self) -> "Channel":
        """The direct message with the bot."""
        return Channel(self.slack, f"@{self.name}", "dm")

    def joins(self, channel: "Channel | str") -> None:
        self._moves("join", channel)

    def leaves(self, channel: "Channel | str") -> None:
        self._moves("leave", channel)

    def archives(self, channel: "Channel | str") -> None:
        self._moves("archive", channel)

    def unarchives(self, channel: "Channel | str") -> None:
        self._moves("unarchive", channel)

    def invites(self, who: "Person | str", channel: "Channel | str") -> None:
        """Bring somebody in; the bot too, by the name of its user."""
        self._moves("invite", channel, who=who.id if isinstance(who, Person) else who)

    def removes(self, who: "Person | str", channel: "Channel | str") -> None:
        self._moves("remove", channel, who=who.id if isinstance(who, Person) else who)

    def renames(self, channel: "Channel | str", name: str) -> None:
        self._moves("rename", channel, name=name)

    def creates(self, name: str, *, private: bool = False) -> "Channel":
        """A channel that is theirs, without the bot."""
        made = self.posts("move", None, how="create", channel=name, private=private)
        return Channel(self.slack, made["channel"])

    def opens_home(self) -> None:
        self.posts("move", None, how="home")

    def does(self, act: str, patience: float | None, **body: Any) -> Seen | None:
        seen = self.posts(act, patience, **body)["seen"]
        return Seen(self, seen) if seen else None

    def posts(self, act: str, patience: float | None, **body: Any) -> Json:
        body |= {} if patience is None else {"patience": patience}
        done: Json = self.slack.post(f"/control/as/{self.name}/{act}", body)
        return done

    def _moves(self, how: str, channel: "Channel | str", **body: Any) -> None:
        self.posts("move", None, how=how, channel=_id(channel), **body)


class Channel:
    """A conversation, as everybody in it sees it."""

    def __init__(self, slack: Slack, id_: str, dm: str = "") -> None:
        self.slack = slack
        self.id = id_
        self._dm = dm

    def messages(self, kind: str | None = None, words: str = "") -> list["Message"]:
        """What was said, oldest first; ``kind`` is ``event_payload.kind`` of the metadata."""
        there = self.slack.get(f"/control/channels/{quote(self.id)}/messages")
        said = [Message(self, shape) for shape in there]
        return [m for m in said if kind in (None, m.kind) and words in m]

    def expects(
        self, words: str = "", *, kind: str | None = None, within: float = 5.0
    ) -> "Message":
        """Wait for a message with these words (and kind); the newest such."""

        def look() -> "Message | None":
            return next(reversed(self.messages(kind, words)), None)

        what = f"{words!r}" + (f" of kind {kind}" if kind else "")
        return wait(look, within, lambda: f"nothing with {what} in:\n{self.transcript()}")

    def never(
        self, words: str = "", *, kind: str | None = None, for_: float = 0.5, since: float = 0.0
    ) -> None:
        """For this long there is no such message (newer than the timestamp ``since``)."""
        until = time.monotonic() + for_
        while time.monotonic() < until:
            found = [m for m in self.messages(kind, words) if float(m.ts) > since]
            assert not found, f"{words!r} was said in:\n{self.transcript()}"
            time.sleep(POLL)

    def until(
        self, holds: Callable[["Channel"], object], *, within: float = 5.0, what: str = "that"
    ) -> None:
        """Wait until something holds of this channel: ``until(lambda c: "bob" in c.members)``."""
        wait(lambda: holds(self) or None, within, lambda: f"not {what} in:\n{self.transcript()}")

    @property
    def name(self) -> str:
        return str(self.info()["name"])

    @property
    def topic(self) -> str:
        return str(self.info()["topic"]["value"])

    @property
    def members(self) -> list[str]:
        """Names, the bot's too."""
        members: list[str] = self.info()["members"]
        return members

    @property
    def pins(self) -> list["Message"]:
        """The pinned messages, newest pin first."""
        pinned = [pin["ts"] for pin in self.info()["pins"]]
        said = {m.ts: m for m in self.messages()}
        return [said[ts] for ts in pinned]

    @property
    def bookmarks(self) -> list[Json]:
        """Each with ``title`` and ``link``."""
        there: list[Json] = self.info()["bookmarks"]
        return there

    @property
    def archived(self) -> bool:
        return bool(self.info()["is_archived"])

    @property
    def private(self) -> bool:
        return bool(self.info()["kind"] == "private")

    def info(self) -> Json:
        """As the control API shows it."""
        there: Json = self.slack.get(f"/control/channels/{quote(self.id)}")
        return there

    def transcript(self) -> str:
        return self.slack.text(f"/in/{quote(self.id)}")


class Message:
    """One message as it was when looked at; ``again`` looks anew."""

    def __init__(self, channel: Channel, shape: Json) -> None:
        self.channel = channel
        self.shape = shape
        self.ts: str = shape["ts"]
        self.text: str = shape["rendered"]
        self.blocks: list[Json] = shape.get("blocks", [])
        self.metadata: Json = shape.get("metadata", {})
        self.payload: Json = self.metadata.get("event_payload", {})
        self.kind: str | None = self.payload.get("kind")
        self.by: str = shape["name"]
        self.edited: bool = "edited" in shape

    def again(self) -> "Message":
        return next(m for m in self.channel.messages() if m.ts == self.ts)

    def shows(self, words: str, *, within: float = 5.0) -> "Message":
        """Wait until this very message, edited in place, has these words."""

        def look() -> "Message | None":
            now = self.again()
            return now if words in now else None

        there = lambda: f"no {words!r} in the message:\n{self.again().text}"  # noqa: E731
        return wait(look, within, there)

    def click(
        self,
        target: str,
        *,
        as_: Person | None = None,
        block_id: str | None = None,
        value: Any = None,
        patience: float | None = None,
    ) -> Seen | None:
        """Click a button, or choose ``value`` in a menu: by label or action_id.

        In a direct message it is its person who clicks; elsewhere say who, with ``as_``.
        """
        who = as_ or self.channel.slack.person(self.channel.name.removeprefix("@"))
        body = {"channel": self.channel.id, "ts": self.ts, "target": target, "value": value}
        body |= {"block_id": block_id} if block_id else {}
        return who.does("click", patience, **body)

    def reacts(self, name: str, *, as_: Person) -> None:
        """Once more takes it away."""
        as_.posts("react", None, channel=self.channel.id, ts=self.ts, name=name)

    def edits(self, text: str, *, as_: Person) -> None:
        as_.posts("edit", None, channel=self.channel.id, ts=self.ts, text=text)

    def deletes(self, *, as_: Person) -> None:
        as_.posts("delete", None, channel=self.channel.id, ts=self.ts)

    def __contains__(self, words: str) -> bool:
        return words in self.text or words in str(self.shape.get("text", ""))

    def __repr__(self) -> str:
        return f"Message({self.text!r})"


def wait(look: Callable[[], Found | None], within: float, else_: Callable[[], str]) -> Found:
    """Look until there is something; after ``within`` real seconds say what there is."""
    until = time.monotonic() + within
    while (found := look()) is None:
        if time.monotonic() > until:
            raise AssertionError(f"after {within} s: {else_()}")
        time.sleep(POLL)
    return found


def _id(channel: Channel | str) -> str:
    return channel if isinstance(channel, str) else channel.id
