"""Clients: create, read, change, archive, restore, and their groups."""

from typing import Literal

from mock_ignition import kinds
from mock_ignition.bodies import (
    AddressBody,
    Body,
    Name,
    Names,
    NoBody,
    ShortText,
    Slug,
    Text,
    given,
    merged_address,
)
from mock_ignition.client_api.desk import Desk
from mock_ignition.errors import conflict, not_found
from mock_ignition.gateway import Answer, Ask, Endpoint, check_match, one
from mock_ignition.records import address_columns, text_columns
from mock_ignition.replies import one_of, page_of
from mock_kit.store import Row

TEXTS = ("email", "phone", "fax", "website", "salutation")


class ClientFields(Body):
    """What a person may write on a client. A partial address changes its given parts only."""

    email: Text = ""
    phone: Text = ""
    fax: Text = ""
    website: Text = ""
    salutation: Text = ""
    address: AddressBody | None = None
    postal_address: AddressBody | None = None
    manager_slug: Slug | None = None
    partner_slug: Slug | None = None
    external_client_id: ShortText | None = None
    tags: Names | None = None
    company_structure: ShortText | None = None


class ClientCreate(ClientFields):
    """A new client: a lead, unless it is said to be active."""

    name: Name
    state: Literal["lead", "active"] = "lead"


class ClientPatch(ClientFields):
    """The fields to change."""

    name: Name = ""


class GroupsBody(Body):
    """All groups of a client, by name, in the order to show; one that is named twice counts once."""

    groups: Names


def columns(body: Body, present: Row, *without: str) -> Row:
    """Return the columns that a body writes over those of `present`."""
    values = text_columns(given(body, "address", "postal_address", *without), TEXTS)
    if "tags" in values:
        values["tags"] = values["tags"] or []
    return values | address_columns(body, present)


def new_columns(body: Body, *without: str) -> Row:
    """Return the columns of a new client from a body that has at least its name."""
    blank: Row = {"state": "lead", "tags": [], "groups": []}
    addresses = {name: merged_address(None, None) for name in ("address", "postal_address")}
    return blank | addresses | columns(body, {}, *without)


def on_desk(ask: Ask, slug: str) -> tuple[Desk, Row]:
    """Return a desk with one client that is about to be written. Raises ApiError: 404, 412."""
    desk = Desk.load(ask, [slug])
    client = desk.clients.get(slug)
    if client is None:
        raise not_found("client", slug)
    if ask.if_match is not None:
        check_match(ask.if_match, desk.show_client(client), slug)
    return desk, client


def done(desk: Desk, client: Row, *, status: int = 200) -> Answer:
    """Write the desk and answer with the client."""
    desk.flush()
    return one(desk.show_client(client), status=status)


def create(ask: Ask, body: ClientCreate) -> Answer:
    """Create a client."""
    desk = Desk.load(ask, [])
    values = new_columns(body)
    desk.check_team(values)
    return done(desk, desk.add_client(values), status=201)


def patch(ask: Ask, body: ClientPatch, slug: str) -> Answer:
    """Change a client; a change to what is there already touches nothing."""
    desk, client = on_desk(ask, slug)
    values = columns(body, client)
    desk.check_team(values, client)
    desk.change_client(client, values)
    return done(desk, client)


def put_groups(ask: Ask, body: GroupsBody, slug: str) -> Answer:
    """Replace a client's groups: an importer's call, since no person assigns groups here (R7)."""
    desk, client = on_desk(ask, slug)
    desk.change_client(client, {"groups": body.groups})
    return done(desk, client)


def archive(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Archive a client."""
    desk, client = on_desk(ask, slug)
    if client["state"] == "archived":
        raise conflict(f"the client {slug} is archived already")
    desk.change_client(client, {"state": "archived", "state_before_archive": client["state"]})
    return done(desk, client)


def restore(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """Restore a client: to the state it was archived in, else active."""
    desk, client = on_desk(ask, slug)
    if client["state"] != "archived":
        raise conflict(f"the client {slug} is {client['state']}, not archived")
    state = client["state_before_archive"] or "active"
    desk.change_client(client, {"state": state, "state_before_archive": None})
    return done(desk, client)


_ROW = one_of(kinds.CLIENT.row)

ENDPOINTS = (
    Endpoint("GET", "/clients", kinds.CLIENT.listing, page_of(kinds.CLIENT.row)),
    Endpoint("POST", "/clients", create, one_of(kinds.CLIENT.row, 201), ClientCreate),
    Endpoint("GET", "/clients/<slug>", kinds.CLIENT.get, _ROW),
    Endpoint("PATCH", "/clients/<slug>", patch, _ROW, ClientPatch, matches=True),
    Endpoint("PUT", "/clients/<slug>/groups", put_groups, _ROW, GroupsBody, matches=True),
    Endpoint("POST", "/clients/<slug>/archive", archive, _ROW, NoBody, matches=True),
    Endpoint("POST", "/clients/<slug>/restore", restore, _ROW, NoBody, matches=True),
)
