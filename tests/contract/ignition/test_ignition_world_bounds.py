"""A world is held to what the API takes: no record of one breaks what comes later."""

from typing import Any

import pytest
from ignition_support import NOW, Fake, world

SERVICES, CLIENTS, PROPOSALS, USERS = "services", "clients", "proposals", "users"


def with_member(kind: str, **members: Any) -> dict[str, Any]:
    """Return the small world with members of the first record of a kind set."""
    document = world()
    document["practices"][0][kind][0] |= members
    return document


def refused(fake: Fake, document: dict[str, Any]) -> dict[str, Any]:
    """Load a world that must be refused and change nothing; returns the error."""
    before = fake.digest()
    answer = fake.app.test_client().post("/_control/world", json=document)
    assert answer.status_code == 422, answer.text
    assert fake.digest() == before
    error: dict[str, Any] = answer.get_json()["error"]
    assert error["code"] == "BAD_WORLD"
    return error


@pytest.mark.parametrize(
    ("kind", "member", "value"),
    [
        (SERVICES, "price", 1e300),
        (SERVICES, "price", 1e30),
        (SERVICES, "price", -1),
        (SERVICES, "name", "   "),
        (SERVICES, "service_group", ""),
        (SERVICES, "description", "d" * 10_001),
        (CLIENTS, "name", "n" * 501),
        (CLIENTS, "name", "Ac\0me"),
        (CLIENTS, "company_structure", "c" * 501),
        (CLIENTS, "external_client_id", "e" * 501),
        (CLIENTS, "tags", [f"tag {number}" for number in range(201)]),
        (CLIENTS, "groups", [f"group {number}" for number in range(201)]),
        (USERS, "xpm_staff_uuid", "u" * 101),
        (PROPOSALS, "contract_term", 1_000_000),
        (PROPOSALS, "contract_term", 121),
        (PROPOSALS, "contract_term", 0),
        (PROPOSALS, "proposal_start_date", "soon"),
        (PROPOSALS, "proposal_start_date", "2200-01-01"),
        (PROPOSALS, "sent_at", "2200-01-01T00:00:00Z"),
        (PROPOSALS, "accepted_at", "9999-12-31T23:59:59Z"),
        (PROPOSALS, "services", [{"service_slug": "svc_gst"}] * 101),
    ],
)
def test_a_value_that_the_api_would_not_take_is_refused_by_its_field(
    fake: Fake, kind: str, member: str, value: Any
) -> None:
    (detail, *more) = refused(fake, with_member(kind, **{member: value}))["details"]
    assert more == []
    assert detail["field"].startswith(f"practices.0.{kind}.0.{member}")


def test_the_price_of_a_line_has_the_bounds_of_a_service_s(fake: Fake) -> None:
    for price in (1e300, -0.01):
        document = with_member(PROPOSALS, services=[{"service_slug": "svc_gst", "price": price}])
        (detail,) = refused(fake, document)["details"]
        assert detail["field"] == "practices.0.proposals.0.services.0.price"


@pytest.mark.parametrize(
    ("kind", "members", "message"),
    [
        (
            CLIENTS,
            {"contacts": [{"slug": f"con_{n}", "name": "X", "is_primary": True} for n in "ab"]},
            "cli_acme: is_primary is set on con_a and con_b",
        ),
        (USERS, {"xpm_staff_uuid": "staff-bo"}, "xpm_staff_uuid staff-bo occurs twice"),
        (
            PROPOSALS,
            {"state": "draft", "sent_at": NOW},
            "prop_one: sent_at is given, but the state is draft",
        ),
        (
            PROPOSALS,
            {"state": "draft", "accepted_at": NOW},
            "prop_one: accepted_at is given, but the state is draft",
        ),
        (
            PROPOSALS,
            {"state": "lost", "accepted_at": NOW},
            "prop_one: accepted_at is given, but the state is lost",
        ),
        (
            PROPOSALS,
            {
                "state": "accepted",
                "sent_at": "2026-06-02T00:00:00Z",
                "accepted_at": "2026-06-02T09:00:00+10:00",
            },
            "prop_one: sent_at is 2026-06-02T00:00:00Z, after accepted_at, 2026-06-01T23:00:00Z",
        ),
        (
            PROPOSALS,
            {"state": "accepted", "sent_at": "2026-07-01T09:30:01Z"},
            "prop_one: sent_at is 2026-07-01T09:30:01Z, after accepted_at, 2026-07-01T09:30:00Z",
        ),
    ],
)
def test_a_record_that_contradicts_itself_is_refused_by_its_field(
    fake: Fake, kind: str, members: dict[str, Any], message: str
) -> None:
    assert message in refused(fake, with_member(kind, **members))["message"]


def test_a_world_whose_clock_no_date_could_follow_is_refused(fake: Fake) -> None:
    document = with_member(PROPOSALS, state="accepted")
    fake.control("PUT", "/clock", {"mode": "running"})
    try:
        error = refused(fake, {**document, "now": "9999-12-31T00:00:00Z"})
    finally:
        fake.control("PUT", "/clock", {"now": NOW, "mode": "frozen"})
    assert "now is 9999-12-31T00:00:00Z" in error["message"]


def test_a_proposal_that_was_accepted_was_sent_by_then(fake: Fake) -> None:
    accepted = "2026-06-20T02:00:00Z"
    fake.control("POST", "/world", with_member(PROPOSALS, state="accepted", accepted_at=accepted))
    row = fake.connect().row("/proposals/prop_one")
    assert (row["sent_at"], row["accepted_at"]) == (accepted, accepted)


def test_amounts_of_a_world_are_whole_cents(fake: Fake) -> None:
    document = with_member(SERVICES, price=120.505)
    document["practices"][0]["services"][1]["price"] = -0.0
    fake.control("POST", "/world", document)
    answer = fake.connect().call("GET", "/services").get_data(as_text=True)
    assert '"price":{"amount":120.51,"currency":"NZD"}' in answer
    assert '"price":{"amount":0.0,"currency":"NZD"}' in answer
    assert "-0.0" not in answer
