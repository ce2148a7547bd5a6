"""The table of what is masked, and the checksums that tell card numbers from other numbers.

Rules run in this order; the most specific ones come first. If a pattern has a group `secret`, only
that is masked and the words around it stay. When in doubt a rule masks too much: a link to the
message is next to it.

IP addresses, host names, people's names and commit hashes stay, because engineers need them.

Patterns run on long and hostile lines, so each must be linear: a part that can be retried from
many positions has an upper bound, or follows something that matches once. Word boundaries only
consider Latin letters, because other scripts have no spaces.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Spans = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`within` narrows a match down to the secret in it, or rejects it."""

    kind: str
    pattern: re.Pattern[str]
    within: Callable[[str], Spans] | None = None


def luhn(digits: str) -> bool:
    """Whether the last digit is the right check digit (ISO/IEC 7812).

    >>> luhn("4242424242424242"), luhn("4242424242424241")
    (True, False)
    """
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def iban(text: str) -> bool:
    """Whether the check digits are right (ISO 13616: modulo 97).

    >>> iban("GB82WEST12345698765432"), iban("GB83WEST12345698765432")
    (True, False)
    """
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def cards(run: str) -> Spans:
    """Card numbers within a run of digit groups, which may have other numbers around them.

    >>> list(cards("12 4242 4242 4242 4242 3"))
    [(3, 22)]
    """
    at = [i for i, c in enumerate(run) if c.isdigit()]
    group_starts = [n for n, i in enumerate(at) if i == 0 or not run[i - 1].isdigit()]
    done = 0
    for first in group_starts:
        if first < done or run[at[first]] not in "23456":  # the first digit names the network
            continue
        for length in (16, 15, 14, 13, 19, 18, 17):
            last = first + length - 1
            if last >= len(at) or (at[last] + 1 < len(run) and run[at[last] + 1].isdigit()):
                continue
            if luhn("".join(run[i] for i in at[first : last + 1])):
                yield at[first], at[last] + 1
                done = last + 1
                break


def ibans(run: str) -> Spans:
    """The longest prefix with correct check digits; upper-case words may follow it."""
    solid = [i for i, c in enumerate(run) if c != " "]
    for length in range(min(34, len(solid)), 14, -1):
        if iban("".join(run[i] for i in solid[:length])):
            yield 0, solid[length - 1] + 1
            return


def _rule(kind: str, pattern: str, within: Callable[[str], Spans] | None = None) -> Rule:
    return Rule(kind, re.compile(pattern, re.VERBOSE), within)


# A value that is masked already is skipped, so that masking twice equals masking once.
_VALUE = r"""(?P<secret>(?!\[masked:[ ])(?:
      "[^"\n]+" | '[^'\n]+' | <[^<>\n]+>        # quoted, or made a link by Slack
    | [^\s`]+                                   # or all until a blank: `&` and `,` may be in it
    ))"""

RULES: tuple[Rule, ...] = (
    # Slack turns an address or number into a link that has it twice; it counts once.
    _rule("e-mail", r"<mailto:[^<>\n]{1,700}>"),
    _rule("phone number", r"<tel:[^<>\n]{1,200}>"),
    # From BEGIN to END, or to the end of the text if END was cut off.
    _rule(
        "private key",
        r"-----BEGIN[ ][A-Z0-9 ]{0,30}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----[\s\S]*?"
        r"(?:-----END[ ][A-Z0-9 ]{0,30}PRIVATE[ ]KEY(?:[ ]BLOCK)?-----|\Z)",
    ),
    # HTTP headers as curl and logs print them; these schemes have several parts.
    _rule(
        "authorization header",
        r"""(?i:authorization)["']?[ ]{0,3}[:=][ ]{0,3}["']?
        (?P<secret>(?!\[masked:[ ])(?:
          (?i:digest|aws4-hmac-sha256|signature)[ ][^\n"'`]+
        | (?:(?i:basic|bearer|token|negotiate|apikey|api-key)[ ]{1,3})?[^\s"'`]+ ))""",
    ),
    _rule("authorization header", r"\b(?i:bearer)[ ]{1,3}(?P<secret>[\w.~+/=-]{16,})"),
    _rule("cookie", r"\b(?i:cookie):[ ]{0,3}(?P<secret>[\w.-]{1,80}=[^\n\"'`]+)"),
    # scheme://user:password@host, and scheme://token@host; git@ is a generic user.
    _rule(
        "credentials in a URL",
        r"""\b[A-Za-z][A-Za-z0-9+.-]{1,20}://(?P<secret>(?!git@|\[masked:[ ])(?:
          [^\s/:@<>|`]{0,200}:[^\s/<>|`]{1,500} | [^\s/:@?\#<>|`]{1,500} ))@""",
    ),
    # One parameter of a URL; the rest stays readable.
    _rule(
        "secret",
        r"""[?&;](?i:[\w-]{0,30}(?:token|secret|password|passwd|pwd|api_?key|signature|
        credential)|sig|auth|key|code|state|sid)=(?P<secret>(?!\[masked:[ ])[^\s&|<>"'`]+)""",
    ),
    # name = value, name: value, "name": "value", name => value, --name value.
    _rule(
        "password",
        r"""(?i:passw(?:or)?d|passphrase|passcode|pwd|\bpass|mot[ ]de[ ]passe|passwort|contraseña
        |пароль|パスワード|密码|密碼)["'*_`]{0,3}\s{0,3}(?>=>?|:=?|\uff1a)\s{0,3}`{0,3}"""
        + _VALUE,
    ),
    _rule(
        "password",
        r"""(?i:passw(?:or)?d|passphrase)[ ](?i:is|was)[:]?[ ]`?
        (?P<secret>(?!\[masked:[ ])(?=[^\s`]{0,200}[0-9!@\#$%^&*+=])[^\s`]+)""",  # not "is wrong"
    ),
    _rule(
        "secret",
        r"""(?i:secret)(?:[_-]?(?i:access)?[_-]?(?i:key|token))?["'*_`]{0,3}
        \s{0,3}(?>=>?|:=?)\s{0,3}`{0,3}"""
        + _VALUE,
    ),
    # "token: the cron job" is prose: here a value has a digit, or is longer than a word.
    _rule(
        "secret",
        r"""(?i:token|(?:api|access|private|account|shared|master|encryption|signing)[_ -]?key
        |credentials?|connection[_ -]?string|session[_-]?id|\botp|\bpin)["'*_`]{0,3}
        \s{0,3}(?>=>?|:=?)[ ]{0,3}`?(?=["'<]?(?:[^\s"'`]{0,60}[0-9]|[^\s"'`]{16}))"""
        + _VALUE,
    ),
    _rule(
        "secret",
        r"--(?i:password|passwd|pass|token|secret|api-?key|auth)[ ](?P<secret>(?![\[-])[^\s`]+)",
    ),
    _rule("secret", r"(?<!\S)(?:-u|--user)[ ](?P<secret>[^\s:`]{1,200}:[^\s`]+)"),  # curl
    # Tokens with a recognizable prefix.
    _rule("Slack webhook", r"hooks\.slack\.com/(?P<secret>[a-z]{1,20}/[A-Za-z0-9/_-]{8,})"),
    _rule("Slack token", r"(?<![A-Za-z0-9])(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]{8,}"),
    _rule("AWS key", r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    # 40 base64 characters of all classes: an AWS secret key. Commit hashes are lower case.
    _rule(
        "AWS key",
        r"""(?<![A-Za-z0-9/+=_.-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])
        (?=[A-Za-z0-9/+]{0,39}[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])""",
    ),
    _rule("GitHub token", r"(?<![A-Za-z0-9])(?:gh[a-z]_|github_pat_)[A-Za-z0-9_]{16,}"),
    _rule("GitLab token", r"(?<![A-Za-z0-9])gl[a-z]{2,6}-[A-Za-z0-9_.-]{16,}"),
    _rule(
        "Google key",
        r"(?<![A-Za-z0-9])(?:AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,})",
    ),
    _rule("Stripe key", r"(?<![A-Za-z0-9])(?:[spr]k_(?:live|test)_|whsec_)[A-Za-z0-9+/=]{8,}"),
    _rule("API key", r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,}"),  # OpenAI, Anthropic and others
    _rule(
        "access token",  # npm, PyPI, DigitalOcean, Hugging Face, Docker, Vault, Atlassian …
        r"""(?<![A-Za-z0-9])(?:npm_|pypi-|do[opr]_v1_|hf_|dckr_pat_|hv[sbr]\.|ATATT|lin_api_
        |PMAK-|shp[a-z]{2}_|sntry[su]_|glsa_|nfp_|SG\.|xkeysib-|rubygems_|dapi)[\w.-]{20,}""",
    ),
    _rule("access token", r"(?<![0-9])[0-9]{8,10}:AA[\w-]{30,}"),  # Telegram bots
    # header.payload.signature, the first two being base64 of `{"`.
    _rule("JSON web token", r"(?<![A-Za-z0-9_-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*"),
    # Personal data. 63 characters per label is RFC 1035's limit.
    _rule(
        "e-mail",
        r"(?<![\w.%+'-])(?!git@)[\w.%+'-]+@(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}",
    ),
    _rule("IBAN", r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ ]?[A-Z0-9]){11,40}", ibans),
    _rule(
        "card number",
        r"(?<![A-Za-z0-9_])(?<![0-9][.-])[0-9]{3,19}(?:[ -][0-9]{3,19})*(?![A-Za-z0-9_])",
        cards,
    ),
    # With a country code, or in US format; other numbers are too ambiguous.
    _rule(
        "phone number",
        r"""(?<![A-Za-z0-9_+])\+[1-9][0-9]{0,2}[ .-]?(?:\([0-9]{1,4}\)[ .-]?)?
        [0-9](?:[ .-]?[0-9]){6,12}""",
    ),
    _rule(
        "phone number",
        r"""(?<![A-Za-z0-9_.-])(?:\([2-9][0-9]{2}\)[ ]?|[2-9][0-9]{2}[.-])[0-9]{3}[.-][0-9]{4}
        (?![A-Za-z0-9_-])""",
    ),
    _rule(
        "social security number", r"(?<![A-Za-z0-9_-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![A-Za-z0-9_-])"
    ),
)
