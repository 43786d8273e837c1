"""Webhook faults on a fake that sends none, and the choice for deliveries alone."""

from itertools import permutations
from typing import Any

import pytest
from control_steps import refusal
from flask.testing import FlaskClient

from mock_kit.faults import Plan, chance
from mock_kit.faults_kinds import ONE
from mock_kit.faults_rule import Asked, Attempted, Rule

KINDS: list[dict[str, Any]] = [
    {"kind": "webhook_lost"},
    {"kind": "webhook_duplicated"},
    {"kind": "webhook_delayed", "seconds": 1},
    {"kind": "webhook_reordered"},
]
SENT = Attempted("proposal.sent", "prc_1", "whk_1", "evt_1", 1)


@pytest.mark.parametrize("fault", KINDS)
def test_a_fake_without_webhooks_refuses_their_faults(client: FlaskClient, fault: dict[str, Any]) -> None:
    answer = client.post("/_control/faults", json=fault)
    refusal(answer, 422, "NO_WEBHOOKS")
    error = answer.get_json()["error"]
    assert (
        error["message"] == "tiny_fake sends no webhooks for a fault to meet: choose a kind that calls meet"
    )
    assert [one["field"] for one in error["details"]] == ["kind"]
    assert client.get("/_control/faults").get_json() == {"faults": []}


def test_one_such_fault_in_a_list_refuses_the_whole_list_and_is_named(client: FlaskClient) -> None:
    answer = client.post("/_control/faults", json={"faults": [{"kind": "reset"}, KINDS[0]]})
    refusal(answer, 422, "NO_WEBHOOKS")
    assert [one["field"] for one in answer.get_json()["error"]["details"]] == ["faults.1.kind"]
    assert client.get("/_control/faults").get_json() == {"faults": []}


def test_its_schema_has_none_of_them(client: FlaskClient) -> None:
    kinds = client.get("/_control/schema").get_json()["faults"]["$defs"]
    assert "Latency" in kinds
    assert not [name for name in kinds if name.startswith("Webhook")]


@pytest.mark.parametrize(
    ("kind", "changed", "met"),
    [
        ("webhook_duplicated", {}, True),
        ("webhook_duplicated", {"duplicated": True}, False),
        ("webhook_duplicated", {"overtaken": True}, True),
        ("webhook_reordered", {}, True),
        ("webhook_reordered", {"overtaken": True}, False),
        ("webhook_reordered", {"duplicated": True}, True),
        ("webhook_lost", {"duplicated": True, "overtaken": True}, True),
        ("reset", {}, False),
        ("stale", {}, False),
    ],
)
def test_kinds_concern_the_deliveries_they_can_happen_to(
    kind: str,
    changed: dict[str, Any],
    met: bool,  # noqa: FBT001
) -> None:
    plan = Plan(0)
    plan.add([ONE.validate_python({"kind": kind})])
    assert (plan.choose(SENT._replace(**changed)) is not None) is met


def test_no_call_meets_a_webhook_fault() -> None:
    plan = Plan(0)
    plan.add([ONE.validate_python(fault) for fault in KINDS])
    assert plan.choose(Asked("proposal.sent", "prc_1", "POST", "/x", "", "")) is None
    assert [one["matched"] for one in plan.told()] == [0] * 4


def test_a_rule_by_itself_concerns_nothing() -> None:
    assert not Rule().concerns(SENT)
    assert Rule(name="a").pattern == "*"


@pytest.mark.parametrize("order", list(permutations(range(5)))[::17])
def test_the_draw_of_a_delivery_is_its_own(order: tuple[int, ...]) -> None:
    """The type has no part in it: the event's id is made from it."""
    others = [
        SENT,
        SENT._replace(tenant_id="prc_2"),
        SENT._replace(subscription="whk_2"),
        SENT._replace(event_id="evt_2"),
        SENT._replace(attempt=2),
    ]
    drawn = {place: chance(7, "webhook_lost", others[place], others[place].attempt - 1) for place in order}
    assert len(set(drawn.values())) == 5
    assert drawn[0] == chance(7, "webhook_lost", SENT._replace(duplicated=True, overtaken=True), 0)


def test_attempts_are_those_of_the_delivery_not_of_the_plan() -> None:
    plan = Plan(0)
    plan.add([ONE.validate_python({"kind": "webhook_lost", "attempts": [2]})])
    met = [plan.choose(SENT._replace(attempt=attempt)) is not None for attempt in (3, 2, 2, 1)]
    assert met == [False, True, True, False]
