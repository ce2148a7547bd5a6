"""Names of people and channels by id."""

from sandbox.workspace import Channel, Names, Person, Workspace


def test_names_are_looked_up_in_the_workspace_as_it_is_now() -> None:
    workspace = Workspace("T1", "acme", "Acme", "A1", "U0BOT", "B1")
    workspace.people["U0ANA"] = Person("U0ANA", "ana")
    workspace.channels["C1"] = Channel("C1", "general", "channel", 0, "U0ANA")
    workspace.channels["D1"] = Channel("D1", "", "im", 0, "U0ANA")
    names = Names(workspace)
    assert dict(names) == {"U0ANA": "ana", "C1": "general"}
    assert [*names] == ["U0ANA", "C1"]
    assert len(names) == 2
    assert names.get("D1") is None
    workspace.channels["C1"].name = "everyone"
    assert names["C1"] == "everyone"
