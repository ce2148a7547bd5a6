"""Slack in: one file per feature, with its subcommand, buttons, modal and submission.

A listener reads what a person asked for, passes a command to `Incidents`, and returns a reply that
only that person sees. `FEATURES` is the order of `/incident help`.

Not here: decisions (`bot.incident`), texts and layout (`bot.messages`), HTTP (`bot.web`), sockets
(`bot.socket`).
"""
