"""The commands that set Muster up, and `muster --version`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from click.shell_completion import get_completion_class

from bot import runtime_env
from bot.errors import CommandError
from bot.terminal import echo

if TYPE_CHECKING:
    from bot.policy import Problem


def _print_version(context: click.Context, option: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        echo(f"muster {version('muster')}")
    except PackageNotFoundError:
        raise CommandError("not installed; run `pip install .` in its folder") from None
    context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
def init(folder: Path) -> None:
    """Write a commented policy (playbooks/) and .env to start from.

    Existing files are kept.

    \b
    muster init
    muster init ../our-muster
    """
    from bot.init import write

    for line in write(folder):
        echo(line)


def _http_url(context: click.Context, option: click.Parameter, url: str | None) -> str | None:
    """The URL. Slack sends requests only to https; a local Slack on this machine also to http."""
    if url is None:
        return None
    wrong = "must be a URL like https://muster.example.com"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise click.BadParameter(wrong) from None
    if parts.scheme not in ("https", "http") or not host or re.search(r"[\s?#]", url):
        raise click.BadParameter(wrong)
    from bot.settings import is_loopback

    if parts.scheme == "http" and not is_loopback(host):
        raise click.BadParameter(f"must begin with https://, because Slack requires it; {wrong}")
    return url


@click.command()
@click.option(
    "--http",
    metavar="URL",
    callback=_http_url,
    help="Use HTTP at this URL instead of Socket Mode.",
)
def manifest(http: str | None) -> None:
    """Print the app manifest to paste into Slack.

    \b
    muster manifest                                  for Socket Mode
    muster manifest --http https://muster.example.com
    """
    from bot.manifest import manifest

    echo(manifest(http))


@click.command()
@click.option("--online", is_flag=True, help="Have Slack validate every message and form, too.")
@click.option("--rebuild", is_flag=True, help="Only rebuild the store's indexes.")
def doctor(online: bool, rebuild: bool) -> None:
    """Check tokens, scopes, clocks, store, policy and processes.

    Prints a line for each check: ok, warn or FAIL, and what to do. The exit status is 1 if a check
    fails. The checks change nothing. --online also has Slack validate every message and form
    (blocks.validate), which posts nothing. --rebuild reads all events and repairs the indexes
    derived from them: open incidents, channels and timers. It is safe while Muster runs, and safe
    to repeat.

    \b
    muster doctor
    muster doctor --online
    """
    if rebuild:
        with runtime_env.store() as settings:
            from bot.rebuild import rebuild as rebuild_indexes
            from bot.wiring.connection import workspace

            echo(str(rebuild_indexes(workspace(settings)[0])))
        return
    from bot.doctor import examine

    failed = 0
    for finding in examine(runtime_env.settings(), runtime_env.store, ask_slack=online):
        failed += finding.fails
        echo(str(finding))
    if failed:
        raise CommandError(f"{failed} check{'s' if failed > 1 else ''} failed")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a shell completion script.

    \b
    muster completion bash >> ~/.bashrc
    muster completion zsh  >> ~/.zshrc
    muster completion fish > ~/.config/fish/completions/muster.fish
    """
    shell_complete = get_completion_class(shell)
    assert shell_complete is not None  # click supports all three
    root = context.find_root().command
    echo(shell_complete(root, {}, "muster", "_MUSTER_COMPLETE").source())


@click.group()
def playbooks() -> None:
    """Check the response policy."""


@playbooks.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--online", is_flag=True, help="Ask Slack about people, groups and channels, too.")
def check(path: Path | None, online: bool) -> None:
    """Report mistakes in the policy and the runbooks, and how to fix them.

    --online also asks Slack whether every person, group and channel in the policy exists and can
    act.

    \b
    muster playbooks check
    muster playbooks check ../our-policy --online
    """
    from bot import policy

    folder, name = path, str(path)
    if folder is None:
        settings = runtime_env.settings()
        folder = settings.muster_playbooks
        name = "the packaged policy" if settings.packaged_policy else str(folder)
    problems = policy.check(folder)
    if online:
        problems = sorted({*problems, *_asked_of_slack(folder)})
    for problem in problems:
        echo(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        raise CommandError(f"{errors} mistake{'s' if errors > 1 else ''} in {name}")
    echo(f"{name}: no mistakes")


def _asked_of_slack(folder: Path) -> "list[Problem]":
    """The problems that only Slack knows. Raises `CommandError` if it can't be asked."""
    from bot.doctor import directory
    from bot.slack.client import SlackError

    settings = runtime_env.settings()
    if settings.slack_bot_token is None:
        raise CommandError("SLACK_BOT_TOKEN: set it, so that --online can ask Slack")
    try:
        return directory.problems(settings, folder)
    except SlackError as away:
        raise CommandError(f"Slack couldn't be asked ({away.reason}); try again later") from None
