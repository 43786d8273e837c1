"""Which call meets a fault: the choice alone, and the plan's control calls."""

import tracemalloc
from itertools import permutations
from typing import Any

import pytest
from control_steps import refusal
from flask.testing import FlaskClient

from mock_kit.faults import FaultError, Plan, chance
from mock_kit.faults_kinds import ONE
from mock_kit.faults_rule import Asked

LIST = Asked("client.api/list", "t1", "GET", "/x/client.api/list", "", "")


def _plan(*faults: dict[str, Any], seed: int = 0) -> Plan:
    plan = Plan(seed)
    plan.add([ONE.validate_python({"kind": "reset", **fault}) for fault in faults])
    return plan


def _met(plan: Plan, *asked: Asked) -> list[bool]:
    return [plan.choose(one) is not None for one in asked]


@pytest.mark.parametrize(
    ("when", "met"),
    [
        ({}, True),
        ({"operation": "client.api/list"}, True),
        ({"operation": "client.api"}, False),
        ({"operation": "client.api/*"}, True),
        ({"operation": "*/list"}, True),
        ({"operation": "c*a*/l*t"}, True),
        ({"operation": "*"}, True),
        ({"operation": "*" * 300 + "list"}, True),
        ({"operation": "*" * 300 + "q"}, False),
        ({"operation": "client.api/l*list"}, False),
        ({"operation": "*api*api*"}, False),
        ({"operation": "client?api/list"}, False),
        ({"operation": "client.api/lis[t]"}, False),
        ({"operation": "clientxapi/list"}, False),
        ({"operation": "job.api/*"}, False),
        ({"tenant": "t1"}, True),
        ({"tenant": "t2"}, False),
        ({"method": "GET"}, True),
        ({"method": "PUT"}, False),
        ({"operation": "client.api/*", "tenant": "t1", "method": "POST"}, False),
        ({"kind": "late", "seconds": 1}, False),
        ({"kind": "stale"}, True),
    ],
)
def test_a_fault_is_for_the_calls_it_names(when: dict[str, Any], met: bool) -> None:  # noqa: FBT001  # a column
    assert _met(_plan(when), LIST) == [met]


@pytest.mark.parametrize("rule", [{"attempts": [1]}, {"probability": 1.0}])
def test_a_fault_that_tells_requests_apart_does_not_count_a_call_that_was_on_its_way_before(
    rule: dict[str, Any],
) -> None:
    plan = _plan(rule, {"kind": "stale"})
    assert plan.looks_closely
    on_its_way = Asked("client.api/list", "t1", "GET", "/x/client.api/list")
    assert [plan.choose(one).kind for one in (on_its_way, LIST)] == ["stale", "reset"]
    assert [fault["matched"] for fault in plan.told()] == [1, 2]


def test_a_plan_of_faults_that_are_met_always_or_by_their_place_looks_at_no_request_closely() -> None:
    plan = _plan({}, {"every": 3}, {"times": 2})
    assert not plan.looks_closely
    assert not Plan(0).looks_closely


def test_stale_reads_are_no_fault_of_a_write() -> None:
    write = LIST._replace(method="POST")
    kinds = ({"kind": "stale"}, {"kind": "drift"}, {"kind": "missed_boundary"})
    assert _met(_plan(*kinds), write) == [False]
    assert _met(_plan({"kind": "late", "seconds": 1}), write) == [True]


def test_every_nth_matching_call_meets_it() -> None:
    other = LIST._replace(tenant_id="t2")
    plan = _plan({"every": 3, "tenant": "t1"})
    assert _met(plan, LIST, other, LIST, LIST, LIST, other, LIST, LIST) == [
        False, False, False, True, False, False, False, True,
    ]  # fmt: skip


def test_attempts_count_how_often_the_same_request_came() -> None:
    page = LIST._replace(query="pageToken=2")
    plan = _plan({"attempts": [1, 3]})
    assert _met(plan, LIST, page, LIST, LIST, LIST, page) == [True, True, False, True, False, False]


def test_a_fault_is_met_no_more_often_than_its_times() -> None:
    plan = _plan({"times": 2})
    assert _met(plan, LIST, LIST, LIST) == [True, True, False]
    assert plan.told() == [{"kind": "reset", "times": 2, "matched": 3, "applied": 2}]


def test_the_first_fault_of_the_plan_is_the_one_that_happens() -> None:
    plan = _plan({"name": "second only", "every": 2}, {"name": "rest"})
    labels = [plan.choose(LIST).label for _ in range(3)]
    assert labels == ["rest", "second only", "rest"]
    assert [(one["matched"], one["applied"]) for one in plan.told()] == [(3, 1), (3, 2)]


@pytest.mark.parametrize("when", [{"every": 3}, {"attempts": [2, 3]}, {"probability": 0.5}])
def test_which_calls_a_fault_names_does_not_depend_on_the_faults_before_it(when: dict[str, Any]) -> None:
    asked = [LIST._replace(path=f"/x/{number % 7}") for number in range(40)]
    alone = _plan({"name": "mine", **when})
    named = [one.path for one in asked if alone.choose(one) is not None]
    others = {"name": "other", "probability": 0.5}
    behind = _plan(others, {"name": "mine", **when})
    met = [(one.path, found.label) for one in asked if (found := behind.choose(one)) is not None]
    other = _plan(others)
    passed = [other.choose(one) is None for one in asked]
    alone.restart()
    left = [
        one.path for one, free in zip(asked, passed, strict=True) if alone.choose(one) is not None and free
    ]
    assert [path for path, label in met if label == "mine"] == left
    assert 0 < len(left) < len(named)


def test_faults_with_times_happen_one_after_the_other() -> None:
    plan = _plan(
        {"name": "one", "times": 1}, {"name": "two", "times": 2, "every": 2}, {"name": "three", "times": 1}
    )
    labels = [getattr(plan.choose(LIST), "label", None) for _ in range(6)]
    assert labels == ["one", "two", "three", "two", None, None]


def test_counting_attempts_takes_little_memory_however_long_the_requests_are() -> None:
    plan = _plan({"attempts": [2]})
    tracemalloc.start()
    try:
        for number in range(1000):
            plan.choose(LIST._replace(query=f"{number}" + "q" * 5000))
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 200_000
    assert _met(plan, LIST._replace(query="7" + "q" * 5000), LIST) == [True, False]


def test_chance_is_the_same_whatever_the_order_of_arrival() -> None:
    asked = [LIST._replace(path=f"/x/{number}", body_sha256=str(number)) for number in range(60)] * 2

    def faulted(order: list[Asked], plan: Plan) -> list[Asked]:
        return sorted(one for one in order if plan.choose(one))

    forwards = faulted(asked, _plan({"probability": 0.3}, seed=7))
    assert forwards == faulted(asked[::-1], _plan({"probability": 0.3}, seed=7))
    assert forwards == faulted(asked[1::2] + asked[::2], _plan({"probability": 0.3}, seed=7))
    assert 20 < len(forwards) < 55
    assert forwards != faulted(asked, _plan({"probability": 0.3}, seed=8))
    assert forwards == faulted(asked, _plan({"probability": 0.3, "seed": 7}, seed=8))


def test_two_faults_of_the_same_chance_meet_different_calls() -> None:
    asked = [LIST._replace(path=f"/x/{number}") for number in range(200)]
    plan = _plan({"name": "one", "probability": 0.5}, {"name": "two", "probability": 0.5})
    for one in asked:
        plan.choose(one)
    applied = [one["applied"] for one in plan.told()]
    assert all(count > 20 for count in applied)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_practices_and_requests_have_chances_of_their_own(order: tuple[int, ...]) -> None:
    asked = [LIST, LIST._replace(tenant_id="t2"), LIST._replace(method="HEAD")]
    drawn = {number: chance(7, "reset", asked[number], 0) for number in order}
    assert len(set(drawn.values())) == 3
    assert all(0 <= value < 1 for value in drawn.values())
    assert chance(7, "reset", LIST, 1) != drawn[0]


@pytest.mark.parametrize(("probability", "met"), [(0, [False, False]), (1, [True, True])])
def test_chances_of_nought_and_one_are_certain(probability: float, met: list[bool]) -> None:
    assert _met(_plan({"probability": probability}), LIST, LIST) == met


def test_a_restarted_plan_counts_anew_and_keeps_its_faults() -> None:
    plan = _plan({"times": 1, "attempts": [1]})
    assert _met(plan, LIST, LIST) == [True, False]
    plan.restart()
    assert _met(plan, LIST) == [True]


def test_faults_are_removed_by_name_or_by_kind() -> None:
    plan = _plan({"name": "mine"}, {}, {"kind": "latency", "seconds": 1})
    plan.clear("reset")
    assert [one["kind"] for one in plan.told()] == ["reset", "latency"]
    plan.clear("mine")
    plan.clear("latency")
    assert plan.armed == []
    with pytest.raises(FaultError, match="no fault is called 'mine'"):
        plan.clear("mine")


def test_the_plan_is_added_to_told_and_cleared(client: FlaskClient) -> None:
    one = {"kind": "latency", "seconds": 2.5, "operation": "client.api/*", "name": "slow"}
    told = {**one, "matched": 0, "applied": 0}
    assert client.post("/_control/faults", json=one).get_json() == {"faults": [told]}
    more = [{"kind": "cut"}, {"kind": "status", "status": 429, "retry_after": 7, "problem": "day"}]
    client.post("/_control/faults", json={"faults": more})
    counts = {"matched": 0, "applied": 0}
    assert client.get("/_control/faults").get_json() == {
        "faults": [
            told,
            {"kind": "cut", **counts},
            {"kind": "status", "status": 429, "retry_after": 7, "problem": "day", **counts},
        ]
    }
    assert client.delete("/_control/faults?name=slow").status_code == 204
    refusal(client.delete("/_control/faults?name=slow"), 404, "NO_FAULT")
    assert len(client.get("/_control/faults").get_json()["faults"]) == 2
    assert client.delete("/_control/faults").status_code == 204
    assert client.get("/_control/faults").get_json() == {"faults": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "(the document)"),
        ({"kind": "earthquake"}, "(the document)"),
        ({"kind": "latency"}, "latency.seconds"),
        ({"kind": "latency", "seconds": 0}, "latency.seconds"),
        ({"kind": "latency", "seconds": 300.1}, "latency.seconds"),
        ({"kind": "late", "seconds": 120.5}, "late.seconds"),
        ({"kind": "late", "seconds": 5, "answer": "tea"}, "late.answer"),
        ({"kind": "status", "status": 404}, "status.status"),
        ({"kind": "status", "status": 503, "retry_after": 4}, "status"),
        ({"kind": "status", "status": 429, "body": "x"}, "status"),
        ({"kind": "status", "status": 429, "problem": "a\r\nSet-Cookie: b"}, "status.problem"),
        ({"kind": "reset", "every": 2, "probability": 0.5}, "reset"),
        ({"kind": "reset", "every": 0}, "reset.every"),
        ({"kind": "reset", "probability": 1.1}, "reset.probability"),
        ({"kind": "reset", "attempts": []}, "reset.attempts"),
        ({"kind": "reset", "attempts": [1, 0]}, "reset.attempts.1"),
        ({"kind": "reset", "times": 0}, "reset.times"),
        ({"kind": "reset", "method": "BREW"}, "reset.method"),
        ({"kind": "reset", "colour": "red"}, "reset.colour"),
        ({"kind": "cut", "after": 5, "share": 0.5}, "cut"),
        ({"kind": "cut", "share": 1}, "cut.share"),
        ({"kind": "drift", "rows": 0}, "drift"),
        ({"kind": "stale", "writes": 0}, "stale.writes"),
        ({"faults": [{"kind": "reset"}, {"kind": "latency"}]}, "faults.1.latency.seconds"),
        ({"faults": [], "name": "x"}, "name"),
        ({"faults": {}}, "faults"),
    ],
)
def test_a_wrong_plan_is_refused_with_what_is_wrong_and_where(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    answer = client.post("/_control/faults", json=body)
    refusal(answer, 400, "BAD_BODY")
    assert [each["field"] for each in answer.get_json()["error"]["details"]] == [field]
    assert client.get("/_control/faults").get_json() == {"faults": []}


@pytest.mark.parametrize("listed", [False, True])
def test_a_bounded_chance_is_refused_as_it_would_depend_on_the_order_of_arrival(
    client: FlaskClient,
    listed: bool,  # noqa: FBT001  # a column
) -> None:
    one = {"kind": "reset", "name": "odd", "probability": 0.5, "times": 1}
    body = {"faults": [{"kind": "cut"}, one]} if listed else one
    message = refusal(client.post("/_control/faults", json=body), 422, "BAD_FAULT")
    assert message.startswith("the fault odd has times and probability: ")
    assert client.get("/_control/faults").get_json() == {"faults": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b'"faults"', b"[" * 100_000])
def test_what_is_no_plan_at_all_is_refused(client: FlaskClient, body: bytes) -> None:
    refusal(client.post("/_control/faults", data=body), 400, "BAD_BODY")
