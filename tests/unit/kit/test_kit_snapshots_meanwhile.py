"""Snapshots that are taken, restored and dropped while other threads write; and many of them by turns."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import tiny_fake
from hypothesis import given, settings
from hypothesis import strategies as st
from meanwhile import LONG, Meanwhile, is_held

from mock_kit import trail
from mock_kit.clock import parse_iso
from mock_kit.snapshots import Snapshots
from mock_kit.store import Store
from mock_kit.trail import Trail
from mock_kit.transactions import SideTx

NOW = parse_iso("2026-07-01T09:30:00Z")
NAMES = ("a", "b", "c")


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(tiny_fake.METADATA)) as made:
        yield made


@pytest.fixture
def snapshots(store: Store, tmp_path: Path) -> Snapshots:
    return Snapshots(store, "tiny_fake", tmp_path / "kept")


def add(store: Store, slug: str, name: str = "Kea") -> None:
    with store.begin() as tx:
        tx.insert(
            tiny_fake.THINGS,
            {"tenant_id": "t1", "slug": slug, "name": name, "made_at": "2026-07-01T09:30:00Z"},
        )


def slugs(store: Store) -> list[str]:
    return [row["slug"] for row in store.dump()["things"]]


def test_a_write_right_after_the_copy_of_a_snapshot_is_taken_back_by_a_restore(
    store: Store, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Meanwhile(store, lambda: add(store, "meanwhile"))
    replace = Path.replace

    def copied(path: Path, target: Path) -> Path:
        writer.begin()
        return replace(path, target)

    add(store, "before")
    monkeypatch.setattr(Path, "replace", copied)
    snapshots.take("start", None, NOW)
    writer.end()
    assert slugs(store) == ["before", "meanwhile"]
    snapshots.restore("start")
    assert slugs(store) == ["before"]


def test_a_write_right_after_a_restore_is_taken_back_by_the_next_one(
    store: Store, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "before")
    snapshots.take("start", None, NOW)
    add(store, "after")
    writer = Meanwhile(store, lambda: add(store, "meanwhile"))
    attached = store.attached

    @contextmanager
    def committed(path: Path) -> Iterator[SideTx]:
        with attached(path) as tx:
            yield tx
        writer.begin()

    monkeypatch.setattr(store, "attached", committed)
    snapshots.restore("start")
    monkeypatch.undo()
    writer.end()
    assert slugs(store) == ["before", "meanwhile"]
    snapshots.restore("start")
    assert slugs(store) == ["before"]


def test_what_is_known_of_snapshots_changes_only_while_the_store_is_held(
    store: Store, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []

    def watch(name: str) -> None:
        real = getattr(Trail, name)

        def watched(known: Trail, *given: Any) -> None:
            seen.append((name, is_held(store)))
            real(known, *given)

        monkeypatch.setattr(Trail, name, watched)

    for name in ("mark", "write", "drop"):
        watch(name)
    snapshots.take("start", None, NOW)
    add(store, "a")
    snapshots.restore("start")
    snapshots.drop("start")
    assert dict.fromkeys(seen) == dict.fromkeys((name, True) for name in ("mark", "drop", "write"))


class Pausing(str):
    """A text that is long at its hash: what asks for it waits until it is told to go on."""

    __slots__ = ()
    asked = threading.Event()
    go = threading.Event()

    def __hash__(self) -> int:
        self.asked.set()
        assert self.go.wait(LONG)
        return super().__hash__()


@pytest.mark.parametrize("change", ["take", "drop"])
def test_a_write_that_is_being_noted_is_not_disturbed_when_a_snapshot_comes_or_goes(
    store: Store, snapshots: Snapshots, change: str
) -> None:
    Pausing.asked.clear()
    Pausing.go.clear()
    for name in NAMES:
        snapshots.take(name, None, NOW)
    failed: list[BaseException] = []

    def write() -> None:
        try:
            add(store, Pausing("x"))
        except BaseException as error:  # noqa: BLE001  # looked at in the test's own thread
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    assert Pausing.asked.wait(LONG)
    other = Meanwhile(
        store, lambda: snapshots.drop("b") if change == "drop" else snapshots.take("d", None, NOW)
    )
    other.begin()
    Pausing.go.set()
    writer.join()
    other.end()
    assert failed == []
    snapshots.restore("a")
    assert slugs(store) == []


def test_two_snapshots_by_turns_put_back_the_rows_that_differ_alone(
    store: Store, snapshots: Snapshots
) -> None:
    for number in range(50):
        add(store, f"s{number}")
    snapshots.take("a", None, NOW)
    with store.begin() as tx:
        tx.update(tiny_fake.THINGS, ("t1", "s7"), {"name": "Tui"})
    snapshots.take("b", None, NOW)
    for name in ("a", "b", "a", "b"):
        before = store._raw.total_changes
        snapshots.restore(name)
        assert store._raw.total_changes - before == 2  # one row removed, one added
        with store.begin() as tx:
            row = tx.get(tiny_fake.THINGS, "t1", "s7")
        assert row is not None
        assert row["name"] == ("Kea" if name == "a" else "Tui")


def test_a_write_is_noted_once_however_many_snapshots_there_are(store: Store, snapshots: Snapshots) -> None:
    for name in NAMES:
        snapshots.take(name, None, NOW)
    add(store, "x")
    assert sum(len(rows or ()) for rows in snapshots._trail._stretches) == 1


def test_more_rows_than_many_are_put_back_as_a_whole(
    store: Store, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "MANY", 2)
    add(store, "before")
    snapshots.take("a", None, NOW)
    for number in range(2):
        add(store, f"s{number}")
    snapshots.take("b", None, NOW)
    add(store, "last")
    assert snapshots._trail.since("b") == {(tiny_fake.THINGS, ("t1", "last"))}
    assert snapshots._trail.since("a") is None
    snapshots.restore("b")
    assert slugs(store) == ["before", "s0", "s1"]
    snapshots.restore("a")
    assert slugs(store) == ["before"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(["s1", "s2", "s3", "s4"]), st.integers(0, 9)),
        st.tuples(st.just("remove"), st.sampled_from(["s1", "s2", "s3", "s4"])),
        st.tuples(st.just("sweep")),
        st.tuples(st.just("take"), st.sampled_from(NAMES)),
        st.tuples(st.just("restore"), st.sampled_from(NAMES)),
        st.tuples(st.just("drop"), st.sampled_from(NAMES)),
    ),
    max_size=25,
)


@settings(max_examples=30)
@given(steps=STEPS)
def test_whatever_was_done_between_a_restore_brings_the_state_of_its_snapshot_back(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    with closing(Store(tiny_fake.METADATA)) as store:
        snapshots = Snapshots(store, "tiny_fake", tmp_path_factory.mktemp("kept"))
        taken: dict[str, str] = {}
        for kind, *rest in steps:
            if kind == "write":
                with store.begin() as tx:
                    tx.delete(tiny_fake.THINGS, "t1", rest[0])
                add(store, rest[0], str(rest[1]))
            elif kind == "remove":
                with store.begin() as tx:
                    tx.delete(tiny_fake.THINGS, "t1", rest[0])
            elif kind == "sweep":
                with store.begin() as tx:
                    store.clear(tx)
            elif kind == "take":
                snapshots.take(rest[0], None, NOW)
                taken[rest[0]] = store.digest()
            elif rest[0] in taken and kind == "restore":
                snapshots.restore(rest[0])
                assert store.digest() == taken[rest[0]]
            elif rest[0] in taken:
                snapshots.drop(rest[0])
                del taken[rest[0]]
