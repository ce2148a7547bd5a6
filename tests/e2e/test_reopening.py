"""An incident whose channel was archived is reopened in a new one."""

from tests.harness import Harness, until


def test_reopened_after_its_channel_was_archived_it_gets_another(harness: Harness) -> None:
    incident = harness.declares("sev3")
    old = incident.channel
    harness.ana.types("/incident role ic", old)
    harness.ana.types("/incident cancel a false alarm", old)
    harness.rests()
    harness.ana.archives(old)
    harness.rests()
    said = harness.bob.types(f"/incident reopen {incident.id} it is back", "general")
    assert said is not None
    name = f"{old.name}-2"
    until(lambda: name in [each["name"] for each in harness.slack.channels()], what="a new one")
    new = harness.slack.channel(name)
    new.expects(f"#{old.name}", kind="notice")
    new.expects("it is back", kind="stage")
    harness.rests()
    assert len(new.messages("card")) == 1
    assert {"ana", "muster"} <= set(new.members)
    assert new.messages("card")[0].ts in [pinned.ts for pinned in new.pins]
    announced = harness.slack.channel("incidents")
    assert f"#{new.name}" in incident.messages("announcement", to=announced)[0]
    assert not incident.messages("notice", to=harness.ana.dm())
    harness.ana.types("/incident update Still down", new)
    new.expects("Still down", kind="update")
    harness.ana.unarchives(old)
    harness.ana.archives(old)  # of no importance any more
    harness.rests()
    harness.ana.types("/incident update And again", new)
    new.expects("And again", kind="update")
    harness.ana.archives(new)  # this one was in use
    incident.expects("notice", "unarchive it and invite Muster again", to=harness.ana.dm())
    harness.ana.unarchives(new)
    harness.ana.invites("muster", new)
