"""Converts Slack's mrkdwn to equivalent, harmless Markdown."""

import pytest

from bot.postmortem.mrkdwn import to_markdown, to_plain

NAMES = {"U1": "Ana *R*", "U2": "渡辺"}


@pytest.mark.parametrize(
    ("slack", "markdown"),
    [
        ("*bold* _it_ ~gone~", "**bold** *it* ~~gone~~"),
        ("*a `b*c` d*", "**a `b*c` d**"),
        ("2*3*4 snake_case_name ~ x", r"2\*3\*4 snake_case_name \~ x"),
        ("<@U1> <@U2> <@U9|bob> <@U9>", r"Ana \*R\* 渡辺 bob @U9"),
        ("<#C1|ops> <#C2>", r"\#ops \#C2"),
        ("<!here> <!subteam^S1|@dba> <!subteam^S1>", "@here @dba @S1"),
        ("<!date^1709419260^{time}|23:41>", "23:41"),
        ("<https://x.example/a_b?c=1&amp;d=2|the *page*>", None),
        ("<https://x.example>", "[https://x.example](https://x.example)"),
        ("<javascript:alert(1)|click>", "click"),
        ("<https://x.example/) [y](z|l>", "[l](https://x.example/%29%20%5By%5D%28z)"),
        ("AT&amp;T &amp;lt; &lt;b&gt;", r"AT&T \&lt; \<b>"),
        ("`a &lt; b` `<https://x.example|x>`", "`a < b` `x`"),
        ("``` x &amp;&amp; *y*\n  z```", "```\n x && *y*\n  z\n```"),
        ("see ```x``` there", "see\n```\nx\n```\nthere"),
        ("```never closed", "&#96;&#96;&#96;never closed"),
        ("one\n\n\ntwo", "one\\\ntwo"),
        (
            "- a\n1. b\n+ c\n&gt; d\n===\n:--",
            "\\- a\\\n1\\. b\\\n\\+ c\\\n\\> d\\\n\\===\\\n\\:--",
        ),
        ("costs $5 and $6", r"costs \$5 and \$6"),
        ("`&lt;!-- muster:about --&gt;`", "`<! -- muster:about -->`"),
        (r"C:\temp", r"C:\\temp"),
    ],
)
def test_says_the_same_in_markdown(slack: str, markdown: str | None) -> None:
    expected = markdown or r"[the \*page\*](https://x.example/a_b?c=1&d=2)"

    assert to_markdown(slack, NAMES) == expected


def test_a_fence_is_longer_than_what_it_holds() -> None:
    assert to_markdown("```ask <@U1>```", {"U1": "````"}) == "`````\nask ````\n`````"


def test_the_plain_words_have_no_signs() -> None:
    slack = "*Root cause*: `a &lt; b`, see <https://x.example|PR>, <@U2>"

    assert to_plain(slack, NAMES) == "Root cause: a < b, see PR, 渡辺"
