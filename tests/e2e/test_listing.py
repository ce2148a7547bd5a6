"""What there is: open, one's own, all; and what a stranger is not shown."""

from sandbox.driver import Person, Seen
from tests.e2e.test_may_see import private
from tests.house import House, until


def asks(person: Person, what: str = "", where: str = "general") -> Seen:
    said = person.types(f"/incident list {what}".strip(), where)
    assert said is not None
    return said


def test_the_open_ones_a_line_each(either: House) -> None:
    house = either
    older, newer = house.declares("sev2"), house.declares("sev1")
    house.bob.joins(newer.channel)
    house.bob.types("/incident role ic", newer.channel)
    said = asks(house.person("eve"))
    assert "Open incidents" in said
    assert f"*{newer.id}* SEV1 · investigating · for " in said
    assert "@bob commands" in said
    assert f"#{newer.channel.name}" in said
    assert newer.record["title"] in said
    assert "nobody commands" in said
    assert said.text.index(newer.id) < said.text.index(older.id)

    house.ana.types("/incident cancel", older.channel)
    assert older.id not in asks(house.ana)
    all_ = asks(house.ana, "all")
    assert f"*{older.id}* SEV2 · cancelled" in all_
    assert f"*{newer.id}* SEV1 · investigating" in all_


def test_a_private_one_only_for_those_who_are_in_on_it(house: House) -> None:
    incident, eve = private(house), house.person("eve")
    house.rests()
    for what in ("", "all", "mine"):
        assert incident.id in asks(house.ana, what).text
        assert incident.id not in asks(eve, what).text
    house.ana.invites("eve", incident.channel)
    until(lambda: incident.id in asks(eve).text, what="Eve is in on it")
    eve.leaves(incident.channel)
    until(lambda: incident.id not in asks(eve).text, what="Eve is out")


def test_ones_own(house: House) -> None:
    declared, led, other = house.declares(), house.declares(), house.declares(by=house.cleo)
    house.ana.types("/incident role ol @dan", led.channel)
    dan = asks(house.person("dan"), "mine")
    assert led.id in dan
    assert declared.id not in dan
    assert other.id in asks(house.cleo, "mine")
    house.ana.types("/incident resolve", led.channel)
    assert f"*{led.id}* SEV1 · resolved" in asks(house.person("dan"), "--mine")
    assert led.id not in asks(house.person("dan"))
    nothing = asks(house.person("eve"), "mine")
    assert "Nothing that goes on is yours" in nothing


def test_page_by_page(house: House) -> None:
    ids = [house.declares("sev3").id for _ in range(12)]
    first = asks(house.ana)
    assert all(each in first.text for each in ids[2:])
    assert f"*{ids[1]}*" not in first.text
    older = first.click("Show older ones")
    assert older is not None
    assert f"*{ids[1]}*" in older
    assert f"*{ids[2]}*" not in older.text
    house.slack.duplicates(2)
    assert asks(house.ana, "all").click("Show older ones") is not None
    house.slack.duplicates(1)


def test_what_is_no_list(house: House) -> None:
    said = asks(house.ana, "<!here> of everything")
    assert "There is no list “<!here> of everything”" in said
    assert "/incident list" in said
