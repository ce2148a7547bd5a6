"""Descriptions of permanent refusals, for people who can fix them."""

from bot.messages.text import escape, mention

WHAT = {
    "channel": "opening the channel",
    "draft": "drafting the postmortem",
    "card": "posting the card",
    "announcement": "announcing it",
    "topic": "setting the topic",
    "pin": "pinning the card",
    "rejoin": "rejoining the channel",
}


def heavy_work(key: str) -> str:
    """The action of the heavy effect `key`.

    >>> heavy_work("draft"), heavy_work("export")
    ('drafting the postmortem', 'the export')
    """
    return WHAT.get(key, f"the {key}")


def what_failed(key: str) -> str:
    """The action of the effect `key`, so that somebody can do it by hand.

    >>> what_failed("page:12:U0BOB"), what_failed("edit:announcement"), what_failed("role:4")
    ('paging <@U0BOB>', 'updating the announcement', 'posting the role message')
    >>> what_failed("task:2:U0BOB"), what_failed("overdue:31")
    ('notifying <@U0BOB> of a task', 'sending an overdue task reminder')
    """
    kind, _, rest = key.partition(":")
    target = rest.rpartition(":")[2]
    match kind:
        case "member":
            return f"inviting {mention(rest)}"
        case "page":
            return (
                f"paging {mention(target) if target[:1] in ('U', 'W') else '#' + escape(target)}"
            )
        case "task":
            return f"notifying {mention(target)} of a task"
        case "subscription":
            return "notifying a subscriber"
        case "address":
            return "checking an address"
        case "overdue":
            return "sending an overdue task reminder"
        case "bookmark":
            return f"bookmarking {escape(rest)}"
        case "read":
            return "reading a pinned message"
        case "edit":
            return f"updating the {rest.partition(':')[0]}"
        case _:
            return WHAT.get(key, f"posting the {kind} message")
