"""Access to the page, and reconnecting when the server is back."""

import json
from pathlib import Path
from urllib import error, request

import pytest
from playwright.sync_api import Browser, expect

from sandbox.page.live import BROKEN
from sandbox.server import Running
from tests.browser.chromium import Window
from tests.harness import free_port
from tests.sandbox.api import LOOPBACK, Api


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost"},
        {"Origin": "null"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/page/live", "/page/main.js", "/control/people"])
def test_a_foreign_page_gets_nothing(running: Running, path: str, headers: dict[str, str]) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    upgrade["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    more = upgrade if path == "/page/live" else {}
    asked = request.Request(running.url + path, headers={**headers, **more})
    with pytest.raises(error.HTTPError) as refused:
        LOOPBACK.open(asked, timeout=5)
    assert refused.value.code == 403


def test_no_script_that_is_not_the_pages_own_runs(ana: Window) -> None:
    refused = ana.page.evaluate(
        """() => new Promise((told) => {
          addEventListener("securitypolicyviolation", (it) => told(it.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "document.title = 'taken'";
          document.head.append(script);
          setTimeout(told, 1000, "nothing was refused");
        })"""
    )
    assert refused == "script-src-elem"
    assert ana.page.title() != "taken"
    assert any("Content Security Policy" in each for each in ana.troubles)
    ana.troubles.clear()


def test_a_window_finds_back_when_the_server_does(browser: Browser, tmp_path: Path) -> None:
    port, state = str(free_port()), str(tmp_path / "state.json")
    with Running("--port", port, "--state", state) as running:
        Api(running.url)("conversations.join", channel="C0GENERAL")
        window = Window(browser, running.url, "ana").goes()
        window.types("before it went")
        expect(window.says("before it went")).to_be_visible()
    expect(window.page.locator("body.away")).to_be_attached()
    with Running("--port", port, "--state", state) as running:
        expect(window.page.locator("body.away")).to_have_count(0, timeout=10_000)
        Api(running.url)("chat.postMessage", channel="C0GENERAL", text="after it came")
        expect(window.says("after it came")).to_be_visible()
        expect(window.messages.filter(has_text="before it went")).to_have_count(1)
        broken = [each for each in window.troubles if "WebSocket" not in each]
        window.page.close()
    assert not broken


def test_a_window_that_can_not_be_drawn_says_so_and_tries_again(
    running: Running, ana: Window, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    running.sandbox.violations.append(None)  # type: ignore[arg-type]  # can't be rendered
    api("chat.postMessage", channel="C0GENERAL", text="while it is broken")
    strip = ana.page.locator("body.away .toolbar")
    expect(strip).to_have_attribute("data-away", BROKEN)
    shown = "it => getComputedStyle(it, '::after').content"
    assert strip.evaluate(shown) == json.dumps(BROKEN)
    assert "can't render a window" in caplog.text
    running.sandbox.violations.remove(None)  # type: ignore[arg-type]
    expect(strip).to_have_count(0, timeout=10_000)
    expect(ana.says("while it is broken")).to_be_visible()
