"""The core. Pure: events and a moment in, events and wishes out; the standard library only.

    events      what can happen: the schema of all that is remembered
    incident    what it adds up to
    evolve      what each event does to it (`evolve`, `replay`)
    decide      every command there is, and where it is decided:
                lifecycle · roles · updates · reminders · escalation
    handoffs    a role that is offered, and whose it is when they accept
    fatigue     who has held one for long · leaving: who left the workspace
    escalation  `bot.paging`, mounted: the chain · paging: by hand, and who is on it
    members     who is in on it, and may see a private one
    access      who may act on it: the verdict on every command
    says        what is said about what happened
    todo        what Slack should show and doesn't yet
    timeline    the record that people read
    audit       the record of what was delivered, and answered
    policy      how an organisation wants it run, frozen into each incident

No clock, no network, no chance: time and ids are arguments. Words are in `bot.messages`.
"""
