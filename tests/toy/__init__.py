"""Two kinds of streams that aren't incidents, and a port to a world that tests break at will: what
the machine promises holds for them as it does for incidents.

    kinds      a toy that is wound up and rings; a doll that hears what toys tell it
    port       what carries out the effects of a toy
    machine    a store, ports and a reconciler for them, as `bot.wiring` puts them together
    crashing   a store connection that dies at a chosen trip
"""
