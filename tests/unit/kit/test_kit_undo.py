"""What is kept of the last writes, so that an earlier state can be looked at."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import tiny_fake

from mock_kit.store import Store
from mock_kit.undo_log import UNDO_BYTES, UndoLog

LONG = "x" * 4000


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(tiny_fake.METADATA)) as made:
        yield made


def add(store: Store, slug: str, name: str, tenant_id: str = "t1") -> None:
    with store.begin() as tx:
        tx.insert(tiny_fake.THINGS, {"tenant_id": tenant_id, "slug": slug, "name": name, "made_at": "m"})


def rename(store: Store, name: str, tenant_id: str = "t1") -> None:
    with store.begin() as tx:
        tx.update(tiny_fake.THINGS, (tenant_id, "a"), {"name": name})


def seen(store: Store, writes: int) -> str:
    """Return the first letter of a thing's name as it was before the practice's last writes."""
    with store.begin() as tx:
        store.as_before(tx, "t1", writes)
        row = tx.get(tiny_fake.THINGS, "t1", "a")
    return row["name"][0] if row else ""


def test_of_a_row_that_was_added_nothing_is_kept_but_its_key(store: Store) -> None:
    add(store, "a", LONG)
    assert list(store._undo.back("t1", 1)) == [(tiny_fake.THINGS, ("t1", "a"), None)]


def test_what_one_write_did_to_a_row_is_taken_back_last_things_first(store: Store) -> None:
    add(store, "a", "0")
    with store.begin() as tx:
        for name in "12":
            tx.update(tiny_fake.THINGS, ("t1", "a"), {"name": name})
    assert seen(store, 1) == "0"


def test_long_rows_are_kept_up_to_a_budget_and_the_oldest_go_first(store: Store) -> None:
    store._undo = UndoLog(budget=9000)
    add(store, "a", "0" + LONG)
    for number in range(1, 6):
        rename(store, str(number) + LONG)
    assert [seen(store, writes) for writes in (1, 2, 3, 20)] == ["4", "3", "3", "3"]


def test_the_last_write_is_kept_however_long_it_is(store: Store) -> None:
    store._undo = UndoLog(budget=10)
    add(store, "a", "0" + LONG)
    rename(store, "1")
    rename(store, "2")
    assert [seen(store, writes) for writes in (1, 20)] == ["1", "1"]


def test_what_one_practice_writes_shortens_no_others_memory(store: Store) -> None:
    store._undo = UndoLog(budget=9000)
    add(store, "a", "0")
    rename(store, "1")
    add(store, "a", LONG, "t2")
    for _ in range(5):
        rename(store, LONG, "t2")
    assert [seen(store, writes) for writes in (1, 2)] == ["0", ""]


def test_what_is_dropped_counts_no_more(store: Store) -> None:
    for number in range(100):
        if number % 30 == 0:
            with store.begin() as tx:
                tx.delete(tiny_fake.THINGS, "t1", "a")
            add(store, "a", LONG)
        rename(store, str(number) + LONG)
    practice = store._undo._practices["t1"]
    assert practice.size == sum(size for size, _rows in practice.writes) < UNDO_BYTES
    assert len(practice.writes) == 20
