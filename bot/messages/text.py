"""Handling of people's text: unescaped once on the way in, escaped once on the way out."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from bot.incident.durations import format_duration

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_UNLABELED = re.compile(r"<(@|#|!subteam\^)([A-Z0-9]{2,64})\|?>")
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
_TAG = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def unescape(text: str) -> str:
    """The text that a person typed, from `text`, which Slack sent escaped (commands, messages).

    Mentions and links become their labels, so that repeating them pings no one.

    >>> unescape("<@U1|bob> says a &lt; b in <#C1|ops>, see <https://x.org|the docs> <!channel>")
    '@bob says a < b in #ops, see the docs (https://x.org) @channel'
    """
    shown = _TAG.sub(_label, text)
    # only these three: Slack escapes nothing else, so a person who wrote "&copy;" means it
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _label(tag: re.Match[str]) -> str:
    target, label = tag[1], tag[2]
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:]).lstrip("@#")
    if target.startswith("!date^"):
        return label or target
    if target.startswith("!"):
        said, _, group = target[1:].partition("^")
        return "@" + (label or group or said).lstrip("@")
    typed = target.partition(":")[2].lstrip("/")  # Slack makes links of text that looks like one
    if label and label in (typed, target):
        return label
    return f"{label} ({target})" if label else target


def unlabeled(text: str) -> list[str]:
    """The ids of the people, groups and channels that `text`, as Slack sent it, mentions without
    their names.

    >>> unlabeled("<@U1|bob> <@U2> and <!subteam^S1> in <#C1|>, <!here>")
    ['U2', 'S1', 'C1']
    """
    return list(dict.fromkeys(found[2] for found in _UNLABELED.finditer(text)))


def with_labels(text: str, names: Mapping[str, str]) -> str:
    """`text`, as Slack sent it, with the names of what it mentions without one.

    >>> with_labels("<@U2> and <!subteam^S1> in <#C1>", {"U2": "Ana", "S1": "sre", "C1": "ops"})
    '<@U2|Ana> and <!subteam^S1|sre> in <#C1|ops>'
    """

    def named(found: re.Match[str]) -> str:
        name = names.get(found[2])
        return f"<{found[1]}{found[2]}|{escape(name)}>" if name else found[0]

    return _UNLABELED.sub(named, text)


def has_tags(text: str) -> bool:
    """Whether `text`, as we send it, has a mention, a channel, a link or a time. Where Slack shows
    plain text, these would appear as ids.

    >>> has_tags("It goes on in <#C0123>."), has_tags("2 &lt; 3")
    (True, False)
    """
    return _TAG.search(text) is not None


def sanitize(text: str) -> str:
    """Remove what carries no meaning and breaks things: unpaired surrogates, which neither the
    store nor Slack accepts, control characters, and marks that reverse the rest of a line.

    >>> sanitize("down \\ud800"), sanitize("a\\x00b\\r\\nc \\u202ednuof\\u2069")
    ('down ?', 'ab\\nc dnuof')
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _STEERING.sub("", lines).encode(errors="replace").decode()


def user_in(text: str) -> str | None:
    """The id of the first person that `text`, as Slack sent it, mentions.

    >>> user_in("ic <@U0BOB|bob> please")
    'U0BOB'
    """
    found = _PERSON.search(text)
    return found[1] if found else None


def mentions_in(text: str) -> tuple[tuple[str, str], ...]:
    """The people that `text`, as Slack sent it, mentions: pairs of the name that `unescape` writes
    and the user id.

    >>> mentions_in("<@U1|bob> and <@U2>, see <!channel>")
    (('bob', 'U1'), ('U2', 'U2'))
    """
    found = {_label(each)[1:]: each[1].lstrip("@") for each in _TAG.finditer(text) if _names(each)}
    return tuple(found.items())


def _names(tag: re.Match[str]) -> bool:
    return _PERSON.fullmatch(tag[0]) is not None and len(_label(tag)) > 1


def restore_mentions(escaped: str, mentions: Sequence[tuple[str, str]]) -> str:
    """Make the names of `mentions` in escaped text mentions again, which notify these people.

    >>> restore_mentions("@bob, @bobby and @channel", [("bob", "U1")])
    '<@U1>, @bobby and @channel'
    """
    users = {escape(name): user for name, user in mentions}
    if not users:
        return escaped
    names = "|".join(re.escape(name) for name in sorted(users, key=len, reverse=True))
    return re.sub(rf"@({names})(?![\w-])", lambda found: mention(users[found[1]]), escaped)


def around_mention(text: str) -> tuple[str, str]:
    """The text before and after the first mention of a person in `text`.

    >>> around_mention("ic <@U0BOB|bob> please"), around_mention("ic")
    (('ic', 'please'), ('ic', ''))
    """
    found = _PERSON.search(text)
    if found is None:
        return text.strip(), ""
    return text[: found.start()].strip(), text[found.end() :].strip()


def escape(text: str) -> str:
    """Escape `text` so that Slack shows it literally: no pings, no links.

    >>> escape("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_one_line(text: str) -> str:
    """The lines of `text` in one, with a mark between them.

    >>> in_one_line("What we know: a  lot\\n\\nImpact: none")
    'What we know: a lot · Impact: none'
    """
    return " · ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def clip(text: str, most: int) -> str:
    """Shorten `text` to at most that many characters, with an ellipsis at the cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def escape_clip(text: str, most: int) -> str:
    """Escape and shorten `text` to at most that many characters, with an ellipsis at the cut.

    >>> escape_clip("R&D is down", 8)
    'R&amp;D…'
    """
    whole = escape(text)
    return whole if len(whole) <= most else pieces(text, most - 1, at_most=1)[0] + "…"


def pieces(text: str, most: int = 2900, at_most: int = 4) -> list[str]:
    """Escape `text` and split it into pieces that each fit a section (3,000 characters), at word
    boundaries where possible. Slack reliably accepts four in one message.
    """
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < at_most:
        size, fits = 0, 0
        for character in rest:
            size += len(escape(character))
            if size > most:
                break
            fits += 1
        if fits < len(rest):
            blank = max(rest.rfind("\n", fits // 2, fits), rest.rfind(" ", fits // 2, fits))
            fits = blank if blank > 0 else fits
        found.append(escape(rest[:fits].rstrip()))
        rest = rest[fits:].lstrip()
    if rest and at_most > 1:
        found[-1] += "…"
    return found


def quoted(word: str) -> str:
    """Quote a few characters of input that wasn't recognized.

    >>> quoted("icc"), quoted("<!channel>")
    ('“icc”', '“@channel”')
    """
    return f"“{escape(clip(unescape(word), 40))}”"


def code(word: str) -> str:
    """A few characters of input as inline code.

    >>> code("foo"), code("a`b<!channel>")
    ('`foo`', '`ab@channel`')
    """
    return f"`{escape(clip(unescape(word), 40)).replace('`', '')}`"


def because(reason: str) -> str:
    """The end of a sentence that gives a person's own words as the reason.

    >>> because(""), because("rolled back"), because("is it DNS?")
    ('.', ': rolled back.', ': is it DNS?')
    >>> because("rolled back\\nand verified")
    ':\\n> rolled back\\n> and verified'
    """
    lines = [escape(line.strip()) for line in reason.strip().splitlines()]
    if not lines:
        return "."
    if len(lines) > 1:
        return ":" + "".join(f"\n> {line}".rstrip() for line in lines)
    return f": {lines[0]}" + ("" if lines[0][-1] in ".!?…。！？" else ".")


def join_and(things: Sequence[str]) -> str:
    """Join the items of a list as in a sentence.

    >>> join_and(["A"]), join_and(["A", "B", "C"])
    ('A', 'A, B and C')
    """
    return " and ".join(filter(None, (", ".join(things[:-1]), *things[-1:])))


def mention(user: str) -> str:
    return f"<@{user}>"


def moment(at: datetime, zone: tzinfo, *, seen: datetime | None = None) -> str:
    """A time in each reader's zone; with the date unless it is the day on which it is `seen`."""
    here = at.astimezone(zone)
    if seen is None or here.date() == seen.astimezone(zone).date():
        return f"<!date^{int(at.timestamp())}^{{time}}|{here:%H:%M %Z}>"
    return f"<!date^{int(at.timestamp())}^{{date_short}} {{time}}|{here:%Y-%m-%d %H:%M %Z}>"


def since(at: datetime, zone: tzinfo, now: datetime) -> str:
    """A time in each reader's zone, and how long ago it is whenever they look. Where Slack can't
    do it (in a notification), it's how long ago it is `now`.
    """
    here = f"{at.astimezone(zone):%H:%M %Z}, {approx(now - at)} ago"
    return f"<!date^{int(at.timestamp())}^{{time}} ({{ago}})|{here}>"


def approx(length: timedelta) -> str:
    """A duration, rounded to what matters.

    >>> approx(timedelta(minutes=30, seconds=12)), approx(timedelta(seconds=40))
    ('30m', '40s')
    >>> approx(timedelta(days=2, hours=3, minutes=4)), approx(timedelta())
    ('2d 3h', '1s')
    """
    for unit, finest in (("days", "hours"), ("minutes", "minutes")):
        if length >= timedelta(**{unit: 1}):
            return format_duration(length - length % timedelta(**{finest: 1}))
    return format_duration(max(length, timedelta(seconds=1)))


__all__ = [
    "approx",
    "around_mention",
    "because",
    "clip",
    "code",
    "escape",
    "escape_clip",
    "format_duration",
    "join_and",
    "mention",
    "mentions_in",
    "moment",
    "pieces",
    "quoted",
    "restore_mentions",
    "sanitize",
    "since",
    "unescape",
    "unlabeled",
    "user_in",
    "with_labels",
]
