"""`muster doctor`: what would break in production, before it does.

    finding     one line: how it is, and what to do
    slack       tokens, scopes, the way there and back, the announcement channel
    store       does it keep what it is told
    streams     what is remembered, and can it be read
    processes   who runs, what waits, what was set aside
    policy      playbooks, and who is on call
    clocks      do Slack, the store and we agree on the time
    online      every message and form, as Slack judges it

Nothing is changed by looking, neither in Slack nor in the store.
"""

from bot.doctor.examine import examine
from bot.doctor.finding import Finding

__all__ = ["Finding", "examine"]
