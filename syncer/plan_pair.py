"""What one linked pair of clients asks for: a pure comparison of both sides with the base."""

from syncer.actions import Action, AdvanceBase, RecordConflict, WriteClient
from syncer.comparing import Halves, Outcome, compare
from syncer.contact_pair import ContactPlan, Pair
from syncer.decide import Policy
from syncer.fields import DAILY_CLIENT_FIELDS
from syncer.heard import agreed_fields
from syncer.model import Client, Link
from syncer.plan_contacts import plan_contacts


def plan_pair(link: Link, ignition: Client, xpm: Client, policy: Policy) -> list[Action]:
    """Return the actions for a linked pair whose contacts no other client has."""
    pair = Pair(link, ignition, xpm)
    contacts = plan_contacts([pair], [], policy).get(link.xpm_id, ContactPlan())
    return actions_of(link, xpm.name, compare_clients(pair, policy), contacts)


def compare_clients(pair: Pair, policy: Policy) -> Outcome:
    """Return what the clients' own fields ask for; Partner and Manager are XPM staff on both sides."""
    link = pair.link
    halves = Halves(
        agreed_fields(link, pair.ignition, pair.xpm),
        pair.ignition.values,
        pair.xpm.values,
        link.receives_only,
    )
    return compare(DAILY_CLIENT_FIELDS, halves, policy)


def actions_of(link: Link, name: str, whole: Outcome, contacts: ContactPlan) -> list[Action]:
    """Return the actions for a pair: conflicts first, then what is written to each side, then the base.

    `name` is the client's in XPM.
    """
    ids = link.xpm_id, link.ignition_id, name
    actions: list[Action] = [
        RecordConflict(*ids, one.field.name, one.base, one.ignition, one.xpm, one.winner.value)
        for one in whole.conflicts
    ]
    actions += contacts.conflicts
    for side, changes, writes in (
        ("ignition", whole.to_ignition, contacts.to_ignition),
        ("xpm", whole.to_xpm, contacts.to_xpm),
    ):
        if changes or writes:
            actions.append(WriteClient(side, *ids, tuple(changes), tuple(writes)))
    actions += contacts.others
    if whole.advance or contacts.advance or contacts.gone:
        moved = tuple(contacts.advance), tuple(contacts.gone)
        actions.append(AdvanceBase(link.xpm_id, name, whole.advance, *moved))
    return actions
