"""The paging slice: whom to page, in what order, and who has acknowledged.

Every kind of stream that pages people mounts it.

    events      what is stored: escalations, pages by hand, acknowledgements
    policy      chains of steps, as written in `escalation.yml`
    state       `Paging`, what the events add up to, and `Subject`, what is being paged about
    evolve      how each event changes the state
    commands    what people can ask for: acknowledge, page somebody, escalate
    decide      which events follow from a command
    chain       the timer: the next step, when it is due, whom it pages (`next_due`, `fire`)
    outbound    the messages that follow, and how long each is still relevant
    told        the outcome of pages, for channel messages, the timeline and the delivery log

It keeps two facts apart: *who has acknowledged*, which is never taken back, and *whether paging
still runs* (`docs/decisions/0018-asking-more-people-keeps-who-is-on-it.md`).

Pure; standard library only. Not here: incidents and Slack. The subject keeps the history, the
version and the privacy, and gives the address of its own channel. Texts are in `bot.messages`.
"""
