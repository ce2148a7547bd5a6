"""Delivers payloads to the app, over HTTP or a socket, and returns its answers."""
