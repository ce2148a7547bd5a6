"""A local Slack: one workspace in one process, as strict as the real one.

It knows Slack, and nothing about the bot, which connects to it only by its API URL::

    a person ──► control/ ──► actions/ ──► delivery/ ──► the bot   (signed HTTP, or a socket)
      ▲          HTTP and     what         what Slack      │
      │          curl         people do    sends           ▼
      └──────── workspace.py ◄── api/ ◄──── gateway: token, arguments, scopes, limits, faults
                what Slack       contract.json, blockkit/
                remembers

    sandbox.py           the parts together: workspace, clock, violations, faults
    workspace_events.py  changes to channels: change the state, send the app the event
    clock.py             its own clock, which can be moved; Slack's own deadlines use real time
    page/                the same workspace in a browser
    driver/              for tests: ``ana.types("/incident …")``, ``channel.expects("…")``
    server.py            the process: ``python -m sandbox``, or ``with Running() as slack``

A request that the real Slack would reject as a programming mistake is a *violation*: it is
answered as Slack answers, and recorded, so that a test can fail because of it.
"""
