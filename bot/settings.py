"""Settings: the environment (or `.env`), read once, checked, and explained in one line.

Each attribute is its variable in lower case; the description of a field is what the operator
is told it wants. Settings that belong together are checked in `_slack_is_whole`.
"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import Stop


def _starts(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if not token.get_secret_value().startswith(prefix):
            raise ValueError
        return token

    return AfterValidator(check)


def _schemes(*allowed: str) -> AfterValidator:
    def check(url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in allowed or not parts.hostname or parts.port == 0:
            raise ValueError  # as reading a port beyond 65535 does by itself
        return url

    return AfterValidator(check)


def _store(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    named = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in {"redis", "rediss", "unix", "redis+sentinel"} or not named:
        raise ValueError
    return url


def _loopback(url: str) -> str:
    host = urlsplit(url).hostname or ""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise ValueError
    return url


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, OSError) as unknown:  # OSError: "Europe" is a folder
        raise ValueError from unknown


def _admins(written: object) -> object:
    """`#name` stays, `U0ANA` becomes `@U0ANA`: how the bot names where it says things.

    >>> _admins("#ops, U0ANA,")
    ('#ops', '@U0ANA')
    """
    if not isinstance(written, str):
        return written
    named = [each.strip() for each in written.split(",") if each.strip()]
    return tuple(each if each.startswith("#") else f"@{each.removeprefix('@')}" for each in named)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Port = Annotated[int, Field(ge=1, le=65535, description="a port, 1 to 65535")]


class Settings(BaseSettings):
    """How this Muster is to run. Secrets show in no log, `repr` or traceback."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: Annotated[SecretStr, _starts("xoxb-")] | None = Field(
        default=None, description="the bot token of your Slack app, xoxb-…"
    )
    slack_app_token: Annotated[SecretStr, _starts("xapp-")] | None = Field(
        default=None, description="an app-level token with connections:write, xapp-…"
    )
    slack_signing_secret: Annotated[SecretStr, Field(min_length=8)] | None = Field(
        default=None, description="the signing secret of your Slack app (Basic Information)"
    )
    slack_api_url: Annotated[
        str, _schemes("http", "https"), AfterValidator(lambda url: url.rstrip("/") + "/")
    ] = Field(default="https://slack.com/api/", description="a URL like https://slack.com/api/")
    redis_url: Annotated[SecretStr, AfterValidator(_store)] | None = Field(
        default=None,
        description="a URL with redis://, rediss://, unix:///path or redis+sentinel://, "
        "or nothing for the embedded store",
    )
    muster_data: Path = Field(default=Path("data"), description="a folder")
    muster_playbooks: Path = Field(default=Path("playbooks"), description="a folder")
    muster_host: str = Field(
        default="127.0.0.1", description="a host name or address to listen on"
    )
    port: Port = 3000
    muster_timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        default=ZoneInfo("UTC"), description="an IANA time zone like Europe/Berlin"
    )
    muster_announce: Annotated[str, BeforeValidator(lambda name: str(name).removeprefix("#"))] = (
        Field(
            default="incidents",
            pattern=r"^[^\s.A-Z#,@]{1,80}$",
            description="the name of a channel: lower case, no spaces or periods, at most 80",
        )
    )
    muster_admins: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(#[^\s.A-Z#,@]{1,80}|@[UW][A-Z0-9]+)$")], ...],
        NoDecode,  # commas, not JSON
        BeforeValidator(_admins),
    ] = Field(default=(), description="#channels and user ids like U0123ABC, a comma between two")
    muster_public_url: (
        Annotated[str, _schemes("http", "https"), AfterValidator(lambda url: url.rstrip("/"))]
        | None
    ) = Field(default=None, description="a URL like https://muster.example.com")
    muster_sandbox_port: Port = 3080
    muster_clock_url: Annotated[str, _schemes("http"), AfterValidator(_loopback)] | None = Field(
        default=None, description="an http URL on this machine (loopback), for rehearsals only"
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(_lower)
    ] = Field(default="info", description="one of debug, info, warning, error, critical")
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] | None = Field(
        default=None, description="console or json"
    )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by WebSocket; then `/slack/events` answers 404."""
        return self.slack_app_token is not None

    @property
    def rehearsing_slack(self) -> bool:
        """No Slack variable is set: `muster run` brings its own Slack, the sandbox."""
        return self.slack_bot_token is None and "slack_api_url" not in self.model_fields_set

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets themselves, for the one who keeps them out of the logs."""
        held = [self.slack_bot_token, self.slack_app_token, self.slack_signing_secret]
        store = urlsplit(self.redis_url.get_secret_value()) if self.redis_url else None
        password = [store.password] if store and store.password else []
        return tuple([secret.get_secret_value() for secret in held if secret] + password)

    def with_store(self, url: str) -> "Settings":
        """The same, with this store."""
        return self.model_copy(update={"redis_url": SecretStr(url)})

    def require_slack(self) -> None:
        """Stop unless there is a Slack to talk to."""
        if self.slack_bot_token is None:
            raise Stop(
                "SLACK_BOT_TOKEN: missing; set it to the bot token of your Slack app, "
                "or set no Slack variable at all: `muster run` then brings a local Slack"
            )


def load() -> Settings:
    """The settings of this process. Stops with one line about the first that is wrong."""
    try:
        settings = Settings()
    except UnicodeDecodeError:
        raise Stop(".env: is not UTF-8 text; save it as UTF-8") from None
    except ValidationError as wrong:
        raise Stop(_explain(wrong)) from None  # the cause holds the value, maybe a secret
    _slack_is_whole(settings)
    return settings


def _explain(wrong: ValidationError) -> str:
    name = str(wrong.errors()[0]["loc"][0])
    return f"{name.upper()}: wants {Settings.model_fields[name].description}"


def _slack_is_whole(settings: Settings) -> None:
    """Half a connection is refused at the start, not found out in the first incident."""
    way_in = settings.slack_app_token or settings.slack_signing_secret
    if settings.slack_bot_token and not way_in:
        raise Stop(
            "SLACK_BOT_TOKEN: alone is not enough; set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP) beside it"
        )
    if way_in and not settings.slack_bot_token:
        raise Stop(
            "SLACK_BOT_TOKEN: missing; SLACK_APP_TOKEN or SLACK_SIGNING_SECRET need it beside them"
        )
