"""E4, E6: whatever contacts two clients and their counterparts hold, shared, new, edited or gone, one sync brings rest."""

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from syncer_desk import client_values, contact_values, plan

from syncer.actions import (
    Action,
    AdvanceBase,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteClient,
    WriteShared,
)
from syncer.decide import Policy, Side
from syncer.fields import CONTACT_OWN_FIELDS, Direction
from syncer.model import Client, Contact, ContactLink, Link, Values, known_only
from syncer.plan import Plan

Whole = dict[str, Any]
OWN = [row.name for row in CONTACT_OWN_FIELDS]
BASE = client_values("", tax_registered=False)
KEYS = ("a", "b")
WRITES = (WriteClient, WriteShared, ShareContact, RemoveContact)


@dataclass
class Half:
    """One client's contacts: in XPM by UUID with their place, in Ignition by slug, and the linked pairs."""

    theirs: dict[str, bool] = field(default_factory=dict)
    ours: dict[str, Whole] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Values] = field(default_factory=dict)
    receives_only: bool = False


@dataclass
class World:
    """Both systems and the ledger; a contact of XPM has its own values once."""

    people: dict[str, Whole]
    halves: dict[str, Half]
    made: int = 0

    def plan(self, policy: Policy) -> Plan:
        xpm = [
            Client(
                f"x-{key}", BASE,
                contacts=tuple(Contact(one, {**self.people[one], "is_primary": place}) for one, place in half.theirs.items()),
            )
            for key, half in self.halves.items()
        ]  # fmt: skip
        here = [
            Client(
                f"i-{key}",
                BASE,
                contacts=tuple(Contact(one, dict(values)) for one, values in half.ours.items()),
            )
            for key, half in self.halves.items()
        ]
        links = [
            Link(
                f"x-{key}", f"i-{key}", "named", base=BASE, receives_only=half.receives_only,
                contacts=tuple(ContactLink(*pair, base) for pair, base in half.pairs.items()),
            )
            for key, half in self.halves.items()
        ]  # fmt: skip
        return plan(xpm, here, *links, policy=policy)

    def carry_out(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, WriteClient):
                self._write(action)
            elif isinstance(action, WriteShared):
                self.people[action.xpm_contact].update({one.field: one.new for one in action.changes})
                for copy in action.copies:
                    self._move(
                        self._half(copy.xpm_id), action.xpm_contact, copy.ignition_contact, copy.values
                    )
            elif isinstance(action, ShareContact):
                self._half(action.xpm_id).theirs[action.xpm_contact] = False
            elif isinstance(action, RemoveContact):
                self._remove(action)
            elif isinstance(action, AdvanceBase):
                self._advance(action)

    def _remove(self, action: RemoveContact) -> None:
        half = self._half(action.xpm_id)
        if action.side == "xpm":
            del half.theirs[action.xpm_contact]
        else:
            del half.ours[action.ignition_contact]
        del half.pairs[action.xpm_contact, action.ignition_contact]

    def _advance(self, action: AdvanceBase) -> None:
        half = self._half(action.xpm_id)
        for theirs, ours, values in action.contacts:
            self._move(half, theirs, ours, values)
        for pair in action.gone:
            del half.pairs[pair]

    def _write(self, action: WriteClient) -> None:
        half = self._half(action.xpm_id)
        for write in action.contacts:
            self.made += 1
            one = write.id or f"made-{self.made}"
            place = write.values.get("is_primary")
            if action.side == "xpm":
                values = {name: value for name, value in write.values.items() if name != "is_primary"}
                self.people[one] = {**self.people.get(one, {}), **values}
                half.theirs[one] = bool(place) if place is not None else half.theirs[one]
                self._move(half, one, write.other_id, write.values)
            else:
                half.ours[one] = {**half.ours.get(one, {}), **write.values}
                self._move(half, write.other_id, one, write.values)

    def _move(self, half: Half, theirs: str, ours: str, values: Values) -> None:
        kept = {
            pair: base
            for pair, base in half.pairs.items()
            if pair == (theirs, ours) or (pair[0] != theirs and pair[1] != ours)
        }
        half.pairs = {**kept, (theirs, ours): {**kept.get((theirs, ours), {}), **known_only(values)}}

    def _half(self, xpm_id: str) -> Half:
        return self.halves[xpm_id.removeprefix("x-")]


PERSON = st.builds(
    lambda name, email, phone: {**contact_values(name, email=email, phone=phone)},
    st.sampled_from(["Al", "Bo"]),
    st.sampled_from(["", "1@x.test", "2@x.test"]),
    st.sampled_from(["", "1", "2"]),
)
UUIDS, SLUGS = ("u1", "u2", "u3"), ("s1", "s2", "s3")


@st.composite
def worlds(draw: st.DrawFn) -> World:
    people = {one: {name: value for name, value in draw(PERSON).items() if name in OWN} for one in UUIDS}
    halves = {}
    for key in KEYS:
        theirs = draw(st.dictionaries(st.sampled_from(UUIDS), st.booleans(), max_size=3))
        slugs = [f"{one}-{key}" for one in SLUGS]
        ours = draw(st.dictionaries(st.sampled_from(slugs), PERSON, max_size=3))
        linked = draw(st.lists(st.sampled_from(UUIDS), unique=True, max_size=3))
        ends = draw(st.permutations(slugs))
        pairs: dict[tuple[str, str], Values] = {
            (one, end): draw(PERSON) for one, end in zip(linked, ends, strict=False)
        }
        halves[key] = Half(dict(theirs), dict(ours), pairs, draw(st.booleans()))
    return World(people, halves)


POLICY = st.builds(
    Policy,
    st.sampled_from([Direction.TWO_WAY, Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM]),
    st.just("everything"),
    st.sampled_from(Side),
)
SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=150)


@SETTINGS
@given(worlds(), POLICY)
def test_after_a_sync_nothing_is_left_to_do(world: World, policy: Policy) -> None:
    first = world.plan(policy)
    world.carry_out(first.actions)
    # A contact that is shared again is compared once it is; what another copy changed may end a doubt.
    more = any(isinstance(one, ShareContact) for one in first.actions) or first.warnings
    for _ in range(2 if more else 0):
        world.carry_out(world.plan(policy).actions)
    last = [
        one for one in world.plan(policy).actions if isinstance(one, (*WRITES, RecordConflict, RecordRemoval))
    ]
    assert last == []


@SETTINGS
@given(worlds(), POLICY)
def test_a_contact_that_is_removed_was_linked_and_unchanged_or_is_kept_in_a_conflict(
    world: World, policy: Policy
) -> None:
    before = {key: replace(half, pairs=dict(half.pairs)) for key, half in world.halves.items()}
    actions = world.plan(policy).actions
    kept = {
        (one.xpm_id, one.xpm_contact, one.ignition_contact)
        for one in actions
        if isinstance(one, RecordRemoval)
    }
    for one in (one for one in actions if isinstance(one, RemoveContact)):
        base = before[one.xpm_id.removeprefix("x-")].pairs[one.xpm_contact, one.ignition_contact]
        unchanged = all(one.values[name] == base[name] for name in OWN)
        assert unchanged or (one.xpm_id, one.xpm_contact, one.ignition_contact) in kept


@SETTINGS
@given(worlds(), POLICY)
def test_nobody_is_added_to_a_side_twice_by_one_sync(world: World, policy: Policy) -> None:
    for action in world.plan(policy).actions:
        if isinstance(action, WriteClient):
            made = [one.other_id for one in action.contacts if one.id is None]
            assert len(made) == len(set(made))
