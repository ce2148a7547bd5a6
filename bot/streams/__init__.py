"""What every kind of thing that Muster remembers has in common. Pure, standard library only.

A *stream* is the history of one thing: an incident, later an alert group, a document, a shift
swap. Its *kind* says what can happen to it and what follows.

    ids        the one grammar of stream ids: `INC-7`, `ALERT-3`, `ROTA-primary`
    actor      who did it: a person, the clock, a source of alerts, an operator
    access     who may do what, and see what
    record     an event as it is kept
    kind       what can happen, what follows, what comes due: one `Kind` per prefix
    effect     something to do outside, as data, with the guarantee of the call that does it
    delivery   what was done outside, as events, and what they add up to
    tell       one stream commands another

The store keeps streams, `bot.reconcile` brings the outside in line with them, and neither knows
what an incident is.
"""
