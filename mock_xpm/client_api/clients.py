"""`client.api`: the clients of a practice.

A client counts as modified when its own fields, its contacts, its groups or its two managers
change; a write that changes nothing leaves it unmodified.
"""

from collections.abc import Sequence

from sqlalchemy import select

from mock_kit.clock import parse_iso
from mock_kit.kit import call, kit
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.client_api import client_reads, contacts, groups
from mock_xpm.client_api.client_rows import find, touch
from mock_xpm.errors import BusinessError, bad_request, invalid, require, required
from mock_xpm.kept import kept
from mock_xpm.practice_api import staff
from mock_xpm.records.clients import CLIENT, CLIENT_BRIEF
from mock_xpm.rows import change
from mock_xpm.tables.clients import CLIENTS
from mock_xpm.tables.jobs import JOBS
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Fragments, Plain, Single, Written

WEB_ORIGIN = "https://practicemanager.xero.com"
MANAGERS = ("account_manager_uuid", "job_manager_uuid")


def list_(ask: Ask) -> Answer:
    """Answer all clients, archived and deleted ones too; `modifiedsince` is inclusive."""
    since = ask.query.get("modifiedsince")
    if since:
        query = client_reads.AFTER if call().misses_boundary() else client_reads.SINCE
        return _listing(ask, _uuids(ask, query, since=_moment(since)))
    if not _is_committed(ask.tx):
        return _listing(ask, _uuids(ask, client_reads.ORDER))
    clients, tenant_id = kept().clients, ask.tenant_id

    def write() -> list[bytes]:
        order = clients.order(tenant_id, lambda: _uuids(ask, client_reads.ORDER))
        (listed,) = _listing(ask, order)
        return listed.write(ask.form)

    return (Written(clients.whole(tenant_id, (ask.form, ask.flag("detailed")), write)),)


def search(ask: Ask) -> Answer:
    """Answer the clients whose name holds the query, whatever the case; deleted ones are left out (ours)."""
    wanted = ask.query.get("query", "").casefold()
    if not wanted.strip():
        raise required("query")
    rows = ask.tx.all(client_reads.NAMED, tenant_id=ask.tenant_id)
    return _listing(ask, [row["uuid"] for row in rows if wanted in row["name"].casefold()])


def get(ask: Ask) -> Answer:
    """Answer one client in full, archived and deleted ones too, and where the app shows it."""
    return (_one(ask, ask.key), Plain("WebUrl", f"{WEB_ORIGIN}/Client/{ask.key}/Detail"))


def add(ask: Ask) -> Answer:
    """Add a client with its contacts; any number of clients may have the same name."""
    values, given = _split(ask.body)
    _check(ask, {"name": "", **values}, {})
    now = kit().now()
    key = identity.new(kit(), ask.tx, ask.tenant_id, CLIENTS, values["name"])
    ask.tx.insert(CLIENTS, {**key, **values, "modified_at": now})
    contacts.insert_first(ask.tx, ask.tenant_id, key["uuid"], given)
    # Nobody has put it into a group yet, or written a note or a relationship of it.
    return (_one(ask, key["uuid"], detailed=False),)


def update(ask: Ask) -> Answer:
    """Change what the body holds; contacts have methods of their own, and are passed over here."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    values, _contacts = _split(ask.body)
    _check(ask, values, row)
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
    """Delete a client without jobs: a mark, so that the lists still show it. It leaves its groups."""
    row = find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    _check_no_jobs(ask, row)
    change(ask.tx, CLIENTS, row, {"is_deleted": True})
    groups.leave_all(ask.tx, ask.tenant_id, row["uuid"])
    touch(ask.tx, ask.tenant_id, row["uuid"])
    return NOTHING


def _one(ask: Ask, uuid: str, *, detailed: bool = True) -> Single:
    rows = client_reads.fetch(ask.tx, ask.tenant_id, [uuid], detailed=detailed)
    if not rows:
        raise invalid("client identifier")
    return Single(CLIENT, rows[0])


def _listing(ask: Ask, uuids: list[str]) -> Answer:
    """Answer clients in this order, from what is written already where that can be."""
    detailed = ask.flag("detailed")
    record = CLIENT if detailed else CLIENT_BRIEF

    def fetch(some: Sequence[str]) -> list[Row]:
        return client_reads.fetch(ask.tx, ask.tenant_id, some, detailed=detailed)

    def render(row: Row) -> bytes:
        return record.write(ask.form, row).encode()

    if _is_committed(ask.tx):
        written = kept().clients.write(ask.tenant_id, (ask.form, detailed), uuids, fetch, render)
    else:
        found = {row["uuid"]: render(row) for row in fetch(uuids)}
        written = [found[uuid] for uuid in uuids]
    return (Fragments("Clients", written),)


def _is_committed(tx: Tx) -> bool:
    """Tell whether what a transaction sees is what is committed."""
    return not tx.doomed and not tx.touched


def _uuids(ask: Ask, query: Query, **parameters: str) -> list[str]:
    return [row["uuid"] for row in ask.tx.all(query, tenant_id=ask.tenant_id, **parameters)]


def _split(body: Row) -> tuple[Row, list[Row]]:
    """Part a body's own columns from its contacts."""
    values = {column: value for column, value in body.items() if column not in {"uuid", "contacts"}}
    return values, body.get("contacts", [])


def _check(ask: Ask, values: Row, before: Row) -> None:
    """Refuse an empty name, and new managers or a billing client that are not there."""
    require(values, name="Name")
    for column in MANAGERS:
        # Somebody who has left, or is disabled, stays where they are: what was read may be sent again.
        if values.get(column) and values[column] != before.get(column):
            staff.assignable(ask.tx, ask.tenant_id, values[column])
    billing = values.get("billing_client_uuid")
    if billing and billing != before.get("billing_client_uuid"):
        find(ask.tx, ask.tenant_id, billing)


def _check_no_jobs(ask: Ask, client: Row) -> None:
    """Refuse to delete a client that has jobs, ended ones too."""
    mine = (JOBS.c.tenant_id == ask.tenant_id, JOBS.c.client_uuid == client["uuid"])
    if ask.tx.first(select(JOBS.c.number).where(*mine)):
        raise BusinessError("Client has jobs and cannot be deleted")


def _moment(text: str) -> str:
    try:
        # Not strftime: it leaves the zeros off a year like 0001, which programs send for "all".
        return parse_iso(text).isoformat(timespec="seconds").replace("+00:00", "Z")
    except ValueError as error:
        raise bad_request(f"modifiedsince must be yyyy-MM-ddTHH:mm:ss, not {text!r}") from error
