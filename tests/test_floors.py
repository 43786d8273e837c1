"""The floors of what the tests have to run: what is too little is told, and ends with 1."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import floors

Json = dict[str, Any]


def file(percent: float, lines: list[int] | None = None, branches: list[list[int]] | None = None) -> Json:
    return {
        "missing_lines": lines or [],
        "missing_branches": branches or [],
        "summary": {"percent_covered": percent},
    }


def counted(whole: float = 97.7, **files: Json) -> Json:
    """Return a document of slipcover's; each file that has a floor was run whole, unless it is given."""
    known = dict.fromkeys(("decide", "match", "fields"), file(100.0)) | files
    named = {f"syncer/{name}.py": each for name, each in known.items()}
    return {"meta": {"software": "slipcover"}, "files": named, "summary": {"percent_covered": whole}}


def test_what_is_run_enough_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "counted.json"
    path.write_text(json.dumps(counted(worker=file(99.2, [249, 250, 260], [[248, 249], [251, 0]]))), "utf-8")
    assert floors.main(path) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  99.2 %  syncer/worker.py                             249-250, 260, 248->249, 251->exit",
        "  97.7 %  of all lines and branches",
        "every floor is reached",
    ]


def test_too_little_of_all_or_of_a_file_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "counted.json"
    path.write_text(json.dumps(counted(89.99, decide=file(99.9, [7]))), "utf-8")
    assert floors.main(path) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "syncer/decide.py: 99.90 % of it was run, wanted 100 %",
        "all sources: 89.99 % was run, wanted 90 %",
    ]


def test_a_file_that_has_a_floor_and_was_not_counted_fails() -> None:
    document = counted()
    del document["files"]["syncer/match.py"]
    assert floors.below(document) == ["syncer/match.py was not counted, and has a floor of 100 %"]


def test_each_file_that_has_a_floor_is_there() -> None:
    assert [name for name in floors.FLOORS if not Path(name).is_file()] == []
