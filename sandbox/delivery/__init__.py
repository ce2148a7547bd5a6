"""Towards the bot: what Slack sends, over HTTP or a socket, and what comes back."""
