"""What is left to do: typed, from a message, told to whom it is for, ticked off, asked about."""

import json

from sandbox.driver import Message
from tests.house import House
from tests.house.incident import Incident


def typed(house: House, incident: Incident, words: str) -> str:
    said = house.ana.types(f"/incident task {words}".strip(), incident.channel)
    assert said is not None
    return said.text


def test_a_task_is_given_and_done(either: House) -> None:
    incident = either.declares("sev3")  # which asks for nothing meanwhile
    either.slack.duplicates(2)
    said = typed(either, incident, "Restart the pods @dan by 2099-11-24 14:30")
    either.slack.duplicates(1)
    assert "*Task 1* is on the list, for @dan, due" in said
    dan = either.person("dan")
    told = incident.expects("task", "@ana has a task for you: Restart the pods", to=dan.dm())
    assert f"Task 1 of {incident.id}" in told
    incident.channel.until(lambda c: "dan" in c.members, what="dan in the channel")
    line = incident.channel.expects("Task 1* for @dan, due", kind="task-change")
    assert ", from @ana: Restart the pods" in line
    incident.card.shows("*1 open task*")
    incident.card.shows("1. Restart the pods · @dan · due")

    either.slack.duplicates(2)
    told.click("Done", as_=dan)
    either.slack.duplicates(1)
    told.shows("Done, says @dan.")
    assert "button" not in json.dumps(told.again().shape)
    assert "Task 1 is done already: @dan said so at" in typed(either, incident, "done 1")
    assert incident.happened.count("TaskAdded") == incident.happened.count("TaskDone") == 1
    assert len(incident.messages("task", to=dan.dm())) == 1
