"""The incident: its events, commands, state and effects. Pure; standard library only.

    events      the schema of everything that is stored about an incident
    incident    the state that its events add up to
    evolve      how each event changes the state (`evolve`, `replay`)
    decide      the table of commands and the function that decides each one:
                lifecycle · roles · updates · reminders · escalation
    handoffs    offering a role, and accepting or declining it
    fatigue     roles held for too long · deactivation: people who left the workspace
    escalation  `bot.paging`, mounted: the chain · paging: pages by hand and acknowledgements
    members     who is in an incident and may see a private one
    access      who may act on it: the verdict on every command
    outbound    which messages follow from which events
    effects     `pending_effects`: what Slack should show and doesn't yet
    timers      everything that comes due in an incident
    timeline    the record for people
    audit       the delivery log: what was delivered, and who responded
    policy      an organization's rules, frozen into each incident

No I/O, no clock and no randomness: times and ids are arguments. Not here: texts and layout
(`bot.messages`), the calls to Slack (`bot.slack`) and the event stream (`bot.store`).
"""
