"""Writes the golden drafts anew: `python -m tests.postmortem.regenerate`, then read the diff."""

from pathlib import Path

from bot.postmortem.draft import draft
from bot.postmortem.material import Material
from tests.postmortem.checkout import CHECKOUT, DECLARED

GOLDEN = Path(__file__).parent / "golden"

# An incident that is declared and nothing else: every section asks.
BARE = Material(
    "INC-8", "Search is slow", "unknown", "investigating", declared_at=DECLARED, private=True
)

CASES = {"checkout.md": CHECKOUT, "bare.md": BARE}

if __name__ == "__main__":
    for file, material in CASES.items():
        (GOLDEN / file).write_text(draft(material), encoding="utf-8")
