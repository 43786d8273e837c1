"""Clients and contacts as the API shows them."""

from typing import Literal

from mock_ignition.shapes.base import (
    APP,
    TIMES,
    Book,
    ClientSlug,
    ContactSlug,
    Link,
    Member,
    Shape,
    Shown,
    SlugAndName,
    columns,
    link,
    user,
)
from mock_kit.store import Row

ClientState = Literal["lead", "active", "inactive", "archived"]


class Address(Shown):
    """An address; an empty part is an empty text."""

    line: str
    city: str
    region: str
    postcode: str
    country: str


def _client(record: Row, book: Book) -> Row:
    return {"slug": record["client_slug"], "name": book.clients[record["client_slug"]]["name"]}


CLIENT = Shape(
    "Client",
    "A client or a lead.",
    {
        "slug": Member(ClientSlug, "slug"),
        "name": Member(str, "name"),
        "state": Member(ClientState, "state"),
        **columns("email phone fax website salutation"),
        "contact_slugs": Member(
            list[ContactSlug],
            lambda record, book: book.contact_slugs.get(record["slug"], []),
        ),
        **columns("address postal_address", Address),
        "company_structure": Member(str | None, "company_structure"),
        "tax_registered": Member(bool | None, "tax_registered"),
        **columns("external_client_id xero_contact_id qbo_customer_id", str | None),
        "manager": user("manager_slug"),
        "partner": user("partner_slug"),
        "tags": Member(list[str], "tags"),
        "group_name": Member(
            str | None, lambda record, _book: record["groups"][0] if record["groups"] else None
        ),
        "groups": Member(list[str], "groups"),
        "link": link("clients"),
        **TIMES,
    },
)

CONTACT = Shape(
    "Contact",
    "A contact of one client.",
    {
        "id": Member(int, "id"),
        "slug": Member(ContactSlug, "slug"),
        "client": Member(SlugAndName, _client),
        **columns("name email phone mobile position salutation addressee"),
        **columns("is_primary is_signatory is_invoice_recipient", bool),
        "link": Member(
            Link, lambda record, _book: f"{APP}/clients/{record['client_slug']}/contacts/{record['slug']}"
        ),
        **TIMES,
    },
)
