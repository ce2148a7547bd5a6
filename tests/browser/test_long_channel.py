"""A channel with more messages than the document contains: each can still be reached."""

from playwright.sync_api import Locator, expect

from tests.browser.chromium import Window
from tests.sandbox.api import Api

MESSAGES, HELD = 400, 150


def in_view(it: Locator) -> bool:
    seen = (
        "(it) => (it.getBoundingClientRect().bottom > 0) && it.getBoundingClientRect().top < 800"
    )
    return it.count() > 0 and bool(it.evaluate(seen))


def test_up_to_the_first_message_and_down_again(ana: Window, api: Api) -> None:
    said = [
        str(api("chat.postMessage", channel="C0GENERAL", text=f"number {number}.")["ts"])
        for number in range(MESSAGES)
    ]
    expect(ana.says(f"number {MESSAGES - 1}.")).to_be_visible()
    pane = ana.page.locator("main .scroller")
    pane.hover()
    for end, step in (("number 0.", -2000), (f"number {MESSAGES - 1}.", 2000)):
        for _ in range(60):
            ana.page.mouse.wheel(0, step)
            ana.page.evaluate("() => new Promise(requestAnimationFrame)")
            assert ana.messages.count() <= HELD
            if in_view(ana.says(end)):
                break
        expect(ana.says(end)).to_be_in_viewport()
    link = f"https://acme.slack.com/archives/C0GENERAL/p{said[3].replace('.', '')}"
    api("chat.postMessage", channel="C0GENERAL", text=f"see <{link}|the fourth>")
    ana.says("see the fourth").get_by_role("button", name="the fourth").click()
    expect(ana.page.locator(".message.found")).to_contain_text("number 3.")
    expect(ana.says("number 3.")).to_be_in_viewport()


def test_a_link_leads_to_what_was_not_fetched_yet(ana: Window, api: Api) -> None:
    first = str(api("chat.postMessage", channel="C0GENERAL", text="the very first")["ts"])
    for number in range(200):
        api("chat.postMessage", channel="C0GENERAL", text=f"later {number}.")
    link = f"https://acme.slack.com/archives/C0GENERAL/p{first.replace('.', '')}"
    api("chat.postMessage", channel="C0GENERAL", text=f"see <{link}|where it began>")
    ana.page.reload()
    ana.says("see where it began").get_by_role("button", name="where it began").click()
    expect(ana.says("the very first")).to_be_in_viewport()
