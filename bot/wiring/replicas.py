"""Confirms writes by the replicas that the Sentinels can make the master."""

from time import monotonic

from redis import Redis, ResponseError

from bot.store.confirmation import Unconfirmed, Work
from bot.wiring.master import MasterPool, Server
from bot.wiring.sentinels import Address, View, Watch

WITHIN = 1.0  # seconds in which the replicas have to have it
KEPT = 60  # seconds
SHORT_FOR = 1.0  # seconds in which a replica that was missing isn't waited for


class SentinelReplicas:
    """The replicas of the master of a watch.

    The new master of a fail-over is one of those that the Sentinels see, so all of them have to
    confirm. One that died isn't seen any more after a while; until then, and whenever one is
    missing, the Sentinels are asked whether it may have been made the master.
    """

    def __init__(self, redis: Redis, watch: Watch) -> None:
        self._redis = redis
        self._watch = watch
        self._short: tuple[Server | None, int, float] = (None, 0, 0.0)

    def confirm(self, key: str, work: Work) -> None:
        """See `bot.store.confirmation.Replicas`."""
        seen = self._seen()
        if seen == 0 and len(work.servers) == 1:
            (server,) = work.servers
            best = self._watch.known()
            if best and isinstance(server, Server) and best.master == server.address:
                return
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.set(key, "1", ex=KEPT)
            pipe.execute_command("WAIT", self._wanted(seen, work), int(WITHIN * 1000))
            pipe.execute_command("ROLE")
            written, having, role = pipe.execute(raise_on_error=False)
        for answer in (written, having):
            if isinstance(answer, Exception):
                raise answer
        if len(work.servers) != 1:
            raise Unconfirmed("the store failed over meanwhile")
        (server,) = work.servers
        assert isinstance(server, Server)
        if having >= max(seen, self._seen(server.address)) > 0:
            return
        online = seen if isinstance(role, ResponseError) else len(role[2])
        self._check_that_no_one_took_over(server, having, online)
        self._short = (server, having, monotonic())

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

    def _seen(self, master: Address | None = None) -> int:
        """How many replicas can become master, by the Sentinel that sees most."""
        best = self._watch.known()
        named = master or (best.master if best else None)
        return max((each.replicas for each in self._fresh() if each.master == named), default=0)

    def _fresh(self) -> list[View]:
        return [each for each in self._watch.views() if not each.problem]

    def _wanted(self, seen: int, work: Work) -> int:
        """How many replicas to wait for."""
        server, having, at = self._short
        if server in work.servers and monotonic() < at + SHORT_FOR:
            return min(seen, having)
        return seen


def replicas_of(redis: Redis) -> SentinelReplicas | None:
    """The replicas that have to confirm what is written by this connection; None if the store has
    no Sentinels, so that none can become master by itself."""
    pool = redis.connection_pool
    return SentinelReplicas(redis, pool.watch) if isinstance(pool, MasterPool) else None
