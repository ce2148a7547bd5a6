"""The store: Redis or Valkey, one stream of events per incident (or other kind of thing).

Everything lives under `muster:{TEAM}:`, in one hash slot:

| key | type | what |
|---|---|---|
| `events:INC-7` | stream | what happened; ids are `1-0`, `2-0` …: its length is its version |
| `notes:INC-7` | hash | calls under way or postponed, by effect key (see `pending_calls.py`) |
| `causes:INC-7` | hash | what another stream told it, by cause → `INC-7:4:5`; for ever |
| `causes:KIND` | hash | the same of what began a stream of a kind |
| `lock:INC-7` | string | who reconciles it |
| `heavy:INC-7:KEY` | string | who does its heavy effect of that key; a draft: `drafting:INC-7` |
| `due` | sorted set | incident → when its own time has something due (incident time, ms) |
| `pages` | sorted set | incident → when somebody is to be paged next (incident time, ms) |
| `again` | sorted set | incident → when to reconcile it whatever happens (real time, ms) |
| `draft` | sorted set | incident → when to do its heavy effects, drafts or not (real time, ms) |
| `aside` | hash | what is quarantined: `INC-7`, its heavy effect `INC-7/draft` → since when, why |
| `troubles:WHAT` | hash | how often it raised or was refused, since when |
| `told:WHAT`, `telling:WHAT:WHY` | hash | which admins know why; who is being told |
| `metrics:PROCESS` | string | what a process counted of itself; gone half a minute after it |
| `processes` | sorted set | process → when it was last heard of (real time, seconds) |
| `level` | string | which processes may run here: none below it (see `level.py`); only rises |
| `levels` | hash | process → its level, its version, when it started |
| `levels:seen` | hash | level → when a process with it was last heard of (real time, ms) |
| `nudge` | list | wakes the clock before its second is over |
| `intent:KEY` | string | `INC-7:4:5`: this intent wrote events 5 of INC-7; kept for a day |
| `title:HASH` | list | recent declarations of one title |
| `policy:HASH` | string | a frozen policy, shared by all incidents declared under it |
| `channels` | hash | channel → incident |
| `names` | hash | channel name → the incident that claimed it |
| `places` | hash | `#name` or `@U…` → channel id |
| `turns:LIMIT` | sorted set | who called Slack under this limit, who may when (real time, ms) |
| `turns:LIMIT:shut` | string | the end of the pause that Slack asked for (real time, ms) |
| `deed:NAME` | string | done for somebody, and not to be done again (a form that was opened) |
| `paper:NAME` | string | a draft, or what somebody was about to declare |
| `incidents`, `open` | zset, set | all incidents by declaration time, the open ones |
| `streams:KIND`, `open:KIND` | zset, set | the same of another kind, by its prefix |
| `rows:KIND` | hash | what lists show of each stream of that kind, see `rows.py` |
| `counter`, `counter:KIND` | string | the last number given to an incident, to another kind |

Anyone who can write here can run code in the workers (RQ pickles nothing of ours, but names
functions): the store is as secret as the tokens.
"""

from bot.store.base import TooOld
from bot.store.codec import UnknownEvent
from bot.store.histories import Loaded, Unreadable
from bot.store.level import HeldBack
from bot.store.pending_calls import PendingCall
from bot.store.quarantine import Quarantined
from bot.store.records import Change, Conflict, Creation, Duplicate, Span
from bot.store.store import Store

__all__ = [
    "Change",
    "Conflict",
    "Creation",
    "Duplicate",
    "HeldBack",
    "Loaded",
    "PendingCall",
    "Quarantined",
    "Span",
    "Store",
    "TooOld",
    "UnknownEvent",
    "Unreadable",
]
