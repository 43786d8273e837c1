"""Whatever either side holds, one sync of a pair brings it to rest: the next one writes nothing (E4)."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from syncer_desk import client_values, contact, ignition_client, xpm_client

from syncer.actions import Action, AdvanceBase, RecordConflict, WriteClient
from syncer.decide import Policy, Side
from syncer.fields import CONTACT_FIELDS, DAILY_CLIENT_FIELDS, Direction, Kind
from syncer.model import UNKNOWN, Client, ContactLink, Link, MaybeValue, known_only
from syncer.plan_pair import plan_pair

WORDS = st.sampled_from(["", "a", "b"])
OF_KIND: dict[Kind, st.SearchStrategy[MaybeValue]] = {
    Kind.TEXT: WORDS,
    Kind.ADDRESS: st.sampled_from([("", "", "", "", ""), ("1", "", "", "", ""), ("2", "", "", "", "")]),
    Kind.NAMES: st.sampled_from([(), ("A",), ("A", "B")]),
    Kind.FLAG: st.booleans(),
    Kind.PERSON: st.sampled_from([None, "s-1", "s-2", UNKNOWN]),
}
CLIENT = st.fixed_dictionaries({f.name: OF_KIND[f.kind] for f in DAILY_CLIENT_FIELDS})
CONTACT = st.fixed_dictionaries({f.name: OF_KIND[f.kind] for f in CONTACT_FIELDS})
POLICY = st.builds(
    Policy,
    st.sampled_from([Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM]),
    st.sampled_from(["everything", "client_name", "nothing"]),
    st.sampled_from(Side),
)
Values = dict[str, Any]
SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def carried_out(
    actions: list[Action], link: Link, here: Client, there: Client
) -> tuple[Link, Client, Client]:
    """Return what a ledger and both sides hold once a plan has been carried out, contacts matched before."""
    base, ours, theirs = dict(link.base), dict(here.values), dict(there.values)
    (pair,) = link.contacts
    (mine,), (other,) = here.contacts or (), there.contacts or ()
    contact_base, contact_here, contact_there = dict(pair.base), dict(mine.values), dict(other.values)
    for action in actions:
        if isinstance(action, WriteClient):
            whole, part = (theirs, contact_there) if action.side == "xpm" else (ours, contact_here)
            written = {change.field: change.new for change in action.changes}
            whole.update(written)
            base.update(written)
            for write in action.contacts:
                part.update(write.values)
                contact_base.update(known_only(write.values))
        elif isinstance(action, AdvanceBase):
            base.update(action.values)
            for _, _, moved in action.contacts:
                contact_base.update(moved)
    now = replace(link, base=base, contacts=(replace(pair, base=contact_base),))
    return (
        now,
        replace(here, values=ours, contacts=(replace(mine, values=contact_here),)),
        replace(there, values=theirs, contacts=(replace(other, values=contact_there),)),
    )


@SETTINGS
@given(CLIENT, CLIENT, CLIENT, CONTACT, CONTACT, CONTACT, POLICY, st.booleans(), st.booleans())
def test_a_second_sync_of_a_pair_writes_nothing_and_finds_no_conflict(
    was: Values,
    ours: Values,
    theirs: Values,
    contact_was: Values,
    contact_ours: Values,
    contact_theirs: Values,
    policy: Policy,
    first: bool,  # noqa: FBT001  # drawn by hypothesis
    receives_only: bool,  # noqa: FBT001  # drawn by hypothesis
) -> None:
    base = {} if first else known_only(was)
    pair = ContactLink("c1", "con_1", {} if first else contact_was)
    link = Link("x1", "i1", "named", base=base, contacts=(pair,), receives_only=receives_only)
    here = ignition_client("i1", "", replace(contact("con_1", ""), values=contact_ours))
    there = xpm_client("x1", "", replace(contact("c1", ""), values=contact_theirs))
    here = replace(here, values={**here.values, **ours})
    there = replace(there, values={**there.values, **theirs})
    after = carried_out(plan_pair(link, here, there, policy), link, here, there)
    again = plan_pair(*after, policy)
    assert [one for one in again if isinstance(one, WriteClient | RecordConflict)] == []


@SETTINGS
@given(CLIENT, CLIENT, CLIENT, POLICY)
def test_no_value_is_overwritten_that_is_not_kept_in_a_conflict_or_known_from_before(
    was: Values, ours: Values, theirs: Values, policy: Policy
) -> None:
    here = replace(ignition_client("i1", ""), values={**client_values(""), **ours})
    there = replace(xpm_client("x1", ""), values={**client_values(""), **theirs})
    link = Link("x1", "i1", "named", base=known_only(was))
    actions = plan_pair(link, here, there, policy)
    kept = {one.field: (one.ignition, one.xpm) for one in actions if isinstance(one, RecordConflict)}
    for write in (one for one in actions if isinstance(one, WriteClient)):
        for change in write.changes:
            said_nothing = change.old in ("", None, (), ("", "", "", "", ""))
            known_before = link.base.get(change.field) == change.old
            assert said_nothing or known_before or change.old in kept.get(change.field, ())


@SETTINGS
@given(CLIENT, CONTACT)
def test_a_field_nobody_changed_is_never_written(same: Values, contact_same: Values) -> None:
    known = known_only(same)
    values = {**client_values(""), **known}
    here = replace(
        ignition_client("i1", "", replace(contact("con_1", ""), values=contact_same)), values=values
    )
    there = replace(xpm_client("x1", "", replace(contact("c1", ""), values=contact_same)), values=values)
    bound = (ContactLink("c1", "con_1", contact_same),)
    link = Link("x1", "i1", "named", base=values, contacts=bound)
    assert plan_pair(link, here, there, Policy()) == []
