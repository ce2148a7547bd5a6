"""A select menu shows as many options as Slack can."""

from typing import Any

from bot.messages.blocks import OPTIONS_MAX, select

ROLES = [(f"r{number}", f"Role {number}") for number in range(122)]


def values(element: dict[str, Any]) -> list[str]:
    return [each["value"] for each in element["options"]]


def test_the_first_hundred_are_shown_and_the_chosen_one() -> None:
    assert values(select(ROLES)) == [value for value, _ in ROLES[:OPTIONS_MAX]]
    early, late = select(ROLES, "r7"), select(ROLES, "r121")
    assert values(early) == values(select(ROLES))
    assert early["initial_option"]["value"] == "r7"
    assert len(values(late)) == OPTIONS_MAX
    assert late["initial_option"]["value"] == values(late)[-1] == "r121"
    assert values(select(ROLES, "unknown")) == values(select(ROLES))
