"""A local Slack: one workspace, in one process, as strict as the real one.

It knows Slack and nothing of the bot, which reaches it through its API address alone::

    a person ──► control/ ──► actions/ ──► delivery/ ──► the bot   (signed HTTP, or a socket)
      ▲          HTTP and     what         what Slack      │
      │          curl         people do    sends           ▼
      └──────── workspace.py ◄── api/ ◄──── gateway: token, arguments, scopes, limits, faults
                what Slack       contract.json, blockkit/
                remembers

    sandbox.py           all of it together: workspace, clock, violations, faults
    workspace_events.py  every change to a channel: the state changes, the app is sent the event
    clock.py             its own time, which can be moved; a deadline of Slack's own is real time
    page/                the same workspace in a browser
    driver/              how a test speaks: ``ana.types("/incident …")``, ``channel.expects("…")``
    server.py            the process: ``python -m sandbox``, or ``with Running() as slack``

What the real Slack would refuse as a mistake of the programmer is a *violation*: it is
answered as Slack answers, and kept, so that a test run with violations can fail.
"""
