"""What the contacts of linked clients ask for: a pure comparison, over all copies of a contact at once (E6)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncer.actions import (
    ContactBase,
    ContactWrite,
    FieldChange,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteShared,
)
from syncer.comparing import Halves, Outcome
from syncer.contact_match import Family, Parted, sort_out
from syncer.contact_pair import ContactPlan, Holder, Pair
from syncer.decide import Fate, Policy, Side, State, decide_addition, decide_removal
from syncer.fields import CONTACT_FIELDS, CONTACT_OWN_FIELDS, Direction, Field
from syncer.heard import agreed_contacts
from syncer.model import (
    NO_BASE,
    UNKNOWN,
    Contact,
    ContactLink,
    MaybeValue,
    Values,
    is_empty,
    known_only,
)
from syncer.shared import Copy, settle

PLACE_FIELDS = tuple(row for row in CONTACT_FIELDS if row not in CONTACT_OWN_FIELDS)
"""What belongs to a contact's place at one client, so that other copies are not concerned."""


def plan_contacts(pairs: Sequence[Pair], others: Iterable[Pair], policy: Policy) -> Mapping[str, ContactPlan]:
    """Return what the contacts of some pairs ask for, by XPM client.

    `others` are the pairs that hold further copies of the same contacts; of theirs only those are looked
    at. A pair whose contacts are not known on a side asks for nothing (E5), nor does any where the level
    is not everything (E9).
    """
    if policy.level != "everything":
        return {}
    return _Planner(pairs, others, policy).plan()


class _Planner:
    """Plans the contacts of some pairs."""

    def __init__(self, pairs: Sequence[Pair], others: Iterable[Pair], policy: Policy) -> None:
        self._policy = policy
        self._families = [(pair, _family(pair)) for pair in pairs if _is_known(pair)]
        self._plans = {pair.link.xpm_id: ContactPlan() for pair, _ in self._families}
        self._copies: dict[str, list[Holder]] = {}
        self._clients = Counter(one.id for pair, _ in self._families for one in pair.xpm.contacts or ())
        """How many of the pairs have a contact in XPM."""
        self._going: dict[str, Mapping[str, MaybeValue]] = {}
        """The values that go to XPM, by contact: whatever copies are made are made with them."""
        for pair, family in self._families:
            for match in family.matched:
                self._copies.setdefault(match.there.id, []).append(Holder(pair, match))
        for pair in filter(_is_known, others):
            self._plans[pair.link.xpm_id] = ContactPlan()
            self._clients.update(one.id for one in pair.xpm.contacts or ())
            for match in _family(pair).matched:
                if match.known and match.there.id in self._copies:
                    self._copies[match.there.id].append(Holder(pair, match))

    def plan(self) -> Mapping[str, ContactPlan]:
        """Return what each pair's contacts ask for."""
        for uuid, holders in self._copies.items():
            self._compare(uuid, sorted(holders, key=_place))
        for pair, family in self._families:
            plan = self._plans[pair.link.xpm_id]
            self._add(pair, family, plan)
            for parted in family.parted:
                self._part(pair, parted, plan)
            plan.warnings.extend(
                f"contacts of “{pair.xpm.name}” whose {what} stands more than once on a side are left alone: "
                "who is who cannot be told until these differ (E6)"
                for what in family.doubtful
            )
        return self._plans

    def _compare(self, uuid: str, holders: Sequence[Holder]) -> None:
        """Settle all fields of a contact, over all its copies."""
        found = [_Told(holder, holder.halves) for holder in holders]
        for row in CONTACT_OWN_FIELDS:
            _settle(row, found, self._policy)
        for one in found:
            for row in PLACE_FIELDS:
                _settle(row, [one], self._policy)
        is_shared = self._clients[uuid] > 1
        changes = tuple(change for one in found for change in one.outcome.to_xpm)
        if changes:
            self._going[uuid] = {change.field: change.new for change in changes}
        if changes and is_shared:
            self._write_shared(found, changes)
        for one in found:
            self._take(one, holders, follows=is_shared)

    def _write_shared(self, found: Sequence["_Told"], changes: tuple[FieldChange, ...]) -> None:
        """Write a contact to XPM by the first client whose copy was changed; who has a value already is in step."""
        via = next(one.holder for one in found if one.outcome.to_xpm)
        there, going = via.match.there, self._going[via.match.there.id]
        copies = []
        for holder, outcome in ((one.holder, one.outcome) for one in found):
            own, agreed = {change.field for change in outcome.to_xpm}, outcome.advance.items()
            held = {name: new for name, new in going.items() if name in own or (name, new) in agreed}
            if held:
                copies.append(ContactBase(holder.pair.link.xpm_id, holder.match.here.id, held))
            outcome.to_xpm.clear()
            for name in held:
                outcome.advance.pop(name, None)
        names = (via.pair.xpm.name, *(one.holder.pair.xpm.name for one in found if one.holder is not via))
        write = WriteShared(via.pair.link.xpm_id, there.id, there.name, names, changes, tuple(copies))
        self._plans[via.pair.link.xpm_id].others.append(write)

    def _take(self, told: "_Told", holders: Sequence[Holder], *, follows: bool) -> None:
        """Add what one copy asks for to the plan of its pair."""
        holder, outcome = told.holder, told.outcome
        match, plan = holder.match, self._plans[holder.pair.link.xpm_id]
        going = self._going.get(match.there.id, {}) if follows else {}
        plan.conflicts += [holder.conflict(clash, holders) for clash in outcome.conflicts]
        for changes, own, partner, writes in (
            (outcome.to_ignition, match.here, match.there, plan.to_ignition),
            (outcome.to_xpm, match.there, match.here, plan.to_xpm),
        ):
            if changes:
                values = {change.field: change.new for change in changes}
                waits = any(name in going for name in values)
                writes.append(ContactWrite(own.id, partner.id, own.name, values, tuple(changes), waits))
        written = {change.field for change in (*outcome.to_ignition, *outcome.to_xpm)}
        moved = dict(outcome.advance)
        if not match.known:
            # A new pair is kept whole, with what was agreed of it when it was another one.
            moved = {name: value for name, value in match.base.items() if name not in written} | moved
        if moved or not match.known:
            plan.advance.append((match.there.id, match.here.id, moved))

    def _add(self, pair: Pair, family: Family, plan: ContactPlan) -> None:
        """Make what only one side has, where the direction lets it."""
        way = pair.way(self._policy)
        if decide_addition(way, Side.XPM) is Fate.MAKE_IGNITION:
            plan.to_ignition += [self._made_here(one) for one in family.new_there]
        if decide_addition(way, Side.IGNITION) is Fate.MAKE_XPM:
            plan.to_xpm += [_made_there(pair, one) for one in family.new_here]

    def _part(self, pair: Pair, parted: Parted, plan: ContactPlan) -> None:
        """Deal with a linked contact that a side has no longer."""
        link, here, there = parted.link, parted.here, parted.there
        way = pair.way(self._policy)
        # Where Ignition only receives, what another copy changes is a change of XPM's like any other.
        going = self._going.get(link.xpm_id, {}) if way is Direction.FROM_XPM else {}
        states = _state(here, link.base, {}), _state(there, link.base, going)
        removal = decide_removal(way, *states, self._policy.winner)
        if removal.winner is not None:
            plan.conflicts.append(_record_removal(pair, parted, removal.winner))
        if removal.fate is Fate.FORGET:
            plan.gone.append((link.xpm_id, link.ignition_id))
        elif here is not None and removal.fate is Fate.REMOVE_IGNITION:
            plan.others.append(_removal("ignition", pair, link, here))
        elif there is not None and removal.fate is Fate.REMOVE_XPM:
            plan.others.append(_removal("xpm", pair, link, there))
        elif there is not None and removal.fate is Fate.MAKE_IGNITION:
            plan.to_ignition.append(self._made_here(there))
        elif here is not None and removal.fate is Fate.MAKE_XPM:
            if self._clients[link.xpm_id]:
                plan.others.append(ShareContact(pair.link.xpm_id, link.xpm_id, pair.xpm.name, here.name))
            else:
                plan.to_xpm.append(_made_there(pair, here))

    def _made_here(self, one: Contact) -> ContactWrite:
        going = self._going.get(one.id, {})
        return ContactWrite(None, one.id, one.name, {**known_only(one.values), **going}, follows=bool(going))


@dataclass(frozen=True, slots=True)
class _Told:
    """A copy of a contact, and what its fields ask for."""

    holder: Holder
    halves: Halves
    outcome: Outcome = field(default_factory=Outcome)


def _settle(row: Field, found: Sequence[_Told], policy: Policy) -> None:
    """Add what one field asks for, over some copies together."""
    if all(one.halves.is_quiet(row) for one in found):
        return
    copies = [one.halves.copy(row, policy) for one in found]
    for place, part in enumerate(settle([_as_xpm_chose(one) for one in copies], policy.winner)):
        found[place].outcome.take(row, copies[place], part)


def _as_xpm_chose(copy: Copy) -> Copy:
    """Return who is the primary contact as if XPM had chosen it just now: its choice wins, whoever was chosen here (E6).

    That is a contact's only flag. Of one that XPM did not choose nothing is asked: Ignition drops it by itself
    when the other is written.
    """
    return replace(copy, base=copy.ignition) if copy.xpm is True and copy.ignition is False else copy


def _made_there(pair: Pair, one: Contact) -> ContactWrite:
    """Return how a contact of Ignition is made in XPM, whose choice of primary wins: it takes nobody's place."""
    taken = any(other.values["is_primary"] is True for other in pair.xpm.contacts or ())
    return ContactWrite(
        None, one.id, one.name, {**known_only(one.values), **({"is_primary": False} if taken else {})}
    )


def _removal(side: str, pair: Pair, link: ContactLink, one: Contact) -> RemoveContact:
    ids = pair.link.xpm_id, pair.link.ignition_id, pair.xpm.name, link.xpm_id, link.ignition_id
    return RemoveContact(side, *ids, one.name, one.values)


def _record_removal(pair: Pair, parted: Parted, winner: Side) -> RecordRemoval:
    link, here, there = parted.link, parted.here, parted.there
    return RecordRemoval(
        xpm_id=pair.link.xpm_id,
        ignition_id=pair.link.ignition_id,
        client=pair.xpm.name,
        contact=next(one.name for one in (here, there) if one),
        xpm_contact=link.xpm_id,
        ignition_contact=link.ignition_id,
        base=link.base,
        ignition=here.values if here else None,
        xpm=there.values if there else None,
        winner=winner.value,
    )


def _state(one: Contact | None, base: Values, going: Values) -> State:
    """Return how a contact, with values on their way to it, stands against what was last agreed.

    Its place at the client does not count.
    """
    if one is None:
        return State.GONE
    values = {**one.values, **going}
    for row in CONTACT_OWN_FIELDS:
        value, was = values[row.name], base.get(row.name, NO_BASE)
        if value not in (UNKNOWN, was) and not (was is NO_BASE and is_empty(value)):
            return State.CHANGED
    return State.SAME


def _is_known(pair: Pair) -> bool:
    return pair.ignition.contacts is not None and pair.xpm.contacts is not None


def _family(pair: Pair) -> Family:
    link = replace(pair.link, contacts=agreed_contacts(pair.link, pair.ignition, pair.xpm))
    return sort_out(link, pair.ignition.contacts or (), pair.xpm.contacts or ())


def _place(holder: Holder) -> tuple[str, str]:
    """Return the place of a copy among the others: by the client's name in XPM."""
    return holder.pair.xpm.name, holder.pair.link.xpm_id
