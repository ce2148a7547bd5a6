"""Muster: incidents in Slack. An overview:

    Slack ──► listeners ──► incidents.handle ──► store          durable, then acknowledged
    (web, socket) a command   decide · evolve      events + wake-up
                                    │                  │
                                    ▼ right after      ▼ timers, retries, after a crash
                              reconcile  ◄── workers ◄─ RQ ◄─ workers.clock
                      due? pending effects ──► ports (slack) ──► recorded as events

    streams      PURE: what every kind of stream shares: ids, kinds, timers, effects, deliveries
    incident     PURE: events in, effects out; see `effects.py`, and `outbound.py` for what is said
    paging       PURE: who is paged, in what order, and who is on it; an incident mounts it
    oncall       PURE: schedules in, who at t out
    postmortem   PURE: events and messages in, a document out
    messages     PURE: facts in, Block Kit out
    policy       playbooks/*.yml to frozen policy, every mistake with its line
    store        Redis or Valkey: one stream of events per thing remembered, and its wake-ups
    slack        the port to Slack: how each effect is carried out
    incidents    where every change is made; `reconcile` and `execute` make the outside follow
    listeners    Slack in: one file is one feature
    wiring       where the parts meet; `cli` is what an operator types
    packaged     playbooks/ and manifest.yml, for whoever has none of their own

A stream is a list of events; an incident is one kind of stream. Every crash has one cure:
reconcile again.
"""
