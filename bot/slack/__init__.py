"""Calls to Slack: the client, rate limits, and the port that executes effects.

    port            which effect becomes which call, and what a refusal means
    open_channel    an incident's channel: at most one · keyed_messages: found again by their key
    bookmarks       one of ours by title · pinned: the text of a pinned message
    conversations   ids of channels and direct messages, cached · files: uploads
    people          what Slack says about a user id, cached: a bot, deactivated, a time zone
    client          one session, errors with a reason · rate_limits: shared by all processes
    identity        who the bot is · admins: who is told when Muster needs help

Not here: which effects are needed (`bot.incident`), what to do about failures (`bot.execute`),
texts (`bot.messages`).
"""
