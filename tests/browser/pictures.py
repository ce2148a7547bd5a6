"""`make pictures`: the page's main states, as docs/pictures/*.png.

One incident, as people would live it, in windows of several of them.
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
from tests.browser.png import small
from tests.house import House
from tests.house.waiting import until
from tests.platform.processes import ROOT

WHERE = ROOT / "docs" / "pictures"
PHONE = {"width": 390, "height": 844}
LARGEST = 150_000  # bytes


class Album:
    """Windows of people, and the pictures of them."""

    def __init__(self, browser: Browser, house: House, where: Path = WHERE) -> None:
        self.browser, self.house, self.where = browser, house, where
        self.blank = browser.new_page()
        where.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def window(self, name: str, room: str = "C0GENERAL", **how: Any) -> Iterator[Window]:
        window = Window(self.browser, self.house.slack.url, name, **how).goes(room)
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


def worked_on(house: House) -> Channel:
    """An hour of an incident."""
    general = house.slack.channel("general")
    house.person("dan").says("Morning. The deploy of `checkout` 4.2 is through.", general)
    house.person("eve").says("I see a few 502s since, looking", general)
    incident = house.declares("sev1", title="Checkout is down")
    room = incident.channel
    room.until(lambda c: "bob" in c.members, what="who is on call")
    incident.expects("page", to=house.bob.dm()).click("Acknowledge")
    house.ana.types("/incident role ic @ana", room)
    house.ana.types("/incident role ops @bob", room)
    house.moves("3m")
    house.bob.says(
        "Connections are exhausted since the deploy: `max_pool=5` in the new settings", room
    )
    found = house.bob.says("*The new pool settings cause it*, rolling back now", room)
    house.ana.posts("react", None, channel=room.id, ts=found.ts, name="pushpin")
    house.ana.says("Thanks @bob. Cart is fine, only payment is hit", room)
    house.moves("4m")
    house.ana.types("/incident update Payments fail since 4.2; we are rolling back", room)
    house.ana.types("/incident task Raise the alert's threshold @bob", room)
    house.rests()
    return room


def taken(browser: Browser, house: House) -> None:
    album = Album(browser, house)
    room = worked_on(house)
    with album.window("ana", room.id) as ana:
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
    with album.window("cleo", room.id, color_scheme="dark") as cleo:
        album.keep(cleo, "dark")
    with album.window("bob", dm(house, "bob"), viewport=PHONE) as bob:
        album.keep(bob, "phone-page")
    with album.window("ana", dm(house, "ana")) as ana:
        ana.page.get_by_role("tab", name="Home").click()
        ana.page.locator(".home .block").first.wait_for()
        album.keep(ana, "home")
    house.ana.types("/incident resolve The pool was too small", room)
    with album.window("ana", room.id) as ana:
        until(lambda: house.slack.get("/control/files"), within=20, what="the postmortem")
        house.rests()
        ana.page.get_by_role("button", name="read and complete it").last.click()
        ana.page.locator(".beside .markdown h2").first.wait_for()
        album.keep(ana, "postmortem")


def dm(house: House, name: str) -> str:
    """The id of somebody's direct message with the bot."""
    return next(str(each["id"]) for each in house.slack.channels() if each["name"] == f"@{name}")


def main() -> int:
    if chromium.found() is None:
        print(f"no browser: install one of {', '.join(chromium.NAMES)}", file=sys.stderr)
        return 1
    with House("socket") as house, chromium.browser() as browser:
        taken(browser, house)
        house.check_slack()
    return 0


if __name__ == "__main__":
    sys.exit(main())
