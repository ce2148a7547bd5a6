"""The sandbox's own API, apart from Slack's: look, act, break. ``routes`` has the table."""
