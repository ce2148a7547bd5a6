"""The line of a message that says what it is about."""

import re
from collections.abc import Iterable, Iterator

LANGUAGES = (  # that people write behind the first ```
    "bash|c|console|cpp|csharp|diff|go|hcl|html|ini|java|javascript|js|json|kotlin|log|logs|php"
    "|powershell|promql|python|py|ruby|rust|scala|sh|shell|sql|swift|terraform|text|toml|ts|txt"
    "|typescript|xml|yaml|yml"
)
_CODE = re.compile(r"```(.*?)(?:```|\Z)", re.DOTALL)
_FENCE = re.compile(rf"```(?:(?:{LANGUAGES})\n)?")
_DECORATION = re.compile(
    r"^(?:&gt;|>|[•◦▪*-]\s|[0-9]{1,3}\.\s|#{1,6}\s"
    r"|<!(?:here|channel|everyone)(?:\|[^<>]*)?>[:,]?|\s)+"
)
_WORDLESS = re.compile(r"<[@#!][^<>]*>|<[^<>|]*>|:[\w+'-]+:")  # mentions, bare links, emoji


def spoken(texts: Iterable[str]) -> Iterator[str]:
    """The lines with words of their own, outside of code, without what decorates them.

    >>> [*spoken(["<!here>\\n&gt; *It is slow*, <@U1>", ":fire: <https://x.org>\\n```\\nOOM\\n```"])]
    ['*It is slow*, <@U1>']
    """
    for text in texts:
        for line in _lines(_CODE.sub("\n", text)):
            if re.search(r"\w", _WORDLESS.sub("", line)):
                yield line


def in_code(texts: Iterable[str]) -> Iterator[str]:
    """The lines with words within code.

    >>> [*in_code(["see ```python\\nKeyError```"])]
    ['KeyError']
    """
    for text in texts:
        for code in _CODE.findall(text):
            yield from _lines(_FENCE.sub("\n", f"```{code}"))


def any_line(texts: Iterable[str]) -> Iterator[str]:
    """The lines with letters or digits, such as bare links, mentions and emoji.

    >>> [*any_line([":fire:\\n<@U1>\\n---"])]
    [':fire:', '<@U1>']
    """
    for text in texts:
        yield from _lines(_FENCE.sub("\n", text))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if re.search(r"\w", bare := _DECORATION.sub("", line).strip()):
            yield bare
