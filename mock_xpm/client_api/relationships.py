"""Relationships of clients: who is what to whom. One row has two sides, and both clients show it (ours).

A relationship touches neither client. It outlives archiving and deleting, which are marks on a client.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, select

from mock_kit.kit import kit
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.client_api.client_rows import find as find_client
from mock_xpm.errors import invalid, require
from mock_xpm.records.clients import RELATIONSHIP
from mock_xpm.rows import change, found, only
from mock_xpm.tables.clients import CLIENTS
from mock_xpm.tables.relationships import RELATIONSHIPS
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Single

OWN = ("type", "number_of_shares", "percentage", "start_date", "end_date")


def add(ask: Ask) -> Answer:
    """Relate a client to another; answers the relationship as the first of them shows it."""
    client = find_client(ask.tx, ask.tenant_id, ask.body.get("client_uuid"))
    related = _related(ask, client)
    values = only(ask.body, OWN)
    require({"type": "", **values}, type="Type")
    sides = {"client_uuid": client["uuid"], "related_client_uuid": related["uuid"]}
    key = identity.new(kit(), ask.tx, ask.tenant_id, RELATIONSHIPS, natural_key({**sides, **values}))
    ask.tx.insert(RELATIONSHIPS, {**key, **sides, **values})
    return _one(ask, key["uuid"])


def update(ask: Ask) -> Answer:
    """Change what the body holds of a relationship; its two clients stay."""
    row = _find(ask, ask.body.get("uuid"))
    values = only(ask.body, OWN)
    require(values, type="Type")
    change(ask.tx, RELATIONSHIPS, row, values)
    return _one(ask, row["uuid"])


def delete(ask: Ask) -> Answer:
    """Take a relationship from both of its clients."""
    row = _find(ask, ask.body.get("uuid"))
    ask.tx.delete(RELATIONSHIPS, ask.tenant_id, row["uuid"])
    return NOTHING


def natural_key(row: Mapping[str, Any]) -> str:
    """Return what tells a relationship from others."""
    return f"{row['client_uuid']} {row['related_client_uuid']} {row['type']}"


def by_client(tx: Tx, asked: Row) -> dict[str, list[Row]]:
    """Return the relationships of some clients, by client: each with the other one as related.

    `asked` has `tenant_id`, and `uuids` as a JSON list. Ordered by the other one's name, then by type.
    """
    of_client: dict[str, list[Row]] = defaultdict(list)
    rows = [row for query in _SIDES for row in tx.all(query, **asked)]
    rows.sort(key=lambda row: (row["other_name"], row["type"], row["uuid"]))
    for row in rows:
        of_client[row["owner_uuid"]].append(_shown(row))
    return of_client


def _sided(own: str, other: str) -> Select[Any]:
    """Return a query of relationships as the client in the column `own` shows them."""
    joined = (CLIENTS.c.tenant_id == RELATIONSHIPS.c.tenant_id) & (CLIENTS.c.uuid == RELATIONSHIPS.c[other])
    return (
        select(
            RELATIONSHIPS,
            RELATIONSHIPS.c[own].label("owner_uuid"),
            CLIENTS.c.uuid.label("other_uuid"),
            CLIENTS.c.id.label("other_id"),
            CLIENTS.c.name.label("other_name"),
        )
        .join_from(RELATIONSHIPS, CLIENTS, joined)
        .where(RELATIONSHIPS.c.tenant_id == TENANT)
    )


def _of_clients(own: str, other: str) -> Query:
    return Query(_sided(own, other).where(RELATIONSHIPS.c[own].in_(CHOSEN)))


_SIDES = (
    _of_clients("client_uuid", "related_client_uuid"),
    _of_clients("related_client_uuid", "client_uuid"),
)
_FIRST_SIDE = Query(
    _sided("client_uuid", "related_client_uuid").where(RELATIONSHIPS.c.uuid == bindparam("sought"))
)


def _shown(row: Row) -> Row:
    other = {column: row[f"other_{column}"] for column in ("uuid", "id", "name")}
    return {**row, "related_client": other}


def _related(ask: Ask, client: Row) -> Row:
    """Return the client that the body relates a client to, or refuse: one that is there, and another one."""
    what = "related client identifier"
    row = found(ask.tx, ask.tenant_id, CLIENTS, ask.body.get("related_client_uuid"), what)
    if row["uuid"] == client["uuid"]:
        raise invalid(what)
    return row


def _find(ask: Ask, uuid: Any) -> Row:
    return found(ask.tx, ask.tenant_id, RELATIONSHIPS, uuid, "relationship identifier")


def _one(ask: Ask, uuid: str) -> Answer:
    row = ask.tx.any(_FIRST_SIDE, tenant_id=ask.tenant_id, sought=uuid) or {}
    return (Single(RELATIONSHIP, _shown(row)),)
