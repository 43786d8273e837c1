"""The conflicts that were recorded: what they are, and how they come to rest (E3, E6).

A conflict is open as long as both sides have what won. It is settled when somebody takes what lost, when
somebody dismisses it, when both sides agree on something else by now, or when a later one about the same
takes its place. What lost stays kept all the same; of the last two it can still be taken.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.actions import TITLES
from syncer.conflict_records import AGREED, DISMISSED, OPEN, SUPERSEDED, TAKEN
from syncer.contact_actions import CONTACT_TITLES
from syncer.errors import DecisionError
from syncer.ledger import PracticeLedger, Row
from syncer.model import Client, Contact, Link, MaybeValue, Values
from syncer.records import CLIENT_KINDS, CONTACT_KINDS, values_from_json
from syncer.view import People
from syncer.words import say_value

CHANGED, REMOVED = "changed", "removed"
STATES = {
    OPEN: "open",
    TAKEN: "settled: what lost was taken",
    DISMISSED: "settled: dismissed",
    AGREED: "settled: both sides agree now",
    SUPERSEDED: "settled: superseded by conflict",
}
NEVER = {"unknown": True}
"""How the ledger keeps a value that is not known, or was never agreed."""
CONTACT_OF = {memory.XPM: "xpm_contact", memory.IGNITION: "ignition_contact"}
"""Where a conflict's row has the contact of a side."""
OTHER = {memory.XPM: memory.IGNITION, memory.IGNITION: memory.XPM}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict as it was recorded."""

    number: int
    kind: str
    row: Row

    @property
    def winner(self) -> str:
        """The side that won."""
        return str(self.row["winner"])

    @property
    def loser(self) -> str:
        """The side that lost."""
        return OTHER[self.winner]

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided about it since."""
        return bool(self.row["state"] == OPEN)

    @property
    def is_takeable(self) -> bool:
        """Whether what lost can still be had: nobody has decided, or time has gone over it (E3)."""
        return self.is_open or (self.kind == CHANGED and self.row["state"] in (AGREED, SUPERSEDED))

    @property
    def state(self) -> str:
        """How it stands, in words."""
        by = f" {self.row['superseded_by']}" if self.row["state"] == SUPERSEDED else ""
        return f"{STATES[self.row['state']]}{by}"

    @property
    def field(self) -> str:
        """The name of the field, of a conflict about one."""
        return str(self.row["field"])

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        whose = f"“{self.row['client_name']}”"
        if self.row["contact"] is not None:
            whose = f"contact “{self.row['contact']}” of {whose}"
        if self.kind == REMOVED:
            return whose
        titles = TITLES if self.row["contact"] is None else CONTACT_TITLES
        return f"{titles[self.field]} of {whose}"

    def value(self, side: str) -> MaybeValue:
        """Return the value that a side had, or `base`, of a conflict about a field."""
        kinds = CLIENT_KINDS if self.row["contact"] is None else CONTACT_KINDS
        return values_from_json(kinds, {self.field: json.loads(self.row[side])})[self.field]

    def values(self, side: str) -> dict[str, MaybeValue] | None:
        """Return the contact that a side had, or None where it was gone, of a conflict about a removal."""
        kept = json.loads(self.row[side])
        return None if kept is None else values_from_json(CONTACT_KINDS, kept)

    def words(self, side: str, names: Mapping[str, str]) -> str:
        """Say what a side had, or `base`; staff by their names."""
        kept = json.loads(self.row[side])
        if self.kind == REMOVED and kept is None:
            return "(removed)"
        return "(never agreed)" if kept == NEVER else say_value(kept, names)

    def as_json(self) -> dict[str, Any]:
        """Return the conflict for programs."""
        row = self.row
        known = {side: json.loads(row[side]) for side in ("base", memory.IGNITION, memory.XPM)}
        ids = {name: row[name] for name in ("xpm_id", "ignition_id", "xpm_contact", "ignition_contact")}
        return {
            "number": self.number,
            "kind": self.kind,
            "client": row["client_name"],
            "contact": row["contact"],
            "field": row["field"],
            "title": self.title,
            **{side: None if value == NEVER else value for side, value in known.items()},
            "winner": self.winner,
            "state": row["state"],
            "at": row["at"],
            "settled_at": row["settled_at"],
            "superseded_by": row["superseded_by"],
            **ids,
        }


def conflicts(ledger: PracticeLedger, *, settled: bool = False) -> list[Conflict]:
    """Return the open conflicts by number, with `settled` all."""
    return _found(ledger) if settled else _found(ledger, state=OPEN)


def superseded_by(ledger: PracticeLedger, number: int) -> list[Conflict]:
    """Return the conflicts of which another one took the place."""
    return _found(ledger, superseded_by=number)


def _found(ledger: PracticeLedger, **equal: Any) -> list[Conflict]:
    return [Conflict(row["id"], row["kind"], row) for row in ledger.rows(t.conflicts, **equal)]


def conflict(ledger: PracticeLedger, number: int) -> Conflict:
    """Return a conflict by its number. Raises DecisionError where there is none."""
    row = ledger.row(t.conflicts, id=number)
    if row is None:
        listed = ", ".join(str(one.number) for one in conflicts(ledger)) or "none"
        raise DecisionError(f"there is no conflict {number}; open are: {listed}")
    return Conflict(number, row["kind"], row)


def open_conflict(ledger: PracticeLedger, number: int) -> Conflict:
    """Return a conflict that is open. Raises DecisionError for any other."""
    found = conflict(ledger, number)
    if not found.is_open:
        raise _rests(found)
    return found


def takeable(ledger: PracticeLedger, number: int) -> Conflict:
    """Return a conflict of which what lost can be taken. Raises DecisionError for any other."""
    found = conflict(ledger, number)
    if not found.is_takeable:
        raise _rests(found)
    return found


def _rests(found: Conflict) -> DecisionError:
    when = f" on {found.row['settled_at']}" if found.row["settled_at"] else ""
    return DecisionError(f"conflict {found.number} ({found.title}) is {found.state}{when}")


def close(ledger: PracticeLedger, number: int, state: str, at: str) -> None:
    """Settle a conflict."""
    ledger.change(t.conflicts, {"state": state, "settled_at": at}, id=number)


def dismiss(ledger: PracticeLedger, number: int, at: str) -> Conflict:
    """Let a conflict rest as it was decided. Raises DecisionError when it is no open one."""
    found = open_conflict(ledger, number)
    close(ledger, number, DISMISSED, at)
    return found


def names_of(ledger: PracticeLedger) -> dict[str, str]:
    """Return the names of staff members, as far as they were ever linked users."""
    return {row["staff_uuid"]: row["name"] for row in ledger.rows(t.user_links)}


def people_of(ledger: PracticeLedger) -> People:
    """Return who is who among staff and users, as the ledger knows it."""
    return People({row["staff_uuid"]: row["user_slug"] for row in ledger.rows(t.user_links, standing="live")})


def halves_of(
    conflict: Conflict, link: Link, here: Client, there: Client
) -> tuple[Values, Values, Values] | None:
    """Return base, Ignition's and XPM's values of the record that a conflict is about, or None if it is gone."""
    if conflict.row["contact"] is None:
        return link.base, here.values, there.values
    ids = conflict.row["xpm_contact"], conflict.row["ignition_contact"]
    pair = next((one for one in link.contacts if (one.xpm_id, one.ignition_id) == ids), None)
    ours, theirs = contact_of(here, ids[1]), contact_of(there, ids[0])
    if pair is None or ours is None or theirs is None:
        return None
    return pair.base, ours.values, theirs.values


def contact_of(client: Client, one: str) -> Contact | None:
    """Return a contact of a client by its id, if it is there."""
    return next((contact for contact in client.contacts or () if contact.id == one), None)
