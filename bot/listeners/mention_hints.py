"""Hints for names that Slack didn't turn into mentions."""

import re

from bot.messages.text import quoted

_NAME = re.compile(r"[\w.'-]{1,40}")
_GROUP = re.compile(r"<!(?:subteam\^|here|channel|everyone).*", re.DOTALL)


def nobody_known(word: str, example: str) -> str:
    """The hint. `example`: the command, with `{}` in place of the name.

    >>> nobody_known("bob", "/incident handoff ic {}")[:64]
    'Who is “bob”? A name begins with @: type `/incident handoff ic @'
    >>> nobody_known("@bob", "")[:37]
    'Slack did not say who “@bob” is: choo'
    """
    if _GROUP.fullmatch(word):
        return f"{quoted(word)} is a group: name one person, like `{example.format('@name')}`."
    if word.startswith(("@", "\uff20")):
        return (
            f"Slack did not say who {quoted(word)} is: choose the name from the "
            "list that opens when you type @."
        )
    name = f"@{word}" if _NAME.fullmatch(word) else "@name"
    return (
        f"Who is {quoted(word)}? A name begins with @: type `{example.format(name)}`, "
        "and choose it from the list that opens."
    )
