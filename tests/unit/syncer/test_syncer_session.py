"""Where a command finds its ledger: by the configuration's folder, whatever folder it is started in."""

from pathlib import Path

import pytest
from syncer_desk import FakeRuntime

from syncer.config import load
from syncer.session import Session

FILE = """
[xpm]
client_id = "x"
client_secret = "x"
[ignition]
client_id = "i"
client_secret = "i"
[[practices]]
name = "north"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder of a configuration."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "syncer.toml").write_text(FILE)
    return folder


def test_a_ledger_is_beside_its_configuration_whatever_the_working_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path in (home / "syncer.toml", Path("home/syncer.toml")):
        assert load(path, {}).ledger.path == home / "syncer.db"
        session = Session(path, FakeRuntime())
        session.ledger(session.config()).close()
    assert (home / "syncer.db").exists()
    assert not (tmp_path / "syncer.db").exists()


@pytest.mark.parametrize(("said", "meant"), [("data/l.db", "home/data/l.db"), ("../l.db", "home/../l.db")])
def test_a_relative_path_counts_from_the_configurations_folder(
    home: Path, tmp_path: Path, said: str, meant: str
) -> None:
    (home / "syncer.toml").write_text(f'{FILE}[ledger]\npath = "{said}"\n')
    assert load(home / "syncer.toml", {}).ledger.path == tmp_path / meant


def test_an_absolute_path_is_taken_as_it_is(home: Path, tmp_path: Path) -> None:
    (home / "syncer.toml").write_text(f'{FILE}[ledger]\npath = "{tmp_path / "elsewhere.db"}"\n')
    assert load(home / "syncer.toml", {}).ledger.path == tmp_path / "elsewhere.db"
