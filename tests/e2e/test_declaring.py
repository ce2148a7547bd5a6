"""From `/incident` to a channel that is ready."""

import pytest

from tests.harness import Harness, channels_of, everything_said, until


@pytest.mark.transports
def test_a_one_liner_makes_a_channel_with_everything_in_it(either: Harness) -> None:
    ana, title = either.ana, either.title("Checkout is down")
    said = ana.types(f"/incident declare sev1 {title}")
    incident = either.incident(said).whole()
    assert said is not None
    assert f"(SEV1): {title}." in said.text
    channel = incident.channel
    assert "checkout-is-down" in channel.name
    assert "ana" in channel.members
    assert channel.topic == "SEV1 · investigating · No commander yet"
    assert [pin.kind for pin in channel.pins] == ["card"]
    assert incident.record["title"] == title


@pytest.mark.transports
def test_the_form_makes_one_too(either: Harness) -> None:
    ana, title = either.ana, either.title("Search is slow")
    form = ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "declare"
    assert (
        form.view.submits(title=title, severity="SEV0", summary="Since the 14:02 deploy") is None
    )
    incident = either.found(title).whole()
    assert incident.record["severity"] == "SEV0"
    assert "Since the 14:02 deploy" in incident.card


@pytest.mark.transports
def test_the_shortcut_opens_the_form(either: Harness) -> None:
    seen = either.ana.shortcut("declare")
    assert seen is not None
    assert seen.view is not None
    assert seen.view.callback_id == "declare"
    seen.view.closes()


def test_declare_without_a_title_opens_the_form_with_its_severity(harness: Harness) -> None:
    seen = harness.ana.types("/incident declare sev0")
    assert seen is not None
    assert seen.view is not None
    severity = seen.view.values["severity"]["severity"]["selected_option"]
    assert severity["value"] == "SEV0"
    seen.view.closes()


def test_without_a_severity_it_is_the_default_one(harness: Harness) -> None:
    incident = harness.declares("", title=harness.title("Some mail is late"))
    assert incident.record["severity"] == "SEV2"


def test_the_form_shows_what_is_missing_and_stays(harness: Harness) -> None:
    seen = harness.ana.types("/incident declare")
    assert seen is not None
    assert seen.view is not None
    assert seen.view.submits(title="   ") == {
        "title": "Add a title: a few words about what's broken."
    }
    seen.view.closes()


def test_the_declarer_is_invited_before_anything_decorative(harness: Harness) -> None:
    incident = harness.declares()
    channel = incident.channel.id
    calls = [
        each["method"]
        for each in harness.slack.calls()
        if channel in (each["args"].get("channel"), each["args"].get("channel_id"))
    ]
    assert calls[0] == "conversations.invite"
    assert {"chat.postMessage", "conversations.setTopic", "pins.add"} <= set(calls)


def test_it_is_announced_once_and_the_announcement_follows_it(harness: Harness) -> None:
    incident = harness.declares()
    announced = incident.expects("announcement", to=harness.slack.channel("incidents"))
    announced.shows(f"#{incident.channel.name}")
    harness.ana.types("/incident severity sev0", incident.channel)
    announced.shows("SEV0")
    harness.ana.types("/incident role ic", incident.channel)
    announced.shows("Commander: @ana")
    harness.ana.types("/incident resolve it is over", incident.channel)
    announced.shows("Resolved")
    assert len(incident.messages("announcement", to=harness.slack.channel("incidents"))) == 1


def test_the_same_title_within_a_minute_names_the_first(either: Harness) -> None:
    first = either.declares(title=(title := either.title("Payments fail")))
    said = either.bob.types(f"/incident declare sev1 {title.upper()}!")
    assert said is not None
    assert first.id in said
    assert "@ana" in said
    assert "Not declared yet" in said

    again = said.click("declare_anyway", patience=2)
    second = either.incident(again or either.bob.sees("Declared *"))
    assert second.id != first.id
    second.whole()
    assert "bob" in second.channel.members
    assert second.channel.name == f"{first.channel.name}-2"


def test_a_double_click_on_declare_anyway_makes_one(harness: Harness) -> None:
    harness.declares(title=(title := harness.title("Login loops")))
    said = harness.bob.types(f"/incident declare sev1 {title}")
    assert said is not None
    harness.slack.duplicates(3)
    again = said.click("declare_anyway", patience=2)
    harness.slack.duplicates(1)
    second = harness.incident(again or harness.bob.sees("Declared *")).whole()
    titles = [each["title"] for each in harness.records()]
    assert titles.count(title) == 2
    assert len(channels_of(harness.slack, second.id)) == 1


def test_the_form_offers_the_first_one_as_well(harness: Harness) -> None:
    first = harness.declares(title=(title := harness.title("Exports hang")))
    form = harness.bob.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title) is None
    shown = harness.bob.view()
    assert first.id in shown
    shown.chooses("declare_anyway", patience=0)
    until(lambda: [r["title"] for r in harness.records()].count(title) == 2)
    second = harness.found(title).whole()
    until(lambda: f"Declared *{second.id}*" in harness.bob.view().text)
    harness.bob.view().closes()


def test_after_a_minute_the_same_title_is_a_new_incident(harness: Harness) -> None:
    first = harness.declares(title=(title := harness.title("Disk is full")))
    harness.moves("61s")
    second = harness.declares(title=title)
    assert second.id != first.id


def test_a_private_one_stays_among_its_people(either: Harness) -> None:
    ana, title = either.ana, either.title("Somebody is inside")
    form = ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV1", private=["private"]) is None
    incident = either.found(title).whole()
    assert incident.channel.private
    page = incident.expects("page", to=either.bob.dm())
    assert "a private incident" in page

    created = [
        each["args"] for each in either.slack.calls("conversations.create") if each["applied"]
    ]
    assert created[-1]["is_private"] in (True, "true", "1", 1)
    elsewhere = [
        message
        for message in everything_said(either.slack)
        if message.channel.id != incident.channel.id and title in message
    ]
    assert not elsewhere
    announced = either.slack.channel("incidents")
    assert not [m for m in announced.messages() if incident.id in str(m.shape)]
    assert title not in either.logs()


def test_private_typed_first_opens_the_form_with_that_ticked(harness: Harness) -> None:
    title = harness.title("Somebody reads our mail")
    form = harness.ana.types(f"/incident declare private sev1 {title}")
    assert form is not None
    assert form.view is not None
    assert title not in [record["title"] for record in harness.records()]
    form.view.submits()
    incident = harness.found(title).whole()
    assert incident.channel.private
    assert incident.record["severity"] == "SEV1"


@pytest.mark.parametrize(
    ("typed", "severity", "ticked"),
    [
        ("SEV-1 private", "SEV1", True),
        ("sev 1 - :lock: *private*", "SEV1", True),
        ("\uff53\uff45\uff561 pri\u200bvate", "SEV1", True),
        ("sev1 prviate", "SEV1", True),
        ("sev 0", "SEV0", False),
        ("severity0:", "SEV0", False),
    ],
)
def test_near_misses_open_the_form_and_create_nothing(
    harness: Harness, typed: str, severity: str, ticked: bool
) -> None:
    title = harness.title("Payroll leaked")
    form = harness.ana.types(f"/incident declare {typed} {title}")
    assert form is not None
    assert form.view is not None
    assert title not in [record["title"] for record in harness.records()]
    assert form.view.submits() is None
    incident = harness.found(title).whole()
    assert incident.channel.private is ticked
    assert incident.record["severity"] == severity


def test_decoration_of_a_severity_is_no_matter(harness: Harness) -> None:
    for typed in ("SEV-0", "sev0!", "(SEV0)", ":fire: *sev0*:"):
        title = harness.title("Database gone")
        harness.ana.types(f"/incident declare {typed} {title}")
        assert harness.found(title).record["severity"] == "SEV0", typed


def test_a_severity_that_there_is_not_is_asked_about(harness: Harness) -> None:
    form = harness.ana.types("/incident declare sev9 Foo is down")
    assert form is not None
    assert form.view is not None
    assert "“sev9” isn't a severity. Choose one." in form.view


def test_the_same_title_does_not_tell_that_a_private_one_exists(harness: Harness) -> None:
    title = harness.title("A key leaked")
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=title, private=["private"])
    harness.found(title).whole()
    said = harness.bob.types(f"/incident declare sev3 {title}")
    harness.incident(said).whole()


@pytest.mark.parametrize(
    ("typed", "severity", "ticked"),
    [
        ("%s", "SEV2", False),
        ("sev1 %s", "SEV1", False),
        ("SEV-0: %s", "SEV0", False),
        ("sev 1 %s", "SEV1", False),
        ("private sev1 %s", "SEV1", True),
        ("sev1 privat %s", "SEV1", True),
    ],
)
def test_words_that_are_no_command_open_the_form_filled_in(
    harness: Harness, typed: str, severity: str, ticked: bool
) -> None:
    before, title = len(harness.records()), harness.title("Checkout is down")
    seen = harness.ana.types(f"/incident {typed % title}")
    assert seen is not None
    assert seen.view is not None, seen.text
    values = seen.view.values
    assert seen.view.callback_id == "declare"
    assert values["title"]["title"]["value"] == title
    assert values["severity"]["severity"]["selected_option"]["value"] == severity
    assert bool(values["private"]["private"]["selected_options"]) is ticked
    assert len(harness.records()) == before
    seen.view.closes()


def test_in_an_incidents_channel_such_words_are_an_unknown_command(harness: Harness) -> None:
    incident = harness.declares("sev3")
    said = harness.ana.types("/incident Checkout is down", incident.channel)
    assert said is not None
    assert said.view is None
    assert "checkout" in said
    assert "`/incident help`" in said


def test_a_title_that_is_too_long_comes_back_in_the_form(harness: Harness) -> None:
    words = "Checkout is down " * 40
    seen = harness.ana.types(f"/incident declare sev1 {words}")
    assert seen is not None
    assert seen.view is not None
    values = seen.view.values
    assert values["severity"]["severity"]["selected_option"]["value"] == "SEV1"
    assert words.startswith(values["title"]["title"]["value"].removesuffix("…"))
    assert values["summary"]["summary"]["value"] == words.strip()
    assert "Title too long: 679 characters, 250 at most" in seen.view
    seen.view.closes()
