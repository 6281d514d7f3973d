"""The bulletin as one HTML file that asks no other host for anything."""

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined

from grid_assessment.bulletin.chart_specification import VEGA_LITE_VERSION
from grid_assessment.bulletin.charts import Drawing
from grid_assessment.bulletin.document import Bulletin, Chart, Heading, Paragraph

TEMPLATES = "templates"


def write_html(bulletin: Bulletin, drawings: Mapping[str, Drawing], path: Path) -> None:
    """Write a bulletin as a page with sortable tables and interactive charts.

    Without scripts the page shows the drawn charts; its policy lets it run its own script only.

    Args:
        bulletin: the document.
        drawings: its charts, by name.
        path: file to write.
    """
    folder = files("grid_assessment.bulletin") / TEMPLATES
    script = vl_convert.javascript_bundle(
        (folder / "page.js").read_text(encoding="utf-8"), vl_version=VEGA_LITE_VERSION
    ).replace("</script", "<\\/script")
    environment = Environment(
        loader=PackageLoader("grid_assessment.bulletin", TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.tests |= {
        "heading": lambda block: isinstance(block, Heading),
        "paragraph": lambda block: isinstance(block, Paragraph),
        "chart": lambda block: isinstance(block, Chart),
    }
    page = environment.get_template("page.html.j2").render(
        bulletin=bulletin,
        drawings=drawings,
        style=(folder / "page.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        zip=zip,
    )
    path.write_text(page, encoding="utf-8", newline="\n")
