"""From `playbooks/` to the frozen `bot.incident.policy.Policy`, and to text and back.

    source · plain_yaml   text, and data with the line of every value
    kinds · shapes        what a value and a file may be (pydantic, and nowhere else)
    runbooks              Markdown: its head and its sections
    folder                which file is what
    references            what only shows when the files are held side by side
    words · problem       how it is said
    loading · keeping     load and check; dump, read and digest

No decision is made here: what a policy means for an incident is in `bot.incident`.
"""

from bot.policy.loading import Loaded, check, load
from bot.policy.problem import BrokenPolicy, Problem
from bot.policy.snapshot import digest, dump, parse

__all__ = ["BrokenPolicy", "Loaded", "Problem", "check", "digest", "dump", "load", "parse"]
