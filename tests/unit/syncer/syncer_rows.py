"""Rows of Ignition, written out by hand from the fields that its contract gives."""

from typing import Any

Row = dict[str, Any]

CLIENT: Row = {
    "slug": "cli_1",
    "name": "Smith & Co",
    "state": "active",
    "email": "office@smith.test",
    "phone": "0113",
    "fax": None,
    "website": "https://smith.test",
    "salutation": None,
    "contact_slugs": ["con_1"],
    "address": {"line": "1 High St", "city": "Leeds", "region": None, "postcode": "LS1", "country": "UK"},
    "postal_address": None,
    "company_structure": "Trust",
    "tax_registered": True,
    "external_client_id": "x1",
    "xero_contact_id": None,
    "qbo_customer_id": None,
    "manager": {"slug": "usr_bob", "name": "Bob", "email": "bob@p.test"},
    "partner": None,
    "tags": [],
    "group_name": "Farms",
    "groups": ["Trusts", "Farms"],
    "link": "https://app.test/cli_1",
    "created_at": "2026-06-01T00:00:00Z",
    "updated_at": "2026-06-02T00:00:00Z",
}
CONTACT: Row = {
    "id": 7,
    "slug": "con_1",
    "client": {"slug": "cli_1", "name": "Smith & Co"},
    "name": "Al",
    "email": None,
    "phone": "1",
    "mobile": "2",
    "position": "Owner",
    "salutation": "Mr A",
    "addressee": None,
    "is_primary": True,
    "is_signatory": True,
    "is_invoice_recipient": False,
    "link": "https://app.test/con_1",
    "created_at": "2026-06-01T00:00:00Z",
    "updated_at": "2026-06-02T00:00:00Z",
}
LINE: Row = {
    "slug": "pss_1",
    "service_slug": "svc_1",
    "name": "Bookkeeping",
    "description": None,
    "position": 1,
    "is_add_on": False,
    "is_selected_for_acceptance": True,
    "invoice_strategy": "automatic",
    "billing": {
        "mode": "recurring",
        "summary": "monthly",
        "is_recurring": True,
        "schedules": [{"cadence": "monthly", "recurrence": "monthly", "currency": "AUD"}],
    },
    "pricing": {"currency": "AUD", "quantity": 1, "price_type": "fixed"},
}
PROPOSAL: Row = {
    "slug": "prop_1",
    "name": "Engagement 2026",
    "reference_number": "PROP-1042",
    "state": "accepted",
    "client_slug": "cli_1",
    "client_name": "Smith & Co",
    "external_client_id": None,
    "client_tags": [],
    "contract_term": 12,
    "proposal_start_date": "2026-07-01",
    "proposal_end_date": "2027-06-30",
    "accepted_at": "2026-06-30T23:00:00Z",
    "lost_at": None,
    "link": "https://app.test/prop_1",
    "services": [LINE],
}
WORKFLOW: Row = {
    "mode": "job_per_service",
    "jobs": [
        {
            "proposal_service_slug": "pss_1",
            "name": "Books",
            "description": None,
            "category_uuid": "cat-1",
            "budget": 1200.0,
            "staff_slugs": ["usr_ann", "usr_bob"],
            "start_date": "2026-07-15",
            "due_date": None,
            "due_after_days": 20,
            "recurrence": "quarterly",
        }
    ],
}
