"""`make pictures`: screenshots of the page's main states, in docs/pictures/*.png.

They show one realistic incident, in the windows of several people.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from sandbox.driver import Channel
from tests.browser import chromium
from tests.browser.chromium import Window
from tests.browser.palette import small
from tests.harness import Harness
from tests.harness.waiting import until
from tests.platform.processes import ROOT

WHERE = ROOT / "docs" / "pictures"
PHONE = {"width": 390, "height": 844}
LARGEST = 150_000  # bytes


class Album:
    """People's windows, and the screenshots of them."""

    def __init__(self, browser: Browser, harness: Harness, where: Path = WHERE) -> None:
        self.browser, self.harness, self.where = browser, harness, where
        self.blank = browser.new_page()
        where.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def window(self, name: str, channel: str = "C0GENERAL", **how: Any) -> Iterator[Window]:
        window = Window(self.browser, self.harness.slack.url, name, **how).goes(channel)
        window.messages.last.wait_for()
        yield window
        assert not window.troubles, window.troubles
        window.page.close()

    def keep(self, window: Window, name: str) -> None:
        window.page.wait_for_load_state("networkidle")
        picture = small(window.page.screenshot(animations="disabled", caret="hide"), self.blank)
        assert len(picture) <= LARGEST, f"{name}.png has {len(picture)} bytes"
        (self.where / f"{name}.png").write_bytes(picture)
        print(f"docs/pictures/{name}.png  {len(picture) // 1000} kB")


def worked_on(harness: Harness) -> Channel:
    """An hour of an incident."""
    general = harness.slack.channel("general")
    harness.person("dan").says("Morning. The deploy of `checkout` 4.2 is through.", general)
    harness.person("eve").says("I see a few 502s since, looking", general)
    incident = harness.declares("sev1", title="Checkout is down")
    channel = incident.channel
    channel.until(lambda c: "bob" in c.members, what="who is on call")
    incident.expects("page", to=harness.bob.dm()).click("Acknowledge")
    harness.ana.types("/incident role ic @ana", channel)
    harness.ana.types("/incident role ops @bob", channel)
    harness.moves("3m")
    harness.bob.says(
        "Connections are exhausted since the deploy: `max_pool=5` in the new settings", channel
    )
    found = harness.bob.says("*The new pool settings cause it*, rolling back now", channel)
    harness.ana.posts("react", None, channel=channel.id, ts=found.ts, name="pushpin")
    harness.ana.says("Thanks @bob. Cart is fine, only payment is hit", channel)
    harness.moves("4m")
    harness.ana.types("/incident update Payments fail since 4.2; we are rolling back", channel)
    harness.ana.types("/incident task Raise the alert's threshold @bob", channel)
    harness.rests()
    return channel


def taken(browser: Browser, harness: Harness) -> None:
    album = Album(browser, harness)
    channel = worked_on(harness)
    with album.window("ana", channel.id) as ana:
        expect(ana.says("rolling back")).to_be_visible()
        ana.messages.filter(has_text="Incident Commander").first.scroll_into_view_if_needed()
        ana.messages.first.scroll_into_view_if_needed()
        album.keep(ana, "incident")
        ana.entry.fill("/incident ")
        ana.page.locator(".hints [role=option]").first.wait_for()
        album.keep(ana, "command")
        ana.entry.fill("")
    with album.window("ana") as ana:
        ana.types("/incident ")
        ana.modal.wait_for()
        album.keep(ana, "declare")
        ana.modal.get_by_role("button", name="Declare").click()
        ana.modal.get_by_text("required field").wait_for()
        album.keep(ana, "refused")
        ana.modal.get_by_role("button", name="Cancel").click()
    with album.window("cleo", channel.id, color_scheme="dark") as cleo:
        album.keep(cleo, "dark")
    with album.window("bob", dm(harness, "bob"), viewport=PHONE) as bob:
        album.keep(bob, "phone-page")
    with album.window("ana", dm(harness, "ana")) as ana:
        ana.page.get_by_role("tab", name="Home").click()
        ana.page.locator(".home .block").first.wait_for()
        album.keep(ana, "home")
    harness.ana.types("/incident resolve The pool was too small", channel)
    with album.window("ana", channel.id) as ana:
        until(lambda: harness.slack.get("/control/files"), within=20, what="the postmortem")
        harness.rests()
        ana.page.get_by_role("button", name="read and complete it").last.click()
        ana.page.locator(".beside .markdown h2").first.wait_for()
        album.keep(ana, "postmortem")


def dm(harness: Harness, name: str) -> str:
    """The id of a person's direct message with the bot."""
    return next(str(each["id"]) for each in harness.slack.channels() if each["name"] == f"@{name}")


def main() -> int:
    if chromium.found() is None:
        print(f"no browser: install one of {', '.join(chromium.NAMES)}", file=sys.stderr)
        return 1
    with Harness("socket") as harness, chromium.browser() as browser:
        taken(browser, harness)
        harness.check_slack()
    return 0


if __name__ == "__main__":
    sys.exit(main())
