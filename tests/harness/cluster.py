"""A real Redis cluster as operators have it: a master, two replicas and three Sentinels, on free
ports of this machine, with the settings that docs/several-machines.md asks for.

Each server has an address of its own that can be cut off: see `Node.cut`.
"""

import shutil
import signal
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType

from redis import Redis, RedisError

from tests.harness.process import free_port
from tests.harness.relay import Relay
from tests.harness.waiting import until

HERE = "127.0.0.1"
SERVICE = "muster"
DOWN_AFTER = 2000  # ms of silence until a Sentinel takes a server for dead
SERVER = shutil.which("redis-server")
WHY_NOT = "redis-server isn't installed (Debian: apt install redis-server)"

RULES = f"""\
sentinel monitor {SERVICE} {HERE} {{master}} 2
sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER}
sentinel failover-timeout {SERVICE} 6000
sentinel parallel-syncs {SERVICE} 2
"""
STORE = (
    *("--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"),
    *("--aof-use-rdb-preamble", "no", "--save", ""),
    *("--min-replicas-to-write", "1", "--min-replicas-max-lag", "10"),
    *("--repl-diskless-sync-delay", "0"),
)


class Node:
    """A server of the cluster, which can be killed, made silent, or cut off. `port`: where others
    reach it."""

    def __init__(self, folder: Path, port: int, own: int, *settings: str) -> None:
        self.port = port
        self._own = own
        self._folder = folder
        self._command = [str(SERVER), *settings]
        self._relay: Relay | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log
            )
        if self._own != self.port and self._relay is None:
            self._relay = Relay(self.port, self._own)

    def kill(self) -> None:
        """Kill it, as if the machine lost power: no one hears why."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def silence(self) -> None:
        """Stop it without ending it: connections stay open, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def cut(self) -> None:
        """Drop what is sent to it and what it sends, and answer no new connection."""
        assert self._relay is not None
        self._relay.cut()

    def mend(self) -> None:
        assert self._relay is not None
        self._relay.mend()

    def close(self) -> None:
        self.kill()
        if self._relay:
            self._relay.close()

    @property
    def url(self) -> str:
        return f"redis://{HERE}:{self._own}/0"

    def client(self) -> Redis:
        return Redis(HERE, self._own, socket_timeout=1, socket_connect_timeout=1)

    def answers(self) -> bool:
        with self.client() as redis, suppress(RedisError):
            return bool(redis.ping())
        return False

    def _signal(self, number: int) -> None:
        if self._process:
            self._process.send_signal(number)


class Cluster:
    """`stores[0]` is the master at first. `relayed`: its servers can be cut off."""

    def __init__(self, *, relayed: bool = False) -> None:
        self._ending = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="c-"))
        self._ending.callback(shutil.rmtree, self.folder, ignore_errors=True)
        first = free_port()
        ports = [first, free_port(), free_port()]
        self.stores = [
            self._store(number, port, free_port() if relayed else port, first)
            for number, port in enumerate(ports)
        ]
        watching = [free_port() for _ in range(3)]
        ids = [f"{port:040x}" for port in watching]
        self.sentinels = [
            self._sentinel(number, watching, ids, first, ports[1:]) for number in range(3)
        ]

    def __enter__(self) -> "Cluster":
        try:
            for node in (*self.stores, *self.sentinels):
                self._ending.callback(node.close)
                node.start()
            until(self.is_whole, within=20, what="the cluster")
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for node in (*self.stores, *self.sentinels):
            node.wake()
        self._ending.close()

    @property
    def url(self) -> str:
        """For `REDIS_URL`."""
        hosts = ",".join(f"{HERE}:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}"

    def master(self) -> Node:
        """The master that most of the Sentinels name."""
        named = [port for each in self.sentinels if (port := _named_by(each))]
        port = max(named, key=named.count)
        return next(each for each in self.stores if each.port == port)

    def has_other_master(self, than: Node) -> bool:
        """Whether some Sentinel names another one."""
        ports = [_named_by(each) for each in self.sentinels]
        return any(port and port != than.port for port in ports)

    def is_whole(self) -> bool:
        """Whether the master has both replicas, and all Sentinels see everyone."""
        return replicas_of(self.master() if self._are_up() else self.stores[0]) == 2 and all(
            map(_sees_all, self.sentinels)
        )

    def fail_over(self) -> None:
        """`SENTINEL FAILOVER`, as an operator types it."""
        with self.sentinels[0].client() as redis:
            redis.execute_command("SENTINEL", "FAILOVER", SERVICE)

    def client(self) -> Redis:
        """A connection to the master of this moment."""
        return Redis(HERE, self.master()._own, socket_timeout=5)

    def _are_up(self) -> bool:
        return any(_named_by(each) for each in self.sentinels)

    def _store(self, number: int, port: int, own: int, master: int) -> Node:
        folder = self.folder / f"store{number}"
        folder.mkdir()
        settings = ["--bind", HERE, "--port", str(own), "--dir", str(folder), *STORE]
        if own != port:
            settings += ["--replica-announce-ip", HERE, "--replica-announce-port", str(port)]
        if number:
            settings += ["--replicaof", f"{HERE} {master}"]
        file = folder / "redis.conf"  # Sentinel has it rewritten
        lines = " ".join(settings).split("--")[1:]
        file.write_text(
            "".join(f"{line.strip() or ''}\n" for line in lines).replace("save\n", 'save ""\n')
        )
        return Node(folder, port, own, str(file))

    def _sentinel(
        self, number: int, ports: list[int], ids: list[str], master: int, replicas: list[int]
    ) -> Node:
        folder = self.folder / f"sentinel{number}"
        folder.mkdir()
        lines = f"bind {HERE}\nport {ports[number]}\ndir {folder}\nsentinel myid {ids[number]}\n"
        lines += RULES.format(master=master)
        lines += "".join(f"sentinel known-replica {SERVICE} {HERE} {each}\n" for each in replicas)
        for port, id_ in zip(ports, ids, strict=True):
            if port != ports[number]:
                lines += f"sentinel known-sentinel {SERVICE} {HERE} {port} {id_}\n"
        (folder / "sentinel.conf").write_text(lines)
        return Node(
            folder, ports[number], ports[number], str(folder / "sentinel.conf"), "--sentinel"
        )


def _named_by(sentinel: Node) -> int:
    """The port of the master that it names; 0 if it doesn't answer."""
    with sentinel.client() as redis, suppress(RedisError):
        named = redis.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", SERVICE)
        return int(named[1]) if named else 0
    return 0


def replicas_of(store: Node) -> int:
    """How many replicas are attached to it."""
    with store.client() as redis, suppress(RedisError):
        info = redis.info("replication")
        return sum(info[f"slave{n}"]["state"] == "online" for n in range(info["connected_slaves"]))
    return 0


def _sees_all(sentinel: Node) -> bool:
    with sentinel.client() as redis, suppress(RedisError):
        replicas = redis.sentinel_slaves(SERVICE)
        state = redis.sentinel_master(SERVICE)
        return (
            state["num-other-sentinels"] == 2
            and state["flags"] == "master"
            and [each["flags"] for each in replicas] == ["slave", "slave"]
            and all(each["master-link-status"] == "ok" for each in replicas)
        )
    return False
