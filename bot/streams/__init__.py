"""The vocabulary shared by all kinds of streams. Pure; standard library only.

A *stream* is the history of one thing: an incident, later an alert group, a document, a shift
swap. Its *kind* defines which events it can have and what follows from them.

    ids        the grammar of stream ids: `INC-7`, `ALERT-3`, `ROTA-primary`
    actor      who acted: a person, the clock, an alert source, an operator
    access     permissions: who may run a command, who may see a stream
    record     a recorded event: what happened, when, by whom
    kind       events, commands, effects and timers of one kind: one `Kind` per prefix
    effect     a call to the outside, as data, with the guarantee of that call
    delivery   the outcome of effects, as events, and the state computed from them
    tell       a command from one stream to another
    level      the release level, for rolling upgrades

The store holds streams and `bot.reconcile` executes their effects; neither knows what an
incident is.
"""
