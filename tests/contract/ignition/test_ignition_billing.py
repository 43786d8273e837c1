"""What an acceptance bills, what a revocation takes back, and what neither may do in part."""

from typing import Any

import pytest
from ignition_billing import billed
from ignition_support import NOW, Fake, reopen

from mock_ignition.errors import ApiError
from mock_ignition.money import cents
from mock_kit.delivery import Outbox

ONCE = {"service_slug": "svc_setup"}
QUARTERLY = {"service_slug": "svc_gst"}
Json = dict[str, Any]


def accepted(fake: Fake, lines: list[Json], choice: Json | None = None, **members: Any) -> Json:
    """Make a proposal, have it accepted, and return its row."""
    slug = fake.sent(lines, **members)["slug"]
    return fake.do("POST", f"/proposals/{slug}/accept", choice)


def told(fake: Fake) -> list[tuple[str, str, str, float]]:
    """Return what is invoiced, by number: number, date, due date, total."""
    return sorted(
        (row["reference_number"], row["date"], row["due_date"], row["amount"]["total"])
        for row in fake.reported("invoices")
    )


def states(fake: Fake) -> dict[str, tuple[str, str]]:
    return {row["slug"]: (row["state"], row["payment_state"]) for row in fake.reported("invoices")}


def test_an_acceptance_raises_an_invoice_of_the_page_s_shape(fake: Fake) -> None:
    row = accepted(fake, [QUARTERLY])
    invoice = fake.reported("invoices")[0]
    assert invoice["slug"].startswith("inv_")
    assert list(invoice.items()) == [
        ("slug", invoice["slug"]),
        ("reference_number", "INV-1001"),
        ("state", "issued"),
        ("payment_state", "unpaid"),
        ("client", {"slug": "cli_acme"}),
        ("amount", {"total": 120.5, "currency": "NZD"}),
        ("date", "2026-07-01"),
        ("due_date", "2026-07-15"),
        (
            "items",
            [
                {
                    "origin_type": "proposal_service",
                    "origin_identifier": row["services"][0]["slug"],
                    "name": "GST returns",
                    "description": "Six a year",
                    "amount": {"amount": 120.5, "currency": "NZD"},
                }
            ],
        ),
        ("proposal", {"slug": row["slug"], "reference_number": "PROP-1003"}),
        ("link", f"https://go.ignition.example/invoices/{invoice['slug']}"),
        ("created_at", NOW),
        ("updated_at", NOW),
    ]


def test_once_off_lines_are_billed_at_once_and_each_cadence_from_the_start(fake: Fake) -> None:
    lines = [
        {"service_slug": "svc_gst", "cadence": "yearly", "price": 7},
        QUARTERLY,
        ONCE,
        {"service_slug": "svc_gst", "cadence": "weekly", "price": 10},
        {"service_slug": "svc_setup", "cadence": "quarterly", "price": 30},
        {"service_slug": "svc_gst", "cadence": "once_off", "price": 1.25},
    ]
    row = accepted(fake, lines, proposal_start_date="2026-09-01")
    assert told(fake) == [
        ("INV-1001", "2026-07-01", "2026-07-15", 301.25),
        ("INV-1002", "2026-09-01", "2026-09-15", 10),
        ("INV-1003", "2026-09-01", "2026-09-15", 150.5),
        ("INV-1004", "2026-09-01", "2026-09-15", 7),
    ]
    by_number = {one["reference_number"]: one["items"] for one in fake.reported("invoices")}
    line = [service["slug"] for service in row["services"]]
    assert [[item["origin_identifier"] for item in by_number[number]] for number in sorted(by_number)] == [
        [line[2], line[5]],
        [line[3]],
        [line[1], line[4]],
        [line[0]],
    ]


def test_options_and_add_ons_that_the_client_leaves_are_not_billed(fake: Fake) -> None:
    lines = [
        {"service_slug": "svc_gst", "option": "Basic", "price": 1000},
        {"service_slug": "svc_gst", "option": "Full", "price": 2},
        {"service_slug": "svc_gst", "option": "Basic", "is_add_on": True, "price": 4000},
        {"service_slug": "svc_gst", "is_add_on": True, "price": 8},
        {"service_slug": "svc_gst", "is_add_on": True, "price": 16000},
    ]
    row = fake.sent(lines, selected_option="Basic")
    choice = {"option": "Full", "add_on_slugs": [row["services"][3]["slug"]]}
    fake.do("POST", f"/proposals/{row['slug']}/accept", choice)
    assert told(fake) == [("INV-1001", "2026-07-01", "2026-07-15", 10)]


def test_what_costs_nothing_is_not_billed(fake: Fake) -> None:
    included = {"name": "Chats", "price": 50, "price_type": "included", "cadence": "monthly"}
    chats = fake.do("POST", "/services", included, 201)["slug"]
    accepted(fake, [{**ONCE, "price": 0}])
    row = accepted(fake, [{"service_slug": chats}, {**ONCE, "price": 0.004}])
    assert fake.reported("invoices") == []
    assert row["minimum_contract_value"] == {"amount": 0.0, "currency": "NZD"}
    assert row["services"][0]["pricing"]["minimum_period_value"] == 0.0
    accepted(fake, [{"service_slug": chats}, {**QUARTERLY, "cadence": "monthly"}])
    invoice = fake.reported("invoices")[0]
    assert [item["name"] for item in invoice["items"]] == ["GST returns"]


@pytest.mark.parametrize(
    ("prices", "text"),
    [
        ([0.1, 0.1, 0.1], '"total":0.3,'),
        ([0.7, 0.1], '"total":0.8,'),
        ([1.005], '"total":1.01,'),
        ([4.35, 0.01], '"total":4.36,'),
        ([999999999999.99], '"total":999999999999.99,'),
    ],
)
def test_amounts_are_exact_to_the_cent(fake: Fake, prices: list[float], text: str) -> None:
    row = accepted(fake, [{**ONCE, "price": price} for price in prices])
    assert text in fake.call("GET", "/reporting/invoices").get_data(as_text=True)
    value, invoice = row["minimum_contract_value"], fake.reported("invoices")[0]
    assert value["amount"] == invoice["amount"]["total"]


@pytest.mark.parametrize(
    ("amount", "expected"), [(0.005, 1), (0.0049, 0), (1.115, 112), (2.675, 268), (1e12, 100_000_000_000_000)]
)
def test_half_a_cent_is_rounded_up_as_it_is_written(amount: float, expected: int) -> None:
    assert cents(amount) == expected


def test_numbers_go_on_and_leave_out_those_that_are_taken(fake: Fake) -> None:
    fake.control("POST", "/world", billed())
    there = fake.connect()
    accepted(there, [ONCE])
    accepted(there, [ONCE])
    numbers = sorted(row["reference_number"] for row in there.reported("invoices"))
    assert numbers == ["INV-1001", "INV-1002", "INV-1003", "INV-1004", "INV-1005", "K/7"]


@pytest.mark.parametrize(
    ("choice", "headers", "status"),
    [
        ({"option": "Gold"}, {}, 422),
        ({"add_on_slugs": ["pss_none"]}, {}, 422),
        ({}, {"If_Match": '"stale"'}, 412),
        ({}, {"Authorization": "Bearer none"}, 401),
    ],
)
def test_a_refused_acceptance_raises_nothing(fake: Fake, choice: Json, headers: Json, status: int) -> None:
    slug = fake.sent([ONCE])["slug"]
    assert fake.call("POST", f"/proposals/{slug}/accept", choice, **headers).status_code == status
    assert fake.reported("invoices") == []
    fake.do("POST", f"/proposals/{slug}/accept")
    assert [row["reference_number"] for row in fake.reported("invoices")] == ["INV-1001"]


def test_an_acceptance_without_a_signatory_raises_nothing(fake: Fake) -> None:
    slug = fake.sent([ONCE], client_slug="cli_bare")["slug"]
    assert fake.call("POST", f"/proposals/{slug}/accept").status_code == 422
    assert fake.reported("invoices") == []


def test_an_acceptance_that_fails_at_its_end_leaves_no_invoice(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = fake.sent([ONCE])["slug"]
    before = fake.digest()

    def broken(*_given: object) -> None:
        raise ApiError(409, "the outbox is full")

    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "publish", broken)
        assert fake.call("POST", f"/proposals/{slug}/accept").status_code == 409
    assert fake.digest() == before
    assert fake.reported("invoices") == []
    fake.do("POST", f"/proposals/{slug}/accept")
    assert [row["reference_number"] for row in fake.reported("invoices")] == ["INV-1001"]


@pytest.mark.parametrize(("headers", "status"), [({"Idempotency_Key": "k"}, 200), ({}, 409)])
def test_an_acceptance_whose_answer_is_lost_bills_once(fake: Fake, headers: Json, status: int) -> None:
    path = f"/proposals/{fake.sent([ONCE, QUARTERLY])['slug']}/accept"
    lost = {"kind": "lost", "operation": "POST /proposals/{slug}/accept", "answer": "500", "attempts": [1]}
    fake.control("POST", "/faults", lost)
    try:
        assert fake.call("POST", path, {}, **headers).status_code == 500
        again = fake.call("POST", path, {}, **headers)
    finally:
        fake.control("DELETE", "/faults")
    assert again.status_code == status
    assert [number for number, *_rest in told(fake)] == ["INV-1001", "INV-1002"]


def test_a_revocation_voids_what_nobody_has_paid(fake: Fake) -> None:
    fake.control("POST", "/world", billed())
    there = fake.connect()
    other = accepted(there, [ONCE])["slug"]
    issued = {"inv_may": ("issued", "paid"), "inv_part": ("issued", "partly_paid")}
    unpaid = ("issued", "unpaid")
    mine = next(
        row["slug"]
        for row in there.reported("invoices")
        if row["proposal"] is not None and row["proposal"]["slug"] == other
    )
    assert states(there) == {**issued, "inv_new": unpaid, "inv_bare": unpaid, mine: unpaid}
    there.advance(60)
    there.do("POST", "/proposals/prop_one/revoke")
    assert states(there) == {**issued, "inv_new": ("voided", "unpaid"), "inv_bare": unpaid, mine: unpaid}
    changed = there.call("GET", "/reporting/invoices?updated_from=2026-07-01T09:31:00Z").get_json()["data"]
    assert [(row["slug"], row["updated_at"]) for row in changed] == [("inv_new", "2026-07-01T09:31:00Z")]


@pytest.mark.parametrize("act", ["archive", "renew"])
def test_other_acts_leave_the_invoices_as_they_are(fake: Fake, act: str) -> None:
    slug = accepted(fake, [ONCE])["slug"]
    before = fake.reported("invoices")
    assert fake.call("POST", f"/proposals/{slug}/{act}").status_code < 300
    assert fake.reported("invoices") == before


def test_what_was_billed_is_there_after_a_restart(on_file: list[Fake]) -> None:
    accepted(on_file[0], [ONCE, {**QUARTERLY, "price": 0.1}])
    before = on_file[0].call("GET", "/reporting/invoices").get_data()
    again = reopen(on_file)
    assert again.call("GET", "/reporting/invoices").get_data() == before
    accepted(again, [ONCE])
    assert [number for number, *_rest in told(again)] == ["INV-1001", "INV-1002", "INV-1003"]


def test_each_practice_bills_in_its_currency_and_counts_for_itself(fake: Fake) -> None:
    accepted(fake, [ONCE])
    tui = fake.connect("prc_tui")
    signs = {"name": "Signs", "is_signatory": True}
    tui.do("POST", "/clients/cli_acme/contacts", signs, 201)
    service = tui.do("POST", "/services", {"name": "Advice", "price": 20.2}, 201)["slug"]
    accepted(tui, [{"service_slug": service}])
    (ours,), (theirs,) = fake.reported("invoices"), tui.reported("invoices")
    assert (ours["reference_number"], theirs["reference_number"]) == ("INV-1001", "INV-1001")
    assert ours["slug"] != theirs["slug"]
    assert (ours["amount"], theirs["amount"]) == (
        {"total": 300.0, "currency": "NZD"},
        {"total": 20.2, "currency": "AUD"},
    )


def test_the_journal_names_the_invoices_that_an_acceptance_raised(fake: Fake) -> None:
    accepted(fake, [ONCE])
    (row,) = fake.reported("invoices")
    entries = fake.control("GET", "/journal?operation=POST /proposals/{slug}/accept")["entries"]
    changes = [change for change in entries[-1]["changes"] if change["table"] == "invoices"]
    assert [(change["op"], change["key"]) for change in changes] == [("insert", ["prc_kea", row["slug"]])]
