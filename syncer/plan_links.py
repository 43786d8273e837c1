"""What the linked pairs of clients ask for, and in which order it is all done."""

from collections.abc import Iterable, Sequence
from enum import IntEnum, auto

from syncer.actions import (
    Action,
    AdvanceBase,
    ImportLead,
    MarkLink,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
    ShareContact,
    WriteClient,
    WriteShared,
)
from syncer.comparing import Outcome
from syncer.contact_pair import ContactPlan, Pair
from syncer.model import Client, Link, Standing
from syncer.plan_contacts import plan_contacts
from syncer.plan_pair import actions_of, compare_clients
from syncer.view import Plan, View

XpmWrite = WriteClient | RemoveContact | WriteShared | ShareContact
"""What may write to XPM."""


def plan_links(view: View, plan: Plan, links: Sequence[Link]) -> None:
    """Plan what some links ask for: their clients' fields, and their contacts with all copies of these (E6)."""
    pairs = [pair for link in links if (pair := _live(view, plan, link))]
    contacts = plan_contacts(pairs, _sharing(view, pairs), view.policy)
    asked = {pair.link.xpm_id for pair in pairs}
    for pair in pairs:
        for client, names in ((pair.xpm, plan.unlinked_staff), (pair.ignition, plan.unlinked_users)):
            plan.people.count_unlinked(client, names)
        known = Pair(pair.link, plan.people.ignition(pair.ignition), plan.people.xpm(pair.xpm))
        found = contacts.get(pair.link.xpm_id, ContactPlan())
        plan.actions += actions_of(pair.link, pair.xpm.name, compare_clients(known, view.policy), found)
        plan.warnings += found.warnings
    for link in view.links:
        if link.xpm_id not in asked and link.xpm_id in contacts:
            name = view.xpm[link.xpm_id].name
            plan.actions += actions_of(link, name, Outcome(), contacts[link.xpm_id])


def in_order(actions: Iterable[Action]) -> list[Action]:
    """Return actions in the order in which they are done.

    Links and conflicts come first, as what follows needs them; then what is written to XPM, so that as
    little time as can be lies between the last look there and the writes (E23), and so that a shared
    contact's further copies follow what XPM has taken. Who is to have such a contact again gets it once all that
    is written to it stands, as it is read then and compared with that; nobody loses it before. Bases move before Ignition is written to: between the
    writes they would part clients that one call can take.
    """
    return sorted(actions, key=_turn)


def writes_xpm(plan: Plan) -> bool:
    """Tell whether a plan writes to XPM."""
    return bool(_xpm_writes(plan))


def unsure(
    meant: tuple[View, Plan], now: tuple[View, Plan], so_far: Sequence[XpmWrite] = ()
) -> list[XpmWrite]:
    """Return a plan's writes to XPM of which it is not sure what they overwrite, those known as such included (E23).

    They came up between two looks because news that XPM had shown is there no more: somebody takes it back at this
    moment, or the later answer is an old one, and what was typed would be lost.
    """
    (before, first), (after, plan) = meant, now
    other = {one for one, version in before.news_xpm.items() if after.news_xpm.get(one) != version}
    return [
        one
        for one in _xpm_writes(plan)
        if one in so_far or (one.xpm_id in other and one not in first.actions)
    ]


def _xpm_writes(plan: Plan) -> list[XpmWrite]:
    return [one for one in plan.actions if isinstance(one, XpmWrite) and _turn(one) in XPM_TURNS]


class _Turn(IntEnum):
    """When an action is done."""

    LINKS = auto()
    CONFLICTS = auto()
    XPM = auto()
    XPM_AGAIN = auto()
    XPM_GONE = auto()
    BASES = auto()
    REST = auto()


XPM_TURNS = (_Turn.XPM, _Turn.XPM_AGAIN, _Turn.XPM_GONE)


def _turn(action: Action) -> _Turn:
    if isinstance(action, RecordConflict | RecordRemoval):
        return _Turn.CONFLICTS
    if isinstance(action, WriteClient | RemoveContact):
        turn = _Turn.XPM if isinstance(action, WriteClient) else _Turn.XPM_GONE
        return turn if action.side == "xpm" else _Turn.REST
    if isinstance(action, WriteShared | ShareContact):
        return _Turn.XPM if isinstance(action, WriteShared) else _Turn.XPM_AGAIN
    if isinstance(action, AdvanceBase):
        return _Turn.BASES
    return _Turn.REST if isinstance(action, ImportLead) else _Turn.LINKS


def _live(view: View, plan: Plan, link: Link) -> Pair | None:
    """Return a link with both clients, where both are live; else say what became of one (E7)."""
    there, here = view.xpm.get(link.xpm_id), view.ignition.get(link.ignition_id)
    if there is None or here is None:
        return None
    standing = _standing(there, here)
    if standing != link.standing:
        plan.actions.append(MarkLink(link.xpm_id, there.name, standing))
    if standing != "live":
        plan.warnings.append(f"“{there.name}”: {standing.replace('_', ' ')}, no longer synced (E7)")
        return None
    return Pair(link, here, there)


def _standing(there: Client, here: Client) -> str:
    if there.standing is not Standing.LIVE:
        return f"xpm_{there.standing.value}"
    if here.standing is not Standing.LIVE:
        return f"ignition_{here.standing.value}"
    return "live"


def _sharing(view: View, pairs: Sequence[Pair]) -> list[Pair]:
    """Return the other live pairs that hold a contact of these."""
    asked = {pair.link.xpm_id for pair in pairs}
    held = {one.id for pair in pairs for one in pair.xpm.contacts or ()}
    held |= {one.xpm_id for pair in pairs for one in pair.link.contacts}
    found = []
    for link in view.links:
        there, here = view.xpm.get(link.xpm_id), view.ignition.get(link.ignition_id)
        if link.xpm_id in asked or there is None or here is None or _standing(there, here) != "live":
            continue
        if any(one.xpm_id in held for one in link.contacts):
            found.append(Pair(link, here, there))
    return found
