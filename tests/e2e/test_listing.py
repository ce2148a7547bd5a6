"""Lists: open incidents, one's own, all; and what strangers don't see."""

from sandbox.driver import Person, Seen
from tests.e2e.test_may_see import private
from tests.harness import Harness, until


def asks(person: Person, what: str = "", where: str = "general") -> Seen:
    said = person.types(f"/incident list {what}".strip(), where)
    assert said is not None
    return said


def test_the_open_ones_a_line_each(either: Harness) -> None:
    harness = either
    older, newer = harness.declares("sev2"), harness.declares("sev1")
    harness.bob.joins(newer.channel)
    harness.bob.types("/incident role ic", newer.channel)
    said = asks(harness.person("eve"))
    assert "Open incidents" in said
    assert f"*{newer.id}* SEV1 · investigating · open for " in said
    assert "Commander: @bob" in said
    assert f"#{newer.channel.name}" in said
    assert newer.record["title"] in said
    assert "No commander yet" in said
    assert said.text.index(newer.id) < said.text.index(older.id)

    harness.ana.types("/incident cancel a false alarm", older.channel)
    assert older.id not in asks(harness.ana)
    all_ = asks(harness.ana, "all")
    assert f"*{older.id}* SEV2 · cancelled" in all_
    assert f"*{newer.id}* SEV1 · investigating" in all_


def test_a_private_one_only_for_those_who_are_in_on_it(harness: Harness) -> None:
    incident, eve = private(harness), harness.person("eve")
    harness.rests()
    for what in ("", "all", "mine"):
        assert incident.id in asks(harness.ana, what).text
        assert incident.id not in asks(eve, what).text
    harness.ana.invites("eve", incident.channel)
    until(lambda: incident.id in asks(eve).text, what="Eve is in on it")
    eve.leaves(incident.channel)
    until(lambda: incident.id not in asks(eve).text, what="Eve is out")


def test_ones_own(harness: Harness) -> None:
    declared, led, other = (
        harness.declares(),
        harness.declares(),
        harness.declares(by=harness.cleo),
    )
    harness.ana.types("/incident role ol @dan", led.channel)
    dan = asks(harness.person("dan"), "mine")
    assert led.id in dan
    assert declared.id not in dan
    assert other.id in asks(harness.cleo, "mine")
    harness.ana.types("/incident resolve it is over", led.channel)
    assert f"*{led.id}* SEV1 · resolved" in asks(harness.person("dan"), "--mine")
    assert led.id not in asks(harness.person("dan"))
    nothing = asks(harness.person("eve"), "mine")
    assert "You have no open incidents" in nothing


def test_page_by_page(harness: Harness) -> None:
    ids = [harness.declares("sev3").id for _ in range(12)]
    first = asks(harness.ana)
    assert all(each in first.text for each in ids[2:])
    assert f"*{ids[1]}*" not in first.text
    older = first.click("Show older incidents")
    assert older is not None
    assert f"*{ids[1]}*" in older
    assert f"*{ids[2]}*" not in older.text
    harness.slack.duplicates(2)
    assert asks(harness.ana, "all").click("Show older incidents") is not None
    harness.slack.duplicates(1)


def test_only_some_of_them(harness: Harness) -> None:
    one, three = harness.declares("sev1"), harness.declares("sev3")
    over = harness.declares("sev1", by=harness.bob)
    harness.bob.types("/incident cancel a false alarm", over.channel)

    def ids(what: str) -> set[str]:
        said = asks(harness.ana, what).text
        return {each.id for each in (one, three, over) if f"*{each.id}*" in said}

    assert ids("sev1") == ids("SEV-1.") == ids("open sev 1") == {one.id}
    assert ids("open") == {one.id, three.id}
    assert ids("all sev1") == ids("sev1 today") == ids("all p1 7d") == {one.id, over.id}
    assert ids("cancelled") == {over.id}
    assert ids("all mine") == {one.id, three.id}
    assert ids("yesterday") == ids("before 2020-01-01") == set()
    assert "No incidents: declared before 2020-01-01 00:00" in asks(
        harness.ana, "before 2020-01-01"
    )
    assert "Open incidents: SEV1" in asks(harness.ana, "sev1")


def test_older_ones_of_a_filter(harness: Harness) -> None:
    ids = [harness.declares("sev3", by=harness.cleo).id for _ in range(11)]
    harness.declares("sev2", by=harness.cleo)
    first = asks(harness.cleo, "mine sev3 today")
    assert f"*{ids[10]}*" in first
    older = first.click("Show older incidents")
    assert older is not None
    assert f"*{ids[0]}*" in older
    assert "SEV2" not in older.text


def test_an_unknown_list_is_refused(harness: Harness) -> None:
    said = asks(harness.ana, "<!here> of everything")
    assert "Unknown filter “@here”" in said
    said = asks(harness.ana, "banana")
    assert "Unknown filter “banana”" in said
    assert "`mine`, `open` or `all`" in said
