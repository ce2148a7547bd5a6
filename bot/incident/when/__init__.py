"""Times as people type them: `14:30`, `2:20pm CET`, `tomorrow 9am`, `in 10m`, `yesterday 23:50`.

    zones        the zone after a time
    clocks       a time of day
    days         a day or a date
    lengths      `20 minutes`, `half an hour`
    expression   all of them together, at one place of a text
    resolve      the instant that an expression means, in the past or in the future
    beginning    at the beginning of a text: `past` and `wait`
    ending       where in a text its deadline stands, for
    deadline     `future`, `only_future`
    spans        since when, or from when until when, in the past
    point        one time, past or future
    promise      when the text of an update promises the next one

What is only half understood raises `NotATime`, whose sentence names the unclear part; nothing is
guessed. Everything is read in the zone of the person who typed it, unless they typed another.
"""

from bot.incident.when.beginning import past, wait
from bot.incident.when.deadline import find_unread, future, only_future
from bot.incident.when.expression import CLOCKS
from bot.incident.when.moment import Moment
from bot.incident.when.point import point
from bot.incident.when.problem import NotATime, Unreadable, quote
from bot.incident.when.promise import Promise, promise
from bot.incident.when.spans import Span, span
from bot.incident.when.written import written, zone_name

__all__ = [
    "CLOCKS",
    "Moment",
    "NotATime",
    "Promise",
    "Span",
    "Unreadable",
    "find_unread",
    "future",
    "only_future",
    "past",
    "point",
    "promise",
    "quote",
    "span",
    "wait",
    "written",
    "zone_name",
]
