"""Updates the golden drafts: `python -m tests.postmortem.regenerate`, then read the diff."""

from pathlib import Path

from bot.postmortem.draft import draft
from bot.postmortem.material import Material
from tests.postmortem.checkout import CHECKOUT, DECLARED

GOLDEN = Path(__file__).parent / "golden"

# An incident that was only declared: every section has a question.
BARE = Material(
    "INC-8", "Search is slow", "unknown", "investigating", declared_at=DECLARED, private=True
)

CASES = {"checkout.md": CHECKOUT, "bare.md": BARE}

if __name__ == "__main__":
    for file, material in CASES.items():
        (GOLDEN / file).write_text(draft(material), encoding="utf-8")
