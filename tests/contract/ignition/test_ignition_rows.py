"""The shapes of the rows, transcribed from the contract's page."""

import json
from typing import Any

import pytest
from ignition_support import Fake, world

ADDRESS = {
    "line": "1 Queen St",
    "city": "Auckland",
    "region": "Auckland",
    "postcode": "1010",
    "country": "New Zealand",
}
NO_ADDRESS = {"line": "", "city": "", "region": "", "postcode": "", "country": ""}

CLIENT = {
    "slug": "cli_acme",
    "name": "Acme Pty Ltd",
    "state": "lead",
    "email": "office@example.com",
    "phone": "+64 9 555 0101",
    "fax": "+64 9 555 0102",
    "website": "https://acme.example",
    "salutation": "Acme team",
    "contact_slugs": ["con_jo", "con_sam"],
    "address": ADDRESS,
    "postal_address": NO_ADDRESS,
    "company_structure": "Company",
    "tax_registered": True,
    "external_client_id": "E-1",
    "xero_contact_id": None,
    "qbo_customer_id": None,
    "manager": {"slug": "usr_ana", "name": "Ana Kea", "email": "ana@example.com"},
    "partner": {"slug": "usr_bo", "name": "Bo Reed", "email": "bo@example.com"},
    "tags": ["vip"],
    "group_name": "Retail",
    "groups": ["Retail", "Auckland"],
    "link": "https://go.ignition.example/clients/cli_acme",
    "created_at": "2026-07-01T09:30:00Z",
    "updated_at": "2026-07-01T09:30:00Z",
}
CONTACT = {
    "id": 0,
    "slug": "con_jo",
    "client": {"slug": "cli_acme", "name": "Acme Pty Ltd"},
    "name": "Jo Ngata",
    "email": "jo@example.com",
    "phone": "09 555 0103",
    "mobile": "021 555 0104",
    "position": "Director",
    "salutation": "Jo",
    "addressee": "Ms J Ngata",
    "is_primary": True,
    "is_signatory": True,
    "is_invoice_recipient": False,
    "link": "https://go.ignition.example/clients/cli_acme/contacts/con_jo",
    "created_at": "2026-07-01T09:30:00Z",
    "updated_at": "2026-07-01T09:30:00Z",
}
SERVICE = {
    "slug": "svc_gst",
    "name": "GST returns",
    "description": "Six a year",
    "state": "active",
    "price": {"amount": 120.5, "currency": "NZD"},
    "price_type": "fixed",
    "billing_mode": "automatic",
    "unit_name": None,
    "min_price": None,
    "max_price": None,
    "tax_rate": None,
    "service_group": {"slug": "", "name": "Tax"},
    "service_category": None,
    "service_origin": "practice",
    "job_template": {"slug": "jtpl_gst", "name": "GST return", "xpm_template_uuid": "tpl-gst"},
    "link": "https://go.ignition.example/services/svc_gst",
    "created_at": "2026-07-01T09:30:00Z",
    "updated_at": "2026-07-01T09:30:00Z",
}
PROPOSAL = {
    "slug": "prop_one",
    "name": "Tax 2027",
    "reference_number": "PROP-1002",
    "state": "draft",
    "client_slug": "cli_acme",
    "client_name": "Acme Pty Ltd",
    "external_client_id": "E-1",
    "client_tags": ["vip"],
    "contract_term": 12,
    "minimum_contract_length": 12,
    "minimum_contract_value": {"amount": 482.0, "currency": "NZD"},
    "proposal_start_type": "on_acceptance",
    "proposal_start_date": None,
    "proposal_end_date": None,
    "creator": {"name": "Kea & Partners"},
    "sender": None,
    "sent_at": None,
    "accepted_at": None,
    "lost_at": None,
    "link": "https://go.ignition.example/proposals/prop_one",
    "services": [
        {
            "slug": "",
            "service_slug": "svc_gst",
            "name": "GST returns",
            "description": "Six a year",
            "position": 1,
            "is_add_on": False,
            "is_selected_for_acceptance": True,
            "invoice_strategy": "recurring",
            "billing": {
                "mode": "recurring",
                "summary": "Every 3 months",
                "is_recurring": True,
                "schedules": [
                    {
                        "cadence": "quarterly",
                        "recurrence": "Every 3 months",
                        "currency": "NZD",
                        "minimum_period_value": 120.5,
                        "minimum_contract_value": 482.0,
                    }
                ],
            },
            "pricing": {
                "currency": "NZD",
                "quantity": 1,
                "price_type": "fixed",
                "minimum_period_value": 120.5,
                "minimum_contract_value": 482.0,
            },
        },
        {
            "slug": "",
            "service_slug": "svc_setup",
            "name": "Set-up",
            "description": "",
            "position": 2,
            "is_add_on": True,
            "is_selected_for_acceptance": False,
            "invoice_strategy": "on_acceptance",
            "billing": {
                "mode": "one_time",
                "summary": "Once",
                "is_recurring": False,
                "schedules": [
                    {
                        "cadence": "once_off",
                        "recurrence": None,
                        "currency": "NZD",
                        "minimum_period_value": 300.0,
                        "minimum_contract_value": 300.0,
                    }
                ],
            },
            "pricing": {
                "currency": "NZD",
                "quantity": 1,
                "price_type": "fixed",
                "minimum_period_value": 300.0,
                "minimum_contract_value": 300.0,
            },
        },
    ],
    "created_at": "2026-07-01T09:30:00Z",
    "updated_at": "2026-07-01T09:30:00Z",
}


def first(fake: Fake, resource: str, slug: str) -> dict[str, Any]:
    rows = fake.call("GET", f"/reporting/{resource}").get_json()["data"]
    return next(row for row in rows if row["slug"] == slug)


def in_order(row: Any) -> str:
    return json.dumps(row, indent=1, ensure_ascii=False)


def test_a_client_row_has_the_page_s_fields_in_the_page_s_order(fake: Fake) -> None:
    assert in_order(first(fake, "clients", "cli_acme")) == in_order(CLIENT)


def test_a_contact_row_has_the_page_s_fields_and_a_numeric_id(fake: Fake) -> None:
    row = first(fake, "contacts", "con_jo")
    assert isinstance(row["id"], int)
    assert 0 < row["id"] < 2**53
    assert in_order({**row, "id": 0}) == in_order(CONTACT)


def test_a_service_row_has_the_page_s_fields_in_the_page_s_order(fake: Fake) -> None:
    row = first(fake, "services", "svc_gst")
    assert row["service_group"]["slug"].startswith("grp_")
    row["service_group"]["slug"] = ""
    assert in_order(row) == in_order(SERVICE)


def test_a_proposal_row_has_the_page_s_fields_in_the_page_s_order(fake: Fake) -> None:
    row = first(fake, "proposals", "prop_one")
    for line in row["services"]:
        assert line["slug"].startswith("pss_")
        line["slug"] = ""
    assert in_order(row) == in_order(PROPOSAL)


def test_a_list_is_written_as_the_page_shows_it_byte_for_byte(fake: Fake) -> None:
    other = fake.connect("prc_tui")
    answer = other.call("GET", "/reporting/clients?limit=1")
    assert answer.content_type == "application/json"
    assert answer.get_data(as_text=True) == (
        '{"data":[{"slug":"cli_acme","name":"Another Acme","state":"lead","email":"","phone":"","fax":"",'
        '"website":"","salutation":"","contact_slugs":["con_tui"],'
        '"address":{"line":"","city":"","region":"","postcode":"","country":""},'
        '"postal_address":{"line":"","city":"","region":"","postcode":"","country":""},'
        '"company_structure":null,"tax_registered":null,"external_client_id":null,"xero_contact_id":null,'
        '"qbo_customer_id":null,"manager":null,"partner":null,"tags":[],"group_name":null,"groups":[],'
        '"link":"https://go.ignition.example/clients/cli_acme",'
        '"created_at":"2026-07-01T09:30:00Z","updated_at":"2026-07-01T09:30:00Z"}],'
        '"meta":{"pagination":{"has_more":false,"next_cursor":null,"limit":1}}}'
    )


@pytest.mark.parametrize(
    ("path", "expected", "further"),
    [
        ("/clients/cli_acme", CLIENT, ["etag"]),
        ("/contacts/con_jo", CONTACT, ["etag"]),
        ("/services/svc_gst", SERVICE, ["etag"]),
        ("/proposals/prop_one", PROPOSAL, ["options", "renewal_of_slug", "workflow", "deployment", "etag"]),
    ],
)
def test_the_practice_api_shows_the_same_rows_and_their_etag(
    fake: Fake, path: str, expected: dict[str, Any], further: list[str]
) -> None:
    answer = fake.call("GET", path)
    row = answer.get_json()["data"]
    assert list(row) == [*expected, *further]
    assert answer.headers["ETag"] == row["etag"]


def test_users_and_job_templates_have_the_agreed_fields(fake: Fake) -> None:
    times = {"created_at": "2026-07-01T09:30:00Z", "updated_at": "2026-07-01T09:30:00Z"}
    user = fake.row("/users/usr_bo")
    del user["etag"]
    bo = {"slug": "usr_bo", "name": "Bo Reed", "email": "bo@example.com", "xpm_staff_uuid": "staff-bo"}
    assert in_order(user) == in_order({**bo, **times})
    templates = fake.call("GET", "/job_templates").get_json()["data"]
    gst = next(row for row in templates if row["slug"] == "jtpl_gst")
    del gst["etag"]
    assert in_order(gst) == in_order(
        {"slug": "jtpl_gst", "name": "GST return", "xpm_template_uuid": "tpl-gst", **times}
    )


def test_the_same_world_gives_the_same_state_in_another_order_of_loading(fake: Fake) -> None:
    before = fake.digest()
    fake.control("POST", "/world", {**world(), "practices": world()["practices"][::-1]})
    assert fake.digest() == before
