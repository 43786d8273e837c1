"""`staff.api`. A deleted member is in no list any more; what names them keeps the name (E18).

A disabled one has no login: in the lists, so that a program can find who to enable, but not to be
given new work (ours).
"""

from typing import Any

from sqlalchemy import select

from mock_kit.kit import kit
from mock_kit.queries import TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.errors import invalid, require
from mock_xpm.records.practice import STAFF as RECORD
from mock_xpm.rows import by_name, change, found
from mock_xpm.tables.practice import STAFF
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Listing, Single

_NAMES = Query(select(STAFF.c.uuid, STAFF.c.id, STAFF.c.name).where(STAFF.c.tenant_id == TENANT))
People = dict[str | None, Row]
"""Members of the staff as answers name them, by UUID."""


def names(tx: Tx, tenant_id: str) -> People:
    """Return everybody who is or was on the staff, as `uuid`, `id` and `name`, by UUID."""
    return {row["uuid"]: row for row in tx.all(_NAMES, tenant_id=tenant_id)}


def find(tx: Tx, tenant_id: str, uuid: Any, *, deleted: bool = False) -> Row:
    """Return a member of the staff, or refuse; a deleted one only when asked for."""
    return found(tx, tenant_id, STAFF, uuid, "staff identifier", deleted=deleted)


def assignable(tx: Tx, tenant_id: str, uuid: Any, what: str = "staff identifier") -> Row:
    """Return a member who may be given work: neither deleted nor disabled; refuses: `Invalid <what>`."""
    row = found(tx, tenant_id, STAFF, uuid, what)
    if row["is_disabled"]:
        raise invalid(what)
    return row


def list_(ask: Ask) -> Answer:
    """Answer the staff, by name."""
    rows = by_name(ask.tx, ask.tenant_id, STAFF)
    return (Listing("StaffList", RECORD, [row for row in rows if not row["is_deleted"]]),)


def get(ask: Ask) -> Answer:
    """Answer one member of the staff."""
    return (Single(RECORD, find(ask.tx, ask.tenant_id, ask.key)),)


def add(ask: Ask) -> Answer:
    """Add a member of the staff; names need not differ."""
    values = {column: value for column, value in ask.body.items() if column != "uuid"}
    require({"name": "", **values}, name="Name")
    key = identity.new(kit(), ask.tx, ask.tenant_id, STAFF, values["name"])
    ask.tx.insert(STAFF, {**key, **values})
    return (Single(RECORD, find(ask.tx, ask.tenant_id, key["uuid"])),)


def update(ask: Ask) -> Answer:
    """Change a member of the staff; the clients who name them do not count as modified."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    require(ask.body, name="Name")
    change(ask.tx, STAFF, row, ask.body)
    return (Single(RECORD, find(ask.tx, ask.tenant_id, row["uuid"])),)


def delete(ask: Ask) -> Answer:
    """Delete a member of the staff: a mark, so that clients and jobs keep the name."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    change(ask.tx, STAFF, row, {"is_deleted": True})
    return NOTHING


def enable(ask: Ask) -> Answer:
    """Let a member of the staff log in again."""
    return _switch(ask, disabled=False)


def disable(ask: Ask) -> Answer:
    """Take a member's login away; what they are assigned to stays theirs."""
    return _switch(ask, disabled=True)


def forgotten_password(ask: Ask) -> Answer:
    """Mail somebody a way to a new password: nothing changes, but there must be a login and an address."""
    row = assignable(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    require(row, email="Email")
    return NOTHING


def _switch(ask: Ask, *, disabled: bool) -> Answer:
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    change(ask.tx, STAFF, row, {"is_disabled": disabled})
    return NOTHING
