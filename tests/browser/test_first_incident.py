"""A new user's whole incident, using only the page; and two people at once."""

import re

from playwright.sync_api import Page, expect

from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.harness import Harness

PHONE = {"width": 390, "height": 844}


def leaps(window: Window, by: str, harness: Harness) -> None:
    """Move the clock, once everything before is recorded."""
    harness.rests()
    window.page.get_by_role("button", name=by, exact=True).click()


def enters(window: Window, channel: str) -> None:
    """Open a channel from the sidebar."""
    window.page.locator(f'.channel[data-channel*="{channel}"]').click()
    expect(window.page.locator("h1")).to_contain_text(channel)


def test_from_declaring_to_the_postmortem(harness: Harness, opens: Opens) -> None:
    ana, cleo = opens(harness.slack.url, "ana").goes(), opens(harness.slack.url, "cleo").goes()
    ana.types("/incident")
    expect(ana.modal.get_by_role("heading")).to_have_text("Declare an incident")
    ana.modal.get_by_role("button", name="Declare").click()
    expect(ana.modal.get_by_text("Please complete this required field.")).to_be_visible()
    ana.modal.get_by_label("Title").fill("Orders <b>vanish</b>")
    ana.modal.get_by_role("combobox", name="Severity").click()
    ana.modal.get_by_role("option", name=re.compile("SEV1")).click()
    ana.modal.get_by_role("button", name="Declare").click()
    expect(ana.modal).to_have_count(0)
    enters(ana, "orders")
    harness.found("Orders <b>vanish</b>")
    card = ana.messages.filter(has_text="Incident Commander").first
    expect(card.locator("h3")).to_have_text("SEV1 · Orders <b>vanish</b>")
    expect(card).to_contain_text("Pinned")

    # No one acknowledges, so a quarter of an hour later the secondary has been paged.
    expect(ana.says("Paged")).to_contain_text("@bob")
    leaps(ana, "+15 min", harness)
    called = cleo.page.locator(".channel .count")
    expect(called.first).to_be_visible(timeout=15_000)
    cleo.page.locator('.channel[data-key^="channel-D"]').click()
    cleo.says("You're being paged").get_by_role("button", name="Acknowledge").click()
    expect(cleo.says("Acknowledged by @cleo")).to_be_visible()

    card.get_by_role("button", name="Take command").click()
    expect(card).to_contain_text(re.compile("Incident Commander.*@ana"))
    ana.types("/incident update Rolled back, watching")
    expect(ana.says("Rolled back, watching")).to_be_visible()
    leaps(ana, "+1 h", harness)
    nag = ana.says("Status update due")
    expect(nag).to_contain_text("@ana", timeout=15_000)
    nag.get_by_role("button", name="Post update").click()
    ana.modal.get_by_role("textbox").first.fill("All orders are back")
    ana.modal.locator("footer .primary").click()
    expect(ana.modal).to_have_count(0)
    expect(ana.says("All orders are back")).to_be_visible()
    ana.types("/incident resolve The pool was too small")
    expect(card).to_contain_text("Resolved")
    ana.types("/incident postmortem")
    ana.page.get_by_role("button", name="read and complete it").last.click()
    paper = ana.page.locator(".beside .markdown")
    expect(paper.get_by_role("heading", name="Timeline")).to_be_visible()
    expect(paper).to_contain_text("Orders <b>vanish</b>")
    expect(paper).to_contain_text("All orders are back")


def test_two_people_see_the_same_at_once(harness: Harness, opens: Opens) -> None:
    incident = harness.declares("sev1")
    channel = incident.channel.id
    incident.channel.until(lambda c: "bob" in c.members, what="bob, who is on call")
    ana = opens(harness.slack.url, "ana").goes(channel)
    bob = opens(harness.slack.url, "bob", viewport=PHONE, color_scheme="dark").goes(channel)
    card = bob.messages.filter(has_text="Incident Commander").first
    card.get_by_role("button", name="Take command").click()
    for window in (ana, bob):
        expect(window.messages.filter(has_text="Incident Commander").first).to_contain_text("@bob")
    ana.types("hello @bob")
    expect(bob.says("hello").locator(".mention.me")).to_have_text("@bob")
    for window in (ana, bob):
        assert not sideways(window.page)
    assert brightness(bob.page) < 60 < 200 < brightness(ana.page)
    bob.page.get_by_role("button", name="Channels").first.click()
    bob.page.locator('[data-channel="general"]').click()
    expect(bob.page.locator(".sidebar")).not_to_be_visible()
    expect(bob.page.get_by_role("heading", name="#general")).to_be_visible()


def test_declaring_with_the_keys_alone(harness: Harness, opens: Opens) -> None:
    window = opens(
        harness.slack.url, "ana", viewport={"width": 640, "height": 400}
    ).goes()  # 200 %
    keys, page = window.page.keyboard, window.page
    keys.press("Tab")
    expect(page.get_by_role("button", name="To the message box")).to_be_focused()
    keys.press("Enter")
    expect(window.entry).to_be_focused()
    keys.type("/inc")
    expect(page.get_by_role("option", name="/incident")).to_have_attribute("aria-selected", "true")
    keys.press("Enter")  # completes
    expect(window.entry).to_have_value("/incident ")
    keys.press("Escape")
    keys.press("Enter")  # sends
    expect(window.modal.get_by_label("Title")).to_be_focused()
    assert not sideways(page)
    keys.press("Control+Enter")
    title = harness.title("With keys")
    keys.type(title)
    keys.press("Tab")
    keys.press("ArrowDown")
    while page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") is None:
        keys.press("ArrowDown")
    keys.press("Enter")
    send = window.modal.get_by_role("button", name="Declare")
    for _ in range(30):
        if send.evaluate("it => it === document.activeElement"):
            break
        keys.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) != "none", "the focus is not visible"
    expect(send).to_be_focused()
    keys.press("Enter")
    expect(window.modal).to_have_count(0)
    harness.found(title)
    expect(window.entry).to_be_focused()
    keys.press("F6")
    expect(page.locator("header.toolbar :focus")).to_have_count(1)


def sideways(page: Page) -> bool:
    """Whether the page scrolls horizontally."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def brightness(page: Page) -> int:
    """The brightness of the background, 0 to 255."""
    found = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return int(re.findall(r"\d+", found)[0])
