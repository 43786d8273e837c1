"""Which practices an app reaches for a person: one connection each, whichever of their grants made it."""

from functools import cache

from sqlalchemy import Table, bindparam, select

from mock_kit.oauth_tables import OAuthTables
from mock_kit.statements import Query
from mock_kit.store import Row, Tx


def connections_of(tx: Tx, tables: OAuthTables, user_id: str) -> list[Row]:
    """Return a person's connections to an app, in the order they were made. The person's id holds the app.

    A practice that several grants connected is one connection: the first one's, last renewed by the last.
    """
    found: dict[str, Row] = {}
    for row in _rows(tx, tables, user_id):
        first = found.setdefault(row["tenant_id"], row)
        first |= {"grant_id": row["grant_id"], "updated_at": row["updated_at"]}
    return list(found.values())


def disconnect(tx: Tx, tables: OAuthTables, user_id: str, connection_id: str) -> bool:
    """Disconnect a practice, whichever grants connected it; False when the person has no such connection."""
    rows = _rows(tx, tables, user_id)
    gone = {row["tenant_id"] for row in rows if row["connection_id"] == connection_id}
    for row in rows:
        if row["tenant_id"] in gone:
            tx.delete(tables.connections, row["connection_id"])
    return bool(gone)


def _rows(tx: Tx, tables: OAuthTables, user_id: str) -> list[Row]:
    """Return what each grant of a person connected, the oldest first; a grant that has ended connects nothing."""
    return tx.all(_living(tables.connections, tables.grants), user_id=user_id)


@cache
def _living(links: Table, grants: Table) -> Query:
    living = (grants.c.user_id == bindparam("user_id"), grants.c.revoked_at.is_(None))
    query = select(links).join(grants, grants.c.grant_id == links.c.grant_id).where(*living)
    return Query(query.order_by(links.c.created_at, links.c.tenant_id, links.c.connection_id))
