"""`muster doctor`: checks for what would fail in production.

    finding     one line: the result, and what to do
    slack       tokens, scopes, connections, the announcement channel
    store       durability and memory
    streams     how many there are of each kind, and whether they can be read
    processes   what runs, what waits, what is quarantined
    files       whether others can read the secrets
    policy      playbooks, and who is on call
    directory   whether the people, groups and channels in the policy exist, asked of Slack
    clocks      whether Slack, the store and this machine agree on the time
    online      every message and form, validated by Slack; `rehearsal` makes them

The checks change nothing in Slack or in the store.
"""

from bot.doctor.examine import examine
from bot.doctor.finding import Finding

__all__ = ["Finding", "examine"]
