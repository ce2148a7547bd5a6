"""Outgoing mail, with a real SMTP server on this machine."""
