"""Draw ``docs/lineage.svg`` from dbt's manifest.

Run ``dbt parse && python -m grid_assessment.lineage target/manifest.json > docs/lineage.svg``.
"""

import json
import sys
from pathlib import Path

from grid_assessment.lineage.drawing import draw
from grid_assessment.lineage.graph import read_nodes
from grid_assessment.lineage.layout import lay_out


def main() -> None:
    """Write the picture of the manifest named on the command line to standard output."""
    manifest = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.buffer.write(draw(lay_out(read_nodes(manifest))).encode("utf-8"))


if __name__ == "__main__":
    main()
