"""Data Docs of the gate as local HTML that asks no other host for anything.

Great Expectations builds the pages for browsers with access to the Internet: styles, scripts and
the logo come from other hosts, and the index is drawn by a script. The pages of the suites are kept
without those, with one small style; the index is our own and lists every expectation.
"""

import html
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from grid_assessment.gate_result import GateResult, Outcome

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )

SITE = "local"

_FOREIGN_PARTS = re.compile(
    r"<script\b.*?</script>"
    r"|<link\b[^>]*>"
    r"|<img\b[^>]*>"
    r"|<footer\b.*?</footer>"
    r"|background:\s*url\([^)]*\)[^;]*;"
    r"|<button\b.*?</button>",
    re.DOTALL | re.IGNORECASE,
)

_STYLE = """<style>
body { font: 15px/1.5 sans-serif; margin: 0 auto; max-width: 72em; padding: 1em; color: #222; }
table { border-collapse: collapse; margin: .5em 0; }
th, td { border: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top; }
h5, h6 { font-size: 1em; margin: 1.2em 0 .3em; }
code { white-space: pre-wrap; word-break: break-word; }
.fa-times::before, .failed::before { content: "✗ "; color: #b00020; }
.fa-exclamation-triangle::before { content: "⚠ "; color: #a06000; }
.fa-check-circle::before, .met::before { content: "✓ "; color: #1b6e2d; }
.unchecked::before { content: "– "; color: #666; }
</style>"""


def write_data_docs(context: "EphemeralDataContext", gate: GateResult, folder: Path) -> Path:
    """Write the Data Docs of the validations in ``context``, in the place of what is there.

    Args:
        context: it holds the suites and their results.
        gate: the outcomes, for the index.
        folder: created or replaced.

    Returns:
        The path of ``index.html``.
    """
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    for name in context.get_site_names():
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(new.resolve()),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    context.build_data_docs([SITE])
    shutil.rmtree(new / "static", ignore_errors=True)
    for page in new.rglob("*.html"):
        page.write_text(without_foreign_parts(page.read_text(encoding="utf-8")), encoding="utf-8")
    (new / "index.html").write_text(_index(gate, new), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    return folder / "index.html"


def without_foreign_parts(page: str) -> str:
    """Return a page without scripts, linked styles and images, in our own style."""
    return _FOREIGN_PARTS.sub("", page).replace("</head>", f"{_STYLE}</head>", 1)


def _index(gate: GateResult, folder: Path) -> str:
    pages = {
        page.relative_to(folder).parts[1]: page.relative_to(folder).as_posix()
        for page in sorted((folder / "validations").rglob("*.html"))
    }
    head = ("Suite", "Expectation", "Severity", "Outcome", "Rows checked", "Why", "Owner")
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='UTF-8'><title>Data Docs</title>"
        f"{_STYLE}</head><body><h1>Expectations on the marts</h1><table><tr>"
        + "".join(f"<th>{name}</th>" for name in head)
        + "</tr>"
        + "".join(_index_row(outcome, pages.get(outcome.suite, "#")) for outcome in gate.outcomes)
        + "</table></body></html>\n"
    )


def _index_row(outcome: Outcome, page: str) -> str:
    if not outcome.is_met:
        state = ("failed", f"failed on {outcome.unexpected_count} rows {outcome.problem}".rstrip())
    elif outcome.checked_count == 0:
        state = ("unchecked", "nothing to check")
    else:
        state = ("met", "met")
    cells = (
        f"<a href='{html.escape(page)}'>{html.escape(outcome.suite)}</a>",
        html.escape(outcome.description),
        outcome.severity,
        f"<span class='{state[0]}'>{html.escape(state[1])}</span>",
        f"{outcome.checked_count} of {outcome.row_count}",
        html.escape(outcome.why),
        html.escape(outcome.owner),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
