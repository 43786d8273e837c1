"""The ledger in the syncer's own terms: links, mirrors and the directory of XPM clients."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import bindparam, literal_column, select

from syncer import ledger_tables as t
from syncer.earlier import earlier_values, shows_earlier_values
from syncer.ledger import PracticeLedger, Row
from syncer.ledger_statements import Prepared, among
from syncer.match import Known
from syncer.model import Client, Contact, ContactLink, Link, Sent, Standing, Values
from syncer.records import (
    CLIENT_KINDS,
    CONTACT_KINDS,
    client_from_json,
    client_to_json,
    values_from_json,
    values_to_json,
)

XPM, IGNITION = "xpm", "ignition"
NOTHING = "[]"
"""No list entries, as the ledger has them."""
PORTION = 500
_ON_SIDE = (t.mirror.c.practice == bindparam("practice"), t.mirror.c.side == bindparam("side"))
_AMONG = t.mirror.c.id.in_(among("ids"))
_IDS = Prepared(select(t.mirror.c.id).where(*_ON_SIDE))
_VERSIONS = Prepared(select(t.mirror.c.id, t.mirror.c.version).where(*_ON_SIDE))
_SOME = Prepared(select(t.mirror).where(*_ON_SIDE, _AMONG).order_by(t.mirror.c.id))
_OVERWRITTEN = Prepared(
    select(t.mirror.c.id, t.mirror.c.record, t.mirror.c.overwritten).where(
        *_ON_SIDE, _AMONG, t.mirror.c.overwritten != literal_column("'[]'")
    )
)
_UNHEARD = Prepared(
    select(t.links).where(
        t.links.c.practice == bindparam("practice"), t.links.c.sent != literal_column(f"'{NOTHING}'")
    )
)
_LIVE_NAMES = Prepared(
    select(t.mirror.c.id, t.mirror.c.name)
    .where(*_ON_SIDE, t.mirror.c.standing == literal_column(f"'{Standing.LIVE.value}'"))
    .order_by(t.mirror.c.id)
)
_DIRECTORY = Prepared(
    select(t.mirror.c.id, t.mirror.c.name, t.mirror.c.standing, t.links.c.ignition_id)
    .select_from(t.mirror)
    .outerjoin(t.links, (t.links.c.practice == t.mirror.c.practice) & (t.links.c.xpm_id == t.mirror.c.id))
    .where(t.mirror.c.practice == bindparam("practice"), t.mirror.c.side == literal_column(f"'{XPM}'"))
    .order_by(t.mirror.c.id)
)


def is_lead(client: Client) -> bool:
    """Tell whether a client is a lead at this moment."""
    return client.lead


def remember(
    ledger: PracticeLedger,
    side: str,
    clients: Sequence[Client],
    cursor: tuple[str, str] | None,
    born_lead: Callable[[Client], bool] = is_lead,
) -> None:
    """Keep clients as they were just read, to be dealt with; the list's cursor moves when all are kept.

    What was read is dirty until a sync has dealt with it, so moving the cursor loses nothing.
    Whether a client was a lead when it was first seen is asked once and kept.
    """
    for start in range(0, len(clients), PORTION):
        portion = clients[start : start + PORTION]
        known = {row["id"]: row for row in _some_rows(ledger, side, [one.id for one in portion])}
        rows = []
        for client in portion:
            record, old = client_to_json(client), known.get(client.id)
            if old is None or old["record"] != record:
                lead = old["lead"] if old else born_lead(client)
                version = old["version"] + 1 if old else 1
                row = _mirror_row(side, client, record, lead=lead, version=version)
                rows.append({**row, "overwritten": _earlier(old, client) if old else NOTHING})
        with ledger.together() as batch:
            batch.put(t.mirror, rows)
    if cursor:
        ledger.put(t.cursors, {"name": cursor[0], "value": cursor[1]})


def known_ids(ledger: PracticeLedger, side: str) -> set[str]:
    """Return the ids of all clients of a side that were ever read."""
    return {row["id"] for row in ledger.read(_IDS, side=side)}


def overwritten(ledger: PracticeLedger, side: str, clients: Sequence[Client]) -> set[str]:
    """Return those of some clients, as just read, that show a value which they had before what is known of them.

    Either the answer is an old one, or somebody has put back what the syncer wrote or read since.
    """
    found: set[str] = set()
    for start in range(0, len(clients), PORTION):
        portion = {one.id: one for one in clients[start : start + PORTION]}
        found |= {
            row["id"]
            for row in ledger.read(_OVERWRITTEN, side=side, ids=json.dumps(list(portion)))
            if shows_earlier_values(
                json.loads(row["overwritten"]), portion[row["id"]], client_from_json(row["record"])
            )
        }
    return found


def note_written(
    ledger: PracticeLedger, side: str, one: str, values: Values, contacts: Iterable[Contact] = ()
) -> None:
    """Note what the syncer itself wrote to a client; whatever else changed there is still news when read."""
    for kept in _some_rows(ledger, side, [one]):
        client = client_from_json(kept["record"])
        known = {contact.id: contact for contact in client.contacts or ()}
        for contact in contacts:
            old = known.get(contact.id)
            known[contact.id] = replace(contact, values={**old.values, **contact.values}) if old else contact
        read = None if client.contacts is None and not known else tuple(known.values())
        fresh = replace(client, values={**client.values, **values}, contacts=read)
        ledger.change(t.mirror, _overwriting(kept, fresh), side=side, id=one)


def note_removed(ledger: PracticeLedger, side: str, one: str, contact: str) -> None:
    """Note that a client has a contact no longer."""
    for kept in _some_rows(ledger, side, [one]):
        client = client_from_json(kept["record"])
        left = tuple(known for known in client.contacts or () if known.id != contact)
        fresh = replace(client, contacts=None if client.contacts is None else left)
        ledger.change(t.mirror, _overwriting(kept, fresh), side=side, id=one)


def _overwriting(kept: Row, fresh: Client) -> Row:
    """Return what changes of a client's row by a write of the syncer."""
    record = client_to_json(fresh)
    if record == kept["record"]:
        return {"record": record}
    return {"name": fresh.name, "record": record, "overwritten": _earlier(kept, fresh)}


def _earlier(old: Row, now: Client) -> str:
    """Return the digests of what a client was before, with what it is no longer."""
    return json.dumps(earlier_values(json.loads(old["overwritten"]), client_from_json(old["record"]), now))


def look_again_at(ledger: PracticeLedger, xpm_id: str, ignition_id: str) -> None:
    """Make a pair news again: the next plan compares it, even if nothing of it changes until then."""
    for side, one in ((IGNITION, ignition_id), (XPM, xpm_id)):
        ledger.change(t.mirror, {"dirty": True}, side=side, id=one)


def unsettle(ledger: PracticeLedger, side: str, ids: Iterable[str]) -> dict[str, int]:
    """Make clients news again: a plan deals with them that may not come to its end. Returns the versions they have."""
    wanted = set(ids)
    rows = ledger.read(_VERSIONS, side=side)
    found = {row["id"]: row["version"] for row in rows if row["id"] in wanted}
    with ledger.together() as batch:
        for one in found:
            batch.change(t.mirror, {"dirty": True}, side=side, id=one)
    return found


def settle(ledger: PracticeLedger, side: str, versions: Mapping[str, int]) -> None:
    """Note that what was read of these clients has been dealt with, unless they were read anew since."""
    with ledger.together() as batch:
        for one, version in versions.items():
            batch.change(t.mirror, {"dirty": False}, side=side, id=one, version=version)


def live_names(ledger: PracticeLedger, side: str) -> dict[str, str]:
    """Return the names of a side's live clients, by id."""
    return {row["id"]: row["name"] for row in ledger.read(_LIVE_NAMES, side=side)}


def mirrored(ledger: PracticeLedger, side: str) -> dict[str, Client]:
    """Return every client of a side as last read, by id."""
    return {row["id"]: client_from_json(row["record"]) for row in ledger.rows(t.mirror, side=side)}


def some_mirrored(ledger: PracticeLedger, side: str, ids: Sequence[str]) -> list[Client]:
    """Return those of some clients of a side that have been read before."""
    return [client_from_json(row["record"]) for row in _some_rows(ledger, side, ids)]


def was_lead(ledger: PracticeLedger, slug: str) -> bool:
    """Tell whether an Ignition client was a lead when it was first seen."""
    row = ledger.row(t.mirror, side=IGNITION, id=slug)
    return bool(row and row["lead"])


def news(ledger: PracticeLedger, side: str) -> dict[str, int]:
    """Return the clients of a side that were read and not yet dealt with: id and version."""
    return {row["id"]: row["version"] for row in ledger.rows(t.mirror, side=side, dirty=True)}


def directory(ledger: PracticeLedger) -> tuple[Known, ...]:
    """Return all XPM clients by name and standing, with what each is linked to (E10)."""
    return tuple(
        Known(row["id"], row["name"], Standing(row["standing"]), row["ignition_id"])
        for row in ledger.read(_DIRECTORY)
    )


def links(ledger: PracticeLedger, **equal: str) -> list[Link]:
    """Return links, those whose columns equal values."""
    return [_link(row) for row in ledger.rows(t.links, **equal)]


def save_links(ledger: PracticeLedger, found: Sequence[Link]) -> None:
    """Keep links with their bases, all in one transaction."""
    with ledger.together() as batch:
        batch.put(t.links, [_link_row(link) for link in found])


def unheard(ledger: PracticeLedger) -> list[Link]:
    """Return the links of which something was sent and not acknowledged."""
    return [_link(row) for row in ledger.read(_UNHEARD)]


def _some_rows(ledger: PracticeLedger, side: str, ids: Sequence[str]) -> list[Row]:
    """Return mirror rows by id, in portions: a row is large."""
    found: list[Row] = []
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        found += ledger.read(_SOME, side=side, ids=json.dumps(list(portion)))
    return found


def _mirror_row(side: str, client: Client, record: str, *, lead: bool, version: int) -> Row:
    return {
        "side": side,
        "id": client.id,
        "name": client.name,
        "standing": client.standing.value,
        "lead": lead,
        "dirty": True,
        "version": version,
        "record": record,
    }


@lru_cache(maxsize=512)
def _base(text: str) -> Values:
    return values_from_json(CLIENT_KINDS, json.loads(text))


@lru_cache(maxsize=512)
def _contact_links(text: str) -> tuple[ContactLink, ...]:
    return tuple(
        ContactLink(xpm_id, ignition_id, values_from_json(CONTACT_KINDS, base))
        for xpm_id, ignition_id, base in json.loads(text)
    )


def _sent(text: str, *clients: str) -> tuple[Sent, ...]:
    return tuple(
        Sent(record, at, values_from_json(CLIENT_KINDS if record in clients else CONTACT_KINDS, values))
        for record, at, values in json.loads(text)
    )


def _link(row: Row) -> Link:
    return Link(
        xpm_id=row["xpm_id"],
        ignition_id=row["ignition_id"],
        origin=row["origin"],
        standing=row["standing"],
        receives_only=row["receives_only"],
        etag=row["etag"],
        base=_base(row["base"]),
        contacts=_contact_links(row["contacts"]),
        made_at=row["made_at"],
        sent=_sent(row["sent"], row["xpm_id"], row["ignition_id"]) if row["sent"] != NOTHING else (),
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
        "made_at": link.made_at,
        "sent": _text([[one.record, one.at, values_to_json(one.values)] for one in link.sent]),
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
