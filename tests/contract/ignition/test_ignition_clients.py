"""Clients and their contacts, each write read back through the Reporting API."""

from typing import Any

import pytest
from ignition_support import Fake


def reported(fake: Fake, resource: str, slug: str) -> dict[str, Any]:
    rows = fake.call("GET", f"/reporting/{resource}?limit=100").get_json()["data"]
    return next(row for row in rows if row["slug"] == slug)


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_a_new_client_is_a_lead_with_what_was_given(fake: Fake) -> None:
    body = {
        "name": "O'Brien & Söhne <Ltd> 🦜",
        "email": "o@example.com",
        "phone": "1",
        "fax": "2",
        "website": "https://o.example",
        "salutation": "All",
        "address": {"line": "1 Rd\nFloor 2", "city": "Perth"},
        "postal_address": {"postcode": "6000"},
        "manager_slug": "usr_ana",
        "partner_slug": "usr_bo",
        "external_client_id": "X-9",
        "tags": ["a", "b"],
        "company_structure": "Trust",
    }
    made = fake.do("POST", "/clients", body, 201)
    row = reported(fake, "clients", made["slug"])
    assert row == without(made, "etag")
    assert made["slug"].startswith("cli_")
    assert row["state"] == "lead"
    same = ("name", "email", "phone", "fax", "website", "salutation", "tags", "company_structure")
    assert {name: row[name] for name in same} == {name: body[name] for name in same}
    assert row["external_client_id"] == "X-9"
    assert row["address"] == {
        "line": "1 Rd\nFloor 2",
        "city": "Perth",
        "region": "",
        "postcode": "",
        "country": "",
    }
    assert row["postal_address"]["postcode"] == "6000"
    assert (row["manager"]["slug"], row["partner"]["slug"]) == ("usr_ana", "usr_bo")
    assert (row["tax_registered"], row["groups"], row["contact_slugs"]) == (None, [], [])


def test_a_client_can_be_created_active(fake: Fake) -> None:
    made = fake.do("POST", "/clients", {"name": "Engaged", "state": "active"}, 201)
    assert reported(fake, "clients", made["slug"])["state"] == "active"


def test_two_clients_may_share_a_name(fake: Fake) -> None:
    first = fake.do("POST", "/clients", {"name": "Twin"}, 201)
    second = fake.do("POST", "/clients", {"name": "Twin"}, 201)
    assert first["slug"] != second["slug"]
    assert reported(fake, "clients", first["slug"])["name"] == "Twin"
    assert reported(fake, "clients", second["slug"])["name"] == "Twin"


def test_a_patch_changes_what_is_given_and_nothing_else(fake: Fake) -> None:
    before = reported(fake, "clients", "cli_acme")
    fake.advance(60)
    fake.do("PATCH", "/clients/cli_acme", {"phone": "7", "address": {"city": "Napier"}})
    after = reported(fake, "clients", "cli_acme")
    assert after == {
        **before,
        "phone": "7",
        "address": {**before["address"], "city": "Napier"},
        "updated_at": "2026-07-01T09:31:00Z",
    }


@pytest.mark.parametrize(
    ("field", "shown", "empty"),
    [
        ("email", "email", ""),
        ("phone", "phone", ""),
        ("fax", "fax", ""),
        ("website", "website", ""),
        ("salutation", "salutation", ""),
        ("address", "address", {"line": "", "city": "", "region": "", "postcode": "", "country": ""}),
        ("manager_slug", "manager", None),
        ("partner_slug", "partner", None),
        ("external_client_id", "external_client_id", None),
        ("company_structure", "company_structure", None),
        ("tags", "tags", []),
    ],
)
def test_null_clears_a_field(fake: Fake, field: str, shown: str, empty: object) -> None:
    assert reported(fake, "clients", "cli_acme")[shown] != empty
    fake.do("PATCH", "/clients/cli_acme", {field: None})
    assert reported(fake, "clients", "cli_acme")[shown] == empty


def test_null_clears_one_part_of_an_address(fake: Fake) -> None:
    fake.do("PATCH", "/clients/cli_acme", {"address": {"line": None}})
    address = reported(fake, "clients", "cli_acme")["address"]
    assert (address["line"], address["city"]) == ("", "Auckland")


@pytest.mark.parametrize(
    "body", [{}, {"phone": "+64 9 555 0101"}, {"address": {"city": "Auckland"}, "tags": ["vip"]}]
)
def test_a_patch_to_what_is_there_already_touches_nothing(fake: Fake, body: object) -> None:
    fake.advance(60)
    before = fake.digest()
    fake.do("PATCH", "/clients/cli_acme", body)
    assert fake.digest() == before


def test_groups_are_replaced_and_touch_the_client(fake: Fake) -> None:
    fake.advance(60)
    fake.do("PUT", "/clients/cli_acme/groups", {"groups": ["Farms"]})
    row = reported(fake, "clients", "cli_acme")
    assert (row["groups"], row["group_name"]) == (["Farms"], "Farms")
    assert row["updated_at"] == "2026-07-01T09:31:00Z"
    fake.do("PUT", "/clients/cli_acme/groups", {"groups": []})
    assert reported(fake, "clients", "cli_acme")["group_name"] is None


@pytest.mark.parametrize("state", ["lead", "active"])
def test_an_archived_client_comes_back_in_the_state_it_had(fake: Fake, state: str) -> None:
    slug = fake.do("POST", "/clients", {"name": "X", "state": state}, 201)["slug"]
    fake.advance(60)
    fake.do("POST", f"/clients/{slug}/archive")
    row = reported(fake, "clients", slug)
    assert (row["state"], row["updated_at"]) == ("archived", "2026-07-01T09:31:00Z")
    assert fake.call("POST", f"/clients/{slug}/archive").status_code == 409
    fake.do("POST", f"/clients/{slug}/restore")
    assert reported(fake, "clients", slug)["state"] == state


def test_a_client_archived_before_the_world_began_is_restored_as_active(fake: Fake) -> None:
    fake.control(
        "POST",
        "/world",
        {
            "now": "2026-07-01T09:30:00Z",
            "apps": [{"client_id": "a"}],
            "practices": [
                {
                    "tenant_id": "prc_kea",
                    "name": "K",
                    "clients": [{"slug": "cli_a", "name": "A", "state": "archived"}],
                }
            ],
        },
    )
    again = fake.connect()
    again.do("POST", "/clients/cli_a/restore")
    assert reported(again, "clients", "cli_a")["state"] == "active"


def test_client_events_tell_creation_and_each_change(fake: Fake) -> None:
    slug = fake.do("POST", "/clients", {"name": "X"}, 201)["slug"]
    fake.do("PATCH", f"/clients/{slug}", {"phone": "1"})
    fake.do("PATCH", f"/clients/{slug}", {"phone": "1"})
    fake.do("PUT", f"/clients/{slug}/groups", {"groups": ["A"]})
    told = {"client_slug": slug}
    assert fake.events() == [("client.created", told), ("client.updated", told), ("client.updated", told)]


# Contacts


def test_a_new_contact_belongs_to_its_client_and_touches_it(fake: Fake) -> None:
    body = {
        "name": "Kim",
        "email": "kim@example.com",
        "phone": "1",
        "mobile": "2",
        "position": "Accountant",
        "salutation": "K",
        "addressee": "Kim K",
        "is_signatory": True,
        "is_invoice_recipient": True,
    }
    fake.advance(60)
    made = fake.do("POST", "/clients/cli_acme/contacts", body, 201)
    row = reported(fake, "contacts", made["slug"])
    assert row == without(made, "etag") == without(fake.row(f"/contacts/{made['slug']}"), "etag")
    assert {name: row[name] for name in body} == body
    assert (row["client"], row["is_primary"]) == ({"slug": "cli_acme", "name": "Acme Pty Ltd"}, False)
    client = reported(fake, "clients", "cli_acme")
    assert client["contact_slugs"] == ["con_jo", "con_sam", made["slug"]]
    assert client["updated_at"] == "2026-07-01T09:31:00Z"
    assert fake.events() == [("contact.updated", {"contact_slug": made["slug"], "client_slug": "cli_acme"})]


def test_the_first_contact_is_the_primary_who_signs_and_is_invoiced_unless_told(fake: Fake) -> None:
    flags = ("is_primary", "is_signatory", "is_invoice_recipient")
    first = fake.do("POST", "/clients/cli_bare/contacts", {"name": "First"}, 201)
    second = fake.do("POST", "/clients/cli_bare/contacts", {"name": "Second"}, 201)
    assert [reported(fake, "contacts", first["slug"])[flag] for flag in flags] == [True, True, True]
    assert [reported(fake, "contacts", second["slug"])[flag] for flag in flags] == [False, False, False]
    slug = fake.do("POST", "/clients", {"name": "Other"}, 201)["slug"]
    body = {"name": "Told", "is_primary": False, "is_signatory": True}
    told = fake.do("POST", f"/clients/{slug}/contacts", body, 201)
    assert [reported(fake, "contacts", told["slug"])[flag] for flag in flags] == [False, True, False]


def test_a_contact_patch_changes_what_is_given_and_touches_the_client(fake: Fake) -> None:
    before = reported(fake, "contacts", "con_jo")
    fake.advance(60)
    fake.do("PATCH", "/contacts/con_jo", {"mobile": "9", "email": None, "is_invoice_recipient": True})
    changed = {"mobile": "9", "email": "", "is_invoice_recipient": True, "updated_at": "2026-07-01T09:31:00Z"}
    assert reported(fake, "contacts", "con_jo") == {**before, **changed}
    assert reported(fake, "clients", "cli_acme")["updated_at"] == "2026-07-01T09:31:00Z"


def test_a_contact_patch_to_what_is_there_already_touches_nothing(fake: Fake) -> None:
    fake.advance(60)
    before = fake.digest()
    fake.do("PATCH", "/contacts/con_jo", {"name": "Jo Ngata", "is_primary": True})
    assert fake.digest() == before


def test_there_is_one_primary_contact_the_one_chosen_last(fake: Fake) -> None:
    fake.do("PATCH", "/contacts/con_sam", {"is_primary": True})
    assert reported(fake, "contacts", "con_jo")["is_primary"] is False
    made = fake.do("POST", "/clients/cli_acme/contacts", {"name": "Boss", "is_primary": True}, 201)
    rows = fake.call("GET", "/reporting/contacts").get_json()["data"]
    assert [row["slug"] for row in rows if row["is_primary"]] == [made["slug"]]


def test_a_removed_contact_is_gone_and_the_oldest_left_becomes_primary(fake: Fake) -> None:
    fake.do("POST", "/clients/cli_acme/contacts", {"name": "Newest"}, 201)
    fake.advance(60)
    fake.do("DELETE", "/contacts/con_jo", status=204)
    assert fake.call("GET", "/contacts/con_jo").status_code == 404
    assert reported(fake, "contacts", "con_sam")["is_primary"] is True
    client = reported(fake, "clients", "cli_acme")
    assert "con_jo" not in client["contact_slugs"]
    assert client["updated_at"] == "2026-07-01T09:31:00Z"
    assert ("contact.updated", {"contact_slug": "con_jo", "client_slug": "cli_acme"}) in fake.events()


def test_the_last_contact_can_go_too(fake: Fake) -> None:
    fake.do("DELETE", "/contacts/con_sam", status=204)
    fake.do("DELETE", "/contacts/con_jo", status=204)
    assert reported(fake, "clients", "cli_acme")["contact_slugs"] == []


def test_a_renamed_client_is_shown_by_its_contacts_and_proposals(fake: Fake) -> None:
    fake.do("PATCH", "/clients/cli_acme", {"name": "Acme Ltd"})
    assert reported(fake, "contacts", "con_jo")["client"]["name"] == "Acme Ltd"
    assert reported(fake, "proposals", "prop_one")["client_name"] == "Acme Ltd"
