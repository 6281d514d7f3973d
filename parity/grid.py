"""The grid command, for the landings of the proof."""

import click
from click.testing import CliRunner

from grid_assessment.cli import cli


def grid(*arguments: str) -> None:
    """Run a grid command.

    Raises:
        click.ClickException: it failed; the message holds its output.
    """
    result = CliRunner().invoke(cli, list(arguments))
    if result.exit_code != 0:
        raise click.ClickException(f"grid {arguments[0]} failed:\n{result.output}")
