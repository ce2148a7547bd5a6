"""Confirms writes by the replicas that the Sentinels can make the master."""

from dataclasses import dataclass
from time import monotonic

from redis import Redis, ResponseError

from bot.store.confirmation import Unconfirmed, Work
from bot.wiring.master import MasterPool, Server
from bot.wiring.sentinels import View, Watch

WITHIN = 1.0  # seconds in which the replicas have to have it
KEPT = 60  # seconds
FRESH_FOR = 2.0  # seconds in which the answer of a Sentinel counts
SHORT_FOR = 1.0  # seconds in which a replica that was missing isn't waited for


@dataclass(frozen=True, slots=True)
class Expected:
    """How many replicas can take over from a server. `sure`: most of the Sentinels say so now."""

    replicas: int
    sure: bool


class SentinelReplicas:
    """The replicas of the master of a watch.

    The new master of a fail-over is one of those that the Sentinels see, so all of them have to
    confirm. Fewer are enough only if most Sentinels agree: cut off together with its master,
    this process may see the only Sentinel that doesn't know of the new one.
    """

    def __init__(self, redis: Redis, watch: Watch) -> None:
        self._redis = redis
        self._watch = watch
        self._known: tuple[int, int] = (-1, 1)  # the newest epoch, and how many replicas then
        self._short: tuple[Server | None, int, float] = (None, 0, 0.0)

    def confirm(self, key: str, work: Work) -> None:
        """See `bot.store.confirmation.Replicas`."""
        server = self._only(work)
        expected = self._expected(server)
        if expected == Expected(0, sure=True):
            return  # no one can take over
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(key, "1", ex=KEPT)
            wanted = self._wanted(server, expected)
            pipe.execute_command("WAIT", wanted, int(WITHIN * 1000))
            pipe.execute_command("ROLE")
            written, having, role = pipe.execute(raise_on_error=False)
        for answer in (written, having):
            if isinstance(answer, Exception):
                raise answer
        self._only(work)
        if having >= max(expected.replicas, self._expected(server).replicas, 1):
            return
        online = having if isinstance(role, ResponseError) else len(role[2])
        self._check_that_no_one_took_over(server, having, online)
        self._short = (server, having, monotonic())

    @staticmethod
    def _only(work: Work) -> Server:
        """The one server that was used. Raises `Unconfirmed` if there were several."""
        if len(work.servers) != 1:
            raise Unconfirmed("the store failed over meanwhile")
        (server,) = work.servers
        assert isinstance(server, Server)
        return server

    def _expected(self, server: Server) -> Expected:
        """How many replicas can take over from this server: by most of the Sentinels, or by those
        that have news, or else as before."""
        voices = [each for each in self._fresh() if each.master == server.address]
        voices = [each for each in voices if not each.moving]
        count = max((each.replicas for each in voices), default=0)
        epoch, before = self._known
        if len(voices) * 2 > len(self._watch.url.sentinels):
            self._known = (max(each.epoch for each in voices), count)
            return Expected(count, sure=True)
        news = [each.replicas for each in voices if each.epoch > epoch >= 0]
        return Expected(max(news, default=max(before, 1)), sure=False)

    def _fresh(self) -> list[View]:
        since = monotonic() - FRESH_FOR
        return [each for each in self._watch.views() if not each.problem and each.asked > since]

    def _wanted(self, server: Server, expected: Expected) -> int:
        """How many replicas to wait for."""
        short, having, at = self._short
        if short == server and monotonic() < at + SHORT_FOR:
            return min(expected.replicas, having)
        return expected.replicas

    def _check_that_no_one_took_over(self, server: Server, having: int, online: int) -> None:
        """Not all replicas have it. Those that are connected must, and the others must not have
        been made the master. Raises `Unconfirmed`."""
        views = self._watch.ask_all()
        answered = [each for each in views if not each.problem]
        agree = [each for each in answered if each.master == server.address and not each.moving]
        newer = [each for each in answered if each.moving or each.epoch > server.epoch]
        if newer or len(agree) * 2 <= len(views):
            raise Unconfirmed("the store is failing over, or its Sentinels don't answer")
        may_take_over = max(each.replicas for each in agree)
        if having < max(min(1, may_take_over), min(online, may_take_over)):
            raise Unconfirmed(f"{having} of {may_take_over} replicas have it")


def replicas_of(redis: Redis) -> SentinelReplicas | None:
    """The replicas that have to confirm what is written by this connection; None if the store has
    no Sentinels, so that none can become master by itself."""
    pool = redis.connection_pool
    return SentinelReplicas(redis, pool.watch) if isinstance(pool, MasterPool) else None
