"""Settings: read once from the environment (or `.env`), checked, and explained in one line.

Each attribute is its variable in lower case. A field's title is its meaning, as `muster init`
writes it into `.env`; its description says which values are valid. Settings that depend on each
other are checked in `_slack_is_whole`.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot import packaged, smtp_url
from bot.errors import CommandError
from bot.secret_files import SecretFiles
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
    """Whether this host name or address is the local machine.

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


def _encrypted(url: str) -> str:
    """Not http to another machine."""
    return url if urlsplit(url).scheme != "http" else _loopback(url)


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, OSError) as unknown:  # OSError: "Europe" is a folder
        raise ValueError from unknown


def _admins(written: object) -> object:
    """Normalize: `#name` stays, `U0ANA` becomes `@U0ANA`, the bot's notation for recipients.

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
    except OSError as denied:  # a parent folder can't be entered
        raise ValueError from denied
    raise ValueError


def _playbooks() -> Path:
    """`./playbooks` if it exists (an invalid one is refused, not skipped); else the packaged
    policy.
    """
    own = Path("playbooks")
    return own if os.path.lexists(own) else packaged.PLAYBOOKS


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Port = Annotated[int, Field(ge=1, le=65535)]
_A_PORT = "a port, 1 to 65535"


class Settings(BaseSettings):
    """All settings. Secrets appear in no log, `repr` or traceback."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Where values come from, the first that has one: the environment, `.env`, and for secrets
        the files that these name."""
        return init_settings, env_settings, dotenv_settings, SecretFiles(settings_cls)

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
        str,
        _schemes("http", "https"),
        AfterValidator(_encrypted),
        AfterValidator(lambda url: url.rstrip("/") + "/"),
    ] = Field(
        default="https://slack.com/api/",
        title="URL of Slack's API. Change it for GovSlack or a proxy.",
        description="a URL like https://slack.com/api/; http:// only on this machine, because it "
        "would send the token unencrypted",
    )
    redis_url: Annotated[SecretStr, AfterValidator(_store)] | None = Field(
        default=None,
        title="Your Redis or Valkey. Unset: an embedded store in MUSTER_DATA.",
        description="a URL with redis://, rediss://, unix:///path or redis+sentinel://, "
        "or empty for the embedded store",
    )
    muster_data: Path = Field(
        default=Path("data"),
        title="Folder for the embedded store and for exported documents.",
        description="a folder",
    )
    muster_playbooks: Annotated[Path, AfterValidator(_folder)] = Field(
        default_factory=_playbooks,
        title="Folder with your response policy. Unset: ./playbooks, or the packaged policy if "
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
        title="Who is notified of problems. Unset: the workspace's admins.",
        description="#channels and user ids like U0123ABC, separated by commas",
    )
    muster_public_url: (
        Annotated[str, _schemes("http", "https"), AfterValidator(lambda url: url.rstrip("/"))]
        | None
    ) = Field(
        default=None,
        title="Public URL of the web process, for links.",
        description="a URL like https://muster.example.com",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] | None = Field(
        default=None,
        title="Mail server for incident updates by e-mail. Left out: no mail is sent.",
        description="a URL like smtp://user:password@mail.example.com:587?from=muster@example.com"
        "&starttls=1, or smtps://…",
    )
    muster_metrics_token: Annotated[SecretStr, Field(min_length=8)] | None = Field(
        default=None,
        title="If set, /metrics requires it as bearer token.",
        description="a secret of at least 8 characters",
    )
    muster_sandbox_port: Port = Field(
        default=3080,
        title="Port of the local Slack that `muster run` starts if no Slack is configured.",
        description=_A_PORT,
    )
    muster_clock_url: Annotated[str, _schemes("http"), AfterValidator(_loopback)] | None = Field(
        default=None,
        title="For rehearsals on this machine only: the URL that incident time is read from.",
        description="an http URL on this machine (loopback), for rehearsals only",
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(_lower)
    ] = Field(
        default="info",
        title="Lowest level to log.",
        description="one of debug, info, warning, error, critical",
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] | None = Field(
        default=None,
        title="Log format. Unset: console on a terminal, else json.",
        description="console or json",
    )

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is connected by WebSocket; then `/slack/events` answers 404."""
        return self.slack_app_token is not None

    @property
    def rehearsing_slack(self) -> bool:
        """Whether no Slack variable is set: `muster run` then starts its own Slack, the
        sandbox.
        """
        return self.slack_bot_token is None and "slack_api_url" not in self.model_fields_set

    @property
    def packaged_policy(self) -> bool:
        """Whether the policy that comes with Muster is used, because none was configured."""
        chosen = "muster_playbooks" in self.model_fields_set
        return not chosen and self.muster_playbooks == packaged.PLAYBOOKS

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values, for redacting them in logs."""
        held = [self.slack_bot_token, self.slack_app_token, self.slack_signing_secret]
        held.append(self.muster_metrics_token)
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
        """The same settings with this store."""
        return self.model_copy(update={"redis_url": SecretStr(url)})

    def require_slack(self) -> None:
        """Raises CommandError if no Slack is configured."""
        if self.slack_bot_token is None:
            raise CommandError(
                "SLACK_BOT_TOKEN: missing; set it to the bot token of your Slack app, "
                "or set no Slack variable at all: `muster run` then starts a local Slack"
            )


def load() -> Settings:
    """Load the settings of this process. Raises CommandError about the first invalid one."""
    try:
        settings = Settings()
    except UnicodeDecodeError:
        raise CommandError(".env: not UTF-8; save it as UTF-8") from None
    except ValidationError as wrong:
        # The cause contains the value, maybe a secret.
        raise CommandError(_explain(wrong)) from None
    _slack_is_whole(settings)
    return settings


def _explain(wrong: ValidationError) -> str:
    name = str(wrong.errors()[0]["loc"][0])
    return f"{name.upper()}: must be {Settings.model_fields[name].description}"


def _slack_is_whole(settings: Settings) -> None:
    """Refuse an incomplete connection at the start instead of during the first incident."""
    way_in = settings.slack_app_token or settings.slack_signing_secret
    if settings.slack_bot_token and not way_in:
        raise CommandError(
            "SLACK_BOT_TOKEN: not enough on its own; also set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP)"
        )
    if way_in and not settings.slack_bot_token:
        raise CommandError(
            "SLACK_BOT_TOKEN: missing; SLACK_APP_TOKEN and SLACK_SIGNING_SECRET need it, too"
        )
