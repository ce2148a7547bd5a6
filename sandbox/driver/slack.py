"""A running sandbox: its people and channels, its clock, faults and violations."""

import re
from typing import Any
from urllib.parse import urlencode

from sandbox.driver.channel import Channel
from sandbox.driver.client import Client
from sandbox.driver.person import Person
from sandbox.driver.waiting import PATIENCE, wait

Json = dict[str, Any]


class Slack(Client):
    """A running sandbox, by URL."""

    def person(self, name: str) -> Person:
        """A person, by name or id."""
        for person in self.get("/control/people"):
            if name.removeprefix("@") in (person["name"], person["id"]):
                return Person(self, person["name"], person["id"])
        raise AssertionError(f"there is nobody called {name}")

    def channel(self, name: str, *, within: float = PATIENCE) -> Channel:
        """The newest channel with this name or id, or whose name matches this regex at its
        start."""

        def look() -> Channel | None:
            there = self.channel_names()
            exact = [id_ for id_, called in there.items() if name.lstrip("#") in (called, id_)]
            fitting = exact or [id_ for id_, called in there.items() if re.match(name, called)]
            return Channel(self, fitting[-1]) if fitting else None

        return wait(look, within, lambda: f"no channel {name!r}; there is:\n{self._names()}")

    def channels(self) -> list[Json]:
        """All channels, including direct messages, as JSON of the control API."""
        there: list[Json] = self.get("/control/channels")
        return there

    def channel_names(self) -> dict[str, str]:
        """The names of all channels, including direct messages, by id, oldest first."""
        return {each["id"]: each["name"] for each in self.get("/control/channels?names")}

    def now(self) -> float:
        """The sandbox's time, in seconds since 1970."""
        return float(self.get("/clock")["now"])

    def moves(self, by: str) -> None:
        """Move the clock forward: ``"15m"``, ``"1h30m"``, ``"90s"``."""
        self.post("/control/clock", {"advance": by})

    def sets(self, now: float) -> None:
        """Set the clock."""
        self.post("/control/clock", {"now": now})

    def rate(self, rate: float) -> None:
        """Set how fast the clock runs: 1 = real time, 60 = a minute per second, 0 = frozen."""
        self.post("/control/clock", {"rate": rate})

    def fails(self, method: str = "*", **how: Any) -> "Fault":
        """Inject a fault into calls; see ``sandbox.faults.Fault``.

        ``error="is_archived"``, ``status=503``, ``latency=200`` (ms), ``hang=5`` (s),
        ``ratelimited=2`` (Retry-After), ``garbage=True``, ``reset=True``, ``pause=True``,
        ``ignores="is_private"`` (an argument);
        with ``when="after"`` (applied, then this), ``times``, ``skip``, ``channel``, ``user``.
        """
        kinds = (
            *("error", "status", "latency", "hang", "ratelimited", "garbage", "reset", "pause"),
            "ignores",
        )
        kind = next(kind for kind in kinds if kind in how)
        value = how.pop(kind)
        asked = {**how, "method": method, "kind": kind, "value": value}
        return Fault(self, self.post("/control/faults", asked))

    def away(self) -> "Fault":
        """Take Slack down: every call is answered 503, and every socket is cut."""
        gone = self.fails(status=503)
        self.disconnects("abrupt")
        return gone

    def heals(self) -> None:
        """Remove all faults, extra deliveries and rate limits."""
        self.delete("/control/faults")
        self.post("/control/delivery", {"copies": 1})
        self.limits(on=False)

    def limits(self, *, on: bool) -> None:
        """Enforce Slack's rate limits, or stop enforcing them; the counts start over."""
        self.post("/control/limits", {"on": on})

    def refused(self) -> dict[str, int]:
        """The number of calls answered 429, by method."""
        counts: dict[str, int] = self.get("/control/limits")["refused"]
        return counts

    def duplicates(self, copies: int = 2) -> None:
        """Deliver every payload this many times from now on."""
        self.post("/control/delivery", {"copies": copies})

    def delivers(self, kind: str, payload: Any) -> str:
        """Deliver a raw payload to the bot. Returns the problem, empty if there was none."""
        done = self.post("/control/payloads", {"kind": kind, "payload": payload})
        return str(done["problem"])

    def frames(self, text: str) -> int:
        """Send a raw frame to the sockets; returns how many there are."""
        return int(self.post("/control/sockets", {"frame": text})["sent"])

    def disconnects(self, how: str = "polite", reason: str = "refresh_requested") -> int:
        """Break the sockets: ``polite``, ``abrupt`` or ``silent``; returns how many there were."""
        broken = self.post("/control/sockets", {"how": how, "reason": reason})["broken"]
        return int(broken)

    def connections(self) -> int:
        """The number of sockets that are open and not silent."""
        sockets = self.get("/control/sockets")
        return int(sockets["open"] - sockets["silent"])

    def connected(self, *, within: float = PATIENCE) -> None:
        """Wait until the bot has an open socket."""
        wait(lambda: self.connections() or None, within, lambda: "no socket was opened")

    def violations(self) -> list[Json]:
        """The requests that the real Slack would reject as mistakes: ``where``, ``what``,
        ``clock``."""
        there: list[Json] = self.get("/control/violations")
        return there

    def forgives(self) -> list[Json]:
        """Clear the violations, and return them."""
        there: list[Json] = self.delete("/control/violations")
        return there

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Json]:
        """All API calls: seq, method, args, at, clock, result, ms, applied."""
        query = urlencode({"method": method or "", "since": since})
        there: list[Json] = self.get(f"/control/calls?{query}")
        return there

    def files(self) -> list[Json]:
        """All uploaded files, with their content."""
        there: list[Json] = self.get("/control/files")
        return there

    def has(self, name: str, **about: Any) -> Person:
        """Add a person, or change them: ``is_bot=True``, ``is_stranger=True``,
        ``is_restricted=True``, ``is_ultra_restricted=True``, ``deleted=True``, ``tz="…"``; for a
        new one also ``id="U…"``."""
        self.post(f"/control/people/{name}", about)
        return self.person(name)

    def disturbs_not(self, name: str, until: float | None) -> None:
        """Put them into Do Not Disturb from now until that time, in seconds; None: end it."""
        pause = None if until is None else (self.now(), until)
        self.post(f"/control/people/{name}", {"dnd": pause})

    def groups(self, group_id: str, handle: str, *users: str) -> None:
        """Add the user group ``@handle`` of these user ids, or change it."""
        self.post(f"/control/groups/{group_id}", {"handle": handle, "users": users})

    def deactivates(self, name: str) -> None:
        self.post(f"/control/people/{name}", {"deleted": True})

    def _names(self) -> str:
        return "\n".join(f"  {c['name']}" for c in self.channels())


class Fault:
    """An injected fault, in force until ``stops``."""

    def __init__(self, slack: Slack, asked: Json) -> None:
        self.slack = slack
        self.id: str = asked["id"]

    def met(self, *, within: float = PATIENCE) -> None:
        """Wait until it has affected a call."""
        wait(lambda: self._now()["met"] or None, within, lambda: self._none("met the fault"))

    def times_met(self) -> int:
        """The number of calls it has affected."""
        return int(self._now()["met"])

    def waiting(self, *, within: float = PATIENCE) -> None:
        """Wait until it has paused a call."""
        wait(lambda: self._now()["waiting"] or None, within, lambda: self._none("is paused"))

    def stops(self) -> None:
        """Remove it; calls paused by it continue."""
        self.slack.delete(f"/control/faults/{self.id}")

    releases = stops

    def _none(self, did: str) -> str:
        last = [f"{call['method']} {call['result']}" for call in self.slack.calls()[-12:]]
        return f"no call {did}: {self._now()}; the last calls: {', '.join(last)}"

    def _now(self) -> Json:
        there: list[Json] = self.slack.get("/control/faults")
        return next(fault for fault in there if fault["id"] == self.id)
