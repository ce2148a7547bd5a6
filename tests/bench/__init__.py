"""Benchmarks (`make bench`): latency, lateness and size, measured in one run.

    deployment          a `muster run`, and the local Slack that it talks to
    signed_requests     sends signed requests over keep-alive connections, as Slack does
    bare_bolt           a Bolt app that only acknowledges: the cost of Bolt itself
    slack_observations  when the local Slack saw each part of an incident; the cost of a call
    statistics          percentiles, and rows of the table
    report              writes docs/performance.md

    ack_latency, concurrent_declarations, large_history, page, peers, startup_and_memory, store,
    time_to_ready, timers, timer_storm      one benchmark each

Benchmarks don't assert times: a slow machine gets a table with larger numbers.
"""
