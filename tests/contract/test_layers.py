"""The import rules know every part of Muster."""

import re
import tomllib

from tests.platform.processes import ROOT


def test_every_module_of_bot_has_a_layer() -> None:
    """Else it could import anything: add it to `layers` in pyproject.toml."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (
        each["layers"] for each in contracts["contracts"] if each["name"] == "From the outside in"
    )
    known = {name for layer in layers for name in re.findall(r"[\w.]+", layer)}
    modules = {
        f"bot.{path.stem}"
        for path in (ROOT / "bot").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert modules - {"bot.__init__"} <= known
