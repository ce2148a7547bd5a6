"""Messages and channels look as in Slack and update live; hostile content does nothing."""

import re
from typing import Any

from playwright.sync_api import expect

from sandbox.driver import Slack
from tests.browser.block_kit import plain
from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.sandbox.api import Api

HOSTILE = """<img src=x onerror=alert(1)> <script>alert(2)</script> "'`&amp; \u202egnitsil\u202c"""


def posts(api: Api, text: str, **more: Any) -> str:
    said = api("chat.postMessage", channel="C0GENERAL", text=text, **more)
    assert said["ok"], said
    return str(said["ts"])


def test_mrkdwn_is_drawn(ana: Window, api: Api) -> None:
    ts = posts(
        api,
        "*bold* _italic_ ~struck~ `a *b*` :fire: <@U0ANA> <@U0BOB> <#C0RANDOM> <!here> "
        "<https://example.com/?a=1&amp;b=2|a *link*> <!date^1782900000^{date_short} {time}|then>\n"
        "&gt; quoted\n```\n*not bold*\n```",
    )
    it = ana.page.locator(f'[data-ts="{ts}"] .text')
    expect(it.locator("strong").first).to_have_text("bold")
    expect(it.locator("em")).to_have_text("italic")
    expect(it.locator("s")).to_have_text("struck")
    expect(it.locator("code").first).to_have_text("a *b*")
    expect(it.locator(".emoji")).to_have_text("🔥")
    expect(it.locator(".mention.me")).to_have_text(["@ana", "@here"])
    expect(it.get_by_role("button", name="#random")).to_be_visible()
    expect(it.get_by_role("link")).to_have_attribute("href", "https://example.com/?a=1&b=2")
    expect(it.locator("time")).to_have_text("1 Jul 2026 12:00")  # she is in Madrid
    expect(it.locator("blockquote")).to_have_text("quoted")
    expect(it.locator("pre")).to_have_text("*not bold*")


def test_each_block_is_drawn_and_others_are_named(ana: Window, api: Api) -> None:
    text = {"type": "text", "text": "in a list", "style": {"bold": True}}
    section = {"type": "rich_text_section", "elements": [text]}
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in ("ab", "cd")]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": plain("A header :tada:")},
        {"type": "divider"},
        {"type": "section", "fields": [plain("left"), {"type": "mrkdwn", "text": "*right*"}]},
        {"type": "context", "elements": [plain("small")]},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a graph"},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_list", "style": "ordered", "elements": [section]}],
        },
        {"type": "markdown", "text": "## Head\n\n<b>raw</b> [x](javascript:alert(3))"},
        {"type": "table", "rows": rows},
    ]
    ts = posts(api, "blocks", blocks=blocks)
    it = ana.page.locator(f'[data-ts="{ts}"] .text')
    expect(it.locator("h3").first).to_have_text("A header 🎉")
    expect(it.locator("hr")).to_have_count(1)
    expect(it.locator(".fields strong")).to_have_text("right")
    expect(it.get_by_alt_text("a graph")).to_be_attached()
    expect(it.locator("ol li strong")).to_have_text("in a list")
    expect(it.locator(".markdown h2")).to_have_text("Head")
    expect(it.locator(".markdown p")).to_contain_text("<b>raw</b>")
    expect(it.locator(".markdown a")).to_have_count(0)
    expect(it.locator("td")).to_have_text(["c", "d"])
    video = {"type": "video", "title": plain("v"), "title_url": "https://example.com/v"}
    video |= {"video_url": "https://example.com/v", "thumbnail_url": "https://example.com/t.png"}
    ts = posts(api, "a video", blocks=[{**video, "alt_text": "v"}])
    expect(ana.page.locator(f'[data-ts="{ts}"]')).to_contain_text("not rendered here: video")


def test_edits_deletions_and_reactions_are_shown(ana: Window, slack: Slack, api: Api) -> None:
    ana.types("typed by ana")
    it = ana.says("typed by ana")
    expect(it.locator(".avatar")).to_have_text("AA")
    bob = slack.person("bob")
    said = slack.channel("general").messages()[-1]
    bob.posts("react", None, channel="C0GENERAL", ts=said.ts, name="eyes")
    eyes = it.get_by_role("button", name="eyes: bob")
    eyes.click()
    expect(it.get_by_role("button", name="eyes: bob, ana")).to_have_attribute(
        "aria-pressed", "true"
    )
    it.locator(".reaction").click()
    expect(it.get_by_role("button", name="eyes: bob")).to_have_attribute("aria-pressed", "false")
    it.hover()
    it.locator("summary[aria-label=More]").click()
    ana.page.get_by_role("menuitem", name="Edit").click()
    ana.page.get_by_label("the new text").fill("typed again")
    ana.page.get_by_role("button", name="Ok").click()
    it = ana.says("typed again")
    expect(it).to_contain_text("(edited)")
    it.hover()
    it.get_by_label("Reply in a thread").click()
    ana.page.get_by_label("Reply", exact=True).fill("in its thread")
    ana.page.get_by_label("Reply", exact=True).press("Enter")
    expect(ana.page.locator(".beside .message")).to_have_count(2)
    expect(it.get_by_role("button", name="1 reply")).to_be_visible()
    api("chat.postEphemeral", channel="C0GENERAL", user="U0ANA", text="psst")
    expect(ana.says("psst")).to_contain_text("Only visible to you")
    ts = posts(api, "by the bot")
    expect(ana.says("by the bot").locator(".badge")).to_have_text("APP")
    api("chat.delete", channel="C0GENERAL", ts=ts)
    expect(ana.says("by the bot")).to_have_count(0)


def test_hostile_words_are_words(ana: Window, slack: Slack, api: Api) -> None:
    slack.post("/control/people/eve", {"real_name": HOSTILE})
    ts = posts(api, HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    expect(ana.page.locator(f'[data-ts="{ts}"] .text')).to_have_text(HOSTILE)
    ts = posts(api, '<javascript:alert(4)|press> <data:text/html,x|me> <https://a.b/"onclick=x|q>')
    it = ana.page.locator(f'[data-ts="{ts}"] .text')
    expect(it).to_have_text("press me q")
    expect(it.get_by_role("link")).to_have_count(1)
    eve = slack.person("eve")
    eve.says("*a _b ~c `" * 900 + "end of it", "general")
    expect(ana.says("end of it").locator("strong", has_text=re.compile("eve|<img"))).to_have_text(
        HOSTILE
    )
    api("conversations.setTopic", channel="C0GENERAL", topic=HOSTILE[:200])
    expect(ana.page.locator(".topic")).to_contain_text("<script>")
    assert ana.page.locator("main img[src=x], main script").count() == 0
    wide = ana.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0


def test_the_left_tells_where_something_is_new(ana: Window, slack: Slack, opens: Opens) -> None:
    bob = slack.person("bob")
    bob.says("look, @ana", "random")
    bob.says("and look", "random")
    row = ana.page.locator('.channel[data-channel="random"]')
    expect(row).to_have_class(re.compile("unread"))
    expect(row.locator(".count")).to_have_text("1")
    secret = bob.posts("move", None, how="create", channel="quiet", private=True)["channel"]
    assert ana.page.locator('[data-channel="quiet"]').count() == 0
    other = opens(slack.url, "bob").goes(secret)
    expect(other.page.get_by_role("heading", name="🔒quiet")).to_be_visible()
    bob.posts("move", None, how="invite", channel=secret, who="ana")
    expect(ana.page.locator('[data-channel="quiet"] .sign')).to_have_text("🔒")
    row.click()
    expect(row.locator(".count")).to_have_count(0)
    expect(ana.says("and look")).to_be_visible()
    bob.posts("move", None, how="archive", channel=secret)
    expect(ana.page.get_by_text("Archived (1)")).to_be_visible()
    ana.page.get_by_label("You are").select_option(label="Cleo Costa")
    expect(ana.page.get_by_text("Archived (1)")).to_have_count(0)
    expect(ana.page.locator(".channel[aria-current]")).to_be_attached()
