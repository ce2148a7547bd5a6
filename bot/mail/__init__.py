"""Outgoing e-mail.

port          the port: one mail per effect, at most once
compose       creates the mail and its headers
delivery      sends a mail to the server
links         links to confirm and to unsubscribe
"""
