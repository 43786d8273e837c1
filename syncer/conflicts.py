"""The conflicts that were recorded: what they are, and how they come to rest (E3, E6).

A conflict is open as long as both sides have what won. It is settled when somebody takes what lost, when
somebody dismisses it, or when both sides agree on something else by now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.actions import TITLES
from syncer.contact_actions import CONTACT_TITLES
from syncer.errors import DecisionError
from syncer.fields import CONTACT_OWN_FIELDS
from syncer.ledger import PracticeLedger, Row
from syncer.model import Client, Contact, Link, MaybeValue, Values
from syncer.records import CLIENT_KINDS, CONTACT_KINDS, values_from_json
from syncer.view import People
from syncer.words import say_value

OPEN, TAKEN, DISMISSED, AGREED = "open", "taken", "dismissed", "agreed"
CHANGED, REMOVED = "changed", "removed"
STATES = {
    OPEN: "open",
    TAKEN: "settled: what lost was taken",
    DISMISSED: "settled: dismissed",
    AGREED: "settled: both sides agree now",
}
NEVER = {"unknown": True}
"""How the ledger keeps a value that is not known, or was never agreed."""
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
            **ids,
        }


def conflicts(ledger: PracticeLedger, *, settled: bool = False) -> list[Conflict]:
    """Return the open conflicts by number, with `settled` all."""
    rows = ledger.rows(t.conflicts) if settled else ledger.rows(t.conflicts, state=OPEN)
    return [Conflict(row["id"], row["kind"], row) for row in rows]


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
        when = f" on {found.row['settled_at']}" if found.row["settled_at"] else ""
        raise DecisionError(f"conflict {number} ({found.title}) is {STATES[found.row['state']]}{when}")
    return found


def close(ledger: PracticeLedger, number: int, state: str, at: str) -> None:
    """Settle a conflict."""
    ledger.change(t.conflicts, {"state": state, "settled_at": at}, id=number)


def dismiss(ledger: PracticeLedger, number: int, at: str) -> Conflict:
    """Let a conflict rest as it was decided. Raises DecisionError when it is no open one."""
    found = open_conflict(ledger, number)
    close(ledger, number, DISMISSED, at)
    return found


def settle_agreed(ledger: PracticeLedger, at: str) -> list[str]:
    """Settle the open conflicts about which both sides agree on something else by now; returns a line for each."""
    found = conflicts(ledger)
    if not found:
        return []
    people = people_of(ledger)
    links = {(one.xpm_id, one.ignition_id): one for one in memory.links(ledger)}
    there, here = (
        {
            one.id: one
            for one in memory.some_mirrored(ledger, side, sorted({each.row[column] for each in found}))
        }
        for side, column in ((memory.XPM, "xpm_id"), (memory.IGNITION, "ignition_id"))
    )
    lines = []
    for one in found:
        ids = one.row["xpm_id"], one.row["ignition_id"]
        if ids in links and ids[0] in there and ids[1] in here:
            clients = people.ignition(here[ids[1]]), there[ids[0]]
            if JUDGES[one.kind](one, links[ids], *clients):
                close(ledger, one.number, AGREED, at)
                lines.append(f"conflict {one.number}, {one.title}: both sides agree now")
    return lines


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


def _agreed_on_a_value(conflict: Conflict, link: Link, here: Client, there: Client) -> bool:
    halves = halves_of(conflict, link, here, there)
    if halves is None:
        return _is_gone(conflict, here, there)
    base, ours, theirs = (one.get(conflict.field) for one in halves)
    return ours == theirs == base and base != conflict.value(conflict.winner)


def _is_gone(conflict: Conflict, here: Client, there: Client) -> bool:
    """Tell whether neither side has the contact of a conflict any more."""
    if conflict.row["xpm_contact"] is None or here.contacts is None or there.contacts is None:
        return False
    sides = ((here, memory.IGNITION), (there, memory.XPM))
    return not any(contact_of(client, conflict.row[CONTACT_OF[side]]) for client, side in sides)


def _agreed_on_a_removal(conflict: Conflict, link: Link, here: Client, there: Client) -> bool:
    """Tell whether a removed contact was entered anew, or one that stayed is gone or another by now."""
    if here.contacts is None or there.contacts is None:
        return False
    kept = conflict.values(conflict.winner)
    if kept is None:
        lost = conflict.values(conflict.loser) or {}
        gone = conflict.row["xpm_contact"], conflict.row["ignition_contact"]
        return any(
            all(one.base.get(name) == lost[name] for name in ("name", "email"))
            for one in link.contacts
            if (one.xpm_id, one.ignition_id) != gone
        )
    side = "xpm_id" if conflict.winner == memory.XPM else "ignition_id"
    pair = next(
        (one for one in link.contacts if getattr(one, side) == conflict.row[CONTACT_OF[conflict.winner]]),
        None,
    )
    if pair is None:
        return True
    names = [row.name for row in CONTACT_OWN_FIELDS]
    ours, theirs = contact_of(here, pair.ignition_id), contact_of(there, pair.xpm_id)
    if ours is None or theirs is None:
        return False
    same = all(ours.values[name] == theirs.values[name] == pair.base.get(name) for name in names)
    return same and any(pair.base.get(name) != kept[name] for name in names)


CONTACT_OF = {memory.XPM: "xpm_contact", memory.IGNITION: "ignition_contact"}
JUDGES: Mapping[str, Callable[[Conflict, Link, Client, Client], bool]] = {
    CHANGED: _agreed_on_a_value,
    REMOVED: _agreed_on_a_removal,
}
"""Whether both sides agree on something else, by the kind of conflict."""
