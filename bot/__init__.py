"""Muster: incidents in Slack. An overview:

    Slack ──► listeners ──► incidents.handle ──► store            stored, then acknowledged
    (web, socket)  command    decide · evolve      events + wake-up
                                    │                   │
                                    ▼ right after       ▼ timers, retries, after a crash
                               reconcile  ◄── workers ◄─ RQ ◄─ workers.clock
        what is due? pending effects ──► execute ──► ports (Slack) ──► recorded as events

    streams      PURE: what all kinds share: ids, events, effects; `kinds` lists the kinds
    incident     PURE: the one kind so far: `effects` (pending effects), `outbound` (messages)
    paging       PURE: the paging slice: whom to page, who has acknowledged; mounted by incident
    oncall       PURE: schedules and a time in, who is on call out
    postmortem   PURE: events and messages in, a draft out
    messages     PURE: facts in, Block Kit out · slack_message  Slack's message in, its text out
    policy       playbooks/*.yml in, frozen policy or mistakes with their lines out
    store        Redis or Valkey: one event stream per incident, its wake-ups, indexes
    incidents    the only way to change an incident · listeners: Slack in, a file per feature
    reconcile    makes the outside match the stream · execute: one effect · ports: who makes calls
    slack        the Slack port: how each effect becomes an API call · mail: the SMTP port
    wiring       connects the parts · cli: the operator's commands · packaged: default files

A stream is a list of events; an incident is one kind of stream. After any crash the remedy is
the same: reconcile again.
"""
