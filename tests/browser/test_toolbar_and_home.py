"""Everything around the conversation: shortcuts, home tab, clock, faults, violations."""

from playwright.sync_api import expect

from sandbox.driver import Slack
from tests.browser.block_kit import actions, button
from tests.browser.chromium import Window
from tests.browser.recorder import Recorder
from tests.sandbox.api import Api


def test_shortcuts_from_the_lightning_and_from_a_message(ana: Window, recorder: Recorder) -> None:
    page = ana.page
    page.locator("summary[aria-label=Shortcuts]").press("Enter")
    expect(page.get_by_role("menuitem", name="Declare an incident")).to_be_focused()
    page.keyboard.press("Enter")
    assert recorder.hears("shortcut")["callback_id"] == "declare"
    ana.types("restart the pods")
    it = ana.says("restart the pods")
    it.hover()
    it.locator("summary[aria-label=More]").click()
    page.get_by_role("menuitem", name="Make it a task").click()
    heard = recorder.hears("message_action")
    assert heard["callback_id"] == "task_from_message"
    assert heard["message"]["text"] == "restart the pods"


def test_the_home_tab_is_the_apps(ana: Window, api: Api, recorder: Recorder) -> None:
    view = {"type": "home", "blocks": [actions(button("From home", value="7"))]}
    assert api("views.publish", user_id="U0ANA", view=view)["ok"]
    ana.page.locator('.channel[data-key^="channel-D"]').click()
    ana.page.get_by_role("tab", name="Home").click()
    ana.page.get_by_role("button", name="From home").click()
    heard = recorder.hears("block_actions")
    assert (heard["view"]["type"], heard["actions"][0]["value"]) == ("home", "7")


def test_time_is_moved_and_slack_broken_and_mended(ana: Window, slack: Slack, api: Api) -> None:
    page = ana.page
    before = slack.now()
    page.get_by_role("button", name="+15 min").click()
    expect(page.get_by_role("button", name="Run fast")).to_have_attribute("aria-pressed", "false")
    assert 900 <= slack.now() - before < 930
    down = page.get_by_role("button", name="Slack is down")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    assert slack.get("/control/faults")[0]["value"] == 503
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")
    assert api("auth.test")["ok"]
    assert api.refused("chat.postMessage", channel="C0GENERAL", blocks="[{}]", text="x")
    page.get_by_role("button", name="1 violation").click()
    expect(page.locator("dialog.drawer li code")).to_have_text("chat.postMessage")
    page.keyboard.press("Escape")
    assert len(slack.forgives()) == 1
