"""A fault counts, and is named in the journal, only when it did something to a call."""

from typing import Any

import pytest
from flask import Flask
from passage_steps import Program

from mock_kit.kit import Kit


def _applied(program: Program) -> list[tuple[int, int]]:
    """Return of each fault of the plan how many calls matched it, and how often it was applied."""
    plan = program.http.get("/_control/faults").get_json()["faults"]
    return [(one["matched"], one["applied"]) for one in plan]


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


def test_a_drift_waits_for_a_page_that_can_drift(program: Program) -> None:
    for name in ("A", "B"):
        program.make(name)
    program.faults({"kind": "drift", "times": 1})
    assert program.names() == ["A", "B", "Whānau"]
    assert program.noted() == (200, None, 0)
    assert _applied(program) == [(1, 0)]
    assert program.names("first=1") == ["Whānau"]
    assert program.noted() == (200, "drift", 0)
    assert program.names("first=1") == ["B", "Whānau"]
    assert _applied(program) == [(3, 1)]


def test_a_missed_boundary_waits_for_a_read_since_some_moment(program: Program) -> None:
    program.faults({"kind": "missed_boundary", "times": 1})
    assert program.names() == ["Whānau"]
    assert program.noted() == (200, None, 0)
    assert program.names("since=2026-07-01T00:00:00Z") == []
    assert program.noted() == (200, "missed_boundary", 0)
    assert _applied(program) == [(2, 1)]


@pytest.mark.parametrize("kind", ["drift", "missed_boundary"])
def test_a_call_of_the_authorization_server_is_none_that_reads_rows(app: Flask, kind: str) -> None:
    program = Program(app)
    program.faults({"kind": kind})
    program.send("POST", "/token", "grant_type=refresh_token")
    assert _applied(program) == [(0, 0)]


def test_a_stale_read_waits_for_a_write_to_look_behind(program: Program) -> None:
    program.faults({"kind": "stale", "times": 1})
    assert program.names() == ["Whānau"]
    assert program.noted() == (200, None, 0)
    program.make("Kea")
    assert program.names() == ["Whānau"]
    assert program.noted() == (200, "stale", 0)
    assert program.names() == ["Kea", "Whānau"]
    assert _applied(program) == [(3, 1)]


@pytest.mark.parametrize("fault", [{"kind": "malformed"}, {"kind": "cut"}, {"kind": "cut", "after": 0}])
def test_what_spoils_a_body_waits_for_one(program: Program, fault: dict[str, Any]) -> None:
    program.faults({**fault, "times": 1})
    told = program.send("HEAD", "/things")
    assert (told.status_code, told.get_data(), program.effects.cut_after) == (200, b"", None)
    assert program.noted() == (200, None, 0)
    assert _applied(program) == [(1, 0)]
    spoilt = program.send("GET", "/things")
    assert (spoilt.get_data()[-2:] == b"<<") != (program.effects.cut_after is not None)
    assert program.noted() == (200, fault["kind"], 0)
    assert _applied(program) == [(2, 1)]


@pytest.mark.parametrize("fault", [{"kind": "latency", "seconds": 1}, {"kind": "status", "status": 503}, {"kind": "refused"},
                                   {"kind": "lost"}, {"kind": "reset"}, {"kind": "late", "seconds": 1},
                                   {"kind": "token_dead"}])  # fmt: skip
def test_the_kinds_that_no_call_escapes_count_at_once(program: Program, fault: dict[str, Any]) -> None:
    program.faults({**fault, "times": 1})
    program.make("Kea")
    assert program.last()["fault"] == fault["kind"]
    assert _applied(program) == [(1, 1)]


def test_a_fault_that_was_taken_off_the_plan_meanwhile_is_counted_nowhere(
    program: Program, parts: Kit
) -> None:
    program.faults({"kind": "drift", "name": "gone"}, {"kind": "drift", "name": "stays"})
    (gone, stays) = [armed.fault for armed in parts.passage.plan.armed]
    parts.passage.plan.clear("gone")
    parts.passage.plan.strike(gone)
    assert _applied(program) == [(0, 0)]
    parts.passage.plan.strike(stays)
    assert _applied(program) == [(0, 1)]
