"""Calls to Slack: the client, rate limits, and the port that executes effects.

Not here: which effects are needed (`bot.incident`), what to do about failures (`bot.execute`),
texts (`bot.messages`).
"""
