"""The numbers of incidents as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.streams.ids import Certainty, spelled


@pytest.mark.parametrize(
    "typed",
    [
        *("INC-7 it is DNS", "inc-7 it is DNS", "*INC-7*: it is DNS", "`INC-7` it is DNS"),
        *("(INC\u20137) it is DNS", "INC\u20117, it is DNS", "INC-7:it is DNS", "inc7 it is DNS"),
        *("\uff29\uff2e\uff23\uff0d\uff17 it is DNS", "IN\u200bC-7\u200b - it is DNS"),
        *(":fire: INC-7 \u2014 it is DNS", "\u202eINC-7\u202c it is DNS", "#INC-7. it is DNS"),
    ],
)
def test_a_number_is_read_whatever_decorates_it(typed: str) -> None:
    found = spelled(typed, "INC")
    assert found is not None
    assert (found.id, found.certainty, found.rest) == ("INC-7", Certainty.EXACT, "it is DNS")


@pytest.mark.parametrize(
    ("typed", "certainty"),
    [
        *((each, Certainty.NEAR) for each in ("inc 7 x", "INC #7 x", "inc - 7 x", "INC: 7 x")),
        *((each, Certainty.NEAR) for each in ("INC-07 x", "ICN-7 x", "INK-7 x", "INC--7 x")),
        *((each, Certainty.NEAR) for each in ("\u0456nc-7 x", "incident 7 x", "Incident-7: x")),
        *((each, Certainty.SIGNED) for each in ("#7 x", "\uff037 x", "*#7* x")),
        *((each, Certainty.NUMBER) for each in ("7 x", "007. x")),
    ],
)
def test_what_is_nearly_a_number_is_one_to_ask_about(typed: str, certainty: Certainty) -> None:
    found = spelled(typed, "INC", "incident")
    assert found is not None
    assert (found.id, found.certainty, found.rest) == ("INC-7", certainty, "x")


@pytest.mark.parametrize(
    "typed",
    [
        "INC-7's pool",
        "SEV-1",
        "sev1 x",
        "in 2 hours",
        "ic-1",
        "2nd try",
        "incoming 7",
        "",
        "@bob",
        "--",
    ],
)
def test_other_words_are_none(typed: str) -> None:
    assert spelled(typed, "INC", "incident") is None


@given(st.text(max_size=40))
def test_any_text_is_read(typed: str) -> None:
    found = spelled(typed, "INC", "incident")
    assert found is None or found.id.startswith("INC-")
