"""Secrets from files: `SLACK_BOT_TOKEN_FILE=/run/secrets/token` sets `SLACK_BOT_TOKEN`."""

import os
from pathlib import Path
from typing import Any, get_args

from dotenv import dotenv_values
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.errors import CommandError

LONGEST = 10_000  # bytes


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each secret whose variable has `_FILE` at its end. Raises `CommandError` if the file
    can't be read, or if the secret is set in both ways."""

    def __init__(self, settings: type[BaseSettings], dotenv: str = ".env") -> None:
        super().__init__(settings)
        self._given = {**_read(dotenv), **os.environ}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The secret's value, the name of its field, and False: it isn't JSON."""
        variable = field_name.upper()
        file = self._given.get(f"{variable}_FILE") if is_secret(field.annotation) else None
        if not file:
            return None, field_name, False
        if self._given.get(variable):
            raise CommandError(f"{variable}: also set by {variable}_FILE; set only one of them")
        try:
            with Path(file).open("rb") as opened:
                return opened.read(LONGEST).decode().strip(), field_name, False
        except (OSError, UnicodeDecodeError) as wrong:
            why = wrong.strerror if isinstance(wrong, OSError) else "it isn't UTF-8"
            raise CommandError(f"{variable}_FILE: can't read {file}: {why}") from None

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def is_secret(annotation: object) -> bool:
    """Whether a setting of this type is a secret.

    >>> is_secret(SecretStr | None), is_secret(str | None)
    (True, False)
    """
    return annotation is SecretStr or any(map(is_secret, get_args(annotation)))


def _read(dotenv: str) -> dict[str, str]:
    values = dotenv_values(dotenv) if Path(dotenv).is_file() else {}
    return {name: value for name, value in values.items() if value}
