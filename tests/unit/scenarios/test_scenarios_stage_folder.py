"""Where a stage keeps its ledger."""

import tempfile
from pathlib import Path

import pytest

from scenarios import stage_folder
from scenarios.stage import raised
from scenarios.world import build


@pytest.mark.parametrize(
    ("name", "room", "is_there"),
    [("", 1, True), ("", 1 << 60, False), ("no such folder", 1, False)],
    ids=["room in memory", "too little room", "no such file system"],
)
def test_a_stages_ledger_lies_in_memory_where_there_is_room_and_with_other_temporary_files_where_not(
    name: str, room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    monkeypatch.setattr(stage_folder, "MEMORY", tmp_path / name)
    monkeypatch.setattr(stage_folder, "ROOM", room)
    with raised(build(7, clients=0), 7) as up:
        assert up.ledger._path is not None
        assert up.ledger._path.parent.parent == (tmp_path if is_there else Path(tempfile.gettempdir()))
        folder = up.ledger._path.parent
    assert not folder.exists()
