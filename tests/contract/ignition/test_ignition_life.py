"""What a client chooses at acceptance, what time completes, and what a renewal is."""

from typing import Any

import pytest
from ignition_support import Fake, world

LINES = [
    {"service_slug": "svc_setup"},
    {"service_slug": "svc_gst", "option": "Basic"},
    {"service_slug": "svc_gst", "option": "Full", "cadence": "monthly", "price": 200},
    {"service_slug": "svc_setup", "option": "Full", "is_add_on": True, "is_selected_for_acceptance": False},
    {"service_slug": "svc_setup", "is_add_on": True, "price": 5},
]


def selected(fake: Fake, slug: str) -> list[bool]:
    """Return what the Reporting API says is selected, line by line."""
    row = next(row for row in fake.reported("proposals") if row["slug"] == slug)
    return [line["is_selected_for_acceptance"] for line in row["services"]]


def options(row: dict[str, Any]) -> list[tuple[str, int, bool]]:
    return [(one["name"], len(one["service_slugs"]), one["is_selected"]) for one in row["options"]]


def test_before_the_client_chooses_only_what_belongs_to_no_option_is_selected(fake: Fake) -> None:
    row = fake.sent(LINES)
    assert options(row) == [("Basic", 1, False), ("Full", 2, False)]
    assert selected(fake, row["slug"]) == [True, False, False, False, True]


def test_a_recommended_option_is_selected_until_the_client_takes_another(fake: Fake) -> None:
    row = fake.sent(LINES, selected_option="Basic")
    assert selected(fake, row["slug"]) == [True, True, False, False, True]
    accepted = fake.do("POST", f"/proposals/{row['slug']}/accept")
    assert options(accepted) == [("Basic", 1, True), ("Full", 2, False)]
    assert selected(fake, row["slug"]) == [True, True, False, False, True]


def test_the_client_takes_one_option_and_the_add_ons_it_names(fake: Fake) -> None:
    row = fake.sent(LINES, selected_option="Basic")
    extra = row["services"][3]["slug"]
    accepted = fake.do(
        "POST", f"/proposals/{row['slug']}/accept", {"option": "Full", "add_on_slugs": [extra]}
    )
    assert options(accepted) == [("Basic", 1, False), ("Full", 2, True)]
    assert selected(fake, row["slug"]) == [True, False, True, True, False]
    # 300 once, 12 times 200, 300 once.
    assert accepted["minimum_contract_value"] == {"amount": 3000.0, "currency": "NZD"}


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({}, "option"),
        ({"option": "Gold"}, "option"),
        ({"option": "Basic", "add_on_slugs": ["pss_none"]}, "add_on_slugs.0"),
        ({"option": "Basic", "colour": "red"}, "colour"),
        ({"option": 1}, "option"),
    ],
)
def test_a_choice_that_cannot_be_had_is_refused_by_its_field(
    fake: Fake, choice: dict[str, Any], field: str
) -> None:
    slug = fake.sent(LINES)["slug"]
    before = fake.digest()
    answer = fake.call("POST", f"/proposals/{slug}/accept", choice)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [field]
    assert fake.digest() == before


def test_an_add_on_of_an_option_not_taken_is_refused(fake: Fake) -> None:
    row = fake.sent(LINES)
    choice = {"option": "Basic", "add_on_slugs": [row["services"][3]["slug"]]}
    assert fake.call("POST", f"/proposals/{row['slug']}/accept", choice).status_code == 422


def test_an_option_where_there_are_none_is_refused(fake: Fake) -> None:
    slug = fake.sent([{"service_slug": "svc_gst"}])["slug"]
    answer = fake.call("POST", f"/proposals/{slug}/accept", {"option": "Basic"})
    assert answer.get_json()["error"]["details"][0]["field"] == "option"


def test_recommending_an_option_that_no_line_has_is_refused(fake: Fake) -> None:
    body = {"name": "P", "client_slug": "cli_acme", "services": LINES, "selected_option": "Gold"}
    answer = fake.call("POST", "/proposals", body)
    assert answer.get_json()["error"]["details"][0]["field"] == "selected_option"


def test_a_draft_may_recommend_another_option(fake: Fake) -> None:
    body = {"name": "P", "client_slug": "cli_acme", "services": LINES, "selected_option": "Basic"}
    slug = fake.do("POST", "/proposals", body, 201)["slug"]
    fake.do("PATCH", f"/proposals/{slug}", {"selected_option": "Full"})
    assert selected(fake, slug) == [True, False, True, False, True]
    fake.do("PATCH", f"/proposals/{slug}", {"selected_option": None})
    assert selected(fake, slug) == [True, False, False, False, True]


WITH_A_PRESELECTED_ADD_ON = [
    {"service_slug": "svc_gst", "option": "A", "price": 100},
    {"service_slug": "svc_gst", "option": "B", "price": 200},
    {"service_slug": "svc_setup", "option": "B", "is_add_on": True, "price": 20},
]
"""The add-on is preselected, as a line is unless the practice says otherwise."""


@pytest.mark.parametrize("recommended", [None, "A", "B"])
def test_an_add_on_that_the_practice_preselected_is_taken_whatever_option_it_recommends(
    fake: Fake, recommended: str | None
) -> None:
    slug = fake.sent(WITH_A_PRESELECTED_ADD_ON, selected_option=recommended)["slug"]
    assert selected(fake, slug) == [recommended == "A", recommended == "B", recommended == "B"]
    accepted = fake.do("POST", f"/proposals/{slug}/accept", {"option": "B"})
    assert selected(fake, slug) == [False, True, True]
    # Twelve months are four quarters of 200, and 20 once.
    assert accepted["minimum_contract_value"] == {"amount": 820.0, "currency": "NZD"}
    assert sorted(one["amount"]["total"] for one in fake.reported("invoices")) == [20.0, 200.0]


def test_recommending_one_option_and_then_the_other_forgets_no_preselected_add_on(fake: Fake) -> None:
    body = {"name": "P", "client_slug": "cli_acme", "services": WITH_A_PRESELECTED_ADD_ON}
    slug = fake.do("POST", "/proposals", body, 201)["slug"]
    for option, there in (
        ("B", [False, True, True]),
        ("A", [True, False, False]),
        ("B", [False, True, True]),
    ):
        fake.do("PATCH", f"/proposals/{slug}", {"selected_option": option})
        assert selected(fake, slug) == there


def test_a_renewal_preselects_what_the_client_took_and_leaves_the_other_option_as_it_was(fake: Fake) -> None:
    lines = [*WITH_A_PRESELECTED_ADD_ON, {"service_slug": "svc_setup", "is_add_on": True}]
    row = fake.sent(lines, selected_option="B")
    fake.do("POST", f"/proposals/{row['slug']}/accept", {"option": "A", "add_on_slugs": []})
    renewal = fake.do("POST", f"/proposals/{row['slug']}/renew", None, 201)["slug"]
    assert selected(fake, renewal) == [True, False, False, False]
    fake.do("PATCH", f"/proposals/{renewal}", {"selected_option": "B"})
    assert selected(fake, renewal) == [False, True, True, False]


def test_an_option_goes_with_its_lines(fake: Fake) -> None:
    body = {"name": "P", "client_slug": "cli_acme", "services": LINES, "selected_option": "Basic"}
    slug = fake.do("POST", "/proposals", body, 201)["slug"]
    row = fake.do("PATCH", f"/proposals/{slug}", {"services": [{"service_slug": "svc_gst", "option": "New"}]})
    assert options(row) == [("New", 1, False)]


def test_a_proposal_of_an_archived_client_cannot_be_sent(fake: Fake) -> None:
    fake.do("POST", "/clients/cli_acme/archive")
    before = fake.digest()
    answer = fake.call("POST", "/proposals/prop_one/send")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
    assert fake.digest() == before
    fake.do("POST", "/clients/cli_acme/restore")
    fake.do("POST", "/proposals/prop_one/send")
    (row,) = [row for row in fake.reported("proposals") if row["slug"] == "prop_one"]
    assert row["state"] == "awaiting_acceptance"


def test_a_proposal_without_a_service_cannot_be_sent(fake: Fake) -> None:
    before = fake.digest()
    answer = fake.call("POST", "/proposals/prop_bare/send")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
    assert "add one before it is sent" in answer.get_json()["error"]["message"]
    assert fake.digest() == before


def test_a_contract_that_has_ended_is_completed_by_time(fake: Fake) -> None:
    document = world()
    document["practices"][0]["proposals"][0] |= {
        "state": "accepted",
        "proposal_start_date": "2026-06-15",
        "contract_term": 1,
    }
    fake.control("POST", "/world", document)
    fake.control("PUT", "/clock", {"now": "2026-07-14T23:59:59Z"})
    there = fake.connect()
    assert there.row("/proposals/prop_one")["state"] == "accepted"
    there.advance(1)
    row = there.row("/proposals/prop_one")
    assert (row["state"], row["proposal_end_date"], row["updated_at"]) == (
        "completed",
        "2026-07-14",
        "2026-07-15T00:00:00Z",
    )
    rows = there.call("GET", "/reporting/proposals?updated_from=2026-07-15T00:00:00Z").get_json()["data"]
    assert [row["slug"] for row in rows] == ["prop_one"]
    assert there.events() == []


def test_a_revoked_contract_is_not_completed(fake: Fake) -> None:
    slug = fake.sent([{"service_slug": "svc_gst"}], contract_term=1)["slug"]
    fake.do("POST", f"/proposals/{slug}/accept")
    fake.do("POST", f"/proposals/{slug}/revoke")
    fake.advance(86400 * 40)
    assert fake.connect().row(f"/proposals/{slug}")["state"] == "revoked"


def test_a_renewal_is_a_draft_of_the_same_services_that_starts_where_the_old_one_ends(fake: Fake) -> None:
    row = fake.sent(LINES, selected_option="Full", contract_term=12, proposal_start_date="2026-07-01")
    fake.do("POST", f"/proposals/{row['slug']}/accept")
    fake.do("PATCH", "/services/svc_gst", {"price": 999})
    renewal = fake.do("POST", f"/proposals/{row['slug']}/renew", None, 201)
    assert renewal["slug"] != row["slug"]
    shown = fake.row(f"/proposals/{renewal['slug']}")
    assert (shown["state"], shown["renewal_of_slug"], shown["name"]) == ("draft", row["slug"], "Sold")
    assert (shown["proposal_start_date"], shown["proposal_end_date"]) == ("2027-07-01", "2028-06-30")
    assert [line["pricing"]["minimum_period_value"] for line in shown["services"]] == [
        300,
        120.5,
        200,
        300,
        5,
    ]
    assert options(shown) == [("Basic", 1, False), ("Full", 2, True)]
    assert shown["reference_number"] == "PROP-1004"
    assert fake.row(f"/proposals/{row['slug']}")["state"] == "accepted"


def test_a_renewal_that_would_start_after_the_last_year_is_refused(fake: Fake) -> None:
    document = world()
    document["practices"][0]["proposals"][0] |= {
        "state": "accepted",
        "proposal_start_date": "2199-12-31",
        "contract_term": 1,
    }
    fake.control("POST", "/world", document)
    there = fake.connect()
    before = there.digest()
    answer = there.call("POST", "/proposals/prop_one/renew")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
    assert "2200-01-31" in answer.text
    assert there.digest() == before


def test_a_renewal_for_an_archived_client_is_refused(fake: Fake) -> None:
    slug = fake.sent([{"service_slug": "svc_gst"}])["slug"]
    fake.do("POST", f"/proposals/{slug}/accept")
    fake.do("POST", "/clients/cli_acme/archive")
    assert fake.call("POST", f"/proposals/{slug}/renew").status_code == 409
