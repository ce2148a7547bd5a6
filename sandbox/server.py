"""The server process: ``python -m sandbox``, or ``with Running() as slack`` in a test."""

import argparse
import asyncio
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from aiohttp import web

from sandbox.app_config import read_manifest
from sandbox.delivery.http import HttpTransport
from sandbox.sandbox import Sandbox
from sandbox.state_file import StateFile, load_state
from sandbox.web import application
from sandbox.workspace_file import new_workspace


def main(argv: list[str]) -> int:
    """Serve until SIGTERM or SIGINT. Returns 0 if it ended, 1 if it was refused (with one
    sentence), 2 for wrong usage."""
    options = _parser().parse_args(argv)
    try:
        asyncio.run(_until_told(options))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        where = f"{options.host}:{options.port}"
        why = os.strerror(problem.errno or 0).lower()
        print(f"the sandbox can't listen on {where}: {why}", file=sys.stderr)
        return 1
    return 0


class Server:
    """A sandbox on a port. Call ``start`` and ``stop`` on the same event loop."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.url = ""

    async def start(self) -> None:
        """Start serving. Raises ``ValueError`` or ``OSError``."""
        options = self.options
        if bool(options.events_url) != bool(options.signing_secret):
            raise ValueError("--events-url and --signing-secret go together")
        allowed = read_manifest(options.manifest, options.bot_token, options.app_token)
        saved = load_state(options.state) if options.state else None
        self.sandbox = sandbox = Sandbox(
            saved[0] if saved else new_workspace(options.workspace, time.time()), allowed
        )
        if saved:
            sandbox.clock.advance(saved[1])
            sandbox.clock.set_rate(saved[2])
        self.state_file = StateFile(options.state, sandbox) if options.state else None
        if self.state_file is not None:
            sandbox.watchers.append(self.state_file.changed)
        sandbox.tips = options.tip
        for user, home in sandbox.workspace.homes.items():
            sandbox.views.homes[user] = sandbox.views.make(user, home)
        self.runner = web.AppRunner(application(sandbox), access_log=None, shutdown_timeout=1.0)
        await self.runner.setup()
        try:
            await web.TCPSite(self.runner, options.host, options.port).start()
        except OSError:
            await self.runner.cleanup()
            raise
        port = self.runner.addresses[0][1]
        self.url = sandbox.url = f"http://{options.host}:{port}"
        if options.events_url:
            sandbox.transport.http = HttpTransport(options.signing_secret, options.events_url)

    async def stop(self) -> None:
        await self.sandbox.close()
        await self.runner.cleanup()
        if self.state_file is not None:
            self.state_file.save()


class Running:
    """A sandbox in a thread of this process, on a free port: ``with Running() as slack``.

    Accepts the flags of ``python -m sandbox``: ``Running("--manifest", "manifest.yml")``.
    ``url``: its address.
    """

    def __init__(self, *argv: str) -> None:
        given = list(argv) if "--port" in argv else ["--port", "0", *argv]
        self.server = Server(_parser().parse_args(given))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox, only for reading, because it runs in another thread."""
        return self.server.sandbox

    def events_to(self, secret: str, *urls: str) -> None:
        """Deliver payloads to these URLs, for bots that start after the sandbox."""
        self.server.sandbox.transport.http = HttpTransport(secret, *urls)

    def __enter__(self) -> "Running":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.server.start(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self.server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()


async def _until_told(options: argparse.Namespace) -> None:
    server = Server(options)
    await server.start()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    print(f"Slack sandbox ready on {server.url} (API at {server.url}/api/)", flush=True)
    await told.wait()
    await server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A local, strict Slack.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=3080, help="port to listen on; 0: a free one")
    parser.add_argument("--events-url", help="the app's request URL, without Socket Mode")
    parser.add_argument("--signing-secret", help="secret for signing requests to the app")
    parser.add_argument("--state", type=Path, help="file to save the workspace in")
    parser.add_argument("--workspace", type=Path, help="initial people and channels (YAML)")
    parser.add_argument("--manifest", type=Path, help="the app's manifest: scopes and events")
    parser.add_argument(
        "--tip",
        action="append",
        default=[],
        help="a line of mrkdwn for the page's first screen; more than one: repeat it",
    )
    parser.add_argument("--bot-token", help="accept only this xoxb-… token")
    parser.add_argument("--app-token", help="accept only this xapp-… token")
    return parser
