"""Draw the lineage picture from dbt's manifest: ``make lineage``."""

import json
from pathlib import Path
from typing import Any

import click

from grid_assessment.lineage.drawing import draw
from grid_assessment.lineage.graph import read_nodes
from grid_assessment.lineage.layout import lay_out


def read_manifest(path: Path) -> dict[str, Any]:
    """Return dbt's manifest as parsed.

    Args:
        path: ``manifest.json`` of a dbt target folder.

    Raises:
        click.UsageError: the file is missing, or is not a manifest.
    """
    advice = "make one with: dbt parse"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be read ({error.strerror}); {advice}") from error
    except ValueError as error:
        raise click.UsageError(f"{path}: is not JSON ({error}); {advice}") from error
    if not isinstance(manifest, dict) or not {"nodes", "sources"} <= set(manifest):
        raise click.UsageError(f"{path}: is not dbt's manifest: no nodes or sources; {advice}")
    return manifest


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
def main(manifest: Path) -> None:
    """Write the lineage picture of MANIFEST, dbt's manifest.json, to standard output."""
    click.echo(draw(lay_out(read_nodes(read_manifest(manifest)))), nl=False)


if __name__ == "__main__":
    main()
