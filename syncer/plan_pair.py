"""What one linked pair of clients asks for: a pure comparison of both sides with the base."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from syncer.actions import Action, AdvanceBase, ContactWrite, FieldChange, RecordConflict, WriteClient
from syncer.decide import Side, Verdict, decide
from syncer.fields import CONTACT_FIELDS, DAILY_CLIENT_FIELDS, Direction, Field, effective
from syncer.model import NO_BASE, UNKNOWN, Client, Contact, Link, MaybeValue, Values, is_empty


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that a comparison needs (E3, E9)."""

    direction: Direction = Direction.TWO_WAY
    level: str = "everything"
    winner: Side = Side.XPM


@dataclass
class Outcome:
    """What the fields of one record ask for."""

    to_xpm: list[FieldChange] = field(default_factory=list)
    to_ignition: list[FieldChange] = field(default_factory=list)
    advance: dict[str, MaybeValue] = field(default_factory=dict)
    conflicts: list[tuple[Field, MaybeValue, MaybeValue, MaybeValue, Side]] = field(default_factory=list)


def compare(
    fields: Iterable[Field],
    base: Values,
    ignition: Values,
    xpm: Values,
    policy: Policy,
    *,
    receives_only: bool,
) -> Outcome:
    """Return what each field of a record asks for, by the table in `decide`."""
    found = Outcome()
    for row in fields:
        if policy.level == "nothing" or (policy.level == "client_name" and row.name != "name"):
            continue
        there, here = xpm[row.name], ignition[row.name]
        was = base.get(row.name, NO_BASE)
        way = effective(row, policy.direction, receives_only=receives_only)
        decision = decide(way, was, here, there, policy.winner)
        if decision.verdict is Verdict.ADVANCE:
            found.advance[row.name] = there
        elif decision.verdict is Verdict.CONFLICT and decision.winner is not None:
            found.conflicts.append((row, was, here, there, decision.winner))
        if decision.verdict is Verdict.WRITE_XPM or decision.winner is Side.IGNITION:
            found.to_xpm.append(FieldChange(row.name, there, here, row.rule))
        elif decision.verdict is Verdict.WRITE_IGNITION or decision.winner is Side.XPM:
            found.to_ignition.append(FieldChange(row.name, here, there, row.rule))
    return found


def plan_pair(link: Link, ignition: Client, xpm: Client, policy: Policy) -> list[Action]:
    """Return the actions for a linked pair: conflicts first, then a write to each side, then the base."""
    whole = compare(
        DAILY_CLIENT_FIELDS, link.base, ignition.values, xpm.values, policy, receives_only=link.receives_only
    )
    actions: list[Action] = [
        RecordConflict(link.xpm_id, link.ignition_id, xpm.name, row.name, was, here, there, winner.value)
        for row, was, here, there, winner in whole.conflicts
    ]
    contacts = plan_contacts(link, ignition, xpm, policy)
    actions += contacts.conflicts
    for side, changes, writes in (
        ("ignition", whole.to_ignition, contacts.to_ignition),
        ("xpm", whole.to_xpm, contacts.to_xpm),
    ):
        if changes or writes:
            write = WriteClient(side, link.xpm_id, link.ignition_id, xpm.name, tuple(changes), tuple(writes))
            actions.append(write)
    if whole.advance or contacts.advance:
        actions.append(AdvanceBase(link.xpm_id, xpm.name, whole.advance, tuple(contacts.advance)))
    return actions


@dataclass
class ContactPlan:
    """What the contacts of one pair of clients ask for."""

    to_xpm: list[ContactWrite] = field(default_factory=list)
    to_ignition: list[ContactWrite] = field(default_factory=list)
    advance: list[tuple[str, str, Values]] = field(default_factory=list)
    conflicts: list[Action] = field(default_factory=list)


def plan_contacts(link: Link, ignition: Client, xpm: Client, policy: Policy) -> ContactPlan:
    """Return what contacts ask for: matched ones field by field, unmatched ones are added (E6).

    A contact that was linked and is gone from one side asks for nothing here: removals are not
    carried over yet, and `gone_contacts` names them for the report.
    """
    found = ContactPlan()
    if policy.level != "everything" or ignition.contacts is None or xpm.contacts is None:
        return found
    bases = {(one.xpm_id, one.ignition_id): one.base for one in link.contacts}
    linked_there = {one.xpm_id for one in link.contacts}
    linked_here = {one.ignition_id for one in link.contacts}
    pairs = match_contacts(link, ignition.contacts, xpm.contacts)
    for here, there in pairs:
        _compare_contact(found, link, xpm.name, bases.get((there.id, here.id), {}), here, there, policy)
    paired_there = {there.id for _, there in pairs} | linked_there
    paired_here = {here.id for here, _ in pairs} | linked_here
    if policy.direction is not Direction.TO_XPM:
        fresh = (one for one in xpm.contacts if one.id not in paired_there)
        found.to_ignition += [ContactWrite(None, one.id, one.name, known_only(one.values)) for one in fresh]
    if policy.direction is not Direction.FROM_XPM and not link.receives_only:
        new = (one for one in ignition.contacts if one.id not in paired_here)
        # XPM's choice of primary wins: a contact that comes from Ignition does not take its place.
        chosen = (
            {"is_primary": False} if any(one.values["is_primary"] is True for one in xpm.contacts) else {}
        )
        found.to_xpm += [
            ContactWrite(None, one.id, one.name, {**known_only(one.values), **chosen}) for one in new
        ]
    return found


def match_contacts(
    link: Link, here: tuple[Contact, ...], there: tuple[Contact, ...]
) -> list[tuple[Contact, Contact]]:
    """Pair contacts by their link, then by exact e-mail, then by exact name, where unique on both sides (E6)."""
    by_id = {one.id: one for one in here}
    xpm_by_id = {one.id: one for one in there}
    pairs = [
        (by_id[one.ignition_id], xpm_by_id[one.xpm_id])
        for one in link.contacts
        if one.ignition_id in by_id and one.xpm_id in xpm_by_id
    ]
    taken_here = {one.ignition_id for one in link.contacts}
    taken_there = {one.xpm_id for one in link.contacts}
    for key in ("email", "name"):
        left = _unique(key, (one for one in here if one.id not in taken_here))
        right = _unique(key, (one for one in there if one.id not in taken_there))
        for text, one in left.items():
            if text in right:
                pairs.append((one, right[text]))
                taken_here.add(one.id)
                taken_there.add(right[text].id)
    return pairs


def gone_contacts(link: Link, ignition: Client, xpm: Client) -> list[str]:
    """Return sentences on linked contacts that one side no longer has."""
    if ignition.contacts is None or xpm.contacts is None:
        return []
    here, there = {one.id for one in ignition.contacts}, {one.id for one in xpm.contacts}
    found = []
    for one in link.contacts:
        sides = [
            name
            for name, gone in (("Ignition", one.ignition_id not in here), ("XPM", one.xpm_id not in there))
            if gone
        ]
        if len(sides) == 1:
            other = "XPM" if sides == ["Ignition"] else "Ignition"
            name = one.base.get("name")
            found.append(
                f"contact “{name}” of “{xpm.name}” is gone from {sides[0]}; it stays in {other} (removals are not carried over yet)"
            )
    return found


def _compare_contact(
    found: ContactPlan,
    link: Link,
    client_name: str,
    base: Values,
    here: Contact,
    there: Contact,
    policy: Policy,
) -> None:
    asked = compare(CONTACT_FIELDS, base, here.values, there.values, policy, receives_only=link.receives_only)
    for row, was, one, other, winner in asked.conflicts:
        found.conflicts.append(
            RecordConflict(
                link.xpm_id,
                link.ignition_id,
                client_name,
                row.name,
                was,
                one,
                other,
                winner.value,
                there.name,
            )
        )
    for changes, own, partner, writes in (
        (asked.to_ignition, here, there, found.to_ignition),
        (asked.to_xpm, there, here, found.to_xpm),
    ):
        if changes:
            values = {change.field: change.new for change in changes}
            writes.append(ContactWrite(own.id, partner.id, own.name, values, tuple(changes)))
    if asked.advance:
        found.advance.append((there.id, here.id, asked.advance))


def _unique(key: str, contacts: Iterable[Contact]) -> Mapping[str, Contact]:
    seen: dict[str, list[Contact]] = {}
    for one in contacts:
        text = one.values[key]
        if isinstance(text, str) and not is_empty(text):
            seen.setdefault(text, []).append(one)
    return {text: same[0] for text, same in seen.items() if len(same) == 1}


def known_only(values: Values) -> dict[str, MaybeValue]:
    """Return the values that are known: what a base may hold."""
    return {name: value for name, value in values.items() if value is not UNKNOWN}
