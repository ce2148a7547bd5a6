"""Acting as one person, over the control API."""

from typing import Any

from sandbox.driver.client import Client

Json = dict[str, Any]


class Actor:
    """Somebody of the workspace, by name."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name

    def posts(self, act: str, patience: float | None, **body: Any) -> Json:
        """``POST /control/as/NAME/ACT``; its answer. ``patience``: real seconds that the person
        watches for what the app shows them (None: as long as people do for this act)."""
        body |= {} if patience is None else {"patience": patience}
        done: Json = self.client.post(f"/control/as/{self.name}/{act}", body)
        return done
