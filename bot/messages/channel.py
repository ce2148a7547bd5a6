"""The name of an incident's channel, readable for titles in any script."""

import re
from datetime import date

from anyascii import anyascii

NAME_MAX = 80  # characters; Slack's limit
SHORTCODE = re.compile(r":(?=[^:\s]*[a-z])[a-z0-9_+'-]+:|:\+1:|:-1:", re.IGNORECASE)


def slug(title: str, otherwise: str) -> str:
    """`title` as part of a channel name; `otherwise` if it has no letter or digit.

    >>> slug("Платёжка лежит :fire:", "inc-7")
    'platezhka-lezhit'
    >>> slug("🔥🔥", "inc-7")
    'inc-7'
    """
    import emoji  # 3 MiB of tables: only a process that opens channels loads them

    spoken = emoji.replace_emoji(SHORTCODE.sub(" ", title), " ")
    letters = re.sub(r"['`]", "", anyascii(spoken).lower())  # "can't" is one word, in any script
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or otherwise.lower()


def channel_name(title: str, incident_id: str, day: date, attempt: int = 1) -> str:
    """The channel name to try; from `attempt` 2 on it ends in `-2`, `-3` …

    >>> channel_name("Checkout is down", "INC-7", date(2026, 11, 21), 2)
    'incident-2026-11-21-checkout-is-down-2'
    """
    suffix = "" if attempt == 1 else f"-{attempt}"
    name = f"incident-{day:%Y-%m-%d}-{slug(title, incident_id)}"
    return name[: NAME_MAX - len(suffix)].rstrip("-") + suffix
