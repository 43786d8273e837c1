"""`POST /clients/batch`: up to 100 clients in one call, each item for itself.

An item is judged as a whole before any of it is done, so a refused one leaves nothing behind and
the others go on. All records are read at the start and written at the end, a few statements for
the whole batch rather than for each item.
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from mock_ignition import kinds
from mock_ignition.bodies import Body, Name, Names, ReadAs, read_item
from mock_ignition.client_api import clients, contacts
from mock_ignition.client_api.clients import ClientFields
from mock_ignition.client_api.contacts import ContactFields
from mock_ignition.client_api.desk import Desk
from mock_ignition.errors import ApiError, Error, invalid, not_found
from mock_ignition.gateway import Answer, Ask, Endpoint, check_match
from mock_ignition.replies import Reply
from mock_ignition.shapes.base import Shown
from mock_kit.store import Row

MAX_ITEMS = 100
IMPORTED = ("contacts", "slug", "if_match")
"""Members of an item that are no columns of the client."""


class BatchContact(ContactFields):
    """A contact of an item: without `slug` it is added, with one it is changed."""

    slug: str | None = None
    name: Name = ""


class BatchItem(ClientFields):
    """A client: without `slug` it is created, with one it is changed. Contacts not named stay as they are.

    `groups`, `company_structure` and `tax_registered` are an importer's. `if_match` is the ETag
    that the client must still have.
    """

    slug: str | None = None
    if_match: str | None = None
    name: Name = ""
    state: Literal["lead", "active"] = "lead"
    tax_registered: bool | None = None
    groups: Names = Field(default_factory=list)
    contacts: list[BatchContact] = Field(default_factory=list)


class BatchBody(Body):
    """The items. Each is read for itself as a `BatchItem`, so that a bad one spoils no other."""

    items: Annotated[list[Annotated[JsonValue, ReadAs(BatchItem)]], Field(min_length=1, max_length=MAX_ITEMS)]


class ClientWithContacts(kinds.CLIENT.row):  # type: ignore[name-defined,misc]  # a model made of a shape
    """A client with the contacts that the item named."""

    contacts: list[kinds.CONTACT.row]  # type: ignore[name-defined]  # as above


class BatchItemShown(Shown):
    """What became of one item: as the call for it alone would be answered."""

    status: int
    data: ClientWithContacts | None
    error: Error | None


class BatchShown(Shown):
    """What became of each item, in their order."""

    data: list[BatchItemShown]


def batch(ask: Ask, body: BatchBody) -> Answer:
    """Create or change many clients: each item in its order and for itself, with a status of its own."""
    items = [read_item(BatchItem, item) for item in body.items]
    desk = Desk.load(ask, [item.slug for item in items if isinstance(item, BatchItem) and item.slug])
    done = [_attempt(desk, item) for item in items]
    desk.flush()
    return Answer(200, {"data": done})


def _attempt(desk: Desk, item: BatchItem | ApiError) -> Row:
    try:
        if isinstance(item, ApiError):
            raise item
        return _create(desk, item) if item.slug is None else _patch(desk, item, item.slug)
    except ApiError as refusal:
        return {"status": refusal.status, "data": None, "error": refusal.error}


def _create(desk: Desk, item: BatchItem) -> Row:
    if "name" not in item.model_fields_set:
        raise invalid("name", "a new client needs one")
    if item.if_match is not None:
        raise invalid("if_match", "a new client has no version yet")
    values = clients.new_columns(item, *IMPORTED)
    desk.check_team(values)
    family = _judged(item, [])
    client = desk.add_client(values)
    return _answer(desk, client, family, 201)


def _patch(desk: Desk, item: BatchItem, slug: str) -> Row:
    client = desk.clients.get(slug)
    if client is None:
        raise not_found("client", slug)
    if "state" in item.model_fields_set:
        raise invalid("state", "is given at creation only")
    check_match(item.if_match, desk.show_client(client), slug)
    values = clients.columns(item, client, *IMPORTED)
    desk.check_team(values, client)
    family = _judged(item, desk.contacts[slug])
    desk.change_client(client, values)
    return _answer(desk, client, family, 200)


def _judged(item: BatchItem, present: list[Row]) -> list[tuple[BatchContact, Row | None]]:
    """Return the item's contacts, each with the one it changes. Raises ApiError (422)."""
    by_slug = {contact["slug"]: contact for contact in present}
    judged: list[tuple[BatchContact, Row | None]] = []
    for place, contact in enumerate(item.contacts):
        if contact.slug is None and "name" not in contact.model_fields_set:
            raise invalid(f"contacts.{place}.name", "a new contact needs one")
        if contact.slug is not None and contact.slug not in by_slug:
            raise invalid(f"contacts.{place}.slug", f"the client has no contact {contact.slug}")
        judged.append((contact, by_slug[contact.slug] if contact.slug is not None else None))
    return judged


def _answer(desk: Desk, client: Row, family: list[tuple[BatchContact, Row | None]], status: int) -> Row:
    """Do the contacts' part of a judged item, and return what the item is answered."""
    after: list[Row] = []
    has_primary = any(asked.is_primary for asked, _present in family)
    for asked, present in family:
        values = contacts.columns(asked, "slug")
        if present is None:
            # Where the item names a primary, no other contact is taken for one because it came first.
            unsaid = {"is_primary": False} if has_primary else {}
            after.append(desk.add_contact(client, unsaid | values))
        else:
            desk.change_contact(client, present, values)
            after.append(present)
    shown = desk.show_client(client)
    etag = shown.pop("etag")
    rows = [desk.show_contact(client, contact) for contact in after]
    return {"status": status, "data": {**shown, "contacts": rows, "etag": etag}, "error": None}


ENDPOINTS = (Endpoint("POST", "/clients/batch", batch, Reply(200, BatchShown), BatchBody),)
