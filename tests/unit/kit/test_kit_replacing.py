"""A state that is replaced: by a world, a reset or a snapshot. Nothing of the one before comes after it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tiny_fake
from flask import Flask
from flask.testing import FlaskClient
from meanwhile import Lander, Meanwhile, is_held
from passage_steps import Program

from mock_kit.clock import Clock, parse_iso
from mock_kit.kit import Config, Kit
from mock_kit.snapshots import Snapshots
from mock_kit.store import Tx

WAYS = ("world", "reset", "restore")


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


@pytest.fixture(autouse=True)
def kept_apart(parts: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a test listeners, locks and snapshots of its own: the app is every test's."""
    store, late = parts.store, parts.passage.late
    monkeypatch.setattr(store, "_listeners", list(store._listeners))
    monkeypatch.setattr(late, "_landing", late._landing)
    monkeypatch.setattr(late, "_next", late._next)
    monkeypatch.setattr(parts, "snapshots", Snapshots(store, "tiny_fake", tmp_path))


def replace(parts: Kit, way: str) -> None:
    if way == "world":
        parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world()))
    elif way == "reset":
        parts.reset()
    else:
        parts.restore("start")


def at_the_commit(parts: Kit, act: Callable[[], None]) -> None:
    """Do something once: at the next commit, while the store is still held."""
    done: list[bool] = []

    def heard(_tx: Tx) -> None:
        if not done:
            done.append(True)
            act()

    parts.store.listen(heard)


@pytest.mark.parametrize("way", WAYS)
def test_no_late_write_lands_in_the_state_that_comes_after_its_own(
    program: Program, parts: Kit, way: str
) -> None:
    parts.take_snapshot("start", None)
    program.make("Kea")
    program.faults({"kind": "late", "seconds": 5, "answer": "503", "times": 1})
    program.make("Late")
    parts.clock.set(mode="running")
    parts.clock.advance(6)
    lander = Lander(parts.passage.late, program.names)
    at_the_commit(parts, lander.begin)
    replace(parts, way)
    lander.end()
    assert program.kept() == ["Whānau"]


@pytest.mark.parametrize("way", WAYS)
def test_all_of_the_state_before_is_forgotten_before_anybody_meets_the_next(
    program: Program, parts: Kit, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts.take_snapshot("start", None)
    program.make("Kea")
    held: dict[str, bool] = {}

    def watch(thing: Any, name: str) -> None:
        real = getattr(thing, name)

        def watched() -> None:
            held[name] = is_held(parts.store)
            real()

        monkeypatch.setattr(thing, name, watched)

    watch(parts.journal, "clear")
    watch(parts.passage, "restart")
    replace(parts, way)
    assert held == {"clear": True, "restart": True}


def test_the_moment_of_a_snapshot_is_that_of_its_state(parts: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = Meanwhile(parts.store, lambda: replace(parts, "world"))
    parts.clock.advance(3600)
    now = parts.clock.now

    def read() -> Any:
        found = now()
        loader.begin()
        return found

    monkeypatch.setattr(parts.clock, "now", read)
    taken = parts.take_snapshot("start", None)
    monkeypatch.setattr(parts.clock, "now", now)
    loader.end()
    assert taken.as_json()["taken_at"] == "2026-07-01T01:00:00Z"
    assert parts.now() == "2026-07-01T00:00:00Z"


def test_the_clock_is_moved_before_or_after_a_reset_but_not_in_the_middle_of_it(
    parts: Kit, client: FlaskClient
) -> None:
    def moved() -> None:
        assert not parts.passage._moving.acquire(blocking=False)

    at_the_commit(parts, moved)
    assert client.post("/_control/reset").status_code == 200
    assert client.post("/_control/clock/advance", json={"seconds": 5}).status_code == 200


def test_a_practice_that_is_restored_loses_its_late_writes_and_no_other_does(
    app: Flask, parts: Kit, client: FlaskClient
) -> None:
    one, two = Program(app), Program(app, "t2")
    client.post("/_control/snapshots", json={"name": "mine", "tenant": "t1"})
    one.faults({"kind": "late", "seconds": 40, "answer": "503", "times": 4})
    for name in ("first", "second"):
        one.make(f"{name} of t1")
        two.make(f"{name} of t2")
    assert client.post("/_control/snapshots/mine/restore").status_code == 200
    client.post("/_control/clock/advance", json={"seconds": 40})
    assert one.kept() == ["Whānau", "first of t2", "second of t2"]


def test_a_frozen_clock_goes_back_to_the_exact_moment(parts: Kit, client: FlaskClient) -> None:
    moment = parse_iso("2026-07-01T00:00:00.987654Z")
    parts.clock.set(moment)
    taken = client.post("/_control/snapshots", json={"name": "start"}).get_json()
    assert taken["taken_at"] == "2026-07-01T00:00:00Z"
    parts.clock.advance(10)
    client.post("/_control/snapshots/start/restore")
    assert parts.clock.now() == moment


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[], Kit]]:
    """Start a fake on a file; the one before ends."""
    made: list[Kit] = []

    def start() -> Kit:
        for one in made[-1:]:
            one.store.close()
        clock = Clock(parse_iso("2030-01-01T00:00:00Z"), "running")
        made.append(tiny_fake.create_app(Config(tmp_path / "state.db", clock)).extensions["kit"])
        return made[-1]

    yield start
    made[-1].store.close()


@pytest.mark.parametrize("world", [True, False])
def test_a_reset_to_nothing_leaves_the_clock_of_a_file(started: Callable[[], Kit], *, world: bool) -> None:
    parts = started()
    if world:
        replace(parts, "world")
    parts.clock.set(parse_iso("2026-09-09T00:00:00.5Z"), "frozen")
    parts.reset(empty=True)
    again = started()
    assert (again.clock.mode, again.clock.now()) == ("frozen", parse_iso("2026-09-09T00:00:00.5Z"))


def test_a_snapshot_of_another_run_brings_its_exact_moment_back(started: Callable[[], Kit]) -> None:
    parts = started()
    moment = parse_iso("2026-07-01T00:00:00.25Z")
    parts.clock.set(moment, "frozen")
    parts.take_snapshot("start", None)
    with closing(started().store):
        pass
    parts = started()
    parts.clock.set(parse_iso("2027-01-01T00:00:00Z"), "frozen")
    parts.restore("start")
    assert parts.clock.now() == moment
    assert started().clock.now() == moment
