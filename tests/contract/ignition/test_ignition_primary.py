"""Who becomes a client's primary contact signs for it and is invoiced, unless told."""

from typing import Any

import pytest
from ignition_support import Fake, world

FLAGS = ("is_primary", "is_signatory", "is_invoice_recipient")


def flags(fake: Fake, slug: str) -> list[bool]:
    row = next(row for row in fake.reported("contacts") if row["slug"] == slug)
    return [row[flag] for flag in FLAGS]


@pytest.mark.parametrize(
    ("roles", "after"),
    [
        ({"is_signatory": True, "is_invoice_recipient": True}, [True, True, True]),
        ({"is_signatory": True}, [True, True, False]),
        ({}, [True, False, False]),
    ],
)
def test_the_oldest_left_takes_the_place_and_the_roles_of_a_primary_that_is_removed(
    fake: Fake, roles: dict[str, bool], after: list[bool]
) -> None:
    document = world()
    jo, _sam = document["practices"][0]["clients"][0]["contacts"]
    jo |= {"is_signatory": False, **roles}
    fake.control("POST", "/world", document)
    there = fake.connect()
    newest = there.do("POST", "/clients/cli_acme/contacts", {"name": "Newest"}, 201)["slug"]
    there.do("DELETE", "/contacts/con_jo", status=204)
    assert flags(there, "con_sam") == after
    assert flags(there, newest) == [False, False, False]


def test_an_heir_keeps_the_roles_it_had(fake: Fake) -> None:
    fake.do("PATCH", "/contacts/con_sam", {"is_invoice_recipient": True})
    fake.do("DELETE", "/contacts/con_jo", status=204)
    assert flags(fake, "con_sam") == [True, True, True]


def test_who_is_no_primary_leaves_its_roles_to_nobody(fake: Fake) -> None:
    fake.do("PATCH", "/contacts/con_sam", {"is_signatory": True, "is_invoice_recipient": True})
    fake.do("DELETE", "/contacts/con_sam", status=204)
    assert flags(fake, "con_jo") == [True, True, False]


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({}, [True, True, True]),
        ({"is_signatory": False}, [True, False, True]),
        ({"is_signatory": False, "is_invoice_recipient": False}, [True, False, False]),
    ],
)
def test_a_contact_that_is_made_the_primary_signs_and_is_invoiced_unless_told(
    fake: Fake, said: dict[str, Any], after: list[bool]
) -> None:
    fake.do("PATCH", "/contacts/con_sam", {"is_primary": True, **said})
    assert flags(fake, "con_sam") == after
    assert flags(fake, "con_jo") == [False, True, False]  # it keeps the roles it had


def test_the_same_holds_for_a_contact_in_a_batch(fake: Fake) -> None:
    contacts = [{"slug": "con_sam", "is_primary": True, "is_invoice_recipient": False}]
    fake.do("POST", "/clients/batch", {"items": [{"slug": "cli_acme", "contacts": contacts}]})
    assert flags(fake, "con_sam") == [True, True, False]


def test_a_primary_that_is_named_the_primary_again_keeps_the_roles_it_was_given(fake: Fake) -> None:
    before = fake.digest()
    fake.do("PATCH", "/contacts/con_jo", {"is_primary": True})
    assert fake.digest() == before
    assert flags(fake, "con_jo") == [True, True, False]
