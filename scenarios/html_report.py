"""A run as one HTML file that needs nothing else: verdict, steps, what the syncer did, every call."""

import json
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from scenarios.runner import Result

REPORTS = Path("var/reports")
_pages = Environment(
    loader=PackageLoader("scenarios", "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.filters["value"] = lambda value: json.dumps(value, ensure_ascii=False, default=_plain, indent=1)


def write(result: Result, folder: Path = REPORTS) -> Path:
    """Write a result's page and return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.scenario.name}-seed{result.seed}.html"
    page = _pages.get_template("report.html").render(result=result)
    path.write_text(page, "utf-8")
    return path


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
