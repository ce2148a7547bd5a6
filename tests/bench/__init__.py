"""`make bench`: how fast, how late, how large; measured in one run, written by itself.

    stage        a Muster of its own (`muster run`) and the local Slack it talks to
    wire         declarations as Slack sends them, over connections kept open
    bare         a Bolt app that acknowledges and does nothing: what Bolt itself costs
    slack        what the local Slack saw of each incident, and when; what a call costs there
    numbers      p50, p99; rows of the table

    acknowledging, ready, peers, crowd, timers, storm, weight, years, store   one measurement each

    report       docs/performance.md

Nothing here asserts a time: a slow machine gets a table with larger numbers.
"""
