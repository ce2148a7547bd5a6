"""Assigning roles by button, by subcommand and by form; and the replies."""

from tests.harness import Harness


def test_take_command_on_the_card(either: Harness) -> None:
    incident = either.declares()
    either.bob.joins(incident.channel)
    incident.card.click("Take command", as_=either.bob, patience=0)
    incident.card.shows("*Incident Commander*  @bob")
    incident.channel.until(lambda c: c.topic == "SEV1 · investigating · Commander: <@U0BOB>")
    briefing = incident.expects("briefing", "Incident Commander", to=either.bob.dm())
    assert incident.id in briefing
    assert incident.record["roles"] == {"ic": "U0BOB"}
    incident.channel.expects("@bob is now Incident Commander", kind="role")


def test_taking_command_is_one_message_in_the_channel(harness: Harness) -> None:
    incident = harness.declares("sev1")
    incident.expects("page", to=harness.bob.dm())
    harness.rests()
    before = {each.ts for each in incident.channel.messages()}
    incident.card.click("Take command", as_=harness.bob, patience=0)
    incident.channel.expects("Acknowledged (", kind="role")
    harness.rests()
    new = [each.kind for each in incident.channel.messages() if each.ts not in before]
    assert [each for each in new if each] == ["role"]
    assert len(incident.messages("briefing", to=harness.bob.dm())) == 1


def test_each_role_has_its_own_button(harness: Harness) -> None:
    incident = harness.declares()
    harness.cleo.joins(incident.channel)
    incident.card.click("Take Operations Lead", as_=harness.cleo, patience=0)
    incident.card.shows("*Operations Lead*  @cleo")
    assert incident.record["roles"] == {"ol": "U0CLEO"}


def test_two_clicks_are_one(harness: Harness) -> None:
    incident = harness.declares()
    harness.slack.duplicates(3)
    incident.card.click("Take command", as_=harness.ana, patience=0)
    incident.expects("briefing", to=harness.ana.dm())
    harness.slack.duplicates(1)
    assert len(incident.messages("briefing", to=harness.ana.dm())) == 1
    assert len(incident.messages("role")) == 1


def test_somebody_is_named(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.types("/incident role ic @dan", incident.channel)
    assert said is not None
    assert "@dan is now Incident Commander" in said
    assert "@ana assigned you" in incident.expects("briefing", to=harness.person("dan").dm())
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")


def test_a_full_name_and_an_alias_do_as_well(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role communications lead @dan", incident.channel)
    harness.ana.types("/incident role scribe", incident.channel)
    assert incident.record["roles"] == {"cl": "U0DAN", "scribe": "U0ANA"}


def test_a_role_is_left_empty(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ic", incident.channel)
    incident.card.shows("*Incident Commander*  @ana")
    said = harness.ana.types("/incident role ic none", incident.channel)
    assert said is not None
    assert "is now unassigned" in said
    incident.card.shows("Take command")
    incident.channel.until(lambda c: c.topic.endswith("No commander yet"))


def test_the_form_gives_a_role(either: Harness) -> None:
    incident = either.declares()
    form = either.ana.types("/incident role", incident.channel)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "role"
    assert form.view.submits(role="ol", user="U0DAN") is None
    incident.card.shows("*Operations Lead*  @dan")


def test_the_form_says_at_the_name_why_nothing_changes(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident role ol @dan", incident.channel)
    harness.ana.types("/incident role cl", incident.channel)
    for role, user, why in (
        ("ol", "U0MUSTER", "Muster can't hold a role. Choose a person."),
        ("ol", "U0DAN", "They're already Operations Lead."),
        ("cl", "U0ANA", "You're already Communications Lead."),
    ):
        form = harness.ana.types("/incident role", incident.channel)
        assert form is not None
        assert form.view is not None
        assert form.view.submits(role=role, user=user) == {"user": why}


def test_taking_command_acknowledges(harness: Harness) -> None:
    incident = harness.declares()
    page = incident.expects("page", to=harness.bob.dm())
    harness.bob.joins(incident.channel)
    incident.card.click("Take command", as_=harness.bob, patience=0)
    page.shows("Acknowledged by @bob")


def test_a_button_never_takes_a_role_from_somebody(harness: Harness) -> None:
    incident = harness.declares()
    harness.bob.joins(incident.channel)
    harness.rests()
    not_yet = harness.slack.fails("chat.update", pause=True)  # keeps the button on the card
    incident.card.click("Take command", as_=harness.ana, patience=0)
    said = incident.card.click("Take command", as_=harness.bob, patience=2)
    not_yet.releases()
    assert said is not None
    assert "@ana is already Incident Commander" in said
    assert incident.record["roles"] == {"ic": "U0ANA"}


def test_the_bot_itself_holds_no_role(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.types("/incident role ic @muster", incident.channel)
    assert said is not None
    assert "Muster can't hold a role" in said
    assert incident.record["roles"] == {}
