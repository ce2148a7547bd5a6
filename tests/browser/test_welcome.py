"""The first screen: an empty workspace shows what to type, and what else the page can do."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sandbox.driver import Slack
from sandbox.server import Running
from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.browser.recorder import SECRET, Recorder
from tests.platform.processes import ROOT

PHONE = {"width": 390, "height": 844}
TIP = "*On call.* `/incident who` shows who is on call."


@pytest.fixture
def empty(recorder: Recorder) -> Iterator[Running]:
    with Running("--manifest", str(ROOT / "manifest.yml"), "--tip", TIP) as running:
        running.events_to(SECRET, recorder.url)
        yield running


@pytest.fixture
def newcomer(empty: Running, opens: Opens) -> Window:
    return opens(empty.url, "ana", viewport=PHONE).goes()


def test_the_first_command_is_one_click_and_enter_away(
    newcomer: Window, recorder: Recorder
) -> None:
    guide = newcomer.page.get_by_role("region", name="Getting started")
    expect(guide).to_contain_text("On call. /incident who shows who is on call.")
    expect(guide).to_contain_text("Bob Brandt")
    assert newcomer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = guide.get_by_role("button").first
    expect(first).to_have_text("/incident declare sev1 Checkout is down")
    expect(first).to_be_in_viewport(ratio=1)
    first.click()
    expect(newcomer.entry).to_be_focused()
    newcomer.page.keyboard.press("Enter")
    assert recorder.hears("command")["text"] == "declare sev1 Checkout is down"


def test_it_gives_way_to_what_is_said_and_stays_in_the_help(
    newcomer: Window, empty: Running
) -> None:
    guide = newcomer.page.get_by_role("region", name="Getting started")
    expect(guide).to_be_visible()
    Slack(empty.url).person("bob").says("good morning", "general")
    expect(newcomer.says("good morning")).to_be_visible()
    expect(guide).to_have_count(0)
    newcomer.page.get_by_role("button", name="Help", exact=True).click()
    expect(guide).to_be_visible()
    guide.get_by_role("button", name="/incident who").click()
    expect(guide).to_have_count(0)
    expect(newcomer.entry).to_have_value("/incident who")
    expect(newcomer.entry).to_be_focused()


def test_without_a_slash_command_there_is_nothing_to_type(opens: Opens) -> None:
    with Running() as running:
        window = opens(running.url, "ana").goes()
        Slack(running.url).person("bob").joins("general")
        expect(window.entry).to_be_visible()
        window.page.get_by_role("button", name="Help", exact=True).click()
        expect(window.page.locator("dialog.drawer")).to_contain_text("has no slash command")
        expect(window.page.get_by_role("region", name="Getting started")).to_have_count(0)
