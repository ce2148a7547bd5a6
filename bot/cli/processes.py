"""The commands that run Muster's processes, all of them or one, and the local Slack."""

from pathlib import Path

import click

from bot import runtime_env


@click.command()
def run() -> None:
    """Run everything in one terminal.

    Without Slack tokens, this includes a local Slack in the browser.

    \b
    muster run
    SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… muster run
    """
    from bot.run import run

    run(runtime_env.process())


@click.command()
def bot() -> None:
    """Run the process that talks to Slack.

    \b
    REDIS_URL=redis://store:6379/0 muster bot
    """
    settings = runtime_env.with_policy(runtime_env.connected(runtime_env.process()))
    from bot.wiring.bot import run_bot

    run_bot(settings)


@click.command()
@click.option("--queue", type=click.Choice(["timers", "bulk"]), help="Only this queue.")
def worker(queue: str | None) -> None:
    """Run the workers, one process per queue.

    \b
    REDIS_URL=redis://store:6379/0 muster worker
    """
    settings = runtime_env.with_policy(runtime_env.connected(runtime_env.process()))
    if queue:
        from workers.queue import run

        run(settings, queue)
    else:
        import workers

        workers.run(settings)


@click.command()
def clock() -> None:
    """Run the clock, which queues what is due.

    \b
    REDIS_URL=redis://store:6379/0 muster clock
    """
    settings = runtime_env.connected(runtime_env.process())
    from workers.clock import run

    run(settings)


@click.command()
@click.option("--port", type=int, help="Instead of MUSTER_SANDBOX_PORT.")
@click.option("--state", type=click.Path(path_type=Path), help="File to keep the state in.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Manifest of the installed app.")
@click.option("--tip", multiple=True, help="Line to show on the first screen.")
def sandbox(
    port: int | None, state: Path | None, manifest: Path | None, tip: tuple[str, ...]
) -> None:
    """Run only the local Slack and its web page.

    \b
    muster sandbox --port 3080
    """
    settings = runtime_env.process()
    from sandbox.server import main

    arguments = ["--port", str(port or settings.muster_sandbox_port)]
    for option, path in (("--state", state), ("--manifest", manifest)):
        arguments += [option, str(path)] if path else []
    for line in tip:
        arguments += ["--tip", line]
    raise SystemExit(main(arguments) and runtime_env.refusal())


@click.command()
@click.option("--speed", default=1.0, show_default=True, help="Playback speed.")
def demo(speed: float) -> None:
    """Play a whole incident in a local Slack.

    \b
    muster demo --speed 3
    """
    settings = runtime_env.process()
    from bot.demo import play

    raise SystemExit(play(settings, speed))
