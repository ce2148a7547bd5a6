"""The HTTP server: a table of routes, served by `application`, with one file per route.

A route has a method, a path, a body limit, a required secret and a handler. `routes` reads the
body and checks limits and secrets, so a handler gets a complete body from a verified sender. It
answers 2xx only after the input is stored. Not here: what requests mean (`bot.listeners`).
"""

from bot.web.routes import Incoming, Public, Route, Secret, application

__all__ = ["Incoming", "Public", "Route", "Secret", "application"]
