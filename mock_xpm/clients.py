"""`client.api`: the clients of a practice.

A client counts as modified when its own fields, its contacts, its groups or its two managers
change; a write that changes nothing leaves it unmodified.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from mock_kit.clock import parse_iso
from mock_kit.kit import kit
from mock_kit.store import Row, Tx
from mock_xpm import contacts, identity, staff
from mock_xpm.answers import NOTHING, Answer, Ask, Listing, Plain, Single
from mock_xpm.changes import change
from mock_xpm.client_rows import find, touch
from mock_xpm.errors import BusinessError, bad_request, invalid, required
from mock_xpm.records.clients import CLIENT, CLIENT_BRIEF
from mock_xpm.tables.clients import CLIENT_GROUPS, CLIENT_NOTES, CLIENTS
from mock_xpm.tables.jobs import JOBS
from mock_xpm.tables.practice import GROUPS

WEB_ORIGIN = "https://practicemanager.xero.com"
BATCH = 500
MANAGERS = ("account_manager_uuid", "job_manager_uuid")


def fetch(tx: Tx, tenant_id: str, *conditions: ColumnElement[bool], detailed: bool = True) -> list[Row]:
    """Return clients with all that an answer tells of them, by name and UUID.

    Without `detailed`, notes and groups are not looked up, as a brief answer leaves them out.
    """
    chosen = select(CLIENTS).where(CLIENTS.c.tenant_id == tenant_id, *conditions)
    rows = tx.rows(chosen.order_by(CLIENTS.c.name, CLIENTS.c.uuid))
    uuids = chosen.with_only_columns(CLIENTS.c.uuid)
    people = staff.names(tx, tenant_id)
    contacts_of = contacts.by_client(tx, tenant_id, uuids)
    groups_of = _by_client(tx, _groups(tenant_id, uuids)) if detailed else {}
    notes_of = _by_client(tx, _of(CLIENT_NOTES, tenant_id, uuids)) if detailed else {}
    billing = _billing_clients(tx, tenant_id, {row["billing_client_uuid"] for row in rows} - {None})
    for row in rows:
        uuid = row["uuid"]
        row["account_manager"] = people.get(row["account_manager_uuid"])
        row["job_manager"] = people.get(row["job_manager_uuid"])
        row["billing_client"] = billing.get(row["billing_client_uuid"])
        row["contacts"] = contacts_of.get(uuid, [])
        row["groups"] = groups_of.get(uuid, [])
        row["notes"] = notes_of.get(uuid, [])
        row["relationships"] = []
    return rows


def list_(ask: Ask) -> Answer:
    """Answer all clients, archived and deleted ones too; `modifiedsince` is inclusive."""
    since = ask.query.get("modifiedsince")
    conditions = [CLIENTS.c.modified_at >= _moment(since)] if since else []
    return _listing(ask, fetch(ask.tx, ask.tenant_id, *conditions, detailed=ask.flag("detailed")))


def search(ask: Ask) -> Answer:
    """Answer the clients whose name holds the query, whatever the case; deleted ones are left out (ours)."""
    wanted = ask.query.get("query", "").casefold()
    if not wanted.strip():
        raise required("query")
    named = select(CLIENTS.c.uuid, CLIENTS.c.name).where(
        CLIENTS.c.tenant_id == ask.tenant_id, CLIENTS.c.is_deleted.is_(False)
    )
    hits = [row["uuid"] for row in ask.tx.rows(named) if wanted in row["name"].casefold()]
    # SQLite bounds the number of values in one statement.
    batches = [CLIENTS.c.uuid.in_(hits[start : start + BATCH]) for start in range(0, len(hits), BATCH)]
    rows = [
        row for some in batches for row in fetch(ask.tx, ask.tenant_id, some, detailed=ask.flag("detailed"))
    ]
    return _listing(ask, sorted(rows, key=lambda row: (row["name"], row["uuid"])))


def get(ask: Ask) -> Answer:
    """Answer one client in full, archived and deleted ones too, and where the app shows it."""
    return (_one(ask, ask.key), Plain("WebUrl", f"{WEB_ORIGIN}/Client/{ask.key}/Detail"))


def add(ask: Ask) -> Answer:
    """Add a client with its contacts; any number of clients may have the same name."""
    values, given = _split(ask.body)
    _check(ask, {"name": "", **values})
    now = kit().now()
    key = identity.new(kit(), ask.tx, ask.tenant_id, CLIENTS, values["name"])
    ask.tx.insert(CLIENTS, {**key, **values, "modified_at": now})
    for contact in given:
        contacts.insert(ask.tx, ask.tenant_id, key["uuid"], contact)
    return (_one(ask, key["uuid"]),)


def update(ask: Ask) -> Answer:
    """Change what the body holds; contacts have methods of their own, and are passed over here."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    values, _contacts = _split(ask.body)
    _check(ask, values)
    if change(ask.tx, CLIENTS, row, values):
        touch(ask.tx, ask.tenant_id, row["uuid"])
    return (_one(ask, row["uuid"]),)


def archive(ask: Ask) -> Answer:
    """Archive a client; its jobs stay."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    if change(ask.tx, CLIENTS, row, {"is_archived": True}):
        touch(ask.tx, ask.tenant_id, row["uuid"])
    return NOTHING


def delete(ask: Ask) -> Answer:
    """Delete a client without jobs: a mark, so that the lists still show it."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    jobs = select(JOBS.c.number).where(JOBS.c.tenant_id == ask.tenant_id, JOBS.c.client_uuid == row["uuid"])
    if ask.tx.first(jobs):
        raise BusinessError("Client has jobs and cannot be deleted")
    change(ask.tx, CLIENTS, row, {"is_deleted": True})
    touch(ask.tx, ask.tenant_id, row["uuid"])
    return NOTHING


def _one(ask: Ask, uuid: str) -> Single:
    rows = fetch(ask.tx, ask.tenant_id, CLIENTS.c.uuid == uuid)
    if not rows:
        raise invalid("client identifier")
    return Single(CLIENT, rows[0])


def _listing(ask: Ask, rows: list[Row]) -> Answer:
    return (Listing("Clients", CLIENT if ask.flag("detailed") else CLIENT_BRIEF, rows),)


def _split(body: Row) -> tuple[Row, list[Row]]:
    """Part a body's own columns from its contacts."""
    values = {column: value for column, value in body.items() if column not in {"uuid", "contacts"}}
    return values, body.get("contacts", [])


def _check(ask: Ask, values: Row) -> None:
    """Refuse an empty name, and managers or a billing client that are not there."""
    if "name" in values and not values["name"].strip():
        raise required("Name")
    for column in MANAGERS:
        if values.get(column):
            staff.find(ask.tx, ask.tenant_id, values[column])
    if values.get("billing_client_uuid"):
        find(ask.tx, ask.tenant_id, values["billing_client_uuid"])


def _moment(text: str) -> str:
    try:
        # Not strftime: it leaves the zeros off a year like 0001, which programs send for "all".
        return parse_iso(text).isoformat(timespec="seconds").replace("+00:00", "Z")
    except ValueError as error:
        raise bad_request(f"modifiedsince must be yyyy-MM-ddTHH:mm:ss, not {text!r}") from error


def _of(table: Table, tenant_id: str, uuids: Select[Any]) -> Select[Any]:
    query = select(table).where(table.c.tenant_id == tenant_id, table.c.client_uuid.in_(uuids))
    return query.order_by(table.c.client_uuid, table.c.position)


def _groups(tenant_id: str, uuids: Select[Any]) -> Select[Any]:
    joined = (GROUPS.c.tenant_id == CLIENT_GROUPS.c.tenant_id) & (GROUPS.c.uuid == CLIENT_GROUPS.c.group_uuid)
    columns = (CLIENT_GROUPS.c.client_uuid, GROUPS.c.uuid, GROUPS.c.id, GROUPS.c.name)
    query = select(*columns).join_from(CLIENT_GROUPS, GROUPS, joined)
    query = query.where(CLIENT_GROUPS.c.tenant_id == tenant_id, CLIENT_GROUPS.c.client_uuid.in_(uuids))
    return query.order_by(CLIENT_GROUPS.c.client_uuid, CLIENT_GROUPS.c.position, GROUPS.c.uuid)


def _by_client(tx: Tx, query: Select[Any]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tx.rows(query):
        found[row["client_uuid"]].append(row)
    return found


def _billing_clients(tx: Tx, tenant_id: str, uuids: Iterable[str]) -> dict[str | None, Row]:
    return {
        uuid: {"uuid": uuid, "id": row["id"], "name": row["name"]}
        for uuid in sorted(uuids)
        if (row := tx.get(CLIENTS, tenant_id, uuid))
    }
