"""The app as it is installed: its tokens, and what its manifest asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.contract import load

Json = dict[str, Any]


@dataclass(frozen=True)
class Menu:
    """What people are offered: the manifest's slash commands and shortcuts, as they stand, and
    what the app says that it is."""

    name: str = ""
    description: str = ""
    commands: tuple[Json, ...] = ()
    shortcuts: tuple[Json, ...] = ()


@dataclass(frozen=True)
class AppConfig:
    """``None`` means that everything of the kind is allowed (no manifest was given).

    ``commands`` says of each slash command whether mentions in it become ids.
    """

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
        """Whether one of these scopes is granted; an empty list asks for none."""
        return not scopes or self.scopes is None or any(s in self.scopes for s in scopes)

    def not_subscribable(self) -> list[str]:
        """The events that Slack would not let this manifest subscribe to: unknown ones, and
        those for which it lacks the scope."""
        known = load()["events"]
        return [
            each
            for each in sorted(self.events or ())
            if each not in known or not self.granted(tuple(known[each]))
        ]


def read_manifest(
    manifest: Path | None, bot_token: str | None, app_token: str | None
) -> AppConfig:
    """AppConfig from a manifest file. Raises ``ValueError`` with one sentence."""
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
                f"{manifest}: no scope for the event {not_subscribable[0]}, or no such event"
            )
        return config
    except OSError as problem:
        raise ValueError(f"cannot read the manifest {manifest}: {problem.strerror}") from problem
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as problem:
        raise ValueError(f"{manifest} is no manifest: {problem!r}") from problem
