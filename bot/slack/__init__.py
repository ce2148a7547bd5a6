"""Slack out: one client, and how each effect is executed.

Not here: which effects are needed (`bot.incident`), what to do about failures (`bot.execute`),
texts (`bot.messages`).
"""
