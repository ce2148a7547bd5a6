"""Parsing `/incident task …`."""

from datetime import UTC, datetime

import pytest

from bot.errors import Refused
from bot.incident.tasks import AddTask, CancelTask, FinishTask, ReopenTask
from bot.listeners.task_text import (
    Asked,
    Assign,
    Edit,
    ListTasks,
    New,
    Unclear,
    Which,
    parse_task,
)
from tests.story import BOB

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
AT_16 = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("list", ListTasks()),
        ("List mine", ListTasks()),
        (f"list <@{BOB}>", ListTasks()),
        ("list the pods", AddTask("list the pods")),
        ("done 2", FinishTask(2)),
        ("2 done", FinishTask(2)),
        ("#2, done", FinishTask(2)),
        ("done 2.", FinishTask(2)),
        ("Done: 2!", FinishTask(2)),
        ("*done* #2 :tada:", FinishTask(2)),
        ("\uff44one \uff12", FinishTask(2)),
        ("2. done.", FinishTask(2)),
        ("2: me.", Assign(2, "me")),
        ("list.", ListTasks()),
        ("1:1 with the vendor", AddTask("1:1 with the vendor")),
        ("2 is done", FinishTask(2)),
        ("done one", FinishTask(1)),
        ("done with task 2!", FinishTask(2)),
        ("done all", Which("done")),
        ("done rollback", Which("done")),
        ("undo 2", ReopenTask(2)),
        ("2 is down", AddTask("2 is down")),
        ("undo the last deploy", AddTask("undo the last deploy")),
        ("close 2", FinishTask(2)),
        ("close 2 pods", AddTask("close 2 pods")),
        ("drop 2", CancelTask(2)),
        ("drop 2 R&amp;D does it", CancelTask(2, "R&D does it")),
        ("drop 2 3 does it", CancelTask(2, "3 does it")),
        ("reopen 2", ReopenTask(2)),
        ("done", Which("done")),
        ("done is better than perfect", AddTask("done is better than perfect")),
        (f"2 <@{BOB}|bob>", Assign(2, BOB)),
        (f"give 2 to <@{BOB}>", Assign(2, BOB)),
        ("2 me", Assign(2, "me")),
        ("2", Unclear(2, "")),
        ("assign 2", Unclear(2, "")),
        ("2 bob", Unclear(2, "bob")),
        ("2 pods are left", AddTask("2 pods are left")),
        ("", AddTask("")),
        ("Restart the pods", AddTask("Restart the pods")),
        (f"Restart the pods <@{BOB}> by 16:00", AddTask("Restart the pods", BOB, AT_16)),
        (f"Restart the pods by 16:00 <@{BOB}>", AddTask("Restart the pods", BOB, AT_16)),
        (f"<@{BOB}> restart the pods by 16:00", AddTask("restart the pods", BOB, AT_16)),
        (f"ask <@{BOB}|bob> about it", AddTask("ask @bob about it")),
    ],
)
def test_it_is_read_as_it_is_meant(typed: str, asked: Asked | AddTask) -> None:
    found = parse_task(typed, NOW, UTC)
    assert (found.command if isinstance(found, New) else found) == asked


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("2:30pm", "11-22 14:30"),
        ("14.30", "11-22 14:30"),
        ("EOD", "11-21 23:59"),
        ("tomorrow 9am", "11-22 09:00"),
        ("16:40 CET", "11-21 15:40"),
    ],
)
@pytest.mark.parametrize(
    "written", ["Restart it <@{}> by {}", "Restart it by {1} <@{0}>", "<@{}> Restart it by {}"]
)
def test_the_owner_is_kept_however_the_time_is_written(written: str, typed: str, due: str) -> None:
    found = parse_task(written.format(BOB, typed), NOW, UTC)
    assert isinstance(found, New)
    assert (found.command.text, found.command.owner) == ("Restart it", BOB)
    assert f"{found.command.due:%m-%d %H:%M}" == due


@pytest.mark.parametrize(
    "written",
    [
        "Restart it {},",
        "Restart it ({})",
        "Restart it {}!",
        "Restart it - {} please",
        "{}: Restart it",
    ],
)
def test_the_owner_may_be_decorated(written: str) -> None:
    found = parse_task(written.format(f"<@{BOB}|bob>"), NOW, UTC)
    assert isinstance(found, New)
    assert (found.command.text, found.command.owner) == ("Restart it", BOB)


@pytest.mark.parametrize("typed", ["by fri 9", "by 2330", "asap", "before the release"])
def test_what_follows_the_owner_and_is_no_time_is_asked_about(typed: str) -> None:
    found = parse_task(f"Restart it <@{BOB}> {typed}", NOW, UTC)
    assert isinstance(found, New)
    assert (found.command, found.due_typed) == (AddTask("Restart it", BOB), typed)
    assert "isn't a time" in found.unclear
    inside = parse_task(f"Ask <@{BOB}> {typed}", NOW, UTC)
    assert isinstance(inside, New)
    assert not inside.command.owner


@pytest.mark.parametrize("unclear", ["25:00", "13pm", "3/4", "17:40 XYZ", "2020-01-01"])
@pytest.mark.parametrize(
    "written", ["Restart R&amp;D <@{}> by {}", "Restart R&amp;D by {1} <@{0}>"]
)
def test_if_the_time_is_unclear_everything_else_is_kept(written: str, unclear: str) -> None:
    found = parse_task(written.format(BOB, unclear), NOW, UTC)
    assert isinstance(found, New)
    assert found.command == AddTask("Restart R&D", BOB)
    assert found.due_typed == f"by {unclear}"
    assert found.unclear


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("done 1 2", "One task at a time: `/incident task done 1`"),
        ("reopen 1 and 2", "One task at a time"),
        (f"Restart the pods <@{BOB}> and <@U0DAN>", "A task has one owner"),
        (f"Restart the pods <@{BOB}> by 15:30 <@U0DAN>", "A task has one owner"),
        ("Restart the pods <!subteam^S0SRE|@sre>", "“@sre” is a group. Name one person"),
        ("move 2", "To when"),
        ("move 2 to banana", "To when"),
        ("move 2 by 2h", "To when"),
        ("Restart the pods @bob", "Slack doesn't know “@bob”"),
    ],
)
def test_meaningless_task_commands_are_refused(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        parse_task(typed, NOW, UTC)


@pytest.mark.parametrize(
    ("typed", "text", "owner", "due"),
    [
        ("2 by 16:00", "", "", "16:00"),
        ("2 16:00", "", "", "16:00"),
        ("#2: due 16:00.", "", "", "16:00"),
        ("move 2 to 16:00", "", "", "16:00"),
        ("due 2 16:00", "", "", "16:00"),
        ("deadline #2: 16:00", "", "", "16:00"),
        ("postpone 2 until 16:00", "", "", "16:00"),
        ("2 in 1h", "", "", "16:00"),
        (f"2 <@{BOB}> by 16:00", "", BOB, "16:00"),
        (f"2 by 16:00 <@{BOB}>", "", BOB, "16:00"),
        ("edit 2 Restart R&amp;D", "Restart R&D", "", ""),
        ("2 edit: Restart it by 16:00", "Restart it", "", "16:00"),
        ("rename 2. Restart it", "Restart it", "", ""),
    ],
)
def test_a_task_is_changed(typed: str, text: str, owner: str, due: str) -> None:
    found = parse_task(typed, NOW, UTC)
    assert isinstance(found, Edit)
    assert found.new is not None
    command = found.new.command
    shown = f"{command.due:%H:%M}" if command.due else ""
    assert (found.number, command.text, command.owner, shown) == (2, text, owner, due)


@pytest.mark.parametrize(
    ("typed", "undated"),
    [("edit 2", False), ("Edit #2.", False), ("2 no due", True), ("due 2 none", True)],
)
def test_a_task_is_asked_about_or_loses_its_due_time(typed: str, undated: bool) -> None:
    assert parse_task(typed, NOW, UTC) == Edit(2, undated=undated)


@pytest.mark.parametrize(
    "typed",
    ["edit the config", "move the traffic", "due diligence", "2 pods by 16:00", "text the vendor"],
)
def test_a_sentence_is_a_new_task(typed: str) -> None:
    assert isinstance(parse_task(typed, NOW, UTC), New)


@pytest.mark.parametrize(
    "typed",
    [
        "ask <@{}|bob> for the logs",
        "Ping <@{}|bob>",
        "Give access to <@{}|bob> by 16:00",
        "by 16:00 ask <@{}|bob>",
        "<@{}|bob>'s pods need a restart",
        "<@{}|bob>’s pods need a restart",
        "Restart the pods for <@{}|bob>",
    ],
)
def test_a_mention_in_a_sentence_does_not_assign_it(typed: str) -> None:
    found = parse_task(typed.format(BOB), NOW, UTC)
    assert isinstance(found, New)
    assert (found.command.owner, found.mentioned) == ("", BOB)
    assert "@bob" in found.command.text
