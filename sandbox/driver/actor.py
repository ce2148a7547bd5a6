"""Acts as one person over the control API."""

from typing import Any

from sandbox.driver.client import Client

Json = dict[str, Any]


class Actor:
    """A person of the workspace, by name."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    def posts(self, act: str, patience: float | None, **body: Any) -> Json:
        """Send ``POST /control/as/NAME/ACT`` and return its answer. ``patience``: real seconds to
        wait for what the app shows (None: the default of this action)."""
        body |= {} if patience is None else {"patience": patience}
        done: Json = self.client.post(f"/control/as/{self.name}/{act}", body)
        return done
