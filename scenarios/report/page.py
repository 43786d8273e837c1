"""A run as one HTML file that needs nothing else, and a page that lists the runs there are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from scenarios.agreement import FIELDS, PEOPLE
from scenarios.options import USUAL_MODE, USUAL_SIZE
from scenarios.report.changes import CREATED
from scenarios.report.compare import compare, shown
from scenarios.report.concerns import Concerns
from scenarios.report.folder import ready, writing
from scenarios.report.marks import Marks, cut, opened, plain, summed
from scenarios.report.notices import contested, notices
from scenarios.report.picture import draw
from scenarios.report.rules import meanings
from scenarios.report.visible import marked, whole
from scenarios.runner import Result
from scenarios.states import MOST_CLIENTS

REPORTS = Path("var/reports")
LONGEST_TABLE = 400
"""How many calls of a step its table has."""
LONGEST_LIST = 8
"""How many expectations of a step stand open where all of them hold."""
LONGEST_CHANGES = 12
"""Of so many records of a step all stand open; of more, those that are new are behind a fold."""
MOST_CHANGES = 200
"""How many records of a step are shown at all."""
SHORT = 60
"""How long a value may be that stands in its sentence."""
_pages = Environment(
    loader=PackageLoader("scenarios.report", "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=marked,
)
_pages.filters["value"] = lambda value: shown(value, indent=1 if len(shown(value)) > SHORT else None)
_pages.filters["cut"] = cut
_pages.filters["whole"] = whole
_pages.filters["summed"] = summed
_pages.filters["plain"] = plain
_pages.filters["opened"] = opened
_pages.globals["compare"] = compare
_pages.globals["created"] = CREATED
_pages.globals["compared"] = frozenset({*FIELDS, *PEOPLE})


def prepare(folder: Path = REPORTS) -> None:
    """See to it that pages can be written. Raises UnwritableError when they cannot."""
    ready(folder)


def write(result: Result, folder: Path = REPORTS) -> Path:
    """Write a result's page and return where it is. Raises UnwritableError."""
    path = folder / f"{name_of(result)}.html"
    return _put(path, render(result))


def name_of(result: Result) -> str:
    """Return what a result's page is called: its size and mode are told where they are not the usual ones."""
    size = "" if result.size == USUAL_SIZE else f"-size{result.size}"
    mode = "" if result.mode == USUAL_MODE else f"-{result.mode}"
    return f"{result.scenario.name}-seed{result.seed}{size}{mode}"


def render(result: Result) -> str:
    """Return a result's page."""
    steps = result.played
    looked = result.looked
    said, practices = notices(steps), looked.practices if looked else []
    return _pages.get_template("report.html").render(
        result=result,
        rules=[(number, meanings().get(number, "")) for number in result.scenario.rules],
        steps=steps,
        first_bad=next((one for one in steps if one.step.bad), None),
        calls=sum(len(one.calls) for one in steps),
        bad_calls=sum(one.bad_calls for one in steps),
        picture=[Markup(one) for one in draw(steps)],  # noqa: S704  # drawn here, every text in it escaped
        notices=said,
        conflicts=contested(looked.conflicts) if looked else [],
        practices=practices,
        concerns=Concerns(practices, steps, looked.conflicts if looked else (), said),
        changed=looked.changes if looked else None,
        marks=Marks((looked.changes if looked else None) or ()),
        longest_changes=LONGEST_CHANGES,
        most_changes=MOST_CHANGES,
        most_clients=MOST_CLIENTS,
        longest_table=LONGEST_TABLE,
        longest_list=LONGEST_LIST,
        short=SHORT,
    )


def write_index(results: Sequence[Result], folder: Path = REPORTS) -> Path:
    """Write the page that lists some results, with a link to the page of each. Raises UnwritableError."""
    path = folder / "index.html"
    rows: list[dict[str, Any]] = [
        {"result": one, "page": f"{name_of(one)}.html", "bad": [step.title for step in one.steps if step.bad]}
        for one in results
    ]
    titles = dict.fromkeys(one.scenario.group for one in results)
    groups = [(title, [row for row in rows if row["result"].scenario.group == title]) for title in titles]
    return _put(path, _pages.get_template("index.html").render(rows=rows, groups=groups))


def _put(path: Path, text: str) -> Path:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return path
