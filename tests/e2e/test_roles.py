"""Who does what: by button, by verb, by form; and what they are told."""

from tests.house import House


def test_take_command_on_the_card(either: House) -> None:
    incident = either.declares()
    either.bob.joins(incident.channel)
    incident.card.click("Take command", as_=either.bob)
    incident.card.shows("*Incident Commander*  @bob")
    incident.channel.until(lambda c: c.topic == "SEV1 · investigating · IC: <@U0BOB>")
    briefing = incident.expects("briefing", "Incident Commander", to=either.bob.dm())
    assert incident.id in briefing
    assert incident.record["roles"] == {"ic": "U0BOB"}
    incident.channel.expects("@bob is Incident Commander", kind="role")


def test_each_role_has_its_own_button(house: House) -> None:
    incident = house.declares()
    house.cleo.joins(incident.channel)
    incident.card.click("Take Operations Lead", as_=house.cleo)
    incident.card.shows("*Operations Lead*  @cleo")
    assert incident.record["roles"] == {"ol": "U0CLEO"}


def test_two_clicks_are_one(house: House) -> None:
    incident = house.declares()
    house.slack.duplicates(3)
    incident.card.click("Take command", as_=house.ana)
    incident.expects("briefing", to=house.ana.dm())
    house.slack.duplicates(1)
    assert len(incident.messages("briefing", to=house.ana.dm())) == 1
    assert len(incident.messages("role")) == 1


def test_somebody_is_named(house: House) -> None:
    incident = house.declares()
    said = house.ana.types("/incident role ic @dan", incident.channel)
    assert said is not None
    assert "@dan is Incident Commander now" in said
    assert "@ana named you" in incident.expects("briefing", to=house.person("dan").dm())
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")


def test_a_full_name_and_an_alias_do_as_well(house: House) -> None:
    incident = house.declares()
    house.ana.types("/incident role communications lead @dan", incident.channel)
    house.ana.types("/incident role scribe", incident.channel)
    assert incident.record["roles"] == {"cl": "U0DAN", "scribe": "U0ANA"}


def test_a_role_is_left_empty(house: House) -> None:
    incident = house.declares()
    house.ana.types("/incident role ic", incident.channel)
    incident.card.shows("*Incident Commander*  @ana")
    said = house.ana.types("/incident role ic none", incident.channel)
    assert said is not None
    assert "is open now" in said
    incident.card.shows("Take command")
    incident.channel.until(lambda c: c.topic.endswith("IC: nobody yet"))


def test_the_form_gives_a_role(either: House) -> None:
    incident = either.declares()
    form = either.ana.types("/incident role", incident.channel)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "role"
    assert form.view.submits(role="ol", user="U0DAN") is None
    incident.card.shows("*Operations Lead*  @dan")


def test_the_form_says_at_the_name_why_nothing_changes(house: House) -> None:
    incident = house.declares()
    house.ana.types("/incident role ol @dan", incident.channel)
    house.ana.types("/incident role cl", incident.channel)
    for role, user, why in (
        ("ol", "U0MUSTER", "Muster holds no role: choose somebody who can act."),
        ("ol", "U0DAN", "They are Operations Lead already."),
        ("cl", "U0ANA", "You are Communications Lead already."),
    ):
        form = house.ana.types("/incident role", incident.channel)
        assert form is not None
        assert form.view is not None
        assert form.view.submits(role=role, user=user) == {"user": why}


def test_who_takes_command_has_acknowledged(house: House) -> None:
    incident = house.declares()
    page = incident.expects("page", to=house.bob.dm())
    house.bob.joins(incident.channel)
    incident.card.click("Take command", as_=house.bob)
    page.shows("Acknowledged by @bob")


def test_a_button_never_takes_a_role_from_somebody(house: House) -> None:
    incident = house.declares()
    house.bob.joins(incident.channel)
    house.rests()
    not_yet = house.slack.fails("chat.update", pause=True)  # the card still shows the button
    incident.card.click("Take command", as_=house.ana)
    said = incident.card.click("Take command", as_=house.bob, patience=2)
    not_yet.releases()
    assert said is not None
    assert "@ana is Incident Commander already" in said
    assert incident.record["roles"] == {"ic": "U0ANA"}


def test_the_bot_itself_holds_no_role(house: House) -> None:
    incident = house.declares()
    said = house.ana.types("/incident role ic @muster", incident.channel)
    assert said is not None
    assert "Muster holds no role" in said
    assert incident.record["roles"] == {}
