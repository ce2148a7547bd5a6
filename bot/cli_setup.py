"""The commands to begin with: `muster --version` and `muster init`."""

from pathlib import Path

import click

from bot.errors import CommandError


def _version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    if not asked:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"muster {version('muster')}")
    except PackageNotFoundError:
        raise CommandError("not installed; run `pip install .` in its folder") from None
    context.exit()


version_option = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
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
        click.echo(line)
