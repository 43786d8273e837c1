"""The ledger in the syncer's own terms: links, mirrors and the directory of XPM clients."""

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from syncer import ledger_tables as t
from syncer.actions import RecordConflict
from syncer.ledger import PracticeLedger, Row
from syncer.match import Known
from syncer.model import Client, ContactLink, Link, Standing, Values
from syncer.records import (
    CLIENT_KINDS,
    CONTACT_KINDS,
    client_from_json,
    client_to_json,
    value_to_json,
    values_from_json,
    values_to_json,
)

XPM, IGNITION = "xpm", "ignition"


def remember(
    ledger: PracticeLedger, side: str, clients: Iterable[Client], cursor: tuple[str, str] | None
) -> None:
    """Keep clients as they were just read, to be dealt with; the list's cursor moves with them.

    What was read is dirty until a sync has dealt with it, so moving the cursor loses nothing.
    """
    known = {row["id"]: row["record"] for row in ledger.rows(t.mirror, side=side)}
    rows = []
    for client in clients:
        record = client_to_json(client)
        if known.get(client.id) != record:
            rows.append(_mirror_row(side, client, record, dirty=True))
    with ledger.together() as batch:
        batch.put(t.mirror, rows)
        if cursor:
            batch.put(t.cursors, [{"name": cursor[0], "value": cursor[1]}])


def note_written(ledger: PracticeLedger, side: str, client: Client) -> None:
    """Keep a client as the syncer itself just wrote it, so that its echo is no news."""
    ledger.put(t.mirror, _mirror_row(side, client, client_to_json(client), dirty=False))


def settle(ledger: PracticeLedger, side: str, ids: Iterable[str]) -> None:
    """Note that what was read of these clients has been dealt with."""
    with ledger.together() as batch:
        for one in ids:
            batch.change(t.mirror, {"dirty": False}, side=side, id=one)


def mirrored(ledger: PracticeLedger, side: str) -> dict[str, Client]:
    """Return every client of a side as last read, by id."""
    return {row["id"]: client_from_json(row["record"]) for row in ledger.rows(t.mirror, side=side)}


def dirty_ids(ledger: PracticeLedger, side: str) -> frozenset[str]:
    """Return the ids of a side that were read and not yet dealt with."""
    return frozenset(row["id"] for row in ledger.rows(t.mirror, side=side, dirty=True))


def directory(ledger: PracticeLedger) -> tuple[Known, ...]:
    """Return all XPM clients by name and standing, with what each is linked to (E10)."""
    query = (
        select(t.mirror.c.id, t.mirror.c.name, t.mirror.c.standing, t.links.c.ignition_id)
        .select_from(t.mirror)
        .outerjoin(t.links, (t.links.c.practice == t.mirror.c.practice) & (t.links.c.xpm_id == t.mirror.c.id))
        .where(t.mirror.c.practice == ledger.practice, t.mirror.c.side == XPM)
        .order_by(t.mirror.c.id)
    )
    with ledger.ledger.begin() as connection:
        return tuple(Known(row[0], row[1], Standing(row[2]), row[3]) for row in connection.execute(query))


def links(ledger: PracticeLedger, **equal: str) -> list[Link]:
    """Return links, those whose columns equal values."""
    return [_link(row) for row in ledger.rows(t.links, **equal)]


def save_links(ledger: PracticeLedger, found: Sequence[Link]) -> None:
    """Keep links with their bases, all in one transaction."""
    with ledger.together() as batch:
        batch.put(t.links, [_link_row(link) for link in found])


def save_conflict(ledger: PracticeLedger, found: RecordConflict, at: str) -> None:
    """Keep a conflict's values, all three; the same open conflict is kept once."""
    values = {
        name: json.dumps(value_to_json(value), ensure_ascii=False)
        for name, value in (("base", found.base), ("ignition", found.ignition), ("xpm", found.xpm))
    }
    where = {"xpm_id": found.xpm_id, "field": found.field, "contact": found.contact}
    if ledger.row(t.conflicts, **where, **values, state="open"):
        return
    row: Row = {
        "id": ledger.next_id(t.conflicts),
        "ignition_id": found.ignition_id,
        "client_name": found.name,
    }
    ledger.put(t.conflicts, {**row, **where, **values, "winner": found.winner, "state": "open", "at": at})


def _mirror_row(side: str, client: Client, record: str, *, dirty: bool) -> Row:
    return {
        "side": side,
        "id": client.id,
        "name": client.name,
        "standing": client.standing.value,
        "lead": client.lead,
        "dirty": dirty,
        "record": record,
    }


def _link(row: Row) -> Link:
    contacts = tuple(
        ContactLink(xpm_id, ignition_id, values_from_json(CONTACT_KINDS, base))
        for xpm_id, ignition_id, base in json.loads(row["contacts"])
    )
    return Link(
        xpm_id=row["xpm_id"],
        ignition_id=row["ignition_id"],
        origin=row["origin"],
        standing=row["standing"],
        receives_only=row["receives_only"],
        etag=row["etag"],
        base=values_from_json(CLIENT_KINDS, json.loads(row["base"])),
        contacts=contacts,
    )


def _link_row(link: Link) -> Row:
    contacts = [[one.xpm_id, one.ignition_id, values_to_json(one.base)] for one in link.contacts]
    return {
        "xpm_id": link.xpm_id,
        "ignition_id": link.ignition_id,
        "origin": link.origin,
        "standing": link.standing,
        "receives_only": link.receives_only,
        "etag": link.etag,
        "base": _text(values_to_json(link.base)),
        "contacts": _text(contacts),
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def base_of(values: Values) -> Values:
    """Return a base made of known values only."""
    return {name: value for name, value in values.items() if not isinstance(value_to_json(value), dict)}
