"""Which server is the master. Every Sentinel is asked twice a second, so that a new one is known
at once, and a Sentinel that doesn't answer delays no one."""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from redis import AuthenticationError, Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.retry import Retry

from bot.wiring.sentinel_url import SentinelUrl

ASK_EVERY = 0.5  # seconds
ANSWERS_WITHIN = 0.5  # seconds for each of them
STORE_ANSWERS_WITHIN = 2.0  # seconds for a server that is looked at alone
FRESH_FOR = 5.0  # seconds: what a Sentinel said before counts only if none said anything since
UNFIT = {"s_down", "o_down", "disconnected"}  # flags of a replica that can't become master now

Address = tuple[str, int]


def named(address: Address) -> str:
    """
    >>> named(("s1", 26379)), named(("::1", 26379))
    ('s1:26379', '[::1]:26379')
    """
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@dataclass(frozen=True, slots=True)
class View:
    """The last answer of one Sentinel. `master`: None if it knows none. `epoch`: of its
    configuration; the highest one is the newest. `moving`: it is replacing this master. `down`:
    the Sentinels agree that the master is down. `replicas`: how many can become master now.
    `problem`: why there was no answer. `asked`: when, by `time.monotonic`."""

    sentinel: Address
    asked: float
    master: Address | None = None
    epoch: int = -1
    moving: bool = False
    down: bool = False
    replicas: int = 0
    problem: str = ""

    def __str__(self) -> str:
        """
        >>> print(View(("s1", 26379), 0.0, ("r1", 6379), 3, replicas=2))
        s1:26379 names r1:6379, with 2 replicas
        >>> print(View(("s1", 26379), 0.0, problem="Connection refused"))
        s1:26379 doesn't answer (Connection refused)
        """
        name = named(self.sentinel)
        if self.problem:
            return f"{name} doesn't answer ({self.problem})"
        if self.master is None:
            return f"{name} doesn't know the service"
        s = "" if self.replicas == 1 else "s"
        says = f"{name} names {named(self.master)}, with {self.replicas} replica{s}"
        if self.moving:
            return f"{says}, which it is replacing"
        return f"{says}, which is down" if self.down else says


class Follower(Protocol):
    """Is told of each new master."""

    def follow(self, master: Address) -> None: ...


class Watch:
    """Asks all Sentinels of a service, each in a thread of its own. The threads end when no one
    refers to it any more."""

    def __init__(self, url: SentinelUrl) -> None:
        self.url = url
        self._news = threading.Condition()
        self._views: dict[Address, View] = {}
        self._followers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._master: Address | None = None
        self.moves = 0  # how often it was another one than before
        self._wake = {each: threading.Event() for each in url.sentinels}
        for address, wake in self._wake.items():
            ask = _asks(url, address)
            threading.Thread(
                target=_keep_asking, args=(weakref.ref(self), ask, wake), daemon=True
            ).start()

    def tell(self, follower: Follower) -> None:
        """Tell it of each new master, as long as it lives."""
        self._followers.add(follower)

    def master(self) -> View:
        """Ask again, and return what the newest configuration says, as soon as one Sentinel has
        answered. Raises `redis.ConnectionError` if none does or there is no master."""
        since = self._hurry()
        with self._news:
            self._news.wait_for(lambda: self._answered(since) or self._all_asked(since), _PATIENCE)
            best = self._best()
        if best is None:
            raise StoreConnectionError(self._why_not())
        if best.down and not best.moving:
            raise StoreConnectionError(
                f"the Sentinels say that the master of {self.url.service} is down"
            )
        return best

    def ask_all(self) -> list[View]:
        """Ask all again, and return their answers, or what is known of those without one."""
        since = self._hurry()
        with self._news:
            self._news.wait_for(lambda: self._all_asked(since), _PATIENCE)
            return [self._since(each, since) for each in self.url.sentinels]

    def known(self) -> View | None:
        """The newest configuration, without asking; None if no Sentinel has answered yet."""
        with self._news:
            return self._best()

    def views(self) -> list[View]:
        """The last answer of each, without asking."""
        with self._news:
            return [
                self._views.get(each, View(each, 0.0, problem="not yet"))
                for each in self.url.sentinels
            ]

    def take(self, view: View) -> None:
        """Take the news of one Sentinel, in its thread."""
        with self._news:
            self._views[view.sentinel] = view
            best = self._best()
            moved = best is not None and best.master != self._master
            if best is not None:
                self.moves += moved and self._master is not None
                self._master = best.master
            self._news.notify_all()
        if moved and best is not None and best.master is not None:
            for follower in list(self._followers):
                follower.follow(best.master)

    def _hurry(self) -> float:
        since = monotonic()
        for each in self._wake.values():
            each.set()
        return since

    def _answered(self, since: float) -> bool:
        return any(not each.problem and each.asked >= since for each in self._views.values())

    def _all_asked(self, since: float) -> bool:
        known = self._views
        return all(each in known and known[each].asked >= since for each in self._wake)

    def _since(self, sentinel: Address, since: float) -> View:
        view = self._views.get(sentinel)
        if view is None or view.asked < since:
            return View(sentinel, since, problem="timed out")
        return view

    def _best(self) -> View | None:
        named = [each for each in self._views.values() if each.master is not None]
        fresh = [each for each in named if each.asked > monotonic() - FRESH_FOR]
        return max(fresh or named, key=lambda each: (each.epoch, each.asked), default=None)

    def _why_not(self) -> str:
        views = list(self._views.values())
        if any(not each.problem for each in views):
            return f"the Sentinels know no service named {self.url.service}"
        return f"no Sentinel answers ({'; '.join(map(str, views)) or 'timed out'})"


_PATIENCE = ANSWERS_WITHIN * 2  # one question may be under way when the next one is asked

_watches: "weakref.WeakValueDictionary[SentinelUrl, Watch]" = weakref.WeakValueDictionary()
_starting = threading.Lock()


def watch(url: SentinelUrl) -> Watch:
    """The watch of this process on these Sentinels."""
    with _starting:
        found = _watches.get(url)
        if found is None:
            found = _watches[url] = Watch(url)
        return found


def to_sentinel(url: SentinelUrl, address: Address) -> Redis:
    """A connection to one Sentinel."""
    return Redis(
        *address,
        socket_timeout=ANSWERS_WITHIN,
        socket_connect_timeout=ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 0),  # it is asked again anyway
        username=url.sentinel_user,
        password=url.sentinel_password,
        ssl=url.tls,
    )


def to_store(url: SentinelUrl, address: Address) -> Redis:
    """A connection to one server of the store, whatever the Sentinels say about it."""
    return Redis(
        *address,
        socket_timeout=STORE_ANSWERS_WITHIN,
        socket_connect_timeout=STORE_ANSWERS_WITHIN,
        retry=Retry(NoBackoff(), 0),
        db=url.db,
        username=url.user,
        password=url.password,
        ssl=url.tls,
    )


def replicas_by(url: SentinelUrl, sentinel: Address) -> list[Address]:
    """The replicas that this Sentinel knows and that may become master, up or not. Raises
    `redis.RedisError`."""
    known = to_sentinel(url, sentinel).sentinel_slaves(url.service)
    return [
        (each["ip"], int(each["port"])) for each in known if int(each.get("slave-priority", 100))
    ]


def _keep_asking(
    watched: "weakref.ref[Watch]", ask: Callable[[], View], wake: threading.Event
) -> None:
    while (its := watched()) is not None:
        its.take(ask())
        del its
        wake.wait(ASK_EVERY)
        wake.clear()


def _asks(url: SentinelUrl, address: Address) -> Callable[[], View]:
    """Returns what asks this Sentinel."""
    client = to_sentinel(url, address)

    def ask() -> View:
        asked = monotonic()
        try:
            with client.pipeline(transaction=False) as pipe:
                pipe.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", url.service)
                pipe.sentinel_master(url.service)
                pipe.sentinel_slaves(url.service)
                named, state, replicas = pipe.execute(raise_on_error=False)
        except AuthenticationError as refused:
            return View(address, asked, problem=str(refused))
        except RedisError as away:
            return View(address, asked, problem=_brief(away))
        if isinstance(named, RedisError):
            return View(address, asked, problem=str(named))
        if not named or isinstance(state, RedisError) or isinstance(replicas, RedisError):
            return View(address, asked)
        master = _address(named)
        # the Sentinel that leads names the new master before it has finished
        promoted = master != (state["ip"], int(state["port"]))
        return View(
            address,
            asked,
            master,
            int(state.get("config-epoch", 0)),
            moving="failover_in_progress" in state["flags"] and not promoted,
            down=bool(state["is_odown"]) and not promoted,
            replicas=sum(_can_take_over(each, master) for each in replicas),
        )

    return ask


def _address(named: Any) -> Address:
    host, port = named
    return host.decode() if isinstance(host, bytes) else str(host), int(port)


def _can_take_over(replica: dict[str, Any], master: Address) -> bool:
    is_it = (replica["ip"], int(replica["port"])) == master
    flags = set(str(replica["flags"]).split(","))
    return not is_it and not flags & UNFIT and int(replica.get("slave-priority", 100)) > 0


def _brief(away: RedisError) -> str:
    """`Connection refused` of redis-py's long sentence."""
    said = str(away).rstrip(".").rpartition(". ")[2] or type(away).__name__
    return said.partition(" connecting to ")[0]
