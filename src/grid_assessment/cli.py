"""The ``grid`` command line: one subcommand a module, errors in one line, documented exit codes."""

import sys
from typing import ClassVar

import click

from grid_assessment.errors import ExitCode, GridError


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when it is asked for."""

    modules: ClassVar[dict[str, str]] = {
        "build": "grid_assessment.build:build",
        "bulletin": "grid_assessment.bulletin.command:bulletin",
        "explain": "grid_assessment.explain.command:explain",
        "ingest": "grid_assessment.ingest.command:ingest",
        "rollback": "grid_assessment.publishing.commands:rollback",
        "status": "grid_assessment.publishing.commands:status",
        "synthesize": "grid_assessment.synthesis.command:synthesize",
        "versions": "grid_assessment.publishing.commands:versions",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the subcommands."""
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one subcommand, or None."""
        if cmd_name not in self.modules:
            return None
        module_name, _, attribute = self.modules[cmd_name].partition(":")
        module = __import__(module_name, fromlist=[attribute])
        command: click.Command = getattr(module, attribute)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="grid-assessment")
def cli() -> None:
    """Warehouse for the monthly assessment of urban grid management (城市网格化管理考核)."""


def main() -> None:
    """Run ``grid``; a GridError is printed as one line on standard error."""
    try:
        cli.main(standalone_mode=True)
    except GridError as error:
        click.echo(f"grid: {error}", err=True)
        sys.exit(error.exit_code)
    sys.exit(ExitCode.DONE)
