"""A headless browser, and people's windows in it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 800}


def found() -> str | None:
    """The path of this machine's Chromium, if any."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found(), args=FLAGS)
        yield chromium
        chromium.close()


class Window:
    """One person's window. ``troubles``: the browser's errors."""

    def __init__(self, browser: Browser, url: str, name: str, **how: Any) -> None:
        self.url, self.name = url, name
        self.troubles: list[str] = []
        self.page: Page = browser.new_page(viewport=how.pop("viewport", DESK), **how)
        self.page.set_default_timeout(10_000)
        self.page.route(re.compile("^https:"), lambda route: route.fulfill(body=b""))
        self.page.on("console", self._told)
        self.page.on("pageerror", lambda problem: self.troubles.append(str(problem)))

    def _told(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.troubles.append(said.text)

    def goes(self, channel: str = "C0GENERAL") -> "Window":
        """Open a channel, by its id."""
        self.page.goto(f"{self.url}/#{quote(self.name)}/{channel}")
        self.page.locator(f'.channel[aria-current][data-key="channel-{channel}"]').wait_for(
            state="attached"
        )
        return self

    @property
    def entry(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message", exact=True)

    @property
    def messages(self) -> Locator:
        return self.page.locator("main .message")

    @property
    def modal(self) -> Locator:
        return self.page.locator("dialog.modal")

    def types(self, text: str) -> None:
        """Type a message or a command, and send it."""
        self.entry.fill(text)
        self.page.get_by_role("button", name="Send").first.click()

    def says(self, words: str) -> Locator:
        """The newest visible message with this text."""
        return self.messages.filter(has_text=words).last
