"""The store: Redis or Valkey, one stream of events per incident (or stream of another kind).

Everything lives under `muster:{TEAM}:`, in one hash slot:

| key | type | what |
|---|---|---|
| `events:INC-7` | stream | its events; ids are `1-0`, `2-0` …, so its length is its version |
| `notes:INC-7` | hash | pending calls, by effect key (see `pending_calls.py`) |
| `causes:INC-7` | hash | commands from other streams: cause → `INC-7:4:5`; kept forever |
| `causes:KIND` | hash | the same for commands that created a stream of that kind |
| `lock:INC-7` | string | a lock: who reconciles it |
| `heavy:INC-7:KEY` | string | a lock: who does that heavy effect; for a draft `drafting:INC-7` |
| `due` | sorted set | incident → when its next timer is due (incident time, ms) |
| `pages` | sorted set | incident → when its next page is due (incident time, ms) |
| `again` | sorted set | incident → when to reconcile it in any case (real time, ms) |
| `draft` | sorted set | incident → when to do its heavy effects (real time, ms) |
| `aside` | hash | quarantine: `INC-7`, or its heavy effect `INC-7/draft` → since when and why |
| `troubles:WHAT` | hash | how often handling it failed, and since when |
| `told:WHAT`, `telling:WHAT:WHY` | hash | which admins were notified; notifications begun |
| `metrics:PROCESS` | string | the metrics of a process; expires after half a minute |
| `processes` | sorted set | process → when it last reported (real time, seconds) |
| `level` | string | the lowest level of process that may run here (see `level.py`); only rises |
| `levels` | hash | process → its level, its version, when it started |
| `levels:seen` | hash | level → when a process with it last reported (real time, ms) |
| `confirmed` | string | written so that replicas confirm all before it (see `confirmation.py`) |
| `nudge` | list | wakes the clock before its next tick |
| `intent:KEY` | string | `INC-7:4:5`: this intent wrote event 5 of INC-7; kept for a day |
| `title:HASH` | list | recent declarations of one title |
| `policy:HASH` | string | a frozen policy, shared by all incidents declared under it |
| `channels` | hash | channel → incident |
| `subscribed:USER` | set | the incidents that this person ever subscribed to |
| `names` | hash | channel name → the incident that claimed it |
| `places` | hash | `#name` or `@U…` → channel id (a cache) |
| `profile:USER` | string | what Slack says about a person (a cache); expires after a week |
| `turns:LIMIT` | sorted set | calls and reservations under a rate limit (real time, ms) |
| `turns:LIMIT:shut` | string | the end of the pause that Slack asked for (real time, ms) |
| `spent:WHAT:USER` | sorted set | what a person asked for in the last minutes (real time, ms) |
| `deed:NAME` | string | a key claimed once, such as a form that was opened |
| `paper:NAME` | string | a document: a draft, or a declaration not yet made |
| `incidents`, `open` | zset, set | all incidents by declaration time; the open ones |
| `streams:KIND`, `open:KIND` | zset, set | the same for another kind, by its prefix |
| `rows:KIND` | hash | the row of each stream in lists, see `rows.py` |
| `counter`, `counter:KIND` | string | the last number given to an incident, to another kind |

Anyone who can write here can run code in the workers (RQ jobs name the function to call), so
protect the store like the tokens.
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
