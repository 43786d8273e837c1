"""Contacts: add, read, change, remove. Each change touches the contact's client."""

from mock_ignition import kinds
from mock_ignition.bodies import Body, Name, Text, given
from mock_ignition.client_api.clients import on_desk
from mock_ignition.client_api.desk import NEW_CONTACT, Desk
from mock_ignition.gateway import Answer, Ask, Endpoint, one
from mock_ignition.records import text_columns
from mock_ignition.replies import NOTHING, one_of
from mock_kit.store import Row


class ContactFields(Body):
    """What may be written on a contact."""

    email: Text = ""
    phone: Text = ""
    mobile: Text = ""
    position: Text = ""
    salutation: Text = ""
    addressee: Text = ""
    is_primary: bool = False
    is_signatory: bool = False
    is_invoice_recipient: bool = False


class ContactCreate(ContactFields):
    """A new contact. Flags not given: the first one is the primary, and a primary signs and is invoiced."""

    name: Name


class ContactPatch(ContactFields):
    """The fields to change."""

    name: Name = ""


def columns(body: Body, *without: str) -> Row:
    """Return the columns that a body writes."""
    return text_columns(given(body, *without), NEW_CONTACT)


def create(ask: Ask, body: ContactCreate, slug: str) -> Answer:
    """Add a contact to a client; `If-Match` names the client's version."""
    desk, client = on_desk(ask, slug)
    contact = desk.add_contact(client, columns(body))
    desk.flush()
    return one(desk.show_contact(client, contact), status=201)


def patch(ask: Ask, body: ContactPatch, slug: str) -> Answer:
    """Change a contact."""
    desk, client, contact = _on_desk(ask, slug)
    desk.change_contact(client, contact, columns(body))
    desk.flush()
    return one(desk.show_contact(client, contact))


def remove(ask: Ask, slug: str) -> Answer:
    """Remove a contact; when the primary goes, the oldest left takes its place."""
    desk, client, contact = _on_desk(ask, slug)
    desk.remove_contact(client, contact)
    desk.flush()
    return Answer(204)


def _on_desk(ask: Ask, slug: str) -> tuple[Desk, Row, Row]:
    found = kinds.CONTACT.find_match(ask, slug)
    desk = Desk.load(ask, [found["client_slug"]])
    client = desk.clients[found["client_slug"]]
    contact = next(other for other in desk.contacts[client["slug"]] if other["slug"] == slug)
    return desk, client, contact


_ROW = one_of(kinds.CONTACT.row)

ENDPOINTS = (
    Endpoint(
        "POST",
        "/clients/<slug>/contacts",
        create,
        one_of(kinds.CONTACT.row, 201),
        ContactCreate,
        matches=True,
    ),
    Endpoint("GET", "/contacts/<slug>", kinds.CONTACT.get, _ROW),
    Endpoint("PATCH", "/contacts/<slug>", patch, _ROW, ContactPatch, matches=True),
    Endpoint("DELETE", "/contacts/<slug>", remove, NOTHING, matches=True),
)
