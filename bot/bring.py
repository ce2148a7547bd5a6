"""`muster import`: what `muster export` wrote, brought into this store.

The whole file is read and held against the store before anything is written. Each incident is
written at once, with its indexes and wake-ups; brought again, it is found there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from redis import Redis

from bot import policy as policies
from bot.errors import Stop
from bot.export import VERSION, Row, compact
from bot.incident.events import Declared
from bot.incident.evolve import replay
from bot.incident.incident import LONG_AGO
from bot.incident.policy import Policy
from bot.rebuild import index
from bot.settings import Settings
from bot.store import Store, Unreadable, codec, notes
from bot.store.histories import DAMAGE
from bot.store.moving import Index, Raw
from bot.store.workspaces import Identity, remember_as, remembered
from bot.wiring.store import connect

TRIES = 20
UNREADABLE = Index(LONG_AGO, False, {}, None, None, wake=True, draft=False)


class Wrong(Exception):
    """What is wrong with a line."""


@dataclass(frozen=True, slots=True)
class Head:
    """`known_by`: the digests of the bot tokens that this workspace is known by."""

    identity: Identity
    known_by: tuple[str, ...]
    counter: int


Numbered = Iterator[tuple[int, Row]]


def bring(settings: Settings, file: Path) -> str:
    """Import `file`; what came of it, in a sentence. Stops with the line that is wrong."""
    redis: Redis = connect(settings)
    try:
        with file.open("rb") as lines:
            head = _head(file, lines)
            _is_ours(settings, redis, file, head)
            begin = lines.tell()
            importing = Import(file, Store(redis, head.identity.team))
            importing.check(_numbered(file, lines))
            lines.seek(begin)
            remember_as(redis, head.known_by, head.identity)
            importing.store.count_on(head.counter)  # before the incidents: somebody may declare
            return importing.write(_numbered(file, lines))
    except OSError as denied:
        raise Stop(f"can't read {file}: {denied.strerror}") from None


@dataclass(frozen=True, slots=True)
class Import:
    file: Path
    store: Store
    policies: dict[str, Policy] = field(default_factory=dict)

    def check(self, rows: Numbered) -> None:
        """Whether every line is sound, and none speaks of another incident than the store's."""
        number, ended = 1, False
        for number, row in rows:
            try:
                if ended:
                    raise Wrong("stands behind the end")
                ended = self._sound(row, number)
            except Wrong as wrong:
                raise _stop(self.file, number, str(wrong)) from None
        if not ended:
            raise _stop(
                self.file, number, "is the last, but not the end of the export: it was cut"
            )

    def write(self, rows: Numbered) -> str:
        """Everything, in the order of the file; how much of it is new here."""
        incidents = new = 0
        for number, row in rows:
            match row:
                case {"name": name, "incident": incident_id}:
                    self.store.enter("names", name, incident_id)
                case {"place": place, "channel": channel}:
                    self.store.enter("places", place, channel)
                case {"paper": name, "text": text, "for_ms": for_ms}:
                    self.store.file_paper(name, text, for_ms)
                case {"policy": digest, "text": text}:
                    self.store.keep_policy(digest, text)
                case {"incident": incident_id}:
                    incidents += 1
                    new += self._bring(incident_id, row, number)
        here = "" if new == incidents else f", {incidents - new} already here"
        said = "1 incident" if new == 1 else f"{new} incidents"
        return f"{said} of workspace {self.store.team} brought in{here}."

    # --- is it sound? ----------------------------------------------------------------------

    def _sound(self, row: Row, number: int) -> bool:
        """Whether this is the end. Raises `Wrong`."""
        match row:
            case {"name": str(), "incident": str()} | {"place": str(), "channel": str()}:
                pass
            case {"paper": str(), "text": str(), "for_ms": None | int()}:
                pass
            case {"policy": str(digest), "text": str(text)}:
                self.policies[digest] = _policy(digest, text)
            case {"incident": str(incident_id), "events": [_, *_]}:
                self._sound_incident(incident_id, row)
                self._same(incident_id, _events(row))
            case {"end": int(count)} if count == number - 1:
                return True
            case {"end": int(count)}:
                raise Wrong(f"counts {count} lines before it, but there are {number - 1}")
            case _:
                raise Wrong("is no line of an export")
        return False

    def _sound_incident(self, incident_id: str, row: Row) -> None:
        if not re.fullmatch(r"INC-[1-9][0-9]{0,8}", incident_id):
            raise Wrong("names no incident")
        if "damaged" in row:  # it was so where it comes from: it is brought as it is
            return
        try:
            self._read(incident_id, row)
        except codec.UnknownEvent as unknown:
            raise Wrong(f"holds {incident_id}, which a newer Muster wrote ({unknown})") from None
        except DAMAGE as damage:
            raise Wrong(
                f"is damaged: {incident_id} makes no sense ({type(damage).__name__})"
            ) from None

    def _read(self, incident_id: str, row: Row) -> None:
        """Raises what reading nonsense raises."""
        history = [
            codec.load(event, seq, self.policies.__getitem__)
            for seq, event in enumerate(_events(row), start=1)
        ]
        if not isinstance(history[0].event, Declared):
            raise TypeError
        replay(incident_id, history)
        for note in _notes(row).values():
            notes.read(note)

    def _same(self, incident_id: str, events: list[bytes]) -> list[bytes]:
        """What the store has of it: nothing, less, as much or more of the same. Raises `Wrong`."""
        try:
            here = self.store.raw(incident_id)
        except Unreadable:
            raise Wrong(f"holds {incident_id}, which can't be read in this store") from None
        both = min(len(here.events), len(events))
        if here.events[:both] != events[:both]:
            raise Wrong(
                f"holds an {incident_id} that is another one in this store; "
                "import into an empty one (another MUSTER_DATA or REDIS_URL)"
            )
        return here.events

    # --- bring it --------------------------------------------------------------------------

    def _bring(self, incident_id: str, row: Row, number: int) -> bool:
        """Whether anything of it was lacking here."""
        for _ in range(TRIES):
            events = _events(row)
            try:
                here = self._same(incident_id, events)
            except Wrong as wrong:  # it was declared since the check
                raise Stop(
                    f"{self.file}:{number}: {wrong}. What stands before it was imported."
                ) from None
            lacking = events[len(here) :]
            under_way = _notes(row) if lacking else {}  # else it has been seen to here
            whole = Raw([*here, *lacking], {**under_way, **self.store.raw(incident_id).notes})
            laid = self.store.lay(
                incident_id,
                self._index(incident_id, whole, "awaited" in row),
                after=len(here),
                events=lacking,
                notes=under_way,
            )
            if laid is not None:
                return bool(lacking)
        raise Stop(
            f"{incident_id} changes all the time; stop what runs on this store and try again"
        )

    def _index(self, incident_id: str, whole: Raw, awaited: bool) -> Index:
        try:
            found = index(incident_id, self.store.understood(incident_id, whole))
        except Unreadable:
            return UNREADABLE  # whoever attends to it sets it aside, and tells the admins
        return replace(found, wake=found.wake or awaited)


def _head(file: Path, lines: BinaryIO) -> Head:
    """What the first line says. Raises `Stop`."""
    _, head = next(_numbered(file, lines, first=1), (1, {}))
    match head:
        case {"muster": "export", "version": int(version)} if version > VERSION:
            raise Stop(f"{file} was written by a newer Muster; upgrade this one first")
        case {
            "muster": "export",
            "team": str(team),
            "url": str(url),
            "bot_user": str(bot_user),
            "bot_id": str(bot_id),
            "known_by": [*tokens],
            "counter": int(counter),
        }:
            return Head(Identity(team, url, bot_user, bot_id), tuple(map(str, tokens)), counter)
    raise Stop(f"{file} is no export of Muster: its first line says nothing of one")


def _is_ours(settings: Settings, redis: "Redis", file: Path, head: Head) -> None:
    """Stop if the token is known to be another workspace's."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    known, team = remembered(redis, token) if token else None, head.identity.team
    if known and known.team != team:
        raise Stop(f"{file} is of workspace {team}, but SLACK_BOT_TOKEN is of {known.team}")


def _numbered(file: Path, lines: BinaryIO, first: int = 2) -> Numbered:
    """Line by line, each with its number. Raises `Stop` for one that is no JSON object, but for
    the first: then it is no export at all."""
    for number, line in enumerate(iter(lines.readline, b""), start=first):
        try:
            row = json.loads(line.decode("utf-8", "surrogateescape"))
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict) and number > 1:
            raise _stop(file, number, "is damaged: it is no JSON object")
        yield number, row if isinstance(row, dict) else {}


def _events(row: Row) -> list[bytes]:
    """As they lay in the store that they come from."""
    return [_bytes(each if isinstance(each, str) else compact(each)) for each in row["events"]]


def _notes(row: Row) -> dict[bytes, bytes]:
    return {_bytes(key): _bytes(note) for key, note in row.get("notes", {}).items()}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _policy(digest: str, text: str) -> Policy:
    if policies.digest(text) != digest:
        raise Wrong("is damaged: the policy is not the one that it was")
    try:
        return policies.read(text)
    except ValueError:
        raise Wrong("holds a policy that this Muster can't read; upgrade it first") from None


def _stop(file: Path, number: int, why: str) -> Stop:
    return Stop(f"{file}:{number}: {why}. Nothing was imported.")
