"""FIDELITY.md says of each method what the route table does."""

from pathlib import Path

import mock_xpm
from mock_xpm.routes import METHODS

PAGE = Path(mock_xpm.__file__).with_name("FIDELITY.md").read_text(encoding="utf-8")
KNOWN = {"recorded", "documented", "ours", "not built yet"}


def rows() -> dict[tuple[str, str], str]:
    cells = [
        [cell.strip() for cell in line.split("|")] for line in PAGE.splitlines() if line.startswith("| `")
    ]
    return {(row[2], row[1].strip("`")): row[3] for row in cells}


def test_every_method_has_a_line_and_every_line_a_method() -> None:
    paths = [
        (method.verb, method.path.replace("<key>", "{uuid}").replace("<number>", "{number}"))
        for method in METHODS
    ]
    assert list(rows()) == paths


def test_a_line_says_not_built_exactly_where_the_method_answers_501() -> None:
    said = [state == "not built yet" for state in rows().values()]
    assert said == [method.handler is None for method in METHODS]
    assert set(rows().values()) <= KNOWN
