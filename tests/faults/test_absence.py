"""Everything is down for longer than a cadence: one late, honest word, then on as before."""

import re

from tests.house import House


def test_after_three_hours_each_thing_is_asked_for_once() -> None:
    with House() as house:
        incident = house.declares()
        incident.expects("page", to=house.bob.dm())
        house.rests()
        channel = incident.channel
        house.kill()
        house.moves("3h")
        house.start()
        channel.until(
            lambda c: len({m.payload["reason"] for m in c.messages("nag")}) == 4,
            within=15,
            what="a nag of each kind",
        )
        house.rests()
        nags = channel.messages("nag")
        assert sorted(m.payload["reason"] for m in nags) == [
            *("ack", "commander", "role", "update")
        ]
        for nag in nags:
            assert (late := re.search(r"\(due (\d\d:\d\d), sent (\d\d:\d\d)", nag.text)), nag
            assert late[1] != late[2]
        incident.expects("page", to=house.cleo.dm())
        assert len(incident.messages("page", to=house.cleo.dm())) == 1
        assert len(incident.messages("page", to=house.bob.dm())) == 1

        house.moves("14m")
        channel.until(
            lambda c: len([m for m in c.messages("nag") if m.payload["reason"] == "ack"]) == 2,
            what="the next nag for an acknowledgement",
        )
        assert len(incident.messages("page", to=house.bob.dm())) == 1
        house.moves("2m")
        house.bob.dm().until(lambda c: len(incident.messages("page", to=c)) == 2)
        house.check_slack()
