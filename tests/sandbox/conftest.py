"""A sandbox for each test, with an app if the test uses one."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.driver import Slack
from sandbox.server import Running
from tests.sandbox.api import Api
from tests.sandbox.app import SECRET, App

Json = dict[str, Any]


@pytest.fixture
def running() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def slack(running: Running) -> Slack:
    return Slack(running.url)


@pytest.fixture
def api(running: Running) -> Api:
    return Api(running.url)


@pytest.fixture
def app(running: Running) -> Iterator[App]:
    """An app that gets requests over HTTP."""
    with App(running.url) as app:
        running.events_to(SECRET, app.url)
        yield app
