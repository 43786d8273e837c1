import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tiny_fake
from sqlalchemy import Column, Integer, MetaData, String, Table

from mock_kit.clock import parse_iso
from mock_kit.snapshots import NoSnapshotError, SnapshotError, Snapshots
from mock_kit.store import PRIVATE, Store

NOW = parse_iso("2026-07-01T09:30:00.9Z")
COUNTERS = tiny_fake.KIT_TABLES["counters"]
WORLDS = tiny_fake.KIT_TABLES["world"]


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(tiny_fake.METADATA)) as made:
        yield made


@pytest.fixture
def snapshots(store: Store, tmp_path: Path) -> Snapshots:
    return Snapshots(store, "tiny_fake", tmp_path / "kept")


def thing(slug: str, tenant_id: str = "t1", name: str = "Kea") -> dict[str, Any]:
    return {"tenant_id": tenant_id, "slug": slug, "name": name, "made_at": "2026-07-01T09:30:00Z"}


def add(store: Store, *things: dict[str, Any]) -> None:
    with store.begin() as tx:
        for one in things:
            tx.insert(tiny_fake.THINGS, one)


def test_a_restore_takes_back_rows_added_changed_and_removed(store: Store, snapshots: Snapshots) -> None:
    add(store, thing("a"), thing("b"))
    before = store.dump()
    snapshots.take("start", None, NOW)
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, thing("c"))
        tx.update(tiny_fake.THINGS, ("t1", "a"), {"name": "Tui"})
        tx.delete(tiny_fake.THINGS, "t1", "b")
    assert store.dump() != before
    snapshots.restore("start")
    assert store.dump() == before


def test_a_restore_takes_back_what_was_done_in_bulk(store: Store, snapshots: Snapshots) -> None:
    add(store, thing("a"))
    before = store.dump()
    snapshots.take("start", None, NOW)
    with store.begin() as tx:
        store.clear(tx)
        tx.insert_many(tiny_fake.THINGS, [thing("x"), thing("y")])
    snapshots.restore("start")
    assert store.dump() == before


def test_a_snapshot_can_be_restored_again_and_again(store: Store, snapshots: Snapshots) -> None:
    add(store, thing("a"))
    before = store.digest()
    snapshots.take("start", None, NOW)
    for slug in ("b", "c"):
        add(store, thing(slug))
        snapshots.restore("start")
        assert store.digest() == before


def test_each_of_two_snapshots_brings_its_own_state_back(store: Store, snapshots: Snapshots) -> None:
    digests = {}
    for name in ("one", "two"):
        add(store, thing(name))
        snapshots.take(name, None, NOW)
        digests[name] = store.digest()
    for name in ("one", "two", "one"):
        snapshots.restore(name)
        assert store.digest() == digests[name]


def test_the_counters_of_ids_go_back_and_what_is_lasting_stays(store: Store, snapshots: Snapshots) -> None:
    key = {"tenant_id": "t1", "kind": "k", "key": ""}
    with store.begin() as tx:
        tx.insert(COUNTERS, {**key, "count": 1})
    snapshots.take("start", None, NOW)
    with store.begin() as tx:
        tx.update(COUNTERS, ("t1", "k", ""), {"count": 7})
        tx.insert(WORLDS, {"id": 1, "document": "{}"})
    snapshots.restore("start")
    with store.begin() as tx:
        assert tx.get(COUNTERS, "t1", "k", "") == {**key, "count": 1}
        assert tx.get(WORLDS, 1) == {"id": 1, "document": "{}"}


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_snapshot_of_one_practice_leaves_the_others_alone(
    store: Store, snapshots: Snapshots, *, in_bulk: bool
) -> None:
    add(store, thing("a"), thing("a", "t2"))
    mine = store.dump("t1")
    snapshots.take("mine", "t1", NOW)
    add(store, thing("b"), thing("b", "t2"))
    if in_bulk:
        with store.begin() as tx:
            tx.empty(tiny_fake.PRACTICES)
            tx.insert_many(tiny_fake.THINGS, [thing("c"), thing("c", "t2")])
    others = store.dump("t2")
    snapshots.restore("mine")
    assert store.dump("t1") == mine
    assert store.dump("t2") == others
    assert len(others["things"]) == (3 if in_bulk else 2)


def test_a_snapshot_is_a_file_that_anybody_can_open_without_what_is_lasting(
    store: Store, snapshots: Snapshots
) -> None:
    add(store, thing("a"))
    with store.begin() as tx:
        tx.insert(WORLDS, {"id": 1, "document": "a secret"})
    path = snapshots.take("start", None, NOW).path
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT slug, name FROM things").fetchall() == [("a", "Kea")]
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert "kit_world" not in tables
    assert b"a secret" not in path.read_bytes()


def test_a_store_in_a_file_finds_its_snapshots_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        add(store, thing("a"))
        before = store.digest()
        Snapshots(store, "tiny_fake").take("start", None, NOW)
        add(store, thing("b"))
    with closing(Store(tiny_fake.METADATA, path)) as store:
        snapshots = Snapshots(store, "tiny_fake")
        assert [(one.name, one.tenant_id, one.taken_at) for one in snapshots.all()] == [("start", None, NOW)]
        snapshots.restore("start")
        assert store.digest() == before
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == before


def test_taking_a_snapshot_of_a_name_again_replaces_it(store: Store, snapshots: Snapshots) -> None:
    snapshots.take("start", None, NOW)
    add(store, thing("a"))
    snapshots.take("start", None, NOW)
    before = store.digest()
    add(store, thing("b"))
    snapshots.restore("start")
    assert store.digest() == before


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "x" * 65, "a b"])
def test_a_name_that_is_no_file_name_is_refused(snapshots: Snapshots, name: str) -> None:
    with pytest.raises(SnapshotError, match="is no name for a snapshot"):
        snapshots.take(name, None, NOW)


def test_a_snapshot_that_is_not_there_is_refused_with_those_that_are(snapshots: Snapshots) -> None:
    snapshots.take("start", None, NOW)
    with pytest.raises(NoSnapshotError, match="no such snapshot: end; there are: start"):
        snapshots.restore("end")
    snapshots.drop("start")
    with pytest.raises(NoSnapshotError, match="there are: none"):
        snapshots.restore("start")


def test_a_file_that_is_no_snapshot_is_refused_and_changes_nothing(
    store: Store, snapshots: Snapshots
) -> None:
    add(store, thing("a"))
    before = store.digest()
    snapshots.take("start", None, NOW).path.write_bytes(b"Dear Sir or Madam, " * 400)
    with pytest.raises(
        SnapshotError, match=r"start.sqlite is no snapshot: file is not a database; take it anew"
    ):
        snapshots.restore("start")
    assert store.digest() == before


def test_a_restore_that_fails_changes_nothing(store: Store, snapshots: Snapshots) -> None:
    add(store, thing("a"))
    path = snapshots.take("start", None, NOW).path
    add(store, thing("b"))
    before = store.digest()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE things")
    with pytest.raises(SnapshotError, match="cannot restore the snapshot"):
        snapshots.restore("start")
    assert store.digest() == before


def test_a_row_whose_place_is_taken_is_said_and_changes_nothing(tmp_path: Path) -> None:
    metadata = MetaData()
    columns = Column("seq", Integer, primary_key=True), Column("tenant_id", String)
    numbered = Table("numbered", metadata, *columns, info=PRIVATE)
    with closing(Store(metadata)) as store:
        snapshots = Snapshots(store, "tiny_fake", tmp_path)
        with store.begin() as tx:
            tx.insert(numbered, {"seq": 1, "tenant_id": "t1"})
        snapshots.take("mine", "t1", NOW)
        with store.begin() as tx:
            tx.delete(numbered, 1)
            tx.insert(numbered, {"seq": 1, "tenant_id": "t2"})
        with pytest.raises(SnapshotError, match=r"cannot restore the snapshot .*UNIQUE constraint failed"):
            snapshots.restore("mine")
        with store.begin() as tx:
            assert tx.get(numbered, 1) == {"seq": 1, "tenant_id": "t2"}


def test_a_strangers_file_is_no_snapshot_and_hides_none(snapshots: Snapshots) -> None:
    taken = snapshots.take("start", None, NOW)
    taken.path.with_name("bad.sqlite").write_bytes(b"junk")
    assert [one.name for one in snapshots.all()] == ["start"]
