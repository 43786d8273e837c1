"""What each fault does to a call, to the practice's rows, and to the fake's own books."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from oauth_steps import code, redeem
from passage_steps import Program, switch_limits_on

from mock_kit.effects import Effects
from mock_kit.kit import Kit


@pytest.fixture
def program(app: Flask) -> Program:
    return Program(app)


def test_latency_holds_the_answer_back_and_nothing_else(program: Program) -> None:
    program.faults({"kind": "latency", "seconds": 2.5, "name": "slow"})
    assert program.make().status_code == 201
    assert program.effects == Effects(delay=2.5)
    assert program.noted() == (201, "slow", 1)


@pytest.mark.parametrize("status", [500, 503])
def test_a_status_is_answered_and_nothing_is_done(program: Program, status: int) -> None:
    program.faults({"kind": "status", "status": status})
    assert program.make().status_code == status
    assert program.kept() == ["Whānau"]
    assert program.noted() == (status, "status", 0)


def test_a_500_may_have_any_text(program: Program) -> None:
    program.faults({"kind": "status", "status": 500, "body": '{"Title": "Oh'})
    answer = program.make()
    assert (answer.status_code, answer.text, answer.mimetype) == (500, '{"Title": "Oh', "application/json")


@pytest.mark.parametrize(
    ("members", "wait", "problem"),
    [
        ({}, "1", "minute"),
        ({"retry_after": 0}, "0", "minute"),
        ({"retry_after": 9, "problem": "day"}, "9", "day"),
    ],
)
def test_a_429_of_the_plan_looks_like_a_limits(
    program: Program, members: dict[str, Any], wait: str, problem: str
) -> None:
    program.faults({"kind": "status", "status": 429, **members})
    answer = program.make()
    assert (answer.status_code, answer.data) == (429, b"")
    assert (answer.headers["Retry-After"], answer.headers["X-Rate-Limit-Problem"]) == (wait, problem)


@pytest.mark.parametrize("fault", [{"kind": "refused"}, {"kind": "reset"}])
def test_a_reset_before_the_call_does_nothing(program: Program, fault: dict[str, Any]) -> None:
    program.faults(fault)
    program.make()
    assert program.effects == Effects(reset=True)
    assert program.kept() == ["Whānau"]
    assert program.noted() == (0, fault["kind"], 0)


def test_a_call_may_be_refused_with_a_503(program: Program) -> None:
    program.faults({"kind": "refused", "answer": "503"})
    assert program.make().status_code == 503
    assert (program.effects, program.kept()) == (Effects(), ["Whānau"])
    assert program.noted() == (503, "refused", 0)


def test_a_lost_answer_is_of_a_call_that_is_done_and_kept(program: Program) -> None:
    program.faults({"kind": "lost"})
    program.make()
    assert program.effects == Effects(reset=True)
    assert program.kept() == ["Kea", "Whānau"]
    assert program.noted() == (0, "lost", 1)


def test_a_lost_answer_may_be_a_500(program: Program) -> None:
    program.faults({"kind": "lost", "answer": "500"})
    assert program.make().status_code == 500
    assert (program.effects, program.kept()) == (Effects(), ["Kea", "Whānau"])
    assert program.noted() == (500, "lost", 1)


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({}, 8),
        ({"share": 0}, 0),
        ({"share": 0.25}, 4),
        ({"share": 0.999}, 15),
        ({"after": 4}, 4),
        ({"after": 99}, 15),
    ],
)
def test_a_cut_is_before_the_end_of_the_body(program: Program, members: dict[str, Any], place: int) -> None:
    program.faults({"kind": "cut", **members})
    answer = program.send("GET", "/things")
    assert answer.data == b'["Wh\\u0101nau"]\n'  # 16 bytes
    assert answer.headers["Content-Length"] == "16"
    assert program.effects == Effects(cut_after=place)
    assert program.noted() == (200, "cut", 0)


@pytest.mark.parametrize("query", ["", "first=5"])
def test_a_malformed_answer_does_not_parse(program: Program, query: str) -> None:
    program.faults({"kind": "malformed"})
    answer = program.send("GET", f"/things?{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(answer.data))
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.data)


def test_a_stale_read_is_of_the_state_before_the_last_writes(program: Program, app: Flask) -> None:
    for name in ("One", "Two", "Three"):
        program.make(name)
    Program(app, "t2").make("Elsewhere")
    program.faults({"kind": "stale", "times": 1}, {"kind": "stale", "writes": 3, "times": 1})
    assert program.names() == ["One", "Two", "Whānau"]
    assert program.noted() == (200, "stale", 0)
    assert program.names() == ["Whānau"]
    assert program.names() == ["One", "Three", "Two", "Whānau"]
    assert program.kept() == ["Elsewhere", "One", "Three", "Two", "Whānau"]


def test_a_page_drifts_either_way(program: Program) -> None:
    for name in ("A", "B", "C"):
        program.make(name)
    program.faults({"kind": "drift", "times": 1}, {"kind": "drift", "rows": -2, "times": 1})
    assert [program.names("first=2") for _ in range(3)] == [
        ["Whānau"],
        ["A", "B", "C", "Whānau"],
        ["C", "Whānau"],
    ]


def test_a_missed_boundary_leaves_out_the_very_moment(program: Program, parts: Kit) -> None:
    parts.clock.advance(1)
    program.make("Later")
    program.faults({"kind": "missed_boundary", "times": 1})
    since = "since=2026-07-01T00:00:00Z"
    assert (program.names(since), program.names(since)) == (["Later"], ["Later", "Whānau"])


def test_a_token_that_dies_early_stays_dead(program: Program, app: Flask, client: FlaskClient) -> None:
    program.faults({"kind": "token_dead", "times": 1})
    assert [program.make().status_code for _ in range(2)] == [401, 401]
    assert program.noted() == (401, None, 0)
    assert client.get("/_control/journal").get_json()["entries"][-2]["fault"] == "token_dead"
    assert Program(app).make("With another token").status_code == 201
    assert program.kept() == ["Whānau", "With another token"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "latency", "seconds": 1},
        {"kind": "reset"},
        {"kind": "refused"},
        {"kind": "lost"},
        {"kind": "cut"},
        {"kind": "late", "seconds": 1},
        {"kind": "late", "seconds": 1, "answer": "hang"},
    ],
)
def test_what_a_transport_cannot_do_is_said_and_nothing_is_done(
    program: Program, client: FlaskClient, fault: dict[str, Any]
) -> None:
    program.faults(fault)
    answer = client.post("/things", data="Kea", headers=program.headers, buffered=True)
    assert answer.status_code == 500
    assert f"the fault {fault['kind']} must" in answer.text
    client.post("/_control/clock/advance", json={"seconds": 1})
    assert program.kept() == ["Whānau"]


def test_faults_that_need_no_transport_work_without_one(program: Program, client: FlaskClient) -> None:
    program.faults({"kind": "status", "status": 503})
    answer = client.post("/things", data="Kea", headers=program.headers, buffered=True)
    assert answer.status_code == 503


def test_calls_without_a_practice_meet_faults_too(client: FlaskClient, app: Flask) -> None:
    Program(app).faults({"kind": "lost", "operation": "oauth/*", "answer": "500", "times": 1})
    given = code(client)
    assert redeem(client, given).status_code == 500
    # The answer was lost, not the call: the code is used up.
    assert redeem(client, given).status_code == 400


@pytest.mark.parametrize("fault", [{"kind": "late", "seconds": 1, "answer": "503"}, {"kind": "token_dead"}])
def test_a_fault_of_a_practices_calls_does_not_concern_an_oauth_call(
    client: FlaskClient, app: Flask, fault: dict[str, Any]
) -> None:
    Program(app).faults(fault)
    assert redeem(client, code(client)).status_code == 200
    (told,) = client.get("/_control/faults").get_json()["faults"]
    assert (told["matched"], told["applied"]) == (0, 0)


def test_people_in_the_product_meet_no_fault(app: Flask, program: Program) -> None:
    program.faults({"kind": "status", "status": 503})
    assert Program(app, people=True).make("By hand").status_code == 201
    assert program.make().status_code == 503


def test_a_fault_leaves_the_limits_and_the_calls_under_way_right(program: Program, parts: Kit) -> None:
    switch_limits_on(parts)
    kinds: list[dict[str, Any]] = [
        {"kind": "latency", "seconds": 1},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429},
        {"kind": "reset"},
        {"kind": "refused"},
        {"kind": "lost"},
        {"kind": "lost", "answer": "500"},
        {"kind": "cut"},
        {"kind": "malformed"},
        {"kind": "late", "seconds": 1},
        {"kind": "late", "seconds": 1, "answer": "hang"},
    ]
    program.faults(*({**kind, "times": 1} for kind in kinds))
    left = [program.make().headers["X-MinLimit-Remaining"] for _ in kinds]
    assert left == [str(59 - number) for number in range(len(kinds))]
    assert parts.passage.throttle._under_way == {}
    noted = [one["fault"] for one in parts.journal.read()["entries"]]
    assert noted == [kind["kind"] for kind in kinds]


def test_chance_meets_the_same_requests_whatever_the_order(app: Flask, client: FlaskClient) -> None:
    def faulted(names: list[str]) -> list[str]:
        client.post("/_control/reset")
        program = Program(app)
        return sorted(name for name in names if program.make(name).status_code == 503)

    Program(app).faults({"kind": "status", "status": 503, "probability": 0.4})
    names = [f"Thing {number}" for number in range(20)]
    met = faulted(names)
    assert met == faulted(names[::-1])
    assert 2 < len(met) < 18
