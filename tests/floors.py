"""Hold what the tests ran of the sources to the floors: `python -m tests.floors .coverage.json`.

The file is slipcover's, as `make test COVERAGE=1` leaves it. Printed is a line for each source that was not run
whole, with the lines that were missed. Exit 1 when a floor is not reached, or a file that has one was not counted.
"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from scenarios.simulation.shrink import ranges

WHOLE = 90.0
"""Percent of all lines and branches."""

FLOORS = {"syncer/decide.py": 100.0, "syncer/match.py": 100.0, "syncer/fields.py": 100.0}
"""Percent of the lines and branches of what decides."""


def below(counted: dict[str, Any]) -> list[str]:
    """A sentence for each floor that is not reached; `counted` is slipcover's document."""
    shares = {name: each["summary"]["percent_covered"] for name, each in counted["files"].items()}
    said = [
        f"{name}: {shares[name]:.2f} % of it was run, wanted {floor:g} %"
        if name in shares
        else f"{name} was not counted, and has a floor of {floor:g} %"
        for name, floor in FLOORS.items()
        if shares.get(name, -1.0) < floor
    ]
    whole = counted["summary"]["percent_covered"]
    return said + ([f"all sources: {whole:.2f} % was run, wanted {WHOLE:g} %"] if whole < WHOLE else [])


def table(counted: dict[str, Any]) -> list[str]:
    """A line for each file that was not run whole, and one for all."""
    lines = []
    for name, each in sorted(counted["files"].items()):
        if each["summary"]["percent_covered"] < 100:
            branches = [f"{start}->{end or 'exit'}" for start, end in each.get("missing_branches", [])]
            lines_missed = each["missing_lines"]
            told = [ranges(lines_missed).replace(",", ", ")] if lines_missed else []
            missed = ", ".join([*told, *branches])
            lines.append(f"{each['summary']['percent_covered']:6.1f} %  {name:44} {missed[:160]}")
    return [*lines, f"{counted['summary']['percent_covered']:6.1f} %  of all lines and branches"]


def main(path: Path) -> int:
    counted = json.loads(path.read_text("utf-8"))
    click.echo("\n".join(table(counted)))
    said = below(counted)
    click.echo("\n".join(said) or "every floor is reached")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
