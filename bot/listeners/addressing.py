"""Which incident a typed subcommand is about: the one whose number stands first in its words, else
that of the channel. A number that is named is meant; what could be meant otherwise is asked.

The one place for all subcommands: they read their words without the number.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from bot.errors import Refused
from bot.incident.kind import PREFIX
from bot.listeners.feature import About, Subcommand
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.meant import about, ask, is_visible, run, saying
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.synonyms import HINTS, meaning
from bot.listeners.words import FILLERS, fold, says_nothing
from bot.messages.text import code, quoted, user_in
from bot.streams.ids import Certainty, spelled

ALSO = ("incident",)  # `incident 7`
NUMBERS = (Certainty.SIGNED, Certainty.NUMBER)
# A question isn't a request for them: `ack?`
AT_ONCE = ("ack", "mitigate", "reopen", "escalate", "private", "public", "status")
# Words that repeat what a subcommand says, as `fold` leaves them: `ack I'm on it`
REPEATS = {
    "ack": (
        *("onit", "imonit", "iamonit", "gotit", "igotit", "gotthis", "igotthis", "ivegotthis"),
        *("ivegotit", "takingit", "takingthis", "mine", "me", "iam", "onmyway", "omw", "ok"),
        *("okay", "thanks", "yes", "looking", "imlooking", "takingalook", "havingalook"),
        *("lookingnow", "lookingatit", "lookingintoit", "lookingintothis", "lookingatthis"),
    )
}
WHO = ("is", "are", "was", "has", "s")
SHORT = 4  # words: with a number at their end, it isn't part of a sentence

_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>[\s:,]*")


@dataclass(frozen=True, slots=True)
class Named:
    """The incident that words name. `rest`: the words without it. `is_sure`: they can't mean
    anything else."""

    id: str
    rest: str
    is_sure: bool = True


def addressed(subcommand: Subcommand, request: Request[SlashCommand], before: str = "") -> Answer:
    """Run the subcommand for the incident that is meant, or ask which. `before`: what the words
    begin with, if a synonym was typed. Raises `Refused` for words that it can't use."""
    words, asks = request.payload.argument, request.payload.is_question
    named = _named(subcommand, words, request)
    rest = named.rest if named else words
    fillers = (*FILLERS, *REPEATS.get(subcommand.names[0], ()))
    if asks and subcommand.names[0] in AT_ONCE and says_nothing(rest, *fillers):
        return Reply(f"Nothing changed. {_how(subcommand, before)}")
    name = request.payload.subcommand
    typed = f"{name if name in subcommand.names else subcommand.names[0]} {before}".strip()
    if named is None:
        if not subcommand.takes_words:
            if not says_nothing(words, *fillers) and not _asks_who(typed, words):
                raise Refused(_unused(typed, words))
            words = ""
        if (last := _later(subcommand, words, request)) is not None:
            return ask(request, last.id, f"{typed} {last.rest}", f"{typed} {words}")
        return run(subcommand, saying(request, f"{typed} {words}"))
    if named.rest and not (subcommand.takes_words or says_nothing(named.rest, *fillers)):
        raise Refused(_unused(typed, named.rest, named.id))
    here = request.services.store.streams.find(request.channel)
    there = f"{typed} {named.rest}".strip()
    if not named.is_sure:
        otherwise = f"{typed} {words}" if here and subcommand.takes_words else ""
        return ask(request, named.id, there, otherwise)
    if subcommand.about is About.ASKED and named.rest and here and here != named.id:
        seen = is_visible(named.id, request)
        return ask(request, named.id, there, f"{typed} {words}", sure=seen)
    return about(named.id, subcommand, saying(request, there))


def understood(
    request: Request[SlashCommand], subcommands: Mapping[str, Subcommand]
) -> Answer | None:
    """Run the subcommand that a synonym stands for; None if the words aren't one. Elsewhere than
    in an incident's channel they may be a title: `log ingestion is down`."""
    command = request.payload
    name, before, words = meaning(command)
    inside = request.services.store.streams.find(request.channel) is not None
    named = spelled(words, PREFIX, *ALSO)
    is_named = named is not None and named.certainty is not Certainty.NUMBER
    if not (inside or is_named or not words or user_in(words)):
        return None
    if not name and (hint := HINTS.get(fold(command.subcommand))):
        return Reply(hint)
    if not name:
        return None
    saying(request, f"{name} {words}")
    return addressed(subcommands[name], request, before)


def number_first(command: SlashCommand, names: Container[str], otherwise: str) -> SlashCommand:
    """The command with its subcommand first, if it began with the number of an incident: `INC-7
    ack`. `otherwise`: the subcommand if there is only the number."""
    found = spelled(command.text, PREFIX)
    if found is None or found.certainty is not Certainty.EXACT:
        return command
    rest = command.saying(found.rest)
    name, before, words = rest.subcommand or otherwise, "", rest.argument
    if name not in names:
        name, before, words = meaning(rest)
    return command.saying(f"{name} {found.id} {before} {words}".strip()) if name else command


def _named(subcommand: Subcommand, words: str, request: Request) -> Named | None:
    """The incident at the beginning of the words."""
    if subcommand.about is About.NOTHING:
        return None
    asked = subcommand.about is About.ASKED
    if not asked and (channel := _CHANNEL.match(words)):
        there = request.services.store.streams.find(channel[1])
        return Named(there, words[channel.end() :]) if there else None
    found = spelled(words, PREFIX, *ALSO)
    if found is None or (found.certainty in NUMBERS and subcommand.numbers):
        return None
    if found.certainty is Certainty.NUMBER and found.rest:
        return None  # `7 of 9 shards are back`
    return Named(found.id, found.rest, found.certainty is Certainty.EXACT)


def _later(subcommand: Subcommand, words: str, request: Request) -> Named | None:
    """Another incident's number that isn't the first word, which may be what they are about."""
    return _second(subcommand, words, request) or _last(subcommand, words, request)


def _second(subcommand: Subcommand, words: str, request: Request) -> Named | None:
    """Another incident's number after the one word that the subcommand needs: `page @bob INC-3
    needs you`, `snooze 20m INC-3 restores`, `task done INC-3 1`."""
    first, rest = split_word(words)
    found = spelled(rest, PREFIX)
    if found is None or found.certainty is not Certainty.EXACT:
        return None
    if subcommand.about is About.ASKED:
        is_meant = subcommand.numbers and found.rest.isdecimal()  # tasks have numbers
    else:
        is_meant = subcommand.about is not About.NOTHING and subcommand.needs_a_word
    here = request.services.store.streams.find(request.channel)
    if not is_meant or not here or found.id == here:
        return None
    return Named(found.id, f"{first} {found.rest}".strip())


def _last(subcommand: Subcommand, words: str, request: Request) -> Named | None:
    """Another incident's number at the end of a few words, which may be what they are about:
    `severity sev1 INC-3`."""
    before, _, last = words.rpartition(" ")
    found = spelled(last, PREFIX)
    if subcommand.about in (About.NOTHING, About.ASKED) or not before or found is None:
        return None
    if found.certainty is not Certainty.EXACT or found.rest or len(words.split()) > SHORT:
        return None
    here = request.services.store.streams.find(request.channel)
    return Named(found.id, before) if found.id != here else None


def _asks_who(typed: str, words: str) -> bool:
    """Whether it's a question that `who` answers: `who is on call?`, `who has ops`."""
    name, *before = typed.split()
    first = fold(" ".join((*before, words)).split()[0])
    return name == "who" and first in WHO and spelled(words.rsplit(maxsplit=1)[-1], PREFIX) is None


def _how(subcommand: Subcommand, before: str) -> str:
    typed = f"{subcommand.names[0]} {before}".strip() if before else subcommand.usage
    return f"{code(f'/incident {typed}')}: {subcommand.help}"


def _unused(typed: str, words: str, incident_id: str = "") -> str:
    if incident_id:
        return f"`{typed}` can't use {quoted(words)}. Type `/incident {typed} {incident_id}`."
    if typed == "escalate":
        person = "To page someone in particular: `/incident page @name`."
        severity = "To change the severity: `/incident severity SEV1`."
        return (
            "`escalate` pages the next in the escalation chain, without words. "
            f"{person} {severity}"
        )
    return (
        f"{quoted(words)} isn't an incident number. Type `/incident {typed}`, or with the number "
        f"of another incident: `/incident {typed} INC-7`."
    )
