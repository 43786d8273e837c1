"""What a sync is going to do, all of it, before anything is written: a pure function of what was read."""

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from syncer.actions import AddLink, ImportLead, MarkUserLink, PushCandidates, PushTemplates
from syncer.contact_match import sort_out
from syncer.fields import Direction
from syncer.match import Named, pair_by_name
from syncer.model import Client, ContactLink, Link, Staff, Standing, Template, known_only
from syncer.plan_links import XpmWrite, in_order, plan_links, unsure, writes_xpm
from syncer.view import PEOPLE, People, Plan, UserLink, View
from syncer.words import counted

__all__ = [
    "PEOPLE",
    "People",
    "Plan",
    "UserLink",
    "View",
    "XpmWrite",
    "fingerprint",
    "make_plan",
    "people_changed",
    "unsure",
    "writes_xpm",
]


def fingerprint(rows: Iterable[Template] | Iterable[Staff]) -> str:
    """Return a list of templates or staff as one JSON text that tells whether it changed."""
    return json.dumps([[one.uuid, one.name, getattr(one, "email", "")] for one in rows], ensure_ascii=False)


def make_plan(view: View) -> Plan:
    """Return what is to be done. Nobody is written to, nothing is remembered."""
    plan = Plan()
    plan_lists(view, plan)
    user_links = plan_users(view, plan)
    plan.people = people = People(
        {one.staff_uuid: one.user_slug for one in user_links if one.standing == "live"}
    )
    refreshed = view.everything or people_changed(view)
    new_links = plan_new(view, plan, people)
    asked = [
        link
        for link in view.links
        if refreshed or link.xpm_id in view.news_xpm or link.ignition_id in view.news_ignition
    ]
    plan_links(view, plan, [*asked, *new_links])
    _warn_of_people(view, plan)
    plan.actions = in_order(plan.actions)
    return plan


def plan_lists(view: View, plan: Plan) -> None:
    """Push the job templates (R3) and the staff that may be picked (R2) where they changed."""
    if fingerprint(view.templates) != view.pushed_templates:
        plan.actions.append(PushTemplates(view.templates))
    if fingerprint(view.staff) != view.pushed_candidates:
        plan.actions.append(PushCandidates(view.staff))


def plan_users(view: View, plan: Plan) -> list[UserLink]:
    """Follow what admins did with users, and what became of either side; nothing is ever written (R13, E18)."""
    staff = {one.uuid for one in view.staff}
    users = {one.slug: one for one in view.users}
    known = {(one.staff_uuid, one.user_slug): one for one in view.user_links}
    now: list[UserLink] = []
    for old in view.user_links:
        user = users.get(old.user_slug)
        standing = "live"
        if user is None or user.staff_uuid != old.staff_uuid:
            standing = "user_deleted"
        elif old.staff_uuid not in staff:
            standing = "staff_deleted"
        now.append(replace(old, standing=standing))
    taken = {one.staff_uuid for one in now if one.standing == "live"}
    for user in view.users:
        if user.staff_uuid is None or (user.staff_uuid, user.slug) in known:
            continue
        if user.staff_uuid in taken:
            # Two users of one staff member would take turns, and Partners with them.
            plan.warnings.append(
                f"user “{user.name}” is linked to XPM staff that another user has already (R2)"
            )
            continue
        standing = "live" if user.staff_uuid in staff else "staff_deleted"
        now.append(UserLink(user.staff_uuid, user.slug, user.name, standing))
        taken.add(user.staff_uuid)
    for link in now:
        if known.get((link.staff_uuid, link.user_slug)) != link:
            plan.actions.append(MarkUserLink(link.staff_uuid, link.user_slug, link.name, link.standing))
    return now


def people_changed(view: View) -> bool:
    """Tell whether the links of users and staff are others than before: then every pair is looked at (R6)."""
    followed = Plan()
    plan_users(view, followed)
    return bool(followed.actions)


def plan_new(view: View, plan: Plan, people: People) -> list[Link]:
    """Link what is one client already (E1), and bring the other XPM clients in as leads (R1, E2, E8)."""
    linked_there = {link.xpm_id for link in view.links}
    linked_here = {link.ignition_id for link in view.links}
    live_there = {uuid: one for uuid, one in view.xpm.items() if one.standing is Standing.LIVE}
    live_here = {slug: one for slug, one in view.ignition.items() if one.standing is Standing.LIVE}
    made: list[Link] = []
    for slug, client in live_here.items():
        uuid = client.xpm_uuid
        if uuid and uuid in live_there and slug not in linked_here and uuid not in linked_there:
            made.append(_new_link(view, plan, uuid, client, "imported"))
            linked_there.add(uuid)
            linked_here.add(slug)
    pairing = pair_by_name(
        _named(live_here, view.others_ignition, linked_here),
        _named(live_there, view.others_xpm, linked_there),
    )
    for slug, uuid in pairing.pairs:
        made.append(_new_link(view, plan, uuid, live_here[slug], "named"))
        linked_there.add(uuid)
    for name in pairing.ambiguous:
        plan.attention.append(
            f"“{name}” stands more than once on one side: nothing is linked or imported until the names differ (E1)"
        )
    waiting = [
        one
        for uuid, one in live_there.items()
        if uuid not in linked_there and one.name not in pairing.ambiguous
    ]
    why_not = _import_is_off(view)
    if waiting and why_not:
        plan.warnings.append(f"{counted(len(waiting), 'new XPM client')} not imported: {why_not}")
    else:
        for one in waiting:
            people.count_unlinked(one, plan.unlinked_staff)
        plan.actions += [ImportLead(_known_contacts(one), people.for_ignition(one)) for one in waiting]
    coming = set() if why_not else {one.name for one in waiting}
    plan.attention += [
        f"“{name}” stands more than once on one side, and not all of them are linked: is one of them there twice? (E1)"
        for name in pairing.twins
        if name not in coming
    ]
    return made


def _import_is_off(view: View) -> str:
    """Return why XPM clients are not brought in, empty where they are: it is a write to Ignition (E9, E8)."""
    if view.policy.level == "nothing":
        return "sync.level is nothing (E9)"
    if view.policy.direction is Direction.TO_XPM:
        return "sync.direction is to_xpm (E9)"
    return "" if view.first or view.import_new_clients else "import_new_clients is off (E8)"


def _named(
    records: Mapping[str, Client], others: Iterable[tuple[str, str]], linked: AbstractSet[str]
) -> list[Named]:
    names = [(one, client.name) for one, client in records.items()] + list(others)
    return [Named(one, name, one in linked) for one, name in sorted(names)]


def _known_contacts(client: Client) -> Client:
    """Return a client whose contacts hold what XPM said of them, and nothing else (E5)."""
    contacts = tuple(replace(one, values=known_only(one.values)) for one in client.contacts or ())
    return replace(client, contacts=None if client.contacts is None else contacts)


def _warn_of_people(view: View, plan: Plan) -> None:
    """Say once for each person whose Partner or Manager role cannot be expressed on the other side (R6)."""
    staff = {one.uuid: one.name for one in view.staff}
    users = {one.slug: one.name for one in view.users}
    for names, known, what in (
        (plan.unlinked_staff, staff, "is no linked user in Ignition"),
        (plan.unlinked_users, users, "is no linked XPM staff"),
    ):
        for one, count in sorted(names.items(), key=lambda item: (known.get(item[0], ""), item[0])):
            who = f"“{known[one]}”" if one in known else "a person who was deleted"
            plan.warnings.append(
                f"{who} {what}: Partner or Manager of {counted(count, 'client')} is not synced (R6)"
            )


def _new_link(view: View, plan: Plan, uuid: str, client: Client, origin: str) -> Link:
    """Plan a link of two clients that are one; the importer's own mark carries the base with it."""
    there = view.xpm[uuid]
    bare = Link(uuid, client.id, origin, receives_only=origin == "named" and client.lead)
    family = sort_out(bare, client.contacts or (), there.contacts or ())
    ids = tuple((one.there.id, one.here.id) for one in family.matched)
    plan.actions.append(AddLink(uuid, client.id, client.name, origin, bare.receives_only, ids))
    return replace(bare, contacts=tuple(ContactLink(one, other, {}) for one, other in ids))
