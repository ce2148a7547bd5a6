"""Settings: the environment (or `.env`), read once, checked, and explained in one line.

Each attribute is its variable in lower case. The title of a field is what it means, as `muster
init` writes it into `.env`; its description is what the operator is told it wants. Settings that
belong together are checked in `_slack_is_whole`.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import packaged, smtp_url
from bot.errors import CommandError
from bot.smtp_url import Smtp


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


def _smtp(url: SecretStr) -> SecretStr:
    smtp_url.parse(url.get_secret_value())
    return url


def is_loopback(host: str) -> bool:
    """Whether this host name or address is this machine itself.

    >>> is_loopback("localhost"), is_loopback("127.0.0.1"), is_loopback("slack.com")
    (True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name
        return False


def _loopback(url: str) -> str:
    if not is_loopback(urlsplit(url).hostname or ""):
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


def _folder(path: Path) -> Path:
    try:
        if path.is_dir():
            return path
    except OSError as denied:  # a folder above it can't be entered
        raise ValueError from denied
    raise ValueError


def _playbooks() -> Path:
    """`./playbooks`, if there is anything of that name (a broken one is refused, not passed
    over); else the packaged policy."""
    own = Path("playbooks")
    return own if os.path.lexists(own) else packaged.PLAYBOOKS


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Port = Annotated[int, Field(ge=1, le=65535)]
_A_PORT = "a port, 1 to 65535"


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
        default=None,
        title="Bot token of your Slack app (OAuth & Permissions).",
        description="the bot token of your Slack app, xoxb-…",
    )
    slack_app_token: Annotated[SecretStr, _starts("xapp-")] | None = Field(
        default=None,
        title="App-level token (Basic Information). If set, Slack is reached by Socket Mode.",
        description="an app-level token with connections:write, xapp-…",
    )
    slack_signing_secret: Annotated[SecretStr, Field(min_length=8)] | None = Field(
        default=None,
        title="If set, and no app token, Slack is reached over HTTP at POST /slack/events.",
        description="the signing secret of your Slack app (Basic Information)",
    )
    slack_api_url: Annotated[
        str, _schemes("http", "https"), AfterValidator(lambda url: url.rstrip("/") + "/")
    ] = Field(
        default="https://slack.com/api/",
        title="Where Slack's API is. Change it for GovSlack or a proxy.",
        description="a URL like https://slack.com/api/",
    )
    redis_url: Annotated[SecretStr, AfterValidator(_store)] | None = Field(
        default=None,
        title="Your Redis or Valkey. Left out: an embedded store in MUSTER_DATA.",
        description="a URL with redis://, rediss://, unix:///path or redis+sentinel://, "
        "or nothing for the embedded store",
    )
    muster_data: Path = Field(
        default=Path("data"),
        title="Folder for the embedded store and for exported documents.",
        description="a folder",
    )
    muster_playbooks: Annotated[Path, AfterValidator(_folder)] = Field(
        default_factory=_playbooks,
        title="Folder with your response policy. Left out: ./playbooks, or the packaged policy if "
        "there is none.",
        description="an existing folder with a response policy; `muster init` writes one",
        examples=["playbooks"],
    )
    muster_host: str = Field(
        default="127.0.0.1",
        title="Address on which the web process listens.",
        description="a host name or address to listen on",
    )
    port: Port = Field(
        default=3000, title="Port on which the web process listens.", description=_A_PORT
    )
    muster_timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = Field(
        default=ZoneInfo("UTC"),
        title="Time zone of the dates in channel names, reminders and postmortems.",
        description="an IANA time zone like Europe/Berlin",
    )
    muster_announce: Annotated[str, BeforeValidator(lambda name: str(name).removeprefix("#"))] = (
        Field(
            default="incidents",
            title="Channel in which public incidents are announced.",
            pattern=r"^[^\s.A-Z#,@]{1,80}$",
            description="the name of a channel: lower case, no spaces or periods, at most 80",
        )
    )
    muster_admins: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(#[^\s.A-Z#,@]{1,80}|@[UW][A-Z0-9]+)$")], ...],
        NoDecode,  # commas, not JSON
        BeforeValidator(_admins),
    ] = Field(
        default=(),
        title="Who is told what Muster can't handle. Left out: the workspace's admins.",
        description="#channels and user ids like U0123ABC, a comma between two",
    )
    muster_public_url: (
        Annotated[str, _schemes("http", "https"), AfterValidator(lambda url: url.rstrip("/"))]
        | None
    ) = Field(
        default=None,
        title="How people's browsers reach the web process.",
        description="a URL like https://muster.example.com",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] | None = Field(
        default=None,
        title="Mail server for incident updates by e-mail. Left out: no mail is sent.",
        description="a URL like smtp://user:password@mail.example.com:587?from=muster@example.com"
        "&starttls=1, or smtps://…",
    )
    muster_sandbox_port: Port = Field(
        default=3080,
        title="Port of the local Slack, which `muster run` brings if no Slack is set.",
        description=_A_PORT,
    )
    muster_clock_url: Annotated[str, _schemes("http"), AfterValidator(_loopback)] | None = Field(
        default=None,
        title="Rehearsals only, on this machine only: where incident time is read from.",
        description="an http URL on this machine (loopback), for rehearsals only",
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(_lower)
    ] = Field(
        default="info",
        title="Lowest level that is logged.",
        description="one of debug, info, warning, error, critical",
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] | None = Field(
        default=None,
        title="How logs are written. Left out: console on a terminal, else json.",
        description="console or json",
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
    def packaged_policy(self) -> bool:
        """Whether incidents run by the policy that comes with Muster, as none was chosen."""
        chosen = "muster_playbooks" in self.model_fields_set
        return not chosen and self.muster_playbooks == packaged.PLAYBOOKS

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets themselves, for the one who keeps them out of the logs."""
        held = [self.slack_bot_token, self.slack_app_token, self.slack_signing_secret]
        store = urlsplit(self.redis_url.get_secret_value()) if self.redis_url else None
        password = [store.password] if store and store.password else []
        if self.smtp and self.smtp.password:
            password.append(self.smtp.password)
        return tuple([secret.get_secret_value() for secret in held if secret] + password)

    @property
    def smtp(self) -> Smtp | None:
        """The mail server; None if no mail leaves this Muster."""
        return smtp_url.parse(self.smtp_url.get_secret_value()) if self.smtp_url else None

    def with_store(self, url: str) -> "Settings":
        """The same, with this store."""
        return self.model_copy(update={"redis_url": SecretStr(url)})

    def require_slack(self) -> None:
        """Stop unless there is a Slack to talk to."""
        if self.slack_bot_token is None:
            raise CommandError(
                "SLACK_BOT_TOKEN: missing; set it to the bot token of your Slack app, "
                "or set no Slack variable at all: `muster run` then brings a local Slack"
            )


def load() -> Settings:
    """The settings of this process. Stops with one line about the first that is wrong."""
    try:
        settings = Settings()
    except UnicodeDecodeError:
        raise CommandError(".env: is not UTF-8 text; save it as UTF-8") from None
    except ValidationError as wrong:
        raise CommandError(_explain(wrong)) from None  # the cause holds the value, maybe a secret
    _slack_is_whole(settings)
    return settings


def _explain(wrong: ValidationError) -> str:
    name = str(wrong.errors()[0]["loc"][0])
    return f"{name.upper()}: wants {Settings.model_fields[name].description}"


def _slack_is_whole(settings: Settings) -> None:
    """Half a connection is refused at the start, not found out in the first incident."""
    way_in = settings.slack_app_token or settings.slack_signing_secret
    if settings.slack_bot_token and not way_in:
        raise CommandError(
            "SLACK_BOT_TOKEN: alone is not enough; set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP) beside it"
        )
    if way_in and not settings.slack_bot_token:
        raise CommandError(
            "SLACK_BOT_TOKEN: missing; SLACK_APP_TOKEN or SLACK_SIGNING_SECRET need it beside them"
        )
