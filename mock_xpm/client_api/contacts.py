"""`client.api/contact`: the people of the clients.

A contact may belong to several clients. Its name and addresses are its own; its position and
whether it is the primary one belong to the link with each client.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from mock_kit.kit import kit
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.client_api.client_rows import find as find_client
from mock_xpm.client_api.client_rows import touch
from mock_xpm.errors import invalid, require
from mock_xpm.records.clients import CONTACT
from mock_xpm.rows import change, found, only
from mock_xpm.tables.clients import CLIENT_CONTACTS as LINKS
from mock_xpm.tables.clients import CLIENTS, CONTACTS
from mock_xpm.wire.answers import Answer, Ask, Single

OWN = ("name", "salutation", "addressee", "mobile", "email", "phone")
OF_LINK = ("position", "is_primary")
_MINE = LINKS.c.tenant_id == TENANT
_OF_CLIENT = Query(
    select(LINKS).where(_MINE, LINKS.c.client_uuid == bindparam("sought")).order_by(LINKS.c.sequence)
)
_OF_CONTACT = Query(
    select(LINKS).where(_MINE, LINKS.c.contact_uuid == bindparam("sought")).order_by(LINKS.c.client_uuid)
)
_AT_CLIENTS = Query(
    select(
        LINKS.c.contact_uuid,
        *(LINKS.c[column] for column in OF_LINK),
        *(CLIENTS.c[column] for column in ("uuid", "id", "name")),
    )
    .join_from(
        LINKS, CLIENTS, (CLIENTS.c.tenant_id == LINKS.c.tenant_id) & (CLIENTS.c.uuid == LINKS.c.client_uuid)
    )
    .where(_MINE, LINKS.c.contact_uuid.in_(CHOSEN), CLIENTS.c.is_deleted.is_(False))
    .order_by(CLIENTS.c.uuid)
)


def insert_first(tx: Tx, tenant_id: str, client_uuid: str, given: list[Row]) -> None:
    """Add the contacts of a client that has none yet; of several primary ones the last is it."""
    last = max((place for place, values in enumerate(given) if values.get("is_primary")), default=None)
    for place, values in enumerate(given):
        uuid = _insert_own(tx, tenant_id, client_uuid, values)
        _insert_link(tx, tenant_id, client_uuid, uuid, {**values, "is_primary": place == last}, place)


def insert(tx: Tx, tenant_id: str, client_uuid: str, values: Row) -> str:
    """Add a contact to a client and return its UUID; a new primary one takes over from the old."""
    uuid = _insert_own(tx, tenant_id, client_uuid, values)
    add_link(tx, tenant_id, client_uuid, uuid, values)
    return uuid


def _insert_own(tx: Tx, tenant_id: str, client_uuid: str, values: Row) -> str:
    require({"name": "", **values}, name="Name")
    identified = identity.new(kit(), tx, tenant_id, CONTACTS, f"{client_uuid} {values['name']}")
    uuid = str(identified["uuid"])
    tx.insert(CONTACTS, {**identified, **only(values, OWN)})
    return uuid


def add_link(tx: Tx, tenant_id: str, client_uuid: str, uuid: str, values: Row) -> None:
    """Link a contact to a client, after those it has; a new primary one takes over from the old."""
    sequence = max((one["sequence"] for one in _links(tx, tenant_id, client_uuid)), default=-1) + 1
    if values.get("is_primary"):
        _no_primary(tx, tenant_id, client_uuid)
    _insert_link(tx, tenant_id, client_uuid, uuid, values, sequence)


def _insert_link(tx: Tx, tenant_id: str, client_uuid: str, uuid: str, values: Row, sequence: int) -> None:
    key = {"tenant_id": tenant_id, "client_uuid": client_uuid, "contact_uuid": uuid}
    tx.insert(LINKS, {**key, "sequence": sequence, **only(values, OF_LINK)})


def change_link(tx: Tx, link: Row, values: Row) -> None:
    """Change the place of a contact at one of its clients; a new primary one takes over from the old."""
    of_link = only(values, OF_LINK)
    if of_link.get("is_primary") and not link["is_primary"]:
        _no_primary(tx, link["tenant_id"], link["client_uuid"])
    if change(tx, LINKS, link, of_link):
        touch(tx, link["tenant_id"], link["client_uuid"])


def find(tx: Tx, tenant_id: str, uuid: Any, *, deleted: bool = False) -> Row:
    """Return the row of a contact, or refuse; a deleted one only when asked for."""
    return found(tx, tenant_id, CONTACTS, uuid, "contact identifier", deleted=deleted)


def clients_of(tx: Tx, tenant_id: str, uuids: Sequence[str]) -> dict[str, list[Row]]:
    """Return the clients of contacts that are not deleted, by contact; each with the contact's place there.

    Ordered by the client's UUID.
    """
    of_contact: dict[str, list[Row]] = defaultdict(list)
    for client in tx.all(_AT_CLIENTS, tenant_id=tenant_id, keys=json.dumps(list(uuids))):
        of_contact[client["contact_uuid"]].append(client)
    return of_contact


def place(clients: Sequence[Row]) -> Row:
    """Return a contact's position and primary mark where no client is named: those at the first of its clients."""
    return only(clients[0], OF_LINK) if clients else {"position": "", "is_primary": False}


def post(ask: Ask) -> Answer:
    """Add a contact to the client that the body names."""
    client = find_client(ask.tx, ask.tenant_id, (ask.body.get("client") or {}).get("uuid"))
    uuid = insert(ask.tx, ask.tenant_id, client["uuid"], ask.body)
    touch(ask.tx, ask.tenant_id, client["uuid"])
    return _answer(ask, uuid, client["uuid"])


def get(ask: Ask) -> Answer:
    """Answer a contact, a deleted one too; `clientUuid` says whose position and primary mark to show."""
    row = find(ask.tx, ask.tenant_id, ask.key, deleted=True)
    return _answer(ask, row["uuid"], _chosen_client(ask))


def put(ask: Ask) -> Answer:
    """Change a contact; its position and primary mark need the client they are for."""
    row = find(ask.tx, ask.tenant_id, ask.key)
    client_uuid = _chosen_client(ask)
    if client_uuid is None and only(ask.body, OF_LINK):
        raise invalid("client identifier")
    require(ask.body, name="Name")
    if change(ask.tx, CONTACTS, row, only(ask.body, OWN)):
        _touch_all(ask, row["uuid"])
    if client_uuid is not None:
        find_client(ask.tx, ask.tenant_id, client_uuid)
        change_link(ask.tx, ask.tx.get(LINKS, ask.tenant_id, client_uuid, row["uuid"]) or {}, ask.body)
    return _answer(ask, row["uuid"], client_uuid)


def delete(ask: Ask) -> Answer:
    """Take a contact from the client that `clientUuid` names, or from all; then it is deleted."""
    row = find(ask.tx, ask.tenant_id, ask.key)
    client_uuid = _chosen_client(ask)
    links = _links_of_contact(ask, row["uuid"])
    for link in [link for link in links if client_uuid in {None, link["client_uuid"]}]:
        _unlink(ask, link)
    if not _links_of_contact(ask, row["uuid"]):
        change(ask.tx, CONTACTS, row, {"is_deleted": True})
    return _answer(ask, row["uuid"], None)


def _chosen_client(ask: Ask) -> str | None:
    """Return the client that the query or the body names; refuses one the contact is not linked to."""
    named = ask.named("clients", "clientUuid", "client_id")
    if named is None:
        named = (ask.body.get("client") or {}).get("uuid")
    if named is None:
        return None
    if ask.tx.get(LINKS, ask.tenant_id, named, ask.key) is None:
        raise invalid("client identifier")
    return str(named)


def _answer(ask: Ask, uuid: str, client_uuid: str | None) -> Answer:
    """Answer a contact as a client has it; without one, as the first of its clients does."""
    row = ask.tx.get(CONTACTS, ask.tenant_id, uuid) or {}
    link = ask.tx.get(LINKS, ask.tenant_id, client_uuid, uuid) if client_uuid else None
    at_client = place([link] if link else clients_of(ask.tx, ask.tenant_id, [uuid])[uuid])
    return (Single(CONTACT, {**row, **at_client}),)


def _links(tx: Tx, tenant_id: str, client_uuid: str) -> list[Row]:
    return tx.all(_OF_CLIENT, tenant_id=tenant_id, sought=client_uuid)


def _links_of_contact(ask: Ask, uuid: str) -> list[Row]:
    return ask.tx.all(_OF_CONTACT, tenant_id=ask.tenant_id, sought=uuid)


def _no_primary(tx: Tx, tenant_id: str, client_uuid: str) -> None:
    for link in _links(tx, tenant_id, client_uuid):
        change(tx, LINKS, link, {"is_primary": False})


def _unlink(ask: Ask, link: Row) -> None:
    """Take a contact from a client; when it was the primary one, the oldest left takes its place."""
    ask.tx.delete(LINKS, ask.tenant_id, link["client_uuid"], link["contact_uuid"])
    left = _links(ask.tx, ask.tenant_id, link["client_uuid"])
    if link["is_primary"] and left:
        change(ask.tx, LINKS, left[0], {"is_primary": True})
    touch(ask.tx, ask.tenant_id, link["client_uuid"])


def _touch_all(ask: Ask, uuid: str) -> None:
    for link in _links_of_contact(ask, uuid):
        touch(ask.tx, ask.tenant_id, link["client_uuid"])
