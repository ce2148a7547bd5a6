"""HTTP in: a table of routes, one file each. `application` serves the table.

A route is its method, its path, how much body it takes, what the sender has to know, and a
handler. Reading the body, its limits and the check of the secret are the same for all, and
stand in `routes`; a handler gets a body that is whole and whose sender is known. It answers 2xx
only after what it took is in the store.
"""

from bot.web.routes import Incoming, Public, Route, Secret, application

__all__ = ["Incoming", "Public", "Route", "Secret", "application"]
