"""The words of a message, wherever they are: in its text, its attachments, its blocks."""

from collections.abc import Mapping
from typing import Any

from pydantic import model_validator

from bot.listeners.inbound.fields import Model, OptionalName, OptionalText
from bot.slack_message.author import app_of
from bot.slack_message.reading import read_message


class ReadMessage(Model):
    """`text`: all that it says, `headline`: the line that says what it is about; both as Slack
    sends them (escaped). `app`: the name under which an app wrote it, if one did.
    """

    text: OptionalText = ""
    headline: OptionalText = ""
    app: OptionalName = ""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or not isinstance(given.get("text"), str | None):
            return given
        read = read_message(given)
        return {**given, "text": read.whole, "headline": read.headline, "app": app_of(given)}
