"""User actions, and the payloads that Slack sends the app for them. One file per kind of
action."""
