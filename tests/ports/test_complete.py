"""Every port is in the conformance suite, and every effect has a port."""

import importlib
import inspect
import pkgutil

import pytest

import bot
from bot.ports import NoPort, Port, Ports, light_effects
from tests.ports.rigs import RIGS
from tests.toy.kinds import Ring


def ports_of_the_bot() -> set[type]:
    """All classes of `bot` that execute effects."""
    found = set()
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if module.name == "bot.__main__":
            continue
        for one in vars(importlib.import_module(module.name)).values():
            wanted = ("effects", "place", "perform", "forget", "refused")
            if inspect.isclass(one) and all(hasattr(one, name) for name in wanted):
                found.add(one)
    return found - {Port, NoPort}


def test_every_port_is_in_the_suite() -> None:
    missing = {each.__name__ for each in ports_of_the_bot() - RIGS.keys()}
    assert not missing, f"no rig for {', '.join(missing)}: add it to RIGS in tests/ports/rigs.py"


def test_an_effect_without_a_port_is_named() -> None:
    with pytest.raises(TypeError, match=r"no port in bot/wiring/runtime\.py executes Ring"):
        Ports(()).check_complete([Ring])


def test_the_effects_of_muster_are_found() -> None:
    """The start checks that each has a port."""
    found = {one.__name__ for one in light_effects()}
    assert {"PostMessage", "SendMail", "Tell"} <= found
    assert "DraftPostmortem" not in found, "it is heavy: workers have its handler"
