"""`client.api/paged-list` and `client.api/contacts`: long lists, a page at a time."""

import json

from sqlalchemy import exists, select

from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm.client_api import client_reads
from mock_xpm.client_api.contacts import clients_of, place
from mock_xpm.client_api.paged import page
from mock_xpm.records.clients import CLIENT_PAGED
from mock_xpm.records.pages import CONTACT_PAGED
from mock_xpm.tables.clients import CLIENT_CONTACTS as LINKS
from mock_xpm.tables.clients import CLIENTS, CONTACTS
from mock_xpm.wire.answers import Answer, Ask, Listing

_CONTACTS = Query(select(CONTACTS).where(CONTACTS.c.tenant_id == TENANT, CONTACTS.c.uuid.in_(CHOSEN)))
_LINKED = select(LINKS.c.contact_uuid).where(
    LINKS.c.tenant_id == CONTACTS.c.tenant_id, LINKS.c.contact_uuid == CONTACTS.c.uuid
)
_LINKED_TO_ONE_THERE = _LINKED.join(
    CLIENTS, (CLIENTS.c.tenant_id == LINKS.c.tenant_id) & (CLIENTS.c.uuid == LINKS.c.client_uuid)
).where(CLIENTS.c.is_deleted.is_(False))
_GONE_WITH_THEIR_CLIENTS = exists(_LINKED) & ~exists(_LINKED_TO_ONE_THERE)
"""Whose clients are all deleted; a contact that nobody links to is still there."""


def clients(ask: Ask) -> Answer:
    """Answer a page of the clients that are neither archived nor deleted, without contacts, groups, notes."""
    live = select(CLIENTS.c.name, CLIENTS.c.uuid).where(
        CLIENTS.c.tenant_id == ask.tenant_id,
        CLIENTS.c.is_archived.is_(False),
        CLIENTS.c.is_deleted.is_(False),
    )
    found = page(ask, live)
    uuids = [row["uuid"] for row in found.rows]
    rows = client_reads.fetch(ask.tx, ask.tenant_id, uuids, detailed=False, with_contacts=False)
    known = {row["uuid"]: row for row in rows}
    return (Listing("Clients", CLIENT_PAGED, [known[uuid] for uuid in uuids]), found.pagination)


def contacts(ask: Ask) -> Answer:
    """Answer a page of the contacts that are not deleted, each once, with the clients whose it is (ours).

    Those of deleted clients alone are not among them. Position and primary mark are as where one contact is read.
    """
    there = select(CONTACTS.c.name, CONTACTS.c.uuid).where(
        CONTACTS.c.tenant_id == ask.tenant_id, CONTACTS.c.is_deleted.is_(False), ~_GONE_WITH_THEIR_CLIENTS
    )
    found = page(ask, there)
    rows = _fetch_contacts(ask.tx, ask.tenant_id, [row["uuid"] for row in found.rows])
    return (Listing("Contacts", CONTACT_PAGED, rows), found.pagination)


def _fetch_contacts(tx: Tx, tenant_id: str, uuids: list[str]) -> list[Row]:
    asked = {"tenant_id": tenant_id, "keys": json.dumps(uuids)}
    known = {row["uuid"]: row for row in tx.all(_CONTACTS, **asked)}
    clients = clients_of(tx, tenant_id, uuids)
    return [{**known[uuid], **place(clients[uuid]), "clients": clients[uuid]} for uuid in uuids]
