"""Clients with all that an answer tells of them, by a handful of prepared queries."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, select
from sqlalchemy.sql.selectable import Select

from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm.client_api import relationships
from mock_xpm.tables.clients import CLIENT_CONTACTS, CLIENT_GROUPS, CLIENT_NOTES, CLIENTS, CONTACTS
from mock_xpm.tables.practice import GROUPS, STAFF


def _mine(table: Table) -> ColumnElement[bool]:
    return table.c.tenant_id == TENANT


def _joined(links: Table, column: str, table: Table, *columns: Any) -> Select[Any]:
    """Return a query of rows that clients are linked to, with the link's columns and the client's UUID."""
    joined = (table.c.tenant_id == links.c.tenant_id) & (table.c.uuid == links.c[column])
    query = select(*columns, links.c.client_uuid).join_from(links, table, joined)
    return query.where(_mine(links), links.c.client_uuid.in_(CHOSEN))


_ORDERED = select(CLIENTS.c.uuid).where(_mine(CLIENTS)).order_by(CLIENTS.c.name, CLIENTS.c.uuid)
ORDER = Query(_ORDERED)
SINCE = Query(_ORDERED.where(CLIENTS.c.modified_at >= bindparam("since")))
AFTER = Query(_ORDERED.where(CLIENTS.c.modified_at > bindparam("since")))
"""As SINCE with the boundary left out: what a service does that loses changes."""
NAMED = Query(
    select(CLIENTS.c.uuid, CLIENTS.c.name)
    .where(_mine(CLIENTS), CLIENTS.c.is_deleted.is_(False))
    .order_by(CLIENTS.c.name, CLIENTS.c.uuid)
)
_CLIENTS = Query(select(CLIENTS).where(_mine(CLIENTS), CLIENTS.c.uuid.in_(CHOSEN)))
_BILLING = Query(
    select(CLIENTS.c.uuid, CLIENTS.c.id, CLIENTS.c.name).where(_mine(CLIENTS), CLIENTS.c.uuid.in_(CHOSEN))
)
_STAFF = Query(select(STAFF.c.uuid, STAFF.c.id, STAFF.c.name).where(_mine(STAFF)))
_CONTACTS = Query(
    _joined(
        CLIENT_CONTACTS,
        "contact_uuid",
        CONTACTS,
        CONTACTS,
        CLIENT_CONTACTS.c.position,
        CLIENT_CONTACTS.c.is_primary,
    ).order_by(CLIENT_CONTACTS.c.client_uuid, CLIENT_CONTACTS.c.sequence)
)
_GROUPS = Query(
    _joined(CLIENT_GROUPS, "group_uuid", GROUPS, GROUPS.c.uuid, GROUPS.c.id, GROUPS.c.name).order_by(
        CLIENT_GROUPS.c.client_uuid, CLIENT_GROUPS.c.position, GROUPS.c.uuid
    )
)
_NOTES = Query(
    select(CLIENT_NOTES)
    .where(_mine(CLIENT_NOTES), CLIENT_NOTES.c.client_uuid.in_(CHOSEN))
    .order_by(CLIENT_NOTES.c.client_uuid, CLIENT_NOTES.c.position)
)


def fetch(
    tx: Tx, tenant_id: str, uuids: Sequence[str], *, detailed: bool = True, with_contacts: bool = True
) -> list[Row]:
    """Return the clients that there are of some, in no order.

    Without `detailed`, what a brief answer leaves out is not looked up; without `with_contacts`, not they.
    """
    asked = {"tenant_id": tenant_id, "keys": json.dumps(list(uuids))}
    rows = tx.all(_CLIENTS, **asked)
    managed = any(row["account_manager_uuid"] or row["job_manager_uuid"] for row in rows)
    people = {row["uuid"]: row for row in tx.all(_STAFF, tenant_id=tenant_id)} if managed else {}
    contacts = _by_client(tx.all(_CONTACTS, **asked)) if with_contacts else {}
    groups = _by_client(tx.all(_GROUPS, **asked)) if detailed else {}
    notes = _by_client(tx.all(_NOTES, **asked)) if detailed else {}
    related = relationships.by_client(tx, asked) if detailed else {}
    billed = sorted({row["billing_client_uuid"] for row in rows} - {None})
    found = tx.all(_BILLING, tenant_id=tenant_id, keys=json.dumps(billed)) if billed else []
    billing = {row["uuid"]: row for row in found}
    for row in rows:
        uuid = row["uuid"]
        row["account_manager"] = people.get(row["account_manager_uuid"])
        row["job_manager"] = people.get(row["job_manager_uuid"])
        row["billing_client"] = billing.get(row["billing_client_uuid"])
        row["contacts"] = contacts.get(uuid, [])
        row["groups"] = groups.get(uuid, [])
        row["notes"] = notes.get(uuid, [])
        row["relationships"] = related.get(uuid, [])
    return rows


def _by_client(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["client_uuid"]].append(row)
    return found
