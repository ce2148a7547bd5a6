"""One browser and one local Slack for many tests. No window may report an error."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from sandbox.driver import Slack
from sandbox.server import Running
from tests.browser import chromium
from tests.browser.chromium import Window
from tests.browser.recorder import SECRET, Recorder
from tests.harness import Harness
from tests.platform.processes import ROOT
from tests.sandbox.api import Api

Opens = Callable[..., Window]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser. Playwright keeps an event loop running, with which no asynchronous test can
    run, so it ends with these tests."""
    if chromium.found() is None:
        pytest.skip(f"no browser: none of {', '.join(chromium.NAMES)} is installed")
    with chromium.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def _harness() -> Iterator[Harness]:
    with Harness("socket") as harness:
        yield harness


@pytest.fixture
def harness(_harness: Harness) -> Iterator[Harness]:
    """Everything running, for the tests of one file."""
    yield _harness
    _harness.tidy()
    _harness.check_slack()


@pytest.fixture
def opens(browser: Browser) -> Iterator[Opens]:
    """``opens(url, "ana")``: her window. Fails at the end if a window reported an error."""
    windows: list[Window] = []

    def open_(url: str, name: str, **how: Any) -> Window:
        windows.append(Window(browser, url, name, **how))
        return windows[-1]

    yield open_
    troubles = [each for window in windows for each in window.troubles]
    for window in windows:
        window.page.close()
    assert not troubles


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


@pytest.fixture(scope="module")
def running(recorder: Recorder) -> Iterator[Running]:
    """A local Slack with the manifest, whose app only records."""
    with Running("--manifest", str(ROOT / "manifest.yml")) as running:
        running.events_to(SECRET, recorder.url)
        Api(running.url)("conversations.join", channel="C0GENERAL")
        yield running


@pytest.fixture
def slack(running: Running, recorder: Recorder) -> Iterator[Slack]:
    slack = Slack(running.url)
    yield slack
    recorder.heard.clear()
    recorder.answers.clear()
    assert not slack.forgives()


@pytest.fixture
def api(slack: Slack) -> Api:
    return Api(slack.url)


@pytest.fixture
def ana(slack: Slack, opens: Opens) -> Window:
    return opens(slack.url, "ana").goes()
