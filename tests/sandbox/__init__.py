"""The local Slack, driven by people and by a small real Bolt app."""
