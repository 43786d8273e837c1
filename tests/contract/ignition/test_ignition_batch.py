"""`POST /clients/batch`: each item for itself."""

from typing import Any

import pytest
from ignition_support import Fake


def batch(fake: Fake, *items: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = fake.do("POST", "/clients/batch", {"items": list(items)})
    return rows


def reported(fake: Fake, resource: str, slug: str) -> dict[str, Any]:
    rows = fake.call("GET", f"/reporting/{resource}?limit=100").get_json()["data"]
    return next(row for row in rows if row["slug"] == slug)


def test_an_item_without_a_slug_creates_a_client_with_contacts_and_an_importer_s_fields(fake: Fake) -> None:
    (made,) = batch(
        fake,
        {
            "name": "Imported",
            "phone": "1",
            "groups": ["A", "B"],
            "company_structure": "Trust",
            "tax_registered": False,
            "contacts": [{"name": "One", "email": "one@example.com"}, {"name": "Two", "is_primary": True}],
        },
    )
    assert (made["status"], made["error"]) == (201, None)
    row, contacts = made["data"], made["data"].pop("contacts")
    assert row.pop("etag") == fake.row(f"/clients/{row['slug']}")["etag"]
    assert reported(fake, "clients", row["slug"]) == row
    assert (row["groups"], row["company_structure"], row["tax_registered"]) == (["A", "B"], "Trust", False)
    assert [contact["name"] for contact in contacts] == ["One", "Two"]
    assert row["contact_slugs"] == [contact["slug"] for contact in contacts]
    shown = [reported(fake, "contacts", contact["slug"]) for contact in contacts]
    assert [
        {**row, "etag": contact["etag"]} for row, contact in zip(shown, contacts, strict=True)
    ] == contacts
    assert [contact["is_primary"] for contact in shown] == [False, True]
    assert [contact["is_signatory"] for contact in shown] == [False, True]
    assert fake.events() == [("client.created", {"client_slug": row["slug"]})]


def test_an_item_with_a_slug_patches_and_leaves_other_contacts_alone(fake: Fake) -> None:
    before = reported(fake, "contacts", "con_sam")
    fake.advance(60)
    (made,) = batch(
        fake,
        {
            "slug": "cli_acme",
            "tax_registered": None,
            "address": {"city": "Napier"},
            "groups": ["Farms"],
            "contacts": [{"name": "New"}, {"slug": "con_jo", "mobile": "7"}],
        },
    )
    assert made["status"] == 200
    assert [contact["name"] for contact in made["data"]["contacts"]] == ["New", "Jo Ngata"]
    row = reported(fake, "clients", "cli_acme")
    assert (row["tax_registered"], row["groups"]) == (None, ["Farms"])
    assert (row["address"]["city"], row["address"]["line"]) == ("Napier", "1 Queen St")
    assert row["updated_at"] == "2026-07-01T09:31:00Z"
    assert reported(fake, "contacts", "con_jo")["mobile"] == "7"
    assert reported(fake, "contacts", "con_sam") == before
    assert len(row["contact_slugs"]) == 3


REFUSED: list[tuple[dict[str, Any], int, str | None]] = [
    ({"phone": "1"}, 422, "name"),
    ({"name": ""}, 422, "name"),
    ({"name": "X", "colour": "red"}, 422, "colour"),
    ({"name": "X", "if_match": '"x"'}, 422, "if_match"),
    ({"name": "X", "manager_slug": "usr_no"}, 422, "manager_slug"),
    ({"name": "X", "contacts": [{"email": "x"}]}, 422, "contacts.0.name"),
    ({"name": "X", "contacts": [{"name": "A"}, {"slug": "con_jo"}]}, 422, "contacts.1.slug"),
    ({"name": "X", "contacts": [{"name": "A", "is_primary": 1}]}, 422, "contacts.0.is_primary"),
    ({"slug": "cli_none", "phone": "1"}, 404, None),
    ({"slug": "cli_acme", "name": None}, 422, "name"),
    ({"slug": "cli_acme", "state": "active"}, 422, "state"),
    ({"slug": "cli_acme", "phone": "1", "if_match": '"stale"'}, 412, None),
    ({"slug": "cli_acme", "phone": "1", "contacts": [{"slug": "con_no"}]}, 422, "contacts.0.slug"),
]


@pytest.mark.parametrize(("item", "status", "field"), REFUSED)
def test_a_refused_item_leaves_nothing_behind_and_the_others_go_on(
    fake: Fake, item: dict[str, Any], status: int, field: str | None
) -> None:
    before = fake.digest()
    (alone,) = batch(fake, item)
    assert (alone["status"], alone["data"]) == (status, None)
    assert [detail["field"] for detail in alone["error"]["details"]] == ([field] if field else [])
    assert fake.digest() == before
    answers = batch(fake, {"name": "Before"}, item, {"slug": "cli_bare", "phone": "5"})
    assert [answer["status"] for answer in answers] == [201, status, 200]
    assert reported(fake, "clients", answers[0]["data"]["slug"])["name"] == "Before"
    assert reported(fake, "clients", "cli_bare")["phone"] == "5"
    assert reported(fake, "clients", "cli_acme")["phone"] == "+64 9 555 0101"


@pytest.mark.parametrize("item", [None, 7, "x", []])
def test_an_item_that_is_no_object_is_refused_for_itself(fake: Fake, item: object) -> None:
    answers = batch(fake, item, {"name": "Good"})
    assert [answer["status"] for answer in answers] == [422, 201]


def test_the_etag_of_an_answer_is_the_one_the_next_write_needs(fake: Fake) -> None:
    (first,) = batch(
        fake, {"slug": "cli_acme", "phone": "1", "if_match": fake.row("/clients/cli_acme")["etag"]}
    )
    (second,) = batch(fake, {"slug": "cli_acme", "phone": "2", "if_match": first["data"]["etag"]})
    (third,) = batch(fake, {"slug": "cli_acme", "phone": "3", "if_match": first["data"]["etag"]})
    assert [first["status"], second["status"], third["status"]] == [200, 200, 412]
    assert reported(fake, "clients", "cli_acme")["phone"] == "2"


def test_an_item_that_changes_nothing_touches_nothing(fake: Fake) -> None:
    fake.advance(60)
    before = fake.digest()
    item = {
        "slug": "cli_acme",
        "phone": "+64 9 555 0101",
        "contacts": [{"slug": "con_jo", "name": "Jo Ngata"}],
    }
    assert batch(fake, item)[0]["status"] == 200
    assert fake.digest() == before


def test_two_items_for_one_client_are_done_one_after_the_other(fake: Fake) -> None:
    answers = batch(fake, {"slug": "cli_bare", "phone": "1"}, {"slug": "cli_bare", "fax": "2"})
    assert [answer["status"] for answer in answers] == [200, 200]
    row = fake.row("/clients/cli_bare")
    assert (row["phone"], row["fax"], row["etag"]) == ("1", "2", answers[1]["data"]["etag"])
    assert fake.events() == [("client.updated", {"client_slug": "cli_bare"})]


def test_a_contact_changed_with_its_client_tells_both(fake: Fake) -> None:
    batch(fake, {"slug": "cli_acme", "phone": "1", "contacts": [{"slug": "con_sam", "is_primary": True}]})
    about = {"client_slug": "cli_acme"}
    assert fake.events() == [
        ("client.updated", about),
        ("contact.updated", {**about, "contact_slug": "con_jo"}),
        ("contact.updated", {**about, "contact_slug": "con_sam"}),
    ]


def test_a_hundred_clients_come_in_with_one_call(fake: Fake) -> None:
    answers = batch(fake, *({"name": f"Client {n}", "contacts": [{"name": "A"}]} for n in range(100)))
    assert {answer["status"] for answer in answers} == {201}
    assert len(fake.state()["contacts"]) == 103
