"""Parsing what people type."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.incident.roles import AssignRole, UnassignRole
from bot.listeners import page, role, severity
from bot.listeners.declaration import read_declaration
from bot.listeners.inbound import named_by
from bot.messages.text import escape, unescape, user_in
from bot.paging.commands import Page
from tests.story import ANA, BOB, POLICY, SEVERITIES

# --- declare -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "severity_id", "title"),
    [
        ("private Somebody is inside", "SEV2", "Somebody is inside"),
        ("private sev1 Somebody is inside", "SEV1", "Somebody is inside"),
        ("sev1 private Somebody is inside", "SEV1", "Somebody is inside"),
        ("sev1: Private: Somebody is inside", "SEV1", "Somebody is inside"),
        ("[PRIVATE] Somebody is inside", "SEV2", "Somebody is inside"),
        ("private:Somebody is inside", "SEV2", "Somebody is inside"),
        ("--private", "SEV2", ""),
        ("SEV-1 private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev 1 private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1! private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("*sev1* private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 - private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 :lock: private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 \U0001f512 private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("\uff33\uff25\uff36\uff11 \uff50rivate Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 pri\u200bvate Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("\u202esev1\u202c private\u2060 Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 pr\u00edvate Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 prviate Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 pri vate Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1privat Ada payroll leaked", "SEV1", "sev1privat Ada payroll leaked"),
        ("The private network is down", "SEV2", "The private network is down"),
        ("sev1 private/Ada payroll leaked", "SEV1", "private/Ada payroll leaked"),
        ("sev1 private\u2014Ada payroll leaked", "SEV1", "private\u2014Ada payroll leaked"),
        ("Private-key store is down", "SEV2", "Private-key store is down"),
        ("sev1/private Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        (
            "sev1 p\u200br\u200bi\u200bv\u200ba\u200bt\u200be Ada",
            "SEV1",
            "p\u200br\u200bi\u200bv\u200ba\u200bt\u200be Ada",
        ),
        ("sev1 \u0440riv\u0430t\u0435 Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 \U0001d5c9\U0001d5cb\U0001d5c2vate Ada", "SEV1", "Ada"),
        ("sev1 Ada (private): payroll leaked", "SEV1", "Ada (private): payroll leaked"),
        ("priv sev1 Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1 (pvt) Ada payroll leaked", "SEV1", "Ada payroll leaked"),
        ("sev1-priv Ada payroll leaked", "SEV1", "sev1-priv Ada payroll leaked"),
        ("SEV-1, confidential: HR data", "SEV1", "confidential: HR data"),
        ("sev1 non-public Ada payroll", "SEV1", "non-public Ada payroll"),
        ("sev1 not public: Ada payroll", "SEV1", "not public: Ada payroll"),
        ("sev1 invite-only Ada payroll", "SEV1", "invite-only Ada payroll"),
        (
            "sev1 The payroll of Ada has leaked, private",
            "SEV1",
            "The payroll of Ada has leaked, private",
        ),
        (
            "The payroll of Ada has leaked (privat)",
            "SEV2",
            "The payroll of Ada has leaked (privat)",
        ),
        ("sev1 :lock: Ada payroll leaked", "SEV1", ":lock: Ada payroll leaked"),
        ("\U0001f512 Ada payroll leaked", "SEV2", ":lock: Ada payroll leaked"),
    ],
)
def test_what_could_mean_private_opens_the_form_with_that_ticked(
    typed: str, severity_id: str, title: str
) -> None:
    read = read_declaration(typed, POLICY)
    assert (read.severity.id, read.title) == (severity_id, title)
    assert read.private
    assert not read.is_sure


@pytest.mark.parametrize(
    "typed", ["sev1 privately run mail is down", "sev1 A pirate", "sev1 Data privacy/GDPR page"]
)
def test_what_cannot_mean_private_does_not(typed: str) -> None:
    read = read_declaration(typed, POLICY)
    assert read.is_sure
    assert not read.private


PRIVATELY = st.sampled_from(["private", "Private", "PRIVATE"])
MARKS = st.sampled_from(
    ["", "*", "_", "!", ":", "-", "\u2014", "(", ")", "\u200b", "\u202e", ":lock:", "/", "\u2026"]
)
BEFORE = st.lists(
    st.sampled_from(["sev1", "SEV-0", "sev", "1", "-", ":lock:", "Ada", "the", "p2", "&amp;"]),
    max_size=4,
)


@given(BEFORE, PRIVATELY, st.data(), MARKS, MARKS)
def test_no_word_near_private_is_announced(
    before: list[str], word: str, data: st.DataObject, left: str, right: str
) -> None:
    """One typing error, any decoration, and any words before it."""
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("aeprtvx1 \u00e9\uff41"))
    typed = data.draw(
        st.sampled_from(
            [
                word,
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    )
    looks = "".join(data.draw(st.sampled_from([char, *LOOKS.get(char, "")])) for char in typed)
    glued = "payroll" if right and right in "-/\u2014\u2026" else " payroll"
    hidden = data.draw(st.sampled_from(["", "", "\u200b", "\u2060", "\u00ad", "\u0301"]))
    text = " ".join([*before, f"{left}{hidden.join(looks)}{right}{glued}", "leaked"])
    read = read_declaration(text, POLICY)
    assert not read.is_sure, text
    assert read.private, text


LOOKS = {  # other characters that a reader takes for that letter
    "p": "\uff50\U0001d5c9\u24df\u0440\u1d18",
    "r": "\uff52\U0001d5cb\u24e1\u0280",
    "i": "\uff49\u2170\u24d8\u0456\u0131",
    "v": "\uff56\u2174\u24e5\u0475\u03bd",
    "a": "\uff41\u00e1\u24d0\u0430\u03b1",
    "t": "\uff54\U0001d5cd\u24e3\u0442",
    "e": "\uff45\u00e9\u24d4\u0435",
}
"""Full width, mathematical, circled and Roman characters, accents, and other alphabets."""


@pytest.mark.parametrize(
    ("typed", "severity_id", "title"),
    [
        ("sev1 Checkout is down", "SEV1", "Checkout is down"),
        ("SEV0 Checkout is down", "SEV0", "Checkout is down"),
        ("p0 Checkout is down", "SEV0", "Checkout is down"),
        ("critical Checkout is down", "SEV0", "Checkout is down"),
        ("sev1: Checkout is down", "SEV1", "Checkout is down"),
        ("sev1:Checkout is down", "SEV1", "Checkout is down"),
        ("SEV-0 Database gone", "SEV0", "Database gone"),
        ("sev\u20110 Database gone", "SEV0", "Database gone"),
        ("sev0! Database gone", "SEV0", "Database gone"),
        ("(SEV0) Database gone", "SEV0", "Database gone"),
        (":fire: sev0 Database gone", "SEV0", "Database gone"),
        ("sev1   Checkout   is down", "SEV1", "Checkout   is down"),
        ("sev1\nCheckout is down", "SEV1", "Checkout is down"),
        ("Checkout is down", "SEV2", "Checkout is down"),
        ("  Checkout is down ", "SEV2", "Checkout is down"),
        ("P99 latency is up", "SEV2", "P99 latency is up"),
        ("sev3 \U0001f525\U0001f525 :fire:", "SEV3", "\U0001f525\U0001f525 :fire:"),
        ("sev3 :fire: in the hall -", "SEV3", ":fire: in the hall -"),
        ("sev3 - fire", "SEV3", "fire"),
        ("S3 is down", "SEV2", "S3 is down"),
        ("SEV\u0661 Database gone", "SEV1", "Database gone"),
        ("Seven hosts are down", "SEV2", "Seven hosts are down"),
        ("Minority report is late", "SEV2", "Minority report is late"),
        ("sev1 An alert says sev0 here", "SEV1", "An alert says sev0 here"),
        ("sev1", "SEV1", ""),
        ("", "SEV2", ""),
        ("a &lt; b &amp; c", "SEV2", "a < b & c"),
        ("<@U0BOB|bob> broke <!channel>", "SEV2", "@bob broke @channel"),
        ("<https://x.org|x.org> is down", "SEV2", "x.org is down"),
    ],
)
def test_the_first_word_is_the_severity_if_it_names_one(
    typed: str, severity_id: str, title: str
) -> None:
    read = read_declaration(typed, POLICY)
    assert (read.severity.id, read.title) == (severity_id, title)
    assert read.is_sure


@pytest.mark.parametrize(
    ("typed", "severity_id", "title"),
    [
        ("sev 0 Database gone", "SEV0", "Database gone"),
        ("severity 0: Database gone", "SEV0", "Database gone"),
        ("severity0 Database gone", "SEV0", "Database gone"),
        ("prio 1 Database gone", "SEV1", "Database gone"),
        ("sve0 Database gone", "SEV0", "Database gone"),
        ("sevO Database gone", "SEV0", "Database gone"),
        ("critcal Database gone", "SEV0", "Database gone"),
        ("Database sev0 gone", "SEV0", "Database sev0 gone"),
        ("Database gone, sev 0", "SEV0", "Database gone, sev 0"),
        ("sev one Database gone", "SEV1", "Database gone"),
        ("SEV-ZERO Database gone", "SEV0", "Database gone"),
        ("severity one: Database gone", "SEV1", "Database gone"),
        ("sev01 Database gone", "SEV1", "Database gone"),
        ("sev0-1 Database gone", "SEV0", "Database gone"),
        ("s1 Database gone", "SEV1", "s1 Database gone"),
        ("crit Database gone", "SEV0", "Database gone"),
        ("sev1.Database gone", "SEV1", "sev1.Database gone"),
        ("sev0Database gone", "SEV0", "sev0Database gone"),
        ("sev-1st Database gone", "SEV1", "sev-1st Database gone"),
        ("sev1/sev0 Database gone", "SEV0", "sev1/sev0 Database gone"),
        ("severity=critical Database gone", "SEV0", "severity=critical Database gone"),
        ("sev1 or sev0 Database gone", "SEV0", "or sev0 Database gone"),
        ("Database sev3 is slow", "SEV2", "Database sev3 is slow"),
        ("severity critical Database gone", "SEV0", "Database gone"),
        ("Severity: major: Database gone", "SEV1", "Database gone"),
        ("prio critcal Database gone", "SEV0", "Database gone"),
        ("Database gone, critical!", "SEV0", "Database gone, critical!"),
    ],
)
def test_what_could_be_a_severity_opens_the_form_with_that_one(
    typed: str, severity_id: str, title: str
) -> None:
    read = read_declaration(typed, POLICY)
    assert (read.severity.id, read.title, read.private) == (severity_id, title, False)
    assert not read.is_sure


@pytest.mark.parametrize(
    "typed",
    [
        "sev1 ...",
        "sev1 -",
        "sev1 incident",
        "sev1 an incident",
        "sev1 anyway",
        "sev1: now!",
        "sev1 it",
    ],
)
def test_what_says_nothing_is_no_title(typed: str) -> None:
    read = read_declaration(typed, POLICY)
    assert (read.severity.id, read.title) == ("SEV1", "")


@pytest.mark.parametrize(("typed", "unknown"), [("sev9 Foo", "sev9"), ("sev 17 Foo", "sev 17")])
def test_a_severity_that_there_is_not_is_asked_about(typed: str, unknown: str) -> None:
    read = read_declaration(typed, POLICY)
    assert (read.title, read.unknown, read.is_sure) == ("Foo", unknown, False)


@pytest.mark.parametrize("typed", ["Critical outage of search", "Outage", "Critical outage"])
def test_a_title_is_not_mistaken_for_a_severitys_title(typed: str) -> None:
    row = replace(SEVERITIES[0], aliases=("P0",))
    for title in ("Critical outage", "Critical", "Outage"):
        policy = replace(POLICY, severities=(replace(row, title=title), *SEVERITIES[1:]))

        assert read_declaration(typed, policy).title == typed


@given(st.text(max_size=100))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_declaration(text, POLICY)


# --- role ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("ic", AssignRole("ic", ANA)),
        ("IC", AssignRole("ic", ANA)),
        ("ic me", AssignRole("ic", ANA)),
        ("ic <@U0BOB>", AssignRole("ic", BOB)),
        ("ic <@U0BOB|bob>", AssignRole("ic", BOB)),
        ("ic <@U0BOB|bob> please", AssignRole("ic", BOB)),
        ("<@U0BOB|bob> ic", AssignRole("ic", BOB)),
        ("commander <@U0BOB|bob.o'hara>", AssignRole("ic", BOB)),
        ("Incident Commander", AssignRole("ic", ANA)),
        ("incident  commander <@U0BOB>", AssignRole("ic", BOB)),
        ("Communications Lead me", AssignRole("cl", ANA)),
        ("scribe none", UnassignRole("scribe")),
        ("Operations Lead none", UnassignRole("ol")),
        ("ol nobody", UnassignRole("ol")),
        ("ic @bob", "Slack doesn't know “@bob”. Choose the name from the list"),
        ("ic to <@U0BOB|bob>", AssignRole("ic", BOB)),
        ("ic: <@U0BOB|bob>", AssignRole("ic", BOB)),
        ("to <@U0BOB|bob> ic", AssignRole("ic", BOB)),
        ("<@U0BOB|bob> as Incident Commander", AssignRole("ic", BOB)),
        ("ic bob", "Who is “bob”? Names start with @: type `/incident role ic @bob` and"),
        ("bob ic", "Who is “bob”? Names start with @: type `/incident role ic @bob` and"),
        ("ic to bob", "Who is “bob”? Names start with @: type `/incident role ic @bob` and"),
        ("Incident Commander bob o`hara", "Who is “bob o`hara”? Names start with @: type `/"),
        (
            "ic &lt;b&gt;",
            "Who is “&lt;b&gt;”? Names start with @: type `/incident role ic @name`",
        ),
        ("ic \uff20bob", "Slack doesn't know “\uff20bob”. Choose the name from the list"),
        ("ic <!subteam^S1|@sre>", "“@sre” is a group. Name one person, like `/incident role ic @"),
        ("ol, cl <@U0BOB>", "Unknown role “ol cl”. Use one of"),
        ("boss", "Unknown role “boss”. Use one of"),
        ("boss <@U0BOB>", "Unknown role “boss”. Use one of"),
        ("", "Which role? Use one of"),
        ("me", "Which role? Use one of"),
        ("none", "Which role? Use one of"),
        ("<@U0BOB>", "Which role? Use one of"),
        ("<!channel>", "Unknown role “@channel”."),
        ("&lt;!channel&gt;", "Unknown role “&lt;!channel&gt;”."),
        ("ic @<!here>", "Slack doesn't know “@@here”"),
    ],
)
def test_parsing_role_assignments(typed: str, command: AssignRole | UnassignRole | str) -> None:
    if isinstance(command, AssignRole | UnassignRole):
        assert role.parse_role(typed, POLICY, asker=ANA) == command
        return
    with pytest.raises(Refused) as refused:
        role.parse_role(typed, POLICY, asker=ANA)
    assert str(refused.value).startswith(command)


@given(st.text(max_size=60))
def test_any_role_text_is_read_or_refused(text: str) -> None:
    try:
        role.parse_role(text, POLICY, asker=ANA)
    except Refused as refusal:
        said = str(refusal)
        assert "<@" not in said
        assert "<!" not in said


# --- page ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("<@U0BOB|bob> the db is down", Page((BOB,), "the db is down")),
        ("<@U0BOB>, please", Page((BOB,), "please")),
        ("<@U0BOB> <@U0ANA> both", Page((BOB, ANA), "both")),
        ("<@U0BOB>, <@U0ANA|ana>: both", Page((BOB, ANA), "both")),
        ("<@U0BOB> and <@U0ANA>", Page((BOB, ANA))),
        ("<@U0BOB> &amp; <@U0BOB>", Page((BOB,))),
        ("<@U0BOB> because <@U0ANA|ana> is away", Page((BOB,), "because @ana is away")),
        ("primary secondary is dead", Page((ANA,), "secondary is dead", "primary")),
        ("primary <@U0BOB> text", Page((ANA, BOB), "text")),
        ("primary and <@U0BOB>", Page((ANA, BOB))),
        ("primary, rota db", Page((ANA, BOB), "db")),
        ("primary + rota", Page((ANA, BOB))),
        ("primary rota", Page((ANA, BOB))),
        ("primary rota is empty", Page((ANA, BOB), "rota is empty")),
        ("<@U0BOB> and primary db", Page((BOB, ANA), "db")),
        ("me and rota.", Page((ANA, BOB))),
        ("bob db", "Unknown schedule “bob”. Use `@name`, `primary`, `rota` and a reason, like `/"),
        ("hey <@U0BOB>", "Unknown schedule “hey”. Use `@name`"),
        ("@bob", "Slack doesn't know “@bob”. Choose the name from the list"),
        ("<!here> db", "“@here” is a group. Name one person, like `/incident page @name`."),
    ],
)
def test_all_whom_it_begins_with_are_paged(typed: str, command: Page | str) -> None:
    on_call = {"primary": (ANA,), "rota": (BOB,)}
    if isinstance(command, Page):
        assert page.parse_page(typed, on_call, asker=ANA) == command
        return
    with pytest.raises(Refused) as refused:
        page.parse_page(typed, on_call, asker=ANA)
    assert str(refused.value).startswith(command)


def test_a_name_without_its_sign_is_no_schedule() -> None:
    with pytest.raises(Refused, match="For a person, type @ and choose the name from the list"):
        page.parse_page("bob db", {}, asker=ANA)


# --- severity ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["sev0", "SEV0", "p0", "CRITICAL"])
def test_a_severity_by_id_or_alias(word: str) -> None:
    assert severity.severity_named(word, POLICY).id == "SEV0"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "Which severity? Use one of `SEV0` (Critical outage), `SEV1`"),
        ("sev9", "Unknown severity “sev9”. Use one of `SEV0`"),
        ("<!channel>", "Unknown severity “@channel”. Use one of"),
        ("&lt;!here&gt;", "Unknown severity “&lt;!here&gt;”. Use one of"),
    ],
)
def test_another_severity_is_refused_with_those_there_are(word: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        severity.severity_named(word, POLICY)
    assert str(refused.value).startswith(said)


# --- button values -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "incident"),
    [
        ("INC-7", "INC-7"),
        ('{"incident": "INC-7", "role": "ic"}', "INC-7"),
        ('{"role": "ic"}', ""),
        ('{"incident": null}', ""),
        ("", ""),
        ("{", ""),
        ("{}", ""),
        ('{"incident"', ""),
        ('{"incident": ' + "[" * 100_000, ""),
        ("{'incident': 'INC-7'}", ""),
    ],
)
def test_a_malformed_value_names_nothing(value: str, incident: str) -> None:
    assert named_by(value)[0] == incident


@given(st.text(max_size=40))
def test_no_value_breaks_a_button(text: str) -> None:
    for value in (text, "{" + text, json.dumps({"incident": text})):
        assert isinstance(named_by(value)[0], str)


# --- text in and out -----------------------------------------------------------------------


@given(st.text(max_size=200))
def test_unescaping_restores_the_typed_text(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.text(alphabet="<>&@!#|U0BCclht ;apm", max_size=60))
def test_escaped_text_notifies_no_one(text: str) -> None:
    out = escape(text)

    assert "<" not in out
    assert ">" not in out
    assert user_in(out) is None


@given(st.text(alphabet="<>&@!#|U0BCclht ;apm", max_size=60))
def test_parsed_text_can_be_repeated_without_notifying(text: str) -> None:
    assert "<" not in escape(unescape(text))


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("&amp;copy; &copy;", "&copy; &copy;"),
        ("&amp;lt;", "&lt;"),
        ("<@U0BOB>", "@U0BOB"),
        ("<#C1|ops>", "#ops"),
        ("<#C1>", "#C1"),
        ("<!subteam^S1|@oncall>", "@oncall"),
        ("<!here|here>", "@here"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<http://x.org|x.org>", "x.org"),
        ("<mailto:a@x.org|a@x.org>", "a@x.org"),
        ("<https://x.org/?a=1&amp;b=2>", "https://x.org/?a=1&b=2"),
        ("<https://x.org|the docs>", "the docs (https://x.org)"),
        ("<not closed", "<not closed"),
        ("<>", ""),
    ],
)
def test_unescaped_text_reads_as_typed(sent: str, meant: str) -> None:
    assert unescape(sent) == meant
