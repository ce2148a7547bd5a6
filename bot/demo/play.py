"""Runs the demo from start to end."""

import time

import click

from bot import packaged
from bot.demo import script
from bot.demo.show import Show
from bot.demo.stage import Stage
from bot.errors import CommandError
from bot.settings import Settings


def play(settings: Settings, speed: float) -> int:
    """Run the demo. Returns 0 if every step was seen in Slack; leaves no process behind."""
    if speed <= 0:
        raise CommandError("--speed: must be a number above 0, like 2")
    began = time.monotonic()
    click.echo("Starting a temporary Muster: store, local Slack, bot, workers, clock …")
    if not settings.packaged_policy:
        click.echo(
            f"The demo uses the packaged policy, not the one in {settings.muster_playbooks}."
        )
    with Stage(packaged.PLAYBOOKS) as stage:
        click.echo(f"Watch it as Bob in a browser: {stage.slack.url}/#bob")
        show = Show(stage.slack, speed)
        try:
            document = script.play(stage.slack, show)
        except AssertionError as missing:
            raise CommandError(
                f"the demo is missing something in Slack.\n{missing}\n{stage.last_words()}"
            ) from None
        violations = stage.slack.violations()
    if violations:
        raise CommandError(
            f"Slack would have rejected {len(violations)} calls, like: {violations[0]['what']}"
        )
    folder = settings.muster_data / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "postmortem-INC-1.md").write_text(document, encoding="utf-8")
    show.checked()
    click.echo(
        f"\nThe postmortem: {folder / 'postmortem-INC-1.md'}\n"
        f"Done in {time.monotonic() - began:.0f} s; nothing is left running. "
        "Try it yourself: make run"
    )
    return 0
