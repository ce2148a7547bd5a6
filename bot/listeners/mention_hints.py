"""Hints for names that Slack didn't turn into mentions."""

import re

from bot.messages.text import quoted

_NAME = re.compile(r"[\w.'-]{1,40}")
_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone).*", re.DOTALL)


def nobody_known(word: str, example: str) -> str:
    """The hint. `example`: the command, with `{}` in place of the name.

    >>> nobody_known("bob", "/incident handoff ic {}")[:64]
    'Who is “bob”? Names start with @: type `/incident handoff ic @bo'
    >>> nobody_known("@bob", "")[:37]
    "Slack doesn't know “@bob”. Choose the"
    """
    if _GROUP.fullmatch(word):
        return f"{quoted(word)} is a group. Name one person, like `{example.format('@name')}`."
    if word.startswith(("@", "\uff20")):
        return (
            f"Slack doesn't know {quoted(word)}. Choose the name from the "
            "list that opens when you type @."
        )
    name = f"@{word}" if _NAME.fullmatch(word) else "@name"
    return (
        f"Who is {quoted(word)}? Names start with @: type `{example.format(name)}` "
        "and choose it from the list that opens."
    )
