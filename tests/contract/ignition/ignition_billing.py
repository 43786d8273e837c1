"""The small world, billed: a proposal accepted in May, its invoices, what was paid and collected."""

from typing import Any

from ignition_support import world


def billed() -> dict[str, Any]:
    """Return the small world with `prop_one` accepted and three invoices of it: paid, in part, not at all."""
    document = world()
    kea = document["practices"][0]
    kea["proposals"][0] |= {"state": "accepted", "accepted_at": "2026-05-04T01:00:00Z"}
    kea["proposals"][0]["services"].append({"service_slug": "svc_gst", "price": 5})
    kea["invoices"] = [
        {
            "slug": "inv_new",
            "client_slug": "cli_acme",
            "proposal_slug": "prop_one",
            "date": "2026-06-25",
            "items": [{"name": "Advice", "description": "By phone", "amount": 80}],
        },
        {
            "slug": "inv_may",
            "reference_number": "INV-1001",
            "client_slug": "cli_acme",
            "proposal_slug": "prop_one",
            "date": "2026-05-04",
            "due_date": "2026-05-31",
            "items": [
                {"service_slug": "svc_gst", "name": "GST returns", "amount": 120.5},
                {"name": "Postage", "amount": 0.1},
            ],
        },
        {
            "slug": "inv_part",
            "reference_number": "K/7",
            "client_slug": "cli_acme",
            "proposal_slug": "prop_one",
            "date": "2026-06-01",
            "items": [{"name": "Advice", "amount": 80}],
        },
        {
            "slug": "inv_bare",
            "client_slug": "cli_bare",
            "date": "2026-06-26",
            "items": [{"name": "Advice", "amount": 15.25}],
        },
    ]
    kea["payments"] = [
        {"slug": "pypay_one", "invoice_slug": "inv_may", "amount": 100.6, "date": "2026-05-20"},
        {
            "slug": "pypay_two",
            "invoice_slug": "inv_may",
            "amount": 20,
            "date": "2026-05-21",
            "method": "bank_transfer",
        },
        {"slug": "pypay_part", "invoice_slug": "inv_part", "amount": 0.01, "date": "2026-06-02"},
    ]
    kea["collections"] = [
        {
            "slug": "col_done",
            "invoice_slug": "inv_may",
            "amount": 100.6,
            "date": "2026-05-19",
            "state": "collected",
            "payment_slug": "pypay_one",
        },
        {"slug": "col_next", "invoice_slug": "inv_new", "amount": 80, "date": "2026-07-09"},
    ]
    return document
