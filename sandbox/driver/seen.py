"""Answers to a person's action, as they see them: an ephemeral message, or a modal to fill in."""

from typing import Any

from sandbox.driver.actor import Actor

Json = dict[str, Any]


def act(actor: Actor, name: str, patience: float | None, **body: Any) -> "Seen | None":
    """Perform an action as a person; returns what they saw in answer, if anything."""
    seen = actor.posts(name, patience, **body)["seen"]
    return Seen(actor, seen) if seen else None


class Seen:
    """An ephemeral message or a modal that a person saw in answer to an action."""

    def __init__(self, actor: Actor, shape: Json) -> None:
        self.actor = actor
        self.shape = shape
        self.text: str = shape["rendered"]
        self.problem: str = shape.get("problem", "")
        """Why there was no real answer (``operation_timeout``), or empty."""
        self.blocks: list[Json] = shape.get("blocks", [])

    @property
    def view(self) -> "View | None":
        """The modal that opened, if any."""
        return View(self.actor, self.shape) if self.shape["kind"] == "view" else None

    def click(self, target: str, *, patience: float | None = None, **more: Any) -> "Seen | None":
        """Click in the ephemeral message, by label or action_id. ``more``: ``value``,
        ``block_id``, ``confirm`` (the answer to its confirm dialog)."""
        where = {"channel": self.shape["channel"], "ts": self.shape["ts"], "target": target}
        return act(self.actor, "click", patience, **where, **more)

    def __contains__(self, words: str) -> bool:
        return words in self.text

    def __repr__(self) -> str:
        return f"Seen({self.text!r})"


class View:
    """An open modal of a person."""

    def __init__(self, actor: Actor, shape: Json) -> None:
        self.actor = actor
        self.text: str = shape["rendered"]
        self.shape: Json = shape["view"]
        self.id: str = self.shape["id"]
        self.callback_id: str = self.shape["callback_id"]
        self.private_metadata: str = self.shape["private_metadata"]
        self.values: Json = self.shape["state"]["values"]

    def submits(self, *, patience: float | None = None, **values: Any) -> Json | None:
        """Fill in by block_id and submit. Returns the errors by block_id, or None if it was
        accepted."""
        body = {"view": self.id, "values": values}
        done = self.actor.posts("submit", patience, **body)
        errors: Json | None = done.get("errors")
        return errors

    def fills(self, **values: Any) -> "View":
        """Fill in without submitting."""
        self.actor.posts("fill", None, view=self.id, values=values)
        return self

    def chooses(
        self, target: str, value: Any = None, *, patience: float | None = None, **more: Any
    ) -> Seen | None:
        """Click a button, or choose in a menu, that notifies the app at once. ``more``:
        ``block_id``, ``confirm`` (the answer to its confirm dialog)."""
        where = {"view": self.id, "target": target, "value": value}
        return act(self.actor, "choose", patience, **where, **more)

    def searches(self, target: str, text: str) -> list[str]:
        """Type into an external menu; returns the labels of the options that the app offers."""
        done = self.actor.posts("search", None, view=self.id, target=target, text=text)
        return [option["text"]["text"] for option in done["options"]]

    def closes(self) -> None:
        self.actor.posts("close", None, view=self.id)

    def __contains__(self, words: str) -> bool:
        return words in self.text
