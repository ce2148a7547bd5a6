"""Toys are exported, imported and rebuilt like incidents; and commands between toys are executed
once, whatever part an export has."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis import Redis

from bot.errors import CommandError
from bot.export import export
from bot.importing import import_file
from bot.kinds import KINDS
from bot.private_file import save
from bot.rebuild import rebuild
from bot.settings import Settings
from bot.store.workspaces import Identity, remember
from bot.streams.delivery import ReceiptLost, Told
from bot.streams.tell import Outcome
from tests.toy.kinds import Wind, with_toys
from tests.toy.machine import TEAM, Machine
from tests.toy.test_tell import DOLL_1, played, receipts
from tests.toy.test_toy import rings

TOKEN = "xoxb-1"
ALL = with_toys(KINDS)


def in_database(url: str, number: int) -> str:
    return f"{url.rpartition('/')[0]}/{number}"


def settings(url: str, database: int) -> Settings:
    url = in_database(url, database)
    return Settings.model_construct(redis_url=SecretStr(url), slack_bot_token=SecretStr(TOKEN))


def exported(machine: Machine, url: str, file: Path) -> list[str]:
    """The lines of an export, saved in `file`."""
    remember(machine.redis, TOKEN, Identity(TEAM, "https://acme.slack.com/", "U1", "B1"))
    save(file, export(settings(url, 0), None, [], ALL))
    return file.read_text().splitlines()


def imported(url: str, file: Path) -> Machine:
    """Another store, with the content of `file`."""
    there = Machine(Redis.from_url(in_database(url, 1)))
    import_file(settings(url, 1), file, ALL)
    return there


def without(file: Path, stream_id: str, events: int) -> None:
    """The export as if the stream had been read when it had this many events."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        if line.get("stream") == stream_id:
            line["events"] = line["events"][:events]
            line.pop("causes", None)
    kept = [line for line in lines if line.get("events") != []]
    kept[-1] = {"end": len(kept) - 1}
    dumped = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in kept)
    file.write_text("".join(f"{each}\n" for each in dumped))


def test_toys_come_out_elsewhere_as_they_were(machine: Machine, url: str, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    over, still = rings(machine), machine.winds(Wind(10))
    machine.reconciles(over)
    exported(machine, url, file)
    there = Machine(Redis.from_url(in_database(url, 1)))
    said = import_file(settings(url, 1), file, ALL)
    assert said == "0 incidents, 2 toys of workspace T1 imported."
    assert import_file(settings(url, 1), file, ALL).endswith("imported, 2 already here.")
    assert [there.state(each) for each in (over, still)] == [
        machine.state(each) for each in (over, still)
    ]
    assert there.store.streams.open_ids("TOY") == [still]
    machine.reconciles(still)
    assert there.wakes_at("pages", still) == machine.wakes_at("pages", still) is not None
    there.clock.at = machine.clock.at
    there.reconciles(over)
    assert there.world.done == [], "what was done is done"


def test_a_muster_that_knows_no_toys_refuses_them_with_a_sentence(
    machine: Machine, url: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    toy = rings(machine)
    exported(machine, url, file)
    Redis.from_url(in_database(url, 1)).flushdb()
    with pytest.raises(CommandError, match=f"contains {toy}, which a newer Muster wrote"):
        import_file(settings(url, 1), file)


def test_lost_indexes_of_toys_are_made_anew(machine: Machine) -> None:
    over, still = rings(machine), machine.winds(Wind(10))
    machine.reconciles(over, still)
    assert rebuild(machine.store).mended == 0
    p = machine.store.prefix
    due = machine.wakes_at("due", still)
    machine.redis.delete(f"{p}open:TOY", f"{p}streams:TOY", f"{p}due", f"{p}pages")
    machine.redis.sadd(f"{p}open:TOY", "TOY-999")
    rebuilt = rebuild(machine.store)
    assert (rebuilt.streams["toy"], rebuilt.unread) == (2, [])
    assert machine.store.streams.open_ids("TOY") == [still]
    assert machine.store.streams.all_ids("TOY") == [over, still], "in the order they were begun"
    assert machine.wakes_at("due", still) == machine.wakes_at("pages", still) == due
    assert rebuild(machine.store).mended == 0


@pytest.mark.parametrize("to", [DOLL_1, "NEW"])
def test_a_command_executed_before_its_receipt_was_exported_is_executed_once(
    machine: Machine, url: str, tmp_path: Path, to: str
) -> None:
    """The toy was exported before its receipt, the doll after the command; the doll's causes are
    exported, too."""
    file = tmp_path / "all.jsonl"
    toy = machine.winds(Wind(tells=(f"{to} hello",)))
    machine.reconciles(toy)
    exported(machine, url, file)
    without(file, toy, 1)
    there = imported(url, file)
    assert receipts(there, toy) == []
    there.reconciles(toy)
    assert played(there) == ["hello"]
    assert there.store.streams.all_ids("DOLL") == [DOLL_1]
    assert receipts(there, toy) == [Told("tell:1:1", DOLL_1, 1, Outcome.DONE)]


def test_no_news_stays_no_news_elsewhere(machine: Machine, url: str, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello", f"{DOLL_1} hello")))
    machine.reconciles(toy)
    exported(machine, url, file)
    without(file, toy, 2)  # the first receipt remains
    there = imported(url, file)
    there.reconciles(toy)
    assert [each.outcome for each in receipts(there, toy)] == [Outcome.DONE, Outcome.NO_NEWS]


def test_a_receipt_of_what_the_target_lacks_counts_as_not_delivered(
    machine: Machine, url: str, tmp_path: Path
) -> None:
    """The doll was exported before the command, the toy after its receipt; the command is sent in
    the new store."""
    file = tmp_path / "all.jsonl"
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello", f"{DOLL_1} bad")))
    machine.reconciles(toy)
    exported(machine, url, file)
    without(file, DOLL_1, 0)
    there = imported(url, file)
    assert ReceiptLost("tell:1:1") in there.events(toy)
    assert there.wakes_at("again", toy) is not None
    there.reconciles(toy)
    assert played(there) == ["hello"]
    assert [each.outcome for each in receipts(there, toy)][-2:] == [Outcome.DONE, Outcome.REFUSED]


def test_a_rebuild_tells_again_what_the_target_lost(machine: Machine) -> None:
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    machine.reconciles(toy)
    rebuild(machine.store)
    assert rebuild(machine.store).mended == 0
    machine.redis.delete(f"{machine.store.prefix}events:{DOLL_1}")
    machine.redis.zrem(f"{machine.store.prefix}streams:DOLL", DOLL_1)
    assert rebuild(machine.store).mended > 0
    machine.reconciles(toy)
    assert played(machine) == ["hello"]
    assert rebuild(machine.store).mended == 0


def test_a_closed_stream_still_sends_commands_after_an_import(
    machine: Machine, url: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.jsonl"
    toy = machine.winds(Wind(tells=(f"{DOLL_1} hello",)))
    assert machine.state(toy).is_over
    exported(machine, url, file)
    there = imported(url, file)
    assert there.wakes_at("again", toy) is not None
    there.reconciles(toy)
    assert played(there) == ["hello"]


@pytest.mark.parametrize("causes", [7, {"a": 7}, {"a": "DOLL-2:0:1"}, {"a": "DOLL-1:x:1"}])
def test_causes_that_make_no_sense_are_refused(
    machine: Machine, url: str, tmp_path: Path, causes: object
) -> None:
    file = tmp_path / "all.jsonl"
    machine.reconciles(machine.winds(Wind(tells=(f"{DOLL_1} hello",))))
    lines = [json.loads(line) for line in exported(machine, url, file)]
    for line in lines:
        if line.get("stream") == DOLL_1:
            assert line["causes"]
            line["causes"] = causes
    file.write_text("".join(f"{json.dumps(each)}\n" for each in lines))
    with pytest.raises(CommandError, match="the causes of DOLL-1 make no sense"):
        import_file(settings(url, 1), file, ALL)
