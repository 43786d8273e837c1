"""Writes that land when their caller has given up."""

from typing import Any

import pytest
import tiny_fake
from flask import Flask
from flask.testing import FlaskClient
from passage_steps import Program, switch_limits_on

from mock_kit.effects import Effects
from mock_kit.kit import Kit


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


@pytest.mark.parametrize(
    ("members", "status", "effects", "noted"),
    [
        ({}, 503, Effects(reset=True), 0),
        ({"answer": "503"}, 503, Effects(), 503),
        ({"answer": "hang"}, 503, Effects(hang=300.0), 0),
    ],
)
def test_a_late_write_lands_when_the_clock_has_come_so_far(
    program: Program, parts: Kit, members: dict[str, Any], status: int, effects: Effects, noted: int
) -> None:
    program.faults({"kind": "late", "seconds": 30, "times": 1, **members})
    assert program.make("Late").status_code == status
    assert program.effects == effects
    assert program.noted() == (noted, "late", 0)
    parts.clock.advance(29)
    assert program.names() == ["Whānau"]
    parts.clock.advance(1)
    assert program.names() == ["Late", "Whānau"]
    landed = parts.journal.read(operation="things/add")["entries"][-1]
    assert (landed["fault"], landed["status"], landed["tenant_id"]) == ("late: landed", 201, "t1")
    assert landed["changes"][0]["values"]["made_at"] == "2026-07-01T00:00:30Z"
    # sha256 of the name, by another program
    assert landed["body_sha256"] == "0f950da185fc88f4093db03f228d89a858b2c327a403d7df6f14f6386748d6b1"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "clock/advance", {"seconds": 60}),
        ("PUT", "clock", {"now": "2026-07-01T00:01:00Z"}),
    ],
)
def test_a_late_write_lands_right_after_the_clock_is_moved(
    program: Program, method: str, path: str, body: dict[str, Any]
) -> None:
    program.faults({"kind": "late", "seconds": 60})
    program.make("Late")
    program.http.open(f"/_control/{path}", method=method, json=body)
    assert program.kept() == ["Late", "Whānau"]


def test_a_late_write_lands_before_a_control_call_does_anything(program: Program, parts: Kit) -> None:
    program.faults({"kind": "late", "seconds": 5})
    program.make("Late")
    parts.clock.advance(5)
    told = program.http.get("/_control/state").get_json()["things"]
    assert sorted(row["name"] for row in told) == ["Late", "Whānau"]


def test_late_writes_land_in_the_order_they_are_due_and_then_came(program: Program, parts: Kit) -> None:
    waits = {"first": 50, "second": 20, "third": 50, "fourth": 10}
    program.faults(*({"kind": "late", "seconds": wait, "times": 1} for wait in waits.values()))
    for name in waits:
        program.make(name)
    parts.clock.advance(60)
    assert program.names() == ["Whānau", "first", "fourth", "second", "third"]
    landed = [one for one in parts.journal.read()["entries"] if one["fault"] == "late: landed"]
    names = [one["changes"][0]["values"]["name"] for one in landed]
    assert names == ["fourth", "second", "first", "third"]


def test_a_late_write_lands_although_its_token_is_dead_and_the_limits_are_reached(
    program: Program, parts: Kit, client: FlaskClient
) -> None:
    switch_limits_on(parts)
    client.put("/_control/limits", json={"minute": 1})
    program.faults({"kind": "late", "seconds": 40}, {"kind": "reset"})
    program.make("Late")
    with parts.store.begin() as tx:
        for grant in tx.rows(parts.oauth.tables.grants.select()):
            parts.oauth.end_grant(tx, grant["grant_id"])
    client.post("/_control/clock/advance", json={"seconds": 40})
    assert program.kept() == ["Late", "Whānau"]
    assert parts.oauth.lent == {}
    assert parts.passage.throttle._under_way == {}


def test_a_late_write_keeps_no_token(program: Program, parts: Kit) -> None:
    program.faults({"kind": "late", "seconds": 40})
    program.make("Late")
    (waiting,) = parts.passage.late._heap
    token = program.headers["Authorization"].removeprefix("Bearer ")
    assert token not in repr(vars(waiting))


@pytest.mark.parametrize("again", ["world", "reset"])
def test_a_world_and_a_reset_drop_late_writes_and_count_the_plan_anew(
    program: Program, client: FlaskClient, app: Flask, again: str
) -> None:
    program.faults({"kind": "late", "seconds": 40, "times": 1})
    program.make("Late")
    client.post(f"/_control/{again}", json=tiny_fake.world() if again == "world" else {})
    client.post("/_control/clock/advance", json={"seconds": 40})
    assert program.kept() == ["Whānau"]
    assert client.get("/_control/faults").get_json() == {
        "faults": [{"kind": "late", "seconds": 40, "times": 1, "answer": "reset", "matched": 0, "applied": 0}]
    }
