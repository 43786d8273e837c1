"""How conflicts come to rest by themselves: both sides agree on something else, or a later one takes their place (E3, E6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from syncer import actions as a
from syncer import memory
from syncer.conflict_records import AGREED, is_same_conflict, open_about
from syncer.conflicts import (
    CHANGED,
    CONTACT_OF,
    REMOVED,
    Conflict,
    close,
    conflicts,
    contact_of,
    halves_of,
    names_of,
    people_of,
    superseded_by,
)
from syncer.explain import COMMON, Step
from syncer.fields import CONTACT_OWN_FIELDS
from syncer.ledger import PracticeLedger
from syncer.model import Client, Link, MaybeValue, Values
from syncer.words import quote


def settle_agreed(ledger: PracticeLedger, at: str) -> list[str]:
    """Settle the open conflicts about which both sides agree on something else by now; returns a line for each."""
    found = conflicts(ledger)
    if not found:
        return []
    people, names = people_of(ledger), names_of(ledger)
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
                lines.append(f"conflict {one.number}, {one.title}: both sides agree now{still(one, names)}")
    return lines


def still(conflict: Conflict, names: Mapping[str, str]) -> str:
    """Say that what lost can be had all the same, of a conflict about a field (E3)."""
    if conflict.kind == REMOVED:
        return ""
    lost = conflict.words(conflict.loser, names)
    return f"; `syncer conflicts take {conflict.number}` still puts back {quote(lost, {})}"


def superseded_lines(ledger: PracticeLedger, number: int) -> list[str]:
    """Say which conflicts a new one took the place of."""
    older = superseded_by(ledger, number)
    names = names_of(ledger) if older else {}
    return [
        f"conflict {one.number}, {one.title}: superseded by conflict {number}{still(one, names)}"
        for one in older
    ]


def foreseen(ledger: PracticeLedger, actions: Iterable[a.Action]) -> list[tuple[Conflict, str]]:
    """Return which open conflicts will rest once a plan is carried out, and why."""
    coming, superseded = _Coming(), dict[int, str]()
    for action in actions:
        coming.take(action)
        if isinstance(action, a.RecordConflict | a.RecordRemoval):
            superseded |= {
                row["id"]: "superseded by the new conflict"
                for row in open_about(ledger, action)
                if not is_same_conflict(row, action)
            }
    return [
        (one, superseded.get(one.number, "both sides will agree"))
        for one in conflicts(ledger)
        if one.number in superseded or coming.settles(one)
    ]


def settling(conflict: Conflict, why: str, names: Mapping[str, str]) -> Step:
    """Return what a plan says of a conflict that will rest."""
    row = {"does": "settle conflict", "client": conflict.row["client_name"], "conflict": conflict.number}
    row |= {"contact": conflict.row["contact"], "field": conflict.row["field"]}
    return Step(
        f"conflict {conflict.number}, {conflict.title}: {why}{still(conflict, names)}",
        (),
        ({**COMMON, **row, "rule": "E3" if conflict.kind == CHANGED else "E6", "why": why},),
    )


@dataclass
class _Coming:
    """What a plan will have made of fields and contacts; a contact goes by the id of either side."""

    values: dict[tuple[str, str], MaybeValue] = field(default_factory=dict)
    """By the id of a contact, or of a client in XPM, and the field."""
    gone: set[str] = field(default_factory=set)
    made: list[tuple[str, Values]] = field(default_factory=list)
    """New contacts, with the client's id in XPM."""

    def take(self, action: a.Action) -> None:
        """Add what an action does."""
        if isinstance(action, a.WriteClient):
            self._note((action.xpm_id,), {change.field: change.new for change in action.changes})
            for write in action.contacts:
                if write.id:
                    self._note((write.id, write.other_id), {one.field: one.new for one in write.changes})
                else:
                    self.made.append((action.xpm_id, write.values))
        elif isinstance(action, a.WriteShared):
            self._note((action.xpm_contact,), {change.field: change.new for change in action.changes})
        elif isinstance(action, a.AdvanceBase):
            self._note((action.xpm_id,), action.values)
            for there, here, values in action.contacts:
                self._note((there, here), values)
            self.gone |= {one for pair in action.gone for one in pair}
        elif isinstance(action, a.RemoveContact):
            self.gone |= {action.xpm_contact, action.ignition_contact}

    def _note(self, ids: Iterable[str], values: Values) -> None:
        self.values |= {(one, name): value for one in ids for name, value in values.items()}

    def settles(self, conflict: Conflict) -> bool:
        """Tell whether both sides will agree on something else than what won."""
        row = conflict.row
        if conflict.kind == CHANGED:
            about = row["xpm_contact"] or row["xpm_id"]
            is_gone = row["xpm_contact"] in self.gone
            won = conflict.value(conflict.winner)
            return is_gone or self.values.get((about, conflict.field), won) != won
        kept = conflict.values(conflict.winner)
        if kept is None:
            lost = conflict.values(conflict.loser) or {}
            return any(
                one == row["xpm_id"] and all(new.get(name) == lost[name] for name in ("name", "email"))
                for one, new in self.made
            )
        stayed = row[CONTACT_OF[conflict.winner]]
        names = [one.name for one in CONTACT_OWN_FIELDS]
        return stayed in self.gone or any(
            self.values.get((stayed, name), kept[name]) != kept[name] for name in names
        )


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


JUDGES: Mapping[str, Callable[[Conflict, Link, Client, Client], bool]] = {
    CHANGED: _agreed_on_a_value,
    REMOVED: _agreed_on_a_removal,
}
"""Whether both sides agree on something else, by the kind of conflict."""
