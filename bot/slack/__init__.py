"""Slack out: one client, and how each effect is carried out. It decides nothing."""
