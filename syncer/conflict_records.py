"""How conflicts are kept: all values of both sides, once, and which of them took another's place (E3, E6)."""

import json

from syncer import ledger_tables as t
from syncer.actions import RecordConflict, RecordRemoval
from syncer.ledger import PracticeLedger, Row
from syncer.records import value_to_json, values_to_json

OPEN, TAKEN, DISMISSED, AGREED, SUPERSEDED = "open", "taken", "dismissed", "agreed", "superseded"


def save_conflict(ledger: PracticeLedger, found: RecordConflict | RecordRemoval, at: str) -> int:
    """Keep a conflict's values, all three, and return its number; the same open conflict is kept once.

    Open ones about the same, of other values, are superseded by it.
    """
    there = open_about(ledger, found)
    number = next((int(row["id"]) for row in there if is_same_conflict(row, found)), None)
    if number is None:
        new = {**_conflict_row(found), "winner": found.winner, "state": OPEN, "at": at}
        number = ledger.add(t.conflicts, new)
    for row in there:
        if row["id"] < number:
            settled = {"state": SUPERSEDED, "superseded_by": number, "settled_at": at}
            ledger.change(t.conflicts, settled, id=row["id"])
    return number


def open_about(ledger: PracticeLedger, found: RecordConflict | RecordRemoval) -> list[Row]:
    """Return the open conflicts about the same field of the same record, or the same removed contact."""
    kept = _conflict_row(found)
    names = ("xpm_id", "kind", "field", "xpm_contact", "ignition_contact")
    # A contact may be renamed; but of a contact's conflict older ledgers knew the name alone.
    by_name = ("contact",) if kept["xpm_contact"] is None else ()
    return ledger.rows(t.conflicts, **{name: kept[name] for name in (*names, *by_name)}, state=OPEN)


def is_same_conflict(row: Row, found: RecordConflict | RecordRemoval) -> bool:
    """Tell whether a conflict that is kept has the same values."""
    kept = _conflict_row(found)
    return all(_essence(row[name]) == _essence(kept[name]) for name in ("base", "ignition", "xpm"))


def _conflict_row(found: RecordConflict | RecordRemoval) -> Row:
    return _changed_row(found) if isinstance(found, RecordConflict) else _removed_row(found)


def _changed_row(found: RecordConflict) -> Row:
    values = {"base": found.base, "ignition": found.ignition, "xpm": found.xpm}
    return {
        "kind": "changed",
        "client_name": found.name,
        "field": found.field,
        **_ids(found),
        **{side: json.dumps(value_to_json(value), ensure_ascii=False) for side, value in values.items()},
    }


def _removed_row(found: RecordRemoval) -> Row:
    values = {"base": found.base, "ignition": found.ignition, "xpm": found.xpm}
    return {
        "kind": "removed",
        "client_name": found.client,
        "field": "contact",
        **_ids(found),
        **{
            side: json.dumps(None if one is None else values_to_json(one), ensure_ascii=False)
            for side, one in values.items()
        },
    }


def _ids(found: RecordConflict | RecordRemoval) -> Row:
    names = ("xpm_id", "ignition_id", "contact", "xpm_contact", "ignition_contact")
    return {name: getattr(found, name) for name in names}


def _essence(text: str) -> object:
    """Return what a conflict's value tells; who is the primary contact changes by itself."""
    value = json.loads(text)
    return (
        {name: one for name, one in value.items() if name != "is_primary"}
        if isinstance(value, dict)
        else value
    )
