import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import tiny_fake
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, Text, select
from sqlalchemy.exc import IntegrityError

from mock_kit.store import Store, StoreError, canonical_json


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(tiny_fake.METADATA)) as made:
        yield made


def _thing(slug: str, tenant_id: str = "t1", name: str = "Kea") -> dict[str, Any]:
    return {"tenant_id": tenant_id, "slug": slug, "name": name, "made_at": "2026-07-01T00:00:00Z"}


def _add(store: Store, *things: dict[str, Any]) -> None:
    with store.begin() as tx:
        for thing in things:
            tx.insert(tiny_fake.THINGS, thing)


def _slugs(store: Store) -> list[str]:
    with store.begin() as tx:
        return [row["slug"] for row in tx.rows(select(tiny_fake.THINGS).order_by(tiny_fake.THINGS.c.slug))]


def test_what_a_transaction_wrote_is_there_after_it(store: Store) -> None:
    _add(store, _thing("thg_1"))
    with store.begin() as tx:
        assert tx.get(tiny_fake.THINGS, "t1", "thg_1") == _thing("thg_1")
        assert tx.get(tiny_fake.THINGS, "t2", "thg_1") is None


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.begin() as tx:
            tx.insert(tiny_fake.THINGS, _thing("thg_1"))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        fail()
    assert _slugs(store) == []
    _add(store, _thing("thg_2"))
    assert _slugs(store) == ["thg_2"]


def test_a_broken_constraint_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(IntegrityError):
        _add(store, _thing("thg_1"), _thing("thg_1"))
    assert _slugs(store) == []


def test_a_transaction_within_another_is_refused_and_the_outer_one_goes_on(store: Store) -> None:
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, _thing("thg_1"))
        with pytest.raises(StoreError, match="open in this thread already"):
            store.dump()
        tx.insert(tiny_fake.THINGS, _thing("thg_2"))
    assert _slugs(store) == ["thg_1", "thg_2"]


def test_transactions_of_many_threads_wait_for_each_other(store: Store) -> None:
    counters = tiny_fake.KIT_TABLES["counters"]
    key = ("t1", "race", "")
    with store.begin() as tx:
        tx.insert(counters, {"tenant_id": "t1", "kind": "race", "key": "", "count": 0})

    def work() -> None:
        for _ in range(25):
            with store.begin() as tx:
                row = tx.get(counters, *key)
                assert row is not None
                tx.update(counters, key, {"count": row["count"] + 1})

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.begin() as tx:
        row = tx.get(counters, *key)
    assert row is not None
    assert row["count"] == 200


def test_changes_are_noted_row_by_row(store: Store) -> None:
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, _thing("thg_1"))
        tx.update(tiny_fake.THINGS, ("t1", "thg_1"), {"name": "Tui"})
        tx.delete(tiny_fake.THINGS, "t1", "thg_1")
        told = [change.as_json() for change in tx.changes]
    key = ["t1", "thg_1"]
    assert told == [
        {"table": "things", "op": "insert", "key": key, "values": _thing("thg_1")},
        {"table": "things", "op": "update", "key": key, "values": {"name": "Tui"}},
        {"table": "things", "op": "delete", "key": key, "values": {}},
    ]


def test_rows_that_are_added_together_are_noted_row_by_row(store: Store) -> None:
    with store.begin() as tx:
        tx.insert_each(tiny_fake.THINGS, [_thing("thg_2"), _thing("thg_1", name="Tui")])
        told = [change.as_json() for change in tx.changes]
        assert [(undo.key, undo.before) for undo in tx.undo] == [
            (("t1", "thg_2"), None),
            (("t1", "thg_1"), None),
        ]
    assert told == [
        {"table": "things", "op": "insert", "key": ["t1", "thg_2"], "values": _thing("thg_2")},
        {"table": "things", "op": "insert", "key": ["t1", "thg_1"], "values": _thing("thg_1", name="Tui")},
    ]
    assert _slugs(store) == ["thg_1", "thg_2"]


def test_of_rows_that_are_added_together_none_is_there_when_one_is_refused(store: Store) -> None:
    with store.begin() as tx, pytest.raises(IntegrityError):
        tx.insert_each(tiny_fake.THINGS, [_thing("thg_1"), _thing("thg_1")])
    assert _slugs(store) == []


def test_rows_removed_by_a_condition_are_noted_row_by_row(store: Store) -> None:
    _add(store, _thing("thg_1"), _thing("thg_2", name="Tui"), _thing("thg_3"))
    things = tiny_fake.THINGS.c
    with store.begin() as tx:
        tx.remove(tiny_fake.THINGS, things.tenant_id == "t1", things.name == "Kea")
        assert [(one.op, one.key) for one in tx.changes] == [
            ("delete", ("t1", "thg_1")),
            ("delete", ("t1", "thg_3")),
        ]
        assert not tx.swept
    assert _slugs(store) == ["thg_2"]


def test_a_change_that_met_no_row_is_not_noted(store: Store) -> None:
    with store.begin() as tx:
        tx.update(tiny_fake.THINGS, ("t1", "nobody"), {"name": "Tui"})
        tx.update(tiny_fake.THINGS, ("t1", "nobody"), {})
        tx.delete(tiny_fake.THINGS, "t1", "nobody")
        assert tx.changes == []


def test_rows_are_added_in_bulk_to_a_state_that_was_cleared_alone(store: Store) -> None:
    with store.begin() as tx:
        with pytest.raises(ValueError, match="things was not cleared in this transaction: insert its rows"):
            tx.insert_many(tiny_fake.THINGS, [_thing("thg_1")])
        store.clear(tx)
        tx.insert_many(tiny_fake.THINGS, [])
        tx.insert_many(tiny_fake.THINGS, [_thing("thg_2")])
    assert _slugs(store) == ["thg_2"]


@pytest.mark.parametrize("read", ["rows", "first"])
def test_what_writes_is_no_query(store: Store, read: str) -> None:
    _add(store, _thing("thg_1"))
    with store.begin() as tx:
        with pytest.raises(ValueError, match="Delete is no query: write by the methods that note it"):
            getattr(tx, read)(tiny_fake.THINGS.delete())
        assert not hasattr(tx, "connection")
    assert _slugs(store) == ["thg_1"]


def test_changes_of_private_tables_are_not_noted(store: Store) -> None:
    with store.begin() as tx:
        tx.insert(tiny_fake.KIT_TABLES["world"], {"id": 1, "document": "{}"})
        assert tx.changes == []


def test_a_key_with_a_part_missing_is_refused(store: Store) -> None:
    with store.begin() as tx, pytest.raises(ValueError, match="things has a key of 2 parts, 1 were given"):
        tx.get(tiny_fake.THINGS, "t1")


def test_a_public_table_whose_key_does_not_begin_with_the_practice_is_refused() -> None:
    metadata = MetaData()
    Table("loose", metadata, Column("id", String, primary_key=True), Column("tenant_id", String))
    with pytest.raises(ValueError, match="the key of table loose must begin with tenant_id"):
        Store(metadata)


def test_the_dump_is_in_the_order_of_the_keys_and_without_private_tables(store: Store) -> None:
    _add(store, _thing("thg_2"), _thing("thg_1"), _thing("thg_9", "a"))
    with store.begin() as tx:
        tx.insert(tiny_fake.KIT_TABLES["world"], {"id": 1, "document": "a secret"})
    dump = store.dump()
    assert list(dump) == ["practices", "things"]
    assert [row["slug"] for row in dump["things"]] == ["thg_9", "thg_1", "thg_2"]


def test_the_dump_of_one_practice_holds_its_rows_only(store: Store) -> None:
    _add(store, _thing("thg_1"), _thing("thg_2", "t2"))
    assert [row["slug"] for row in store.dump("t2")["things"]] == ["thg_2"]
    assert store.dump("")["things"] == []


def test_the_digest_is_that_of_the_rows_whatever_the_order_of_writing(store: Store) -> None:
    _add(store, _thing("thg_1"), _thing("thg_2", name="Whānau"))
    first = store.digest()
    with store.begin() as tx:
        store.clear(tx)
    assert store.digest() != first
    _add(store, _thing("thg_2", name="Whānau"), _thing("thg_1"))
    assert store.digest() == first
    text = (
        '{"practices":[],"things":[{"made_at":"2026-07-01T00:00:00Z","name":"Kea","slug":"thg_1","tenant_id":"t1"},'
        '{"made_at":"2026-07-01T00:00:00Z","name":"Whānau","slug":"thg_2","tenant_id":"t1"}]}'
    )
    assert first == hashlib.sha256(text.encode()).hexdigest()


def test_clearing_keeps_what_is_lasting_when_it_is_told_to(store: Store) -> None:
    _add(store, _thing("thg_1"))
    lasting, counters = tiny_fake.KIT_TABLES["world"], tiny_fake.KIT_TABLES["counters"]
    with store.begin() as tx:
        tx.insert(lasting, {"id": 1, "document": "{}"})
        tx.insert(counters, {"tenant_id": "t1", "kind": "k", "key": "", "count": 3})
        store.clear(tx, keep_lasting=True)
        assert tx.rows(select(tiny_fake.THINGS)) == tx.rows(select(counters)) == []
        assert len(tx.rows(select(lasting))) == 1
        store.clear(tx)
        assert tx.rows(select(lasting)) == []


def test_rows_that_point_nowhere_are_refused() -> None:
    metadata = MetaData()
    tiny_parent = Table("parents", metadata, Column("tenant_id", String, primary_key=True))
    child = Table(
        "children",
        metadata,
        Column("tenant_id", String, ForeignKey(tiny_parent.c.tenant_id), primary_key=True),
        Column("name", Text),
    )
    with closing(Store(metadata)) as store:

        def orphan() -> None:
            with store.begin() as tx:
                tx.insert(child, {"tenant_id": "t9", "name": "Oliver"})

        with pytest.raises(IntegrityError, match="FOREIGN KEY"):
            orphan()


def test_canonical_json_is_sorted_tight_and_unescaped() -> None:
    assert canonical_json({"b": [1, True], "a": "é"}) == '{"a":"é","b":[1,true]}'
    assert json.loads(canonical_json({"a": None})) == {"a": None}
