"""HTTP in: a table of routes, one file each. `application` serves the table.

A route is its method, path, body limit, required secret, and handler. Reading the body, limits and
the check of the secret are common to all routes (`routes`); a handler gets a complete body from a
verified sender. It answers 2xx only after the input is stored. Not here: what requests mean
(`bot.listeners`).
"""

from bot.web.routes import Incoming, Public, Route, Secret, application

__all__ = ["Incoming", "Public", "Route", "Secret", "application"]
