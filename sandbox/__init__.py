"""A local Slack: one workspace, in one process, as strict as the real one.

It knows Slack and nothing of the bot, which reaches it through its API address alone::

    a person ──► control/ ──► acts/ ──► delivery/ ──► the bot      (signed HTTP, or a socket)
      ▲          plain.py     what       what Slack       │
      │                       people do  sends            ▼
      └──────── state.py ◄── api/ ◄──── the door: token, arguments, scopes, limits, faults
                what Slack remembers     contract.json, blockkit/

    site.py      all of it together: who is here, what was refused, what breaks on request
    clock.py     its own time, which can be moved; a deadline of Slack's own is real time
    driver.py    how a test speaks: ``ana.types("/incident …")``, ``channel.expects("…")``
    server.py    the process: ``python -m sandbox``, or ``with Running() as slack``

What the real Slack would refuse as a mistake of the programmer is a *violation*: it is
answered as Slack answers, and kept, so that a test run with violations can fail.
"""
