"""The local Slack's page in a real browser: time to load, live updates, and scrolling thousands of
messages."""

import time
from typing import Any

from playwright.sync_api import Page

from sandbox.driver import Slack
from tests.bench.deployment import TOKEN, local_slack
from tests.bench.statistics import Part, Row, both, ms
from tests.browser import chromium
from tests.browser.chromium import Window
from tests.sandbox.api import Api

TIMES, MESSAGES = 10, 5_000
LONG = 0.05  # seconds; a frame this long is noticeable

MEANING = f"""\
**The page.** The page of the local Slack in headless Chromium at 1280 × 800, without a graphics
card. *Ready* is the time from navigation to the first message drawn, with an empty cache, {TIMES}
times. *Message to pixels* is the time from before the call of `chat.postMessage` (over HTTP, its
answer included) to the end of the first frame that shows the message. Then we open a channel of
{MESSAGES:,} messages and scroll with the mouse wheel from its end to its first message, which
loads them a hundred at a time. A frame counts as long from {LONG * 1000:.0f} ms on."""

SHOWN = """(words) => new Promise((told) => {
  const drawn = () => setTimeout(() => told(performance.timeOrigin + performance.now()));
  const there = () => document.body.textContent.includes(words);
  const look = () => requestAnimationFrame(there() ? drawn : look);
  look();
})"""
UP = """() => new Promise((told) => {
  const pane = document.querySelector("main .scroller"), frames = [], began = performance.now();
  let before = began;
  const step = (now) => {
    frames.push(now - before);
    before = now;
    const first = pane.querySelector("li").textContent.includes("joined"); // as the bot did
    if (pane.scrollTop === 0 && (first || now > began + 60_000))
      return told({ frames, first, took: now - began });
    pane.scrollTop -= 240;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def measure() -> Part:
    with local_slack(None) as slack, chromium.browser() as browser:
        api = Api(slack.url, TOKEN)
        for channel in ("C0GENERAL", "C0RANDOM"):
            api("conversations.join", channel=channel)
        api("chat.postMessage", channel="C0GENERAL", text="the first")
        ready = [_ready(browser.new_context().new_page(), slack) for _ in range(TIMES)]
        window = Window(browser, slack.url, "ana").goes()
        shown = [_shown(window.page, api, f"message {number:03}") for number in range(TIMES)]
        _fill(api)
        opened, up = _through(window)
    rows = [
        Row("page ready, p50 / p99", both(ready), aim="≤ 1 s"),
        Row("message to pixels, p50 / p99", both(shown), aim="≤ 100 ms"),
        Row(f"channel of {MESSAGES:,} messages opened", ms(opened), aim="≤ 0.5 s"),
    ]
    frames = [each / 1000 for each in up["frames"]]
    long = [each for each in frames if each >= LONG]
    rows.append(
        Row(
            "… scrolled up to its first message",
            ms(up["took"] / 1000),
            f"{len(frames)} frames, p50 / p99 {both(frames)}",
        )
    )
    rows.append(Row("… long frames", f"{len(long)}", f"the longest {ms(max(frames))}", aim="few"))
    return Part(rows, MEANING)


def _ready(page: Page, slack: Slack) -> float:
    began = time.monotonic()
    page.goto(f"{slack.url}/#ana/C0GENERAL")
    page.locator("main .message").first.wait_for()
    took = time.monotonic() - began
    page.context.close()
    return took


def _shown(page: Page, api: Api, words: str) -> float:
    page.evaluate(f"void (window.shown = ({SHOWN})({words!r}))")  # not awaited yet
    began = time.time()
    api("chat.postMessage", channel="C0GENERAL", text=words)
    at: float = page.evaluate("window.shown")
    return at / 1000 - began


def _fill(api: Api) -> None:
    """Post messages of all kinds: plain, formatted, with blocks."""
    for number in range(1, MESSAGES + 1):
        text = (
            f"number {number} of *{MESSAGES}*, <@U0BOB>: `so` :eyes: <https://example.com|there>"
        )
        section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
        more: dict[str, Any] = {"blocks": [section]} if number % 3 == 0 else {}
        api("chat.postMessage", channel="C0RANDOM", text=text, **more)


def _through(window: Window) -> tuple[float, dict[str, Any]]:
    began = time.monotonic()
    window.goes("C0RANDOM")
    window.messages.filter(has_text=f"number {MESSAGES} of").wait_for()
    opened = time.monotonic() - began
    window.page.set_default_timeout(120_000)
    up: dict[str, Any] = window.page.evaluate(UP)
    if not up["first"] or window.troubles:
        raise RuntimeError(f"not up to the first message: {window.troubles}")
    return opened, up


def skipped() -> Part:
    """The table's row if there is no browser."""
    return Part([Row("the page in a browser", "not measured: no Chromium here")], "")


def measured() -> Part:
    return measure() if chromium.found() else skipped()


if __name__ == "__main__":
    for row in measured().rows:
        print(f"{row.what:45} {row.measured:20} {row.beside:30} {row.aim}")
