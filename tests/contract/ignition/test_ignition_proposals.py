"""Proposals from draft to deployment, and THE table of moves pair by pair."""

from datetime import date
from typing import Any

import pytest
from ignition_support import Fake, world

from mock_ignition.proposal_api.terms import add_months, contract_cents, end_date, periods, recurrence_text
from mock_ignition.proposal_api.transitions import ACTS, MOVES, STATES, next_state

ALLOWED = {
    "draft": {"send": "awaiting_acceptance", "archive": "archived", "edit": "draft", "plan": "draft"},
    "awaiting_acceptance": {
        "accept": "accepted",
        "lose": "lost",
        "revoke": "revoked",
        "archive": "archived",
        "plan": "awaiting_acceptance",
    },
    "accepted": {
        "revoke": "revoked",
        "archive": "archived",
        "complete": "completed",
        "renew": "accepted",
        "plan": "accepted",
    },
    "completed": {"archive": "archived", "renew": "completed"},
    "lost": {"archive": "archived"},
    "revoked": {"archive": "archived"},
    "archived": {},
}
PAIRS = [(state, act) for state in STATES for act in ACTS]
CALLS = {
    "edit": ("PATCH", "", {"name": "Edited"}, 200),
    "plan": ("PUT", "/workflow", {"mode": "one_job", "jobs": [{"name": "All of it"}]}, 200),
    "renew": ("POST", "/renew", None, 201),
}
"""How an act is asked for, where it is no plain POST answered with a 200."""
ASKED = [(state, act) for state, act in PAIRS if act != "complete"]


def reported(fake: Fake, slug: str = "prop_one") -> dict[str, Any]:
    rows = fake.call("GET", "/reporting/proposals?limit=100").get_json()["data"]
    return next(row for row in rows if row["slug"] == slug)


def in_state(fake: Fake, state: str) -> Fake:
    """Load the world with its proposal in some state."""
    document = world()
    document["practices"][0]["proposals"][0]["state"] = state
    fake.control("POST", "/world", document)
    return fake.connect()


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_a_move_is_in_the_table_or_not_allowed(state: str, act: str) -> None:
    assert next_state(state, act) == ALLOWED[state].get(act)


def test_the_table_has_no_move_beyond_the_states_and_acts() -> None:
    assert set(MOVES) <= set(PAIRS)
    assert set(MOVES.values()) <= set(STATES)


@pytest.mark.parametrize(("state", "act"), ASKED)
def test_the_api_moves_a_proposal_as_the_table_says(fake: Fake, state: str, act: str) -> None:
    there = in_state(fake, state)
    before = there.digest()
    method, path, body, status = CALLS.get(act, ("POST", f"/{act}", None, 200))
    answer = there.call(method, f"/proposals/prop_one{path}", body)
    if act in ALLOWED[state]:
        assert answer.status_code == status
        assert reported(there)["state"] == ALLOWED[state][act]
    else:
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
        assert there.digest() == before


def test_a_draft_takes_the_next_free_number_and_its_services_as_they_are_now(fake: Fake) -> None:
    body = {
        "name": "Work",
        "client_slug": "cli_bare",
        "contract_term": 6,
        "services": [
            {"service_slug": "svc_gst", "cadence": "monthly", "price": 10},
            {"service_slug": "svc_gst", "is_add_on": True, "is_selected_for_acceptance": False},
        ],
    }
    # prop_bare took PROP-1001, the document gave PROP-1002 to prop_one.
    slug = fake.do("POST", "/proposals", body, 201)["slug"]
    fake.do("PATCH", "/services/svc_gst", {"name": "Renamed", "price": 1})
    row = reported(fake, slug)
    assert (row["reference_number"], row["state"], row["contract_term"]) == ("PROP-1003", "draft", 6)
    first, second = row["services"]
    assert first["slug"] != second["slug"]
    assert first["billing"]["schedules"][0]["cadence"] == "monthly"
    assert first["pricing"]["minimum_contract_value"] == 60.0
    assert (second["name"], second["pricing"]["minimum_period_value"]) == ("GST returns", 120.5)
    assert [line["is_add_on"] for line in row["services"]] == [False, True]
    assert row["minimum_contract_value"] == {"amount": 60.0, "currency": "NZD"}
    assert fake.row(f"/proposals/{slug}")["deployment"] is None


def test_a_draft_for_an_archived_client_is_refused(fake: Fake) -> None:
    fake.do("POST", "/clients/cli_bare/archive")
    answer = fake.call("POST", "/proposals", {"name": "P", "client_slug": "cli_bare"})
    assert answer.status_code == 422


def test_a_draft_can_be_edited_and_its_services_replaced(fake: Fake) -> None:
    fake.advance(60)
    body = {
        "name": "Edited",
        "contract_term": 24,
        "proposal_start_date": "2026-08-15",
        "services": [{"service_slug": "svc_setup"}],
    }
    fake.do("PATCH", "/proposals/prop_one", body)
    row = reported(fake)
    assert (row["name"], row["contract_term"]) == ("Edited", 24)
    assert row["proposal_start_type"] == "specific_date"
    assert (row["proposal_start_date"], row["proposal_end_date"]) == ("2026-08-15", "2028-08-14")
    assert [line["service_slug"] for line in row["services"]] == ["svc_setup"]
    assert row["updated_at"] == "2026-07-01T09:31:00Z"
    fake.do("PATCH", "/proposals/prop_one", {"contract_term": 1})
    assert reported(fake)["proposal_end_date"] == "2026-09-14"
    fake.do("PATCH", "/proposals/prop_one", {"proposal_start_date": None})
    assert reported(fake)["proposal_start_type"] == "on_acceptance"
    assert reported(fake)["proposal_end_date"] is None


def test_replaced_services_make_a_new_etag_even_when_they_read_the_same(fake: Fake) -> None:
    etag = fake.row("/proposals/prop_one")["etag"]
    fake.do("PATCH", "/proposals/prop_one", {"services": [{"service_slug": "svc_gst"}]})
    assert fake.row("/proposals/prop_one")["etag"] != etag


@pytest.mark.parametrize("state", ["awaiting_acceptance", "accepted", "lost", "revoked", "archived"])
def test_only_a_draft_can_be_edited(fake: Fake, state: str) -> None:
    there = in_state(fake, state)
    before = there.digest()
    assert there.call("PATCH", "/proposals/prop_one", {"name": "X"}).status_code == 409
    assert there.digest() == before


def test_acceptance_starts_the_contract_on_its_day_and_makes_the_lead_a_client(fake: Fake) -> None:
    fake.do("POST", "/proposals/prop_one/send")
    fake.advance(86400)
    fake = fake.connect()
    fake.do("POST", "/proposals/prop_one/accept")
    row = reported(fake)
    assert (row["state"], row["sent_at"]) == ("accepted", "2026-07-01T09:30:00Z")
    assert row["accepted_at"] == row["updated_at"] == "2026-07-02T09:30:00Z"
    assert row["sender"] == {"name": "Kea & Partners"}
    assert row["proposal_start_type"] == "on_acceptance"
    assert (row["proposal_start_date"], row["proposal_end_date"]) == ("2026-07-02", "2027-07-01")
    client = fake.row("/clients/cli_acme")
    assert (client["state"], client["updated_at"]) == ("active", "2026-07-02T09:30:00Z")
    about = {"proposal_slug": "prop_one", "client_slug": "cli_acme"}
    assert fake.events() == [
        ("client.updated", {"client_slug": "cli_acme"}),
        ("proposal.accepted", about),
        ("proposal.sent", about),
    ]


def test_acceptance_keeps_a_start_date_that_was_set(fake: Fake) -> None:
    fake.do("PATCH", "/proposals/prop_one", {"proposal_start_date": "2026-10-01"})
    fake.do("POST", "/proposals/prop_one/send")
    fake.do("POST", "/proposals/prop_one/accept")
    row = reported(fake)
    assert row["proposal_start_type"] == "specific_date"
    assert (row["proposal_start_date"], row["proposal_end_date"]) == ("2026-10-01", "2027-09-30")


def test_an_engaged_client_is_not_touched_by_another_acceptance(fake: Fake) -> None:
    slug = fake.do("POST", "/clients", {"name": "Engaged", "state": "active"}, 201)["slug"]
    fake.do("POST", f"/clients/{slug}/contacts", {"name": "A"}, 201)
    body = {"name": "P", "client_slug": slug, "services": [{"service_slug": "svc_setup"}]}
    proposal = fake.do("POST", "/proposals", body, 201)["slug"]
    before = fake.row(f"/clients/{slug}")
    fake.advance(60)
    fake.do("POST", f"/proposals/{proposal}/send")
    fake.do("POST", f"/proposals/{proposal}/accept")
    assert fake.row(f"/clients/{slug}") == before


def test_acceptance_needs_a_signatory(fake: Fake) -> None:
    fake.do("PATCH", "/proposals/prop_bare", {"services": [{"service_slug": "svc_setup"}]})
    fake.do("POST", "/proposals/prop_bare/send")
    before = fake.digest()
    answer = fake.call("POST", "/proposals/prop_bare/accept")
    assert answer.status_code == 422
    assert answer.get_json()["error"]["details"][0]["field"] == "client_slug"
    assert fake.digest() == before
    fake.do("POST", "/clients/cli_bare/contacts", {"name": "A", "is_signatory": True}, 201)
    fake.do("POST", "/proposals/prop_bare/accept")
    assert reported(fake, "prop_bare")["state"] == "accepted"


def test_a_proposal_of_an_archived_client_cannot_be_accepted(fake: Fake) -> None:
    fake.do("POST", "/proposals/prop_one/send")
    fake.do("POST", "/clients/cli_acme/archive")
    assert fake.call("POST", "/proposals/prop_one/accept").status_code == 409


@pytest.mark.parametrize(
    ("state", "act", "event"),
    [
        ("draft", "send", "proposal.sent"),
        ("awaiting_acceptance", "lose", "proposal.lost"),
        ("awaiting_acceptance", "revoke", "proposal.revoked"),
        ("accepted", "revoke", "proposal.revoked"),
        ("lost", "archive", None),
    ],
)
def test_each_act_tells_its_event(fake: Fake, state: str, act: str, event: str | None) -> None:
    there = in_state(fake, state)
    there.do("POST", f"/proposals/prop_one/{act}")
    about = {"proposal_slug": "prop_one", "client_slug": "cli_acme"}
    assert there.events() == ([(event, about)] if event else [])


def test_a_lost_proposal_says_when(fake: Fake) -> None:
    there = in_state(fake, "awaiting_acceptance")
    there.advance(60)
    there.do("POST", "/proposals/prop_one/lose")
    assert reported(there)["lost_at"] == "2026-07-01T09:31:00Z"


DEPLOYMENT = {
    "status": "deployed",
    "xpm_client_uuid": "22222222-2222-4222-8222-222222222222",
    "xpm_client_name": "Acme Pty Ltd",
    "jobs": [{"number": "J000031", "name": "GST returns"}],
    "message": None,
}


def test_the_practice_api_shows_what_was_deployed(fake: Fake) -> None:
    there = in_state(fake, "accepted")
    etag = there.row("/proposals/prop_one")["etag"]
    seen = reported(there)
    there.advance(60)
    there.do("PUT", "/proposals/prop_one/deployment", {"status": "failed", "message": "XPM said no"})
    there.do("PUT", "/proposals/prop_one/deployment", DEPLOYMENT)
    row = there.row("/proposals/prop_one")
    assert row["deployment"] == DEPLOYMENT
    assert list(row["deployment"]) == ["status", "xpm_client_uuid", "xpm_client_name", "jobs", "message"]
    assert row["etag"] != etag
    assert reported(there) == seen
    before = there.digest()
    there.do("PUT", "/proposals/prop_one/deployment", DEPLOYMENT)
    assert there.digest() == before


# Dates and amounts


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-07-01", 12, "2027-06-30"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2026-12-15", 1, "2027-01-14"),
        ("2026-07-01", 120, "2036-06-30"),
    ],
)
def test_a_contract_ends_the_day_before_its_anniversary(start: str, months: int, last: str) -> None:
    assert end_date(date.fromisoformat(start), months) == date.fromisoformat(last)


def test_a_month_without_such_a_day_ends_earlier() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("cadence", "months", "count", "words"),
    [
        ("once_off", 12, 1, None),
        ("weekly", 12, 52, "Every week"),
        ("fortnightly", 6, 13, "Every 2 weeks"),
        ("monthly", 5, 5, "Every month"),
        ("quarterly", 4, 2, "Every 3 months"),
        ("half_yearly", 12, 2, "Every 6 months"),
        ("yearly", 13, 2, "Every year"),
    ],
)
def test_the_periods_of_a_term_are_counted_by_when_they_begin(
    cadence: str, months: int, count: int, words: str | None
) -> None:
    assert periods(cadence, months) == count
    assert contract_cents(10.1, cadence, months) == 1010 * count
    assert recurrence_text(cadence) == words
