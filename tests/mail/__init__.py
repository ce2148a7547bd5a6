"""Mail out: against a real SMTP server on this machine."""
