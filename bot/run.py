"""`muster run`: store, bot, workers and clock in one terminal, and a local Slack if none is
configured.

Processes are started from the inside out and stopped from the outside in, so that work continues
until the end, and the store stops last.
"""

import os
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from time import monotonic

from bot import local_slack, packaged, policy
from bot.embedded import EmbeddedServer, abandoned
from bot.errors import CommandError
from bot.ready import Readiness, listens
from bot.settings import Settings
from bot.supervise import Child, end, look_after, stop_on_signal

_WITHOUT_SLACK = """\
No Slack is configured, so this is a local one. In a browser, type /incident at
  http://127.0.0.1:{port}
or send commands from a terminal:
  curl -d '/incident declare sev1 Checkout is down' http://127.0.0.1:{port}/as/ana/in/general
  curl http://127.0.0.1:{port}/in/general
"""
_ON_CALL = "On call here, as the policy names no one: {people}. /incident who shows them.\n"
_TIP = "*On call.* `/incident who` shows who is on call. Declaring a SEV1 pages them."


def run(settings: Settings) -> None:
    """Run everything until Ctrl-C or SIGTERM. Raises CommandError, with nothing left running, if
    it can't start.
    """
    stopping = stop_on_signal()
    local = settings.rehearsing_slack
    if not local:
        settings.require_slack()
    _ports_are_free(settings, local, stopping)
    loaded = _sound_policy(settings)
    if settings.packaged_policy:
        print(packaged.POLICY_IN_USE, flush=True)

    env = {"MUSTER_PLAYBOOKS": str(settings.muster_playbooks)}
    everybody: list[Child] = []
    with ExitStack() as ending:
        if settings.redis_url is None:
            store = EmbeddedServer(settings.muster_data)
            store.start()
            ending.callback(store.stop)
            everybody.append(store.child)
            env["REDIS_URL"] = store.url
        if local:
            slack = _local_slack(settings)
            ending.callback(end, [slack])
            slack.start()
            everybody.append(slack)
            env |= local_slack.environment(settings.muster_sandbox_port)
            _until_it_listens(slack, settings.muster_sandbox_port, stopping)
        ours = [
            _muster("bot", env=env),
            _muster("worker", "--queue", "timers", env=env),
            _muster("worker", "--queue", "bulk", env=env),
            _muster("clock", env=env),
        ]
        ending.callback(end, ours)
        for child in ours:
            child.start()
        welcome = _welcome(settings.muster_sandbox_port, loaded) if local else ""
        readiness = Readiness(settings.muster_host, settings.port, welcome)
        refusing = look_after([*everybody, *ours], stopping, readiness.look)
        if refusing:
            raise CommandError(f"{refusing.name} didn't start; see its log above")


def _muster(*arguments: str, env: Mapping[str, str]) -> Child:
    return Child(" ".join(arguments), [sys.executable, "-m", "bot", *arguments], env)


def _local_slack(settings: Settings) -> Child:
    return _muster(
        "sandbox",
        *("--port", str(settings.muster_sandbox_port)),
        *("--state", str(settings.muster_data / "sandbox.json")),
        *("--manifest", str(packaged.MANIFEST)),
        *("--tip", _TIP),
        env={},
    )


def _welcome(port: int, loaded: policy.Loaded) -> str:
    """How to use the local Slack, and who is on call there if the policy doesn't say."""
    people = local_slack.on_call(loaded.schedules)
    named = ", ".join(f"@{name} ({schedule})" for schedule, name in people.items())
    on_call = _ON_CALL.format(people=named) if people else ""
    return _WITHOUT_SLACK.format(port=port) + on_call


def _sound_policy(settings: Settings) -> policy.Loaded:
    """Load the policy. Its problems are reported once, here, rather than by each process."""
    try:
        return policy.load(settings.muster_playbooks)
    except policy.BrokenPolicy as broken:
        raise CommandError(str(broken)) from None


def _ports_are_free(settings: Settings, local: bool, stopping: threading.Event) -> None:
    """Check the ports before anything is started."""
    wanted = [("PORT", settings.muster_host, settings.port)]
    if local:
        wanted.append(("MUSTER_SANDBOX_PORT", "127.0.0.1", settings.muster_sandbox_port))
        if settings.port == settings.muster_sandbox_port:
            raise CommandError(f"MUSTER_SANDBOX_PORT: must differ from PORT, {settings.port}")
    # The children of a killed run have 5 s to stop; wait for them.
    until = monotonic() + (6.0 if abandoned(settings.muster_data) else 0.0)
    for variable, host, port in wanted:
        while (why := _taken(host, port)) and monotonic() < until:
            stopping.wait(0.05)
        if why:
            raise CommandError(
                f"{variable}: can't listen on {host} port {port} ({why}); "
                f"stop the other program, or set {variable} to another port"
            )


def _taken(host: str, port: int) -> str | None:
    """Why the address is unavailable; None if it is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except socket.gaierror:
        raise CommandError(f"MUSTER_HOST: {host} isn't an address of this machine") from None
    except OSError as taken:
        return os.strerror(taken.errno) if taken.errno else str(taken)
    return None


def _until_it_listens(slack: Child, port: int, stopping: threading.Event) -> None:
    while not listens("127.0.0.1", port) and not stopping.wait(0.02):
        slack.tend()
        if slack.refused:
            raise CommandError("the local Slack didn't start; see its log above")
