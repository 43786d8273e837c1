"""The file of a store: whose it is, who may have it, and what its path may look like."""

import fcntl
import os
import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tiny_fake

from mock_kit.clock import parse_iso
from mock_kit.snapshots import Snapshots
from mock_kit.store import Store, StoreError

HERE = Path(__file__).parent
NOW = parse_iso("2026-07-01T09:30:00Z")


def thing(slug: str) -> dict[str, Any]:
    return {"tenant_id": "t1", "slug": slug, "name": "Kea", "made_at": "2026-07-01T09:30:00Z"}


def add(store: Store, slug: str) -> None:
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, thing(slug))


def slugs(store: Store) -> list[str]:
    return [row["slug"] for row in store.dump()["things"]]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        add(store, "a")
        assert {one.name: mode(one) for one in tmp_path.iterdir()} == dict.fromkeys(
            ("state.db", "state.db-shm", "state.db-wal", "state.db.lock"), 0o600
        )


def test_the_file_of_somebody_who_gave_others_access_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Store(tiny_fake.METADATA, path).close()
    path.chmod(0o640)
    Store(tiny_fake.METADATA, path).close()
    assert mode(path) == 0o640


def test_two_stores_on_one_file_are_one_too_many(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        with pytest.raises(StoreError) as refused:
            Store(tiny_fake.METADATA, path)
        assert str(refused.value) == (
            f"cannot use {path} as a store: another process ({os.getpid()}) serves it; "
            "end that one, or name another file"
        )
        add(store, "a")
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert slugs(store) == ["a"]


def test_a_file_under_another_name_is_the_same_file(tmp_path: Path) -> None:
    path, other = tmp_path / "state.db", tmp_path / "other.db"
    other.symlink_to(path)
    with closing(Store(tiny_fake.METADATA, other)):
        assert mode(path) == 0o600
        with pytest.raises(StoreError, match=r"state\.db as a store: another process"):
            Store(tiny_fake.METADATA, path)


def test_a_store_that_is_closed_leaves_its_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    Store(tiny_fake.METADATA, path).close()
    assert [one.name for one in tmp_path.iterdir()] == ["state.db"]


def test_a_file_that_is_refused_can_be_had_by_others(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE songs (id TEXT)")
    with pytest.raises(StoreError, match="another program's") as first:
        Store(tiny_fake.METADATA, path)
    with pytest.raises(StoreError, match="another program's"):
        Store(tiny_fake.METADATA, path)
    assert first.tb is not None  # it still knows the store that was not made
    assert [one.name for one in tmp_path.iterdir()] == ["other.db"]


def test_a_lock_that_went_away_at_the_last_moment_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.db"
    lock, real, gone = tmp_path / "state.db.lock", fcntl.flock, []

    def flock(handle: int, how: int) -> None:
        if not gone:
            lock.unlink()
            gone.append(handle)
        real(handle, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with closing(Store(tiny_fake.METADATA, path)):
        assert lock.read_text() == str(os.getpid())
        with pytest.raises(StoreError, match="serves it"):
            Store(tiny_fake.METADATA, path)


@pytest.mark.parametrize("name", ["a?b", "a#b", "100%41", "a b", "ä&mode=ro"])
def test_a_directory_may_have_any_name(tmp_path: Path, name: str) -> None:
    directory = tmp_path / name
    directory.mkdir()
    path = directory / "state.db"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        add(store, "a")
        snapshots = Snapshots(store, "tiny_fake")
        snapshots.take("start", None, NOW)
        add(store, "b")
        snapshots.restore("start")
        assert slugs(store) == ["a"]
        assert [one.name for one in snapshots.all()] == ["start"]
    assert [one.name for one in tmp_path.iterdir()] == [name]
    assert sorted(one.name for one in directory.iterdir()) == ["state.db", "state.db.snapshots"]
    with closing(sqlite3.connect(directory / "state.db.snapshots" / "start.sqlite")) as connection:
        assert connection.execute("SELECT slug FROM things").fetchall() == [("a",)]


def test_a_path_that_looks_like_a_uri_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Store(tiny_fake.METADATA, Path("file:state.db?mode=memory"))) as store:
        snapshots = Snapshots(store, "tiny_fake", Path("file:kept?mode=memory"))
        assert snapshots.take("start", None, NOW).name == "start"
        snapshots.restore("start")
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "file:kept?mode=memory", "file:state.db?mode=memory",
    ]  # fmt: skip


def test_a_file_keeps_a_write_ahead_log(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(Store(tiny_fake.METADATA, path)), closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_keeps_the_rows_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        add(store, "thg_1")
        digest = store.digest()
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == digest
        assert slugs(store) == ["thg_1"]


KILLED = """
import os, signal, sys
from pathlib import Path
import tiny_fake
from mock_kit.store import Store
store = Store(tiny_fake.METADATA, Path(sys.argv[1]))
for number in range(20):
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, {"tenant_id": "t1", "slug": f"thg_{number:02}", "name": "n", "made_at": "m"})
    print(number, flush=True)
with store.begin() as tx:
    tx.insert(tiny_fake.THINGS, {"tenant_id": "t1", "slug": "thg_open", "name": "n", "made_at": "m"})
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_loses_nothing_committed_and_keeps_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    done = subprocess.run(  # this interpreter, our own text
        [sys.executable, "-c", KILLED, str(path)], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == -9
    assert (tmp_path / "state.db.lock").exists()  # but nobody holds it
    assert done.stdout.split() == [str(number) for number in range(20)]
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert slugs(store) == [f"thg_{number:02}" for number in range(20)]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, this is a letter and no database. " * 40)
    with pytest.raises(StoreError, match=r"cannot use .*letter.txt as a store: file is not a database"):
        Store(tiny_fake.METADATA, path)


def test_a_file_in_no_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory; name another file"):
        Store(tiny_fake.METADATA, tmp_path / "nowhere" / "state.db")


@pytest.mark.parametrize(
    "table", ["CREATE TABLE songs (id TEXT)", "CREATE TABLE things (slug TEXT, song TEXT)"]
)
def test_another_programs_database_is_refused_and_stays_as_it_is(tmp_path: Path, table: str) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(table)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"its table (songs|things) is another program's"):
        Store(tiny_fake.METADATA, path)
    assert path.read_bytes() == before


# Damage


def _app_file(path: Path) -> Path:
    """Return a file with a world in it, written out whole and closed."""
    app = tiny_fake.file_app(path)
    parts = app.extensions["kit"]
    parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world()))
    parts.store.close()
    return path


@pytest.mark.parametrize(
    "damage", [b"\0" * 64, b"\xff" * 64, b"half of another file"], ids=["zeros", "ones", "text"]
)
def test_a_file_with_a_damaged_page_is_refused_at_the_start(tmp_path: Path, damage: bytes) -> None:
    path = _app_file(tmp_path / "state.db")
    whole = path.read_bytes()
    refused = 0
    for page in range(1, len(whole) // 4096):
        start = page * 4096  # what a page begins with: its kind, and where its rows are
        path.write_bytes(whole[:start] + damage + whole[start + len(damage) :])
        with pytest.raises(StoreError, match=f"cannot use {re.escape(str(path))} as a store: "):
            tiny_fake.file_app(path)
        refused += 1
    assert refused > 10
    path.write_bytes(whole)
    app = tiny_fake.file_app(path)
    assert len(app.test_client().get("/_control/tenants").get_json()) == 2
    app.extensions["kit"].store.close()


def test_an_index_that_contradicts_its_table_is_refused_at_the_start(tmp_path: Path) -> None:
    path = _app_file(tmp_path / "state.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'things'"
        ).fetchone()
    text = bytearray(path.read_bytes())
    at = text.index(b"thg_1", (root - 1) * 4096)
    text[at : at + 5] = b"thg_9"
    path.write_bytes(text)
    with pytest.raises(StoreError, match="the file is damaged; put a copy back, or name another file"):
        tiny_fake.file_app(path)


@pytest.mark.parametrize("place", ["no moment", "1800-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00"])
def test_a_clock_that_cannot_be_read_is_refused_at_the_start(tmp_path: Path, place: str) -> None:
    path = _app_file(tmp_path / "state.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("UPDATE kit_clock SET place = ?", (place,)).rowcount == 1
    with pytest.raises(StoreError, match="the file is damaged"):
        tiny_fake.file_app(path)
