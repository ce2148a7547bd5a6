"""The message box: several lines, history, completing commands; and a form that waits."""

import threading
from pathlib import Path

from playwright.sync_api import expect

from sandbox.driver import Slack
from sandbox.server import Running
from tests.browser.block_kit import field, modal
from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.browser.recorder import Recorder
from tests.sandbox.api import Api

ZOE = """\
team: {id: T1, domain: other, name: Other}
app: {app_id: A1, bot_user: U1BOT, bot_id: B1}
people: [{id: U1, name: zoe, real_name: Zoë Zeman, tz: Asia/Tokyo}]
channels: [{id: C1, name: lobby}]
"""


def test_lines_are_sent_together_and_come_back(ana: Window, slack: Slack) -> None:
    ana.types("the first")
    expect(ana.says("the first")).to_be_visible()
    ana.entry.press_sequentially("the second")
    ana.entry.press("Shift+Enter")
    ana.entry.press_sequentially("in two lines")
    ana.entry.press("Enter")
    expect(ana.says("in two lines")).to_be_visible()
    assert slack.channel("general").messages()[-1].text == "the second\nin two lines"
    for key, comes in (
        ("ArrowUp", "the second\nin two lines"),
        ("ArrowUp", "the first"),
        ("ArrowDown", "the second\nin two lines"),
        ("ArrowDown", ""),
    ):
        ana.entry.press(key)
        expect(ana.entry).to_have_value(comes)


def test_a_refused_message_stays_and_the_reason_is_shown(ana: Window) -> None:
    ana.types("/nonsense at all")
    expect(ana.page.get_by_role("alert").first).to_have_text("/nonsense is not a valid command")
    expect(ana.entry).to_have_value("/nonsense at all")
    assert all("400" in each for each in ana.troubles)  # the browser logs refusals as 400
    ana.troubles.clear()


def test_a_command_is_completed_as_the_manifest_says(ana: Window, recorder: Recorder) -> None:
    hints = ana.page.locator("main .hints [role=option]")
    ana.entry.press_sequentially("/inc")
    expect(hints).to_have_count(1)
    ana.entry.press("Tab")
    expect(ana.entry).to_have_value("/incident ")
    expect(hints.first).to_contain_text("/incident declare sev1 Checkout is down")
    ana.entry.press_sequentially("pa")
    expect(hints).to_have_count(1)
    ana.entry.press("Tab")
    ana.entry.press_sequentially("@bo")
    ana.entry.press("Tab")
    expect(ana.entry).to_have_value("/incident page @bob ")
    ana.entry.press("Enter")
    assert recorder.hears("command")["text"] == "page <@U0BOB|bob>"


def test_a_form_that_was_sent_waits_visibly(ana: Window, api: Api, recorder: Recorder) -> None:
    opened, answered = threading.Event(), threading.Event()

    def answers(heard: dict[str, object]) -> dict[str, object]:
        opened.set()
        answered.wait(2.5)
        return {}

    recorder.answers["view_submission"] = answers
    ana.page.locator("summary[aria-label=Shortcuts]").click()
    ana.page.get_by_role("menuitem", name="Declare an incident").click()
    trigger = recorder.hears("shortcut")["trigger_id"]
    assert api("views.open", trigger_id=trigger, view=modal(field("about", "plain_text_input")))
    send = ana.modal.locator("button[type=submit]")
    ana.modal.get_by_label("about").fill("it")
    send.click()
    assert opened.wait(5)
    expect(send).to_be_disabled()
    expect(send).to_have_text("…")
    answered.set()
    expect(ana.modal).to_have_count(0)


def test_the_time_runs_and_slack_is_slow_or_short_of_room(ana: Window, slack: Slack) -> None:
    page, before = ana.page, slack.now()
    page.get_by_role("button", name="+1 min").click()
    for name in ("Run fast", "Rate limit", "Slow"):
        button = page.get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
    assert slack.now() - before >= 60
    assert slack.get("/clock")["rate"] == 60
    faults = [(each["kind"], each["value"]) for each in slack.get("/control/faults")]
    assert faults == [("ratelimited", 5), ("latency", 2000)]
    for name in ("Run fast", "Rate limit", "Slow"):
        button = page.get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
    assert slack.get("/control/faults") == []


def test_another_workspace_takes_the_place_of_the_given_one(tmp_path: Path, opens: Opens) -> None:
    (tmp_path / "people.yml").write_text(ZOE)
    with Running("--workspace", str(tmp_path / "people.yml")) as running:
        zoe = opens(running.url, "zoe").goes("C1")
        expect(zoe.page).to_have_title("#lobby – Other")
        zoe.types("hello")
        expect(zoe.says("hello")).to_contain_text("Zoë Zeman")
        zoe.page.close()
