"""Two toy kinds of streams, and a port whose service fails on request: everything guaranteed for
incidents holds for them, too.

    kinds      a toy that is wound up and rings; a doll that gets commands from toys
    port       executes the effects of a toy
    machine    a store, ports and a reconciler for them, like those of `bot.wiring`
    crashing   a store connection that dies at a chosen round trip
"""
