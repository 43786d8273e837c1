"""A world with what hangs on clients, and the bytes that either version owes for it, transcribed by hand."""

import copy
from typing import Any

from flask import Flask

from tests.contract.xpm.conftest import unlimited
from tests.contract.xpm.small import ACME, BAKER, CLOSED, JANE, WORLD

SPOUSE = "55555555-0000-4000-8000-000000000001"
SINCE = "44444444-0000-4000-8000-000000000001"
HEADS = "44444444-0000-4000-8000-000000000002"
RATE = "44444444-0000-4000-8000-000000000003"
VIP = "44444444-0000-4000-8000-000000000004"
MOTTO = "44444444-0000-4000-8000-000000000005"
JOB_CODE = "44444444-0000-4000-8000-000000000006"


def world() -> dict[str, Any]:
    """Return the small world with a relationship, a document, custom fields, quotes and invoices."""
    made = copy.deepcopy(WORLD)
    practice = made["tenants"][0]
    baker, acme = practice["clients"][:2]
    acme |= {
        "type": {"name": "Company", "cost_markup": "12.5", "payment_term": "DayOfMonth", "payment_day": 20},
        "relationships": [
            {
                "uuid": SPOUSE,
                "related_client_uuid": BAKER,
                "type": "Shareholder",
                "number_of_shares": "1000",
                "percentage": "12.50",
                "start_date": "2020-07-01",
            }
        ],
        "documents": [{"title": "Deed", "folder": "Trust", "file_name": "deed.txt", "content": "ZGVlZA=="}],
        "custom_fields": [
            {"uuid": SINCE, "value": "2019-05-01"},
            {"uuid": HEADS, "value": "12"},
            {"uuid": VIP, "value": "no"},
        ],
    }
    baker["custom_fields"] = [{"uuid": MOTTO, "value": "Fresh & <warm>"}]
    practice["custom_fields"] = [
        {"uuid": SINCE, "name": "Client since", "type": "Date"},
        {"uuid": HEADS, "name": "Employees", "type": "Number", "use_job": True},
        {"uuid": RATE, "name": "Rate", "type": "Decimal"},
        {"uuid": VIP, "name": "VIP", "type": "Boolean"},
        {"uuid": MOTTO, "name": "Motto", "type": "Text", "use_contact": True},
        {"uuid": JOB_CODE, "name": "Code of the job", "type": "Text", "use_client": False, "use_job": True},
    ]
    practice["quotes"] = [
        {
            "number": "Q000007",
            "state": "Issued",
            "name": "Accounts & tax",
            "description": "For the year",
            "budget": "900",
            "option_explanation": "One option",
            "client_uuid": ACME,
            "contact_uuid": JANE,
            "date": "2026-02-01",
            "valid_date": "2026-03-01",
            "tasks": [
                {
                    "name": "Read papers",
                    "description": "All",
                    "estimated_minutes": 90,
                    "billable_rate": "200.00",
                    "amount": "300.00",
                    "amount_tax": "30.00",
                }
            ],
            "costs": [
                {
                    "description": "Filing",
                    "code": "F1",
                    "note": "Twice",
                    "quantity": "2",
                    "unit_cost": "10.25",
                    "unit_price": "20.125",
                    "amount_tax": "4.03",
                },
                {"description": "Coffee", "unit_cost": "4", "unit_price": "9", "billable": False},
            ],
        },
        {"type": "Estimate", "name": "Rough", "client_uuid": BAKER, "date": "2026-02-28", "amount": "50"},
        {"name": "Old", "client_uuid": CLOSED, "date": "2025-02-01", "state": "Declined"},
    ]
    practice["invoices"] = [
        {
            "number": "INV-9",
            "status": "Approved",
            "description": "Thanks",
            "client_order_number": "PROP-1",
            "client_uuid": ACME,
            "contact_uuid": JANE,
            "date": "2026-04-01",
            "due_date": "2026-04-20",
            "amount_paid": "100",
            "jobs": [
                {
                    "number": "J000001",
                    "tasks": [{"name": "Read papers", "amount": "300.00", "amount_tax": "30.00"}],
                    "costs": [{"description": "Filing", "quantity": "1.5", "unit_price": "10"}],
                }
            ],
        },
        {"client_uuid": BAKER, "date": "2026-04-02", "amount": "20", "amount_tax": "2", "job_text": "Advice"},
        {"client_uuid": BAKER, "date": "2026-04-03", "amount": "40", "status": "Paid"},
    ]
    return made


def load_paperwork(app: Flask, document: dict[str, Any] | None = None) -> None:
    unlimited(app)
    answer = app.test_client().post("/_control/world", json=document or world())
    assert answer.status_code == 200, answer.text
