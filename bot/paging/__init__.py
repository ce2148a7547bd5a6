"""Who is paged, in what order, and who is on it. A slice: whatever pages people mounts it.

    events      what can happen: the chain escalates, somebody is paged by hand, somebody answers
    policy      chains of steps, as they are written in `escalation.yml`
    state       `Paging`, what it adds up to, and `Subject`, what it is told of what it pages for
    evolve      what each event does to the state
    commands    what people ask for: acknowledge, page somebody, escalate
    decide      what follows from a command
    chain       the timer: which step is next, when it is due, whom it pages (`next_due`, `fire`)
    outbound    the messages that follow, and until when each is still relevant
    told        what became of the pages, for the lines in the channel, the timeline and the log

Two facts, kept apart: *who is on it*, which nothing takes back, and *whether pages still run*
(`docs/decisions/0018-asking-more-people-keeps-who-is-on-it.md`).

Pure, standard library only. It knows no incident and no Slack: the subject keeps the history,
the version and the privacy, and says where its own channel is. Words are in `bot.messages`.
"""
