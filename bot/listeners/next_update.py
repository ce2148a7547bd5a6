"""When the text of an update promises the next one, as far as its incident allows that."""

from dataclasses import replace
from datetime import datetime

from bot.incident.incident import Incident
from bot.incident.reminders import update_due, update_every
from bot.incident.snoozing import longer_than_may_be
from bot.incident.when import NotATime, Promise, promise
from bot.listeners.typist import TypistZone
from bot.messages.text import code, escape, moment


def read_promise(incident: Incident, text: str, now: datetime, here: TypistZone) -> Promise:
    """The promise in the text. Raises `NotATime` if the text begins with one that isn't clear or
    too long; then its `rest` is the update."""
    read = promise(text, now, here.zone)
    if read.at is None:
        return read
    length = read.at.at - now
    too_long = longer_than_may_be(incident, length)
    if read.unsure:
        usual = update_every(incident)
        # A sentence like "in 2h the vendor is back" must not make the next reminder later.
        return (
            read
            if usual and length <= usual
            else Promise(text, unsure="" if too_long else read.unsure)
        )
    if too_long and read.text != text:
        raise NotATime(too_long, read.at.typed, read.text)
    if too_long:
        return replace(read, at=None, unread=read.at.typed, why=too_long, vague=True)
    return read


def say_next(incident: Incident, read: Promise, here: TypistZone) -> str:
    """When the next update is due, and which time in the text didn't change that."""
    due = update_due(incident)
    if due is None and not incident.is_open:
        return f" {incident.id} is {incident.stage}, so no next update is due." if read.at else ""
    how = here.how(read.at) if read.at else ""
    then = f" The next one is due at {moment(due, here.zone)}{how}." if due else ""
    if read.unsure and not read.at:
        like = code(f"/incident update {read.unsure.lower()}: …")
        return f"{then} “{escape(read.unsure)}” is part of the text. To set the next one: {like}."
    if read.why:
        return (
            f"{then} “{escape(read.unread)}” doesn't change that: {escape(read.why.rstrip('.'))}."
        )
    return then
