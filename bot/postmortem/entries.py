"""The entries of the timeline: all facts, relevant messages, and replies below their parent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.postmortem import markdown, mrkdwn
from bot.postmortem.material import Fact, Material, Message
from bot.postmortem.relevance import IN_A_THREAD_THAT_MATTERS, enough, points
from bot.postmortem.times import local

# The bot posts within seconds; after a crash it catches up. Anything later is another event.
SAME_MOMENT = timedelta(minutes=10)
# Shorter texts ("ok") occur in too many messages to tell which one is meant.
SHORTEST_ECHO = 8

# Longer texts are logs or documents: their beginning, and a link to the rest.
LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `kind`: the kind of the fact; None for a message without a fact."""

    at: datetime
    by: str
    kind: str
    markdown: str
    plain: str
    permalink: str | None
    edited: bool = False
    files: tuple[str, ...] = ()
    replies: tuple["Entry", ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The timeline in order, and what was left out."""

    entries: tuple[Entry, ...]
    left_out: int = 0
    said_by_the_bot: int = 0


@dataclass(slots=True)
class _Choice:
    """Selects entries: tracks which facts a message already shows, and what was left out."""

    names: Mapping[str, str]
    facts: list[Fact]
    enough: int
    shown: set[Fact] = field(default_factory=set)
    echoes: dict[Fact, tuple[Entry, ...]] = field(default_factory=dict)
    left_out: int = 0
    said_by_the_bot: int = 0

    def thread(self, root: Message, replies: list[Message]) -> Entry | None:
        """The parent message with its relevant replies; None if nothing in the thread is
        relevant.
        """
        fact = self._about(root)
        matters = fact is not None or points(root) >= self.enough
        bonus = IN_A_THREAD_THAT_MATTERS if matters else 0
        below = tuple(entry for each in replies if (entry := self._reply(each, bonus)))
        if fact and root.is_bot:
            self.said_by_the_bot += 1
            self.echoes[fact] = self.replies_to(fact) + below
            return None
        if not matters and not below:
            self.left_out += 1
            return None
        return replace(self._entry(root, fact), replies=below)

    def replies_to(self, fact: Fact) -> tuple[Entry, ...]:
        """The replies to the bot's message about `fact`."""
        return self.echoes.get(fact, ())

    def _reply(self, message: Message, bonus: int) -> Entry | None:
        fact = self._about(message)
        if fact and message.is_bot:
            self.said_by_the_bot += 1
            return None
        if fact is None and points(message) + bonus < self.enough:
            self.left_out += 1
            return None
        return self._entry(message, fact)

    def _entry(self, message: Message, fact: Fact | None) -> Entry:
        if fact:
            self.shown.add(fact)
        text = _shortened(message.text)
        return Entry(
            at=message.at,
            by=message.by,
            kind=fact.kind if fact else "",
            markdown=mrkdwn.to_markdown(text, self.names),
            plain=mrkdwn.to_plain(message.text, self.names),
            permalink=message.permalink,
            edited=message.edited,
            files=message.files,
        )

    def _about(self, message: Message) -> Fact | None:
        """The fact that this message made or reports."""
        said = _words(mrkdwn.to_plain(message.text, self.names))
        for fact in self.facts:
            if fact.permalink != message.permalink or fact in self.shown:
                continue
            # A person's message replaces only their own words, or what it said before an edit.
            if message.is_bot or message.edited or _holds(said, _words(fact.text)):
                return fact
        return self._echoed(message, said) if message.is_bot else None

    def _echoed(self, message: Message, said: str) -> Fact | None:
        for fact in self.facts:
            echo = _words(fact.text)
            near = abs(local(fact.at, UTC) - local(message.at, UTC)) <= SAME_MOMENT
            if near and len(echo) >= SHORTEST_ECHO and _holds(said, echo):
                return fact
        return None


def choose(material: Material) -> Chosen:
    """Select what of `material` is in the timeline, with messages as they are now."""
    facts = list(dict.fromkeys(material.facts + material.updates))
    choice = _Choice(material.names, facts, enough(material.messages))
    threads = [choice.thread(*each) for each in _threads(material.messages)]
    entries = [
        Entry(
            at=fact.at,
            by=fact.by,
            kind=fact.kind,
            markdown=markdown.block(_shortened(fact.text)),
            plain=fact.text,
            permalink=fact.permalink,
            replies=choice.replies_to(fact),
        )
        for fact in facts
        if fact not in choice.shown
    ]
    entries += [entry for entry in threads if entry]
    # Replies to the bot's report of something that its author's own message already shows.
    entries += [
        reply for fact in facts if fact in choice.shown for reply in choice.replies_to(fact)
    ]
    entries.sort(key=lambda entry: local(entry.at, UTC))  # stable: facts first at the same moment
    return Chosen(tuple(entries), choice.left_out, choice.said_by_the_bot)


def everything(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries and their replies, in reading order."""
    for entry in entries:
        yield entry
        yield from everything(entry.replies)


def _threads(messages: tuple[Message, ...]) -> list[tuple[Message, list[Message]]]:
    # A reply that was also sent to the channel is in both histories: one `ts`, one entry.
    once = {message.ts: message for message in messages}
    in_order = sorted(once.values(), key=lambda each: (local(each.at, UTC), each.ts))
    threads: dict[str, tuple[Message, list[Message]]] = {}
    # A reply whose parent is deleted, or older than what was read, is its own entry.
    for message in in_order:
        if message.thread_ts in (None, message.ts) or message.thread_ts not in once:
            threads[message.ts] = (message, [])
    for message in in_order:
        if message.ts not in threads and message.thread_ts in threads:
            threads[message.thread_ts][1].append(message)
    return list(threads.values())


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    beginning = text[:LONGEST].rstrip()
    return beginning + ("\n```" if beginning.count("```") % 2 else "") + "\n… (goes on)"


def _words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _holds(said: str, words: str) -> bool:
    return f" {words} " in f" {said} "
