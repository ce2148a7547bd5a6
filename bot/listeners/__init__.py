"""Requests from Slack: one file per feature, with its subcommand, buttons, modal and submission.

A listener parses a request, passes a command to `Incidents`, and returns a reply that only the
person who asked sees. `FEATURES` is the order of `/incident help`.

Not here: decisions (`bot.incident`), texts and layout (`bot.messages`), HTTP (`bot.web`), sockets
(`bot.socket`).
"""
