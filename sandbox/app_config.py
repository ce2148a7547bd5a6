"""The installed app: its tokens and its manifest."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.contract import load

Json = dict[str, Any]


@dataclass(frozen=True)
class Menu:
    """The slash commands and shortcuts of the manifest, and the app's description, as shown to
    people."""

    name: str = ""
    description: str = ""
    commands: tuple[Json, ...] = ()
    shortcuts: tuple[Json, ...] = ()


@dataclass(frozen=True)
class AppConfig:
    """The app's configuration. ``None``: no manifest was given, so everything is allowed.
    ``commands``: whether mentions become ids, by slash command."""

    bot_token: str | None = None
    app_token: str | None = None
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: dict[str, bool] | None = None
    shortcuts: frozenset[str] | None = None
    menu: Menu = Menu()

    def subscribed(self, event: str) -> bool:
        return self.events is None or event in self.events

    def granted(self, scopes: tuple[str, ...]) -> bool:
        """Whether one of these scopes is granted; an empty list requires none."""
        return not scopes or self.scopes is None or any(s in self.scopes for s in scopes)

    def not_subscribable(self) -> list[str]:
        """The events that Slack wouldn't let this manifest subscribe to: unknown ones, and those
        whose scope is missing."""
        known = load()["events"]
        return [
            each
            for each in sorted(self.events or ())
            if each not in known or not self.granted(tuple(known[each]))
        ]


def read_manifest(
    manifest: Path | None, bot_token: str | None, app_token: str | None
) -> AppConfig:
    """Read a manifest file. Raises ``ValueError`` with one sentence."""
    if manifest is None:
        return AppConfig(bot_token, app_token)
    try:
        plan = yaml.safe_load(manifest.read_text("utf-8"))
        features, settings = plan.get("features", {}), plan.get("settings", {})
        shown = plan.get("display_information", {})
        commands, shortcuts = features.get("slash_commands", []), features.get("shortcuts", [])
        config = AppConfig(
            bot_token,
            app_token,
            scopes=frozenset(plan["oauth_config"]["scopes"].get("bot", [])),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
            commands={c["command"]: c.get("should_escape", False) for c in commands},
            shortcuts=frozenset(s["callback_id"] for s in shortcuts),
            menu=Menu(
                shown.get("name", ""),
                shown.get("description", ""),
                tuple(commands),
                tuple(shortcuts),
            ),
        )
        if not_subscribable := config.not_subscribable():
            raise ValueError(
                f"{manifest}: the event {not_subscribable[0]} is unknown or lacks its scope"
            )
        return config
    except OSError as problem:
        raise ValueError(f"can't read the manifest {manifest}: {problem.strerror}") from problem
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as problem:
        raise ValueError(f"{manifest} isn't a manifest: {problem!r}") from problem
