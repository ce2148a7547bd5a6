"""Reading and checking `playbooks/`: files in, a frozen `bot.incident.policy.Policy` out.

    source · plain_yaml       a file's text, and its data with the line of each value
    value_types · schema      the valid values and files (pydantic, and nowhere else)
    runbooks                  Markdown: front matter and sections
    folder                    which file is what
    references                checks across files
    error_text · problem      the text of problems
    loading · snapshot        load and check; dump, parse and digest

Not here: what a policy means for an incident (`bot.incident`, `bot.paging`).
"""

from bot.policy.loading import Loaded, check, load
from bot.policy.problem import BrokenPolicy, Problem
from bot.policy.snapshot import digest, dump, parse

__all__ = ["BrokenPolicy", "Loaded", "Problem", "check", "digest", "dump", "load", "parse"]
