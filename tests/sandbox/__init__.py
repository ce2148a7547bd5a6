"""Tests of the local Slack, with people and a small real Bolt app."""
