"""Late writes land when they are due, whoever calls, and are told of when they never will."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from meanwhile import LONG
from passage_steps import Program

from mock_kit import late as late_module
from mock_kit.clock import iso
from mock_kit.kit import Kit, landing
from mock_kit.store import Tx


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


@pytest.fixture
def landed(parts: Kit, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Tell when a thing was written."""
    event = threading.Event()

    def heard(tx: Tx) -> None:
        if "things" in tx.touched:
            event.set()

    monkeypatch.setattr(parts.store, "_listeners", [*parts.store._listeners, heard])
    return event


@pytest.fixture
def dropped(parts: Kit) -> Iterator[None]:
    yield
    parts.passage.late.clear()


def late(program: Program, *waits: float) -> None:
    """Make a thing for each of these waits, which lands so many seconds later."""
    program.faults(*({"kind": "late", "seconds": wait, "answer": "503", "times": 1} for wait in waits))
    for number, wait in enumerate(waits, start=1):
        assert program.make(f"Late {number}").status_code == 503, wait


def made_at(parts: Kit) -> dict[str, str]:
    return {row["name"]: row["made_at"] for row in parts.store.dump()["things"] if row["name"] != "Whānau"}


@pytest.mark.parametrize(("way", "body"), [("POST", {"seconds": 600}), ("PUT", {"mode": "frozen"})])
def test_late_writes_land_at_their_own_moments_when_a_running_clock_is_moved(
    program: Program, parts: Kit, way: str, body: dict[str, Any]
) -> None:
    parts.clock.set(mode="running")
    late(program, 100, 50)
    first, second = (iso(write.due) for write in sorted(parts.passage.late._heap))
    if way == "PUT":
        body |= {"now": "2026-07-01T10:00:00Z"}
    path = "/_control/clock/advance" if way == "POST" else "/_control/clock"
    answer = program.http.open(path, method=way, json=body)
    assert answer.get_json()["now"] >= "2026-07-01T00:10:00Z"
    assert answer.get_json()["mode"] == body.get("mode", "running")
    assert made_at(parts) == {"Late 1": second, "Late 2": first}
    told = [one["at"] for one in parts.journal.read()["entries"] if one["fault"] == "late: landed"]
    assert told == [first, second]


def test_after_a_late_write_that_fails_on_the_way_the_clock_tells_the_time_again(
    program: Program, parts: Kit, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(program, 5)

    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("landing")

    monkeypatch.setattr(late_module, "run_wsgi_app", fail)
    with pytest.raises(ArithmeticError, match="landing"):
        parts.passage.move_clock(lambda clock: clock.advance(60), app)
    assert parts.now() == "2026-07-01T00:00:00Z"
    assert parts.passage.late.first is None


@pytest.mark.usefixtures("dropped")
def test_a_late_write_lands_although_nobody_calls(
    program: Program, parts: Kit, app: Flask, landed: threading.Event
) -> None:
    parts.clock.set(mode="running")
    with parts.passage.late.landing(app, parts.clock, every=LONG):
        late(program, 0.01)
        assert landed.wait(LONG)
    assert list(made_at(parts)) == ["Late 1"]


@pytest.mark.usefixtures("dropped")
def test_a_late_write_lands_by_itself_once_its_clock_was_set_running(
    program: Program, parts: Kit, app: Flask, landed: threading.Event
) -> None:
    with parts.passage.late.landing(app, parts.clock, every=0.01):
        late(program, 0.01)
        parts.clock.set(mode="running")
        assert landed.wait(LONG)


@pytest.mark.usefixtures("dropped")
def test_a_late_write_that_fails_is_told_and_the_next_one_lands(
    program: Program,
    parts: Kit,
    app: Flask,
    landed: threading.Event,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = late_module.run_wsgi_app, []

    def fail_once(*given: Any, **options: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise ArithmeticError("landing")
        return real(*given, **options)

    monkeypatch.setattr(late_module, "run_wsgi_app", fail_once)
    parts.clock.set(mode="running")
    with caplog.at_level(logging.ERROR), parts.passage.late.landing(app, parts.clock, every=0.01):
        late(program, 0.5, 0.5)  # so long that both are asked for before either is due, on a busy machine too
        assert landed.wait(LONG)
    assert "a late write failed" in caplog.text
    assert len(calls) == 2


def test_an_end_lands_what_is_due_and_tells_what_is_dropped(
    program: Program, parts: Kit, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with landing(app):
        late(program, 5, 6, 7)
        parts.clock.advance(5)
    assert list(made_at(parts)) == ["Late 1"]
    (record,) = caplog.records
    assert record.getMessage() == (
        "late writes that did not land are dropped: "
        "POST /things due at 2026-07-01T00:00:06Z, POST /things due at 2026-07-01T00:00:07Z"
    )
    assert parts.passage.late.first is None
    assert not any(thread.name == "landing late writes" for thread in threading.enumerate())


def test_an_end_waits_for_nobody_who_keeps_writes_from_landing(
    program: Program,
    parts: Kit,
    app: Flask,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(late_module, "LAST_SECONDS", 0.01)
    taken, ended = threading.Event(), threading.Event()

    def replace() -> None:
        with parts.passage.replacing():
            taken.set()
            assert ended.wait(LONG)

    other = threading.Thread(target=replace)
    with landing(app):
        late(program, 5)
        other.start()
        assert taken.wait(LONG)
        parts.clock.advance(5)
    ended.set()
    other.join()
    assert made_at(parts) == {}
    (record,) = caplog.records
    assert record.getMessage().endswith("dropped: POST /things due at 2026-07-01T00:00:05Z")


def test_of_very_many_that_are_dropped_the_first_are_told(
    program: Program,
    parts: Kit,
    app: Flask,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(late_module, "MANY", 1)
    with landing(app):
        late(program, 9, 8, 7)
    (record,) = caplog.records
    assert record.getMessage().endswith("dropped: POST /things due at 2026-07-01T00:00:07Z and 2 more")


def test_an_end_with_nothing_that_waits_says_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with landing(app):
        pass
    assert caplog.records == []
