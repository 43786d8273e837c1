"""What a sync is going to do, all of it, before anything is written: a pure function of what was read."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from syncer.actions import (
    Action,
    AddLink,
    AdvanceBase,
    ImportLead,
    MarkLink,
    MarkUserLink,
    PushCandidates,
    PushTemplates,
    RecordConflict,
    WriteClient,
)
from syncer.match import Named, pair_by_name
from syncer.model import (
    UNKNOWN,
    Client,
    ContactLink,
    Link,
    MaybeValue,
    Staff,
    Standing,
    Template,
    User,
)
from syncer.plan_pair import Policy, gone_contacts, known_only, match_contacts, plan_pair

PEOPLE = ("partner", "manager")


@dataclass(frozen=True, slots=True)
class UserLink:
    """A user picked from XPM staff, and whether both are still there (R2, E18)."""

    staff_uuid: str
    user_slug: str
    name: str
    standing: str = "live"


@dataclass(frozen=True)
class View:
    """Everything a plan is made from: both sides as last read, and the ledger.

    `xpm` and `ignition` hold the records that a plan may need: what is news, its partners, what has no
    link. Of the other clients, which are linked and quiet, id and name are enough.
    """

    xpm: Mapping[str, Client]
    ignition: Mapping[str, Client]
    news_xpm: Mapping[str, int]
    """Clients read since the last sync and not yet dealt with: id and the version that was read."""
    news_ignition: Mapping[str, int]
    links: tuple[Link, ...]
    staff: tuple[Staff, ...]
    users: tuple[User, ...]
    user_links: tuple[UserLink, ...]
    templates: tuple[Template, ...]
    pushed_templates: str | None = None
    """The list as last pushed, as `fingerprint` writes it."""
    pushed_candidates: str | None = None
    first: bool = False
    import_new_clients: bool = True
    policy: Policy = field(default_factory=Policy)
    everything: bool = False
    """Every link is looked at: the settings changed since the last sync (E9)."""
    others_xpm: tuple[tuple[str, str], ...] = ()
    """Id and name of live XPM clients whose records are not here."""
    others_ignition: tuple[tuple[str, str], ...] = ()


@dataclass
class Plan:
    """The whole plan: actions in order, and sentences for the report."""

    actions: list[Action] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    """What only a person can settle."""
    unlinked_staff: Counter[str] = field(default_factory=Counter)
    """XPM staff who are a Partner or Manager and no linked user, with how many clients name them."""
    unlinked_users: Counter[str] = field(default_factory=Counter)
    people: "People" = field(default_factory=lambda: People({}))
    """Who is who: by this the plan's Partner and Manager are translated when they are written."""


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
    for link in (*view.links, *new_links):
        news = link.xpm_id in view.news_xpm or link.ignition_id in view.news_ignition
        if news or refreshed or link in new_links:
            _plan_link(view, plan, people, link)
    _warn_of_people(view, plan)
    plan.actions.sort(key=_turn)
    return plan


def _turn(action: Action) -> int:
    """Return an action's turn.

    Links and conflicts come first, as what follows needs them; then what is written
    to XPM, so that as little time as can be lies between the last look there and the writes (E23).
    """
    if isinstance(action, RecordConflict):
        return 1
    if isinstance(action, WriteClient):
        return 2 if action.side == "xpm" else 3
    return 3 if isinstance(action, ImportLead | AdvanceBase) else 0


def writes_xpm(plan: Plan) -> bool:
    """Tell whether a plan writes to XPM."""
    return any(isinstance(action, WriteClient) and action.side == "xpm" for action in plan.actions)


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


def plan_new(view: View, plan: Plan, people: "People") -> list[Link]:
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
    if waiting and not (view.first or view.import_new_clients):
        plan.warnings.append(
            f"{len(waiting)} new XPM clients are not imported: import_new_clients is off (E8)"
        )
        return made
    plan.actions += [ImportLead(_known_contacts(one), people.for_ignition(one)) for one in waiting]
    return made


def _named(
    records: Mapping[str, Client], others: Iterable[tuple[str, str]], linked: AbstractSet[str]
) -> list[Named]:
    names = [(one, client.name) for one, client in records.items()] + list(others)
    return [Named(one, name, one in linked) for one, name in sorted(names)]


def _known_contacts(client: Client) -> Client:
    """Return a client whose contacts hold what XPM said of them, and nothing else (E5)."""
    contacts = tuple(replace(one, values=known_only(one.values)) for one in client.contacts or ())
    return replace(client, contacts=None if client.contacts is None else contacts)


class People:
    """Translates Partner and Manager: known only where a staff member is a linked user (R6)."""

    def __init__(self, user_of: Mapping[str, str]) -> None:
        self._user_of = user_of
        self._staff_of = {slug: uuid for uuid, slug in user_of.items()}

    def xpm(self, client: Client) -> Client:
        """Return an XPM client in which staff who are no linked users are unknown."""
        return self._with(client, lambda uuid: uuid if uuid in self._user_of else UNKNOWN)

    def ignition(self, client: Client) -> Client:
        """Return an Ignition client with staff UUIDs for user slugs; users without staff are unknown."""
        return self._with(client, lambda slug: self._staff_of.get(slug, UNKNOWN))

    def slug(self, staff_uuid: MaybeValue) -> MaybeValue:
        """Return the user of a staff member, None for none."""
        return self._user_of[staff_uuid] if isinstance(staff_uuid, str) else None

    def for_ignition(self, client: Client) -> dict[str, MaybeValue]:
        """Return an XPM client's values as comparable ones: what an import writes, unknown ones left out."""
        return {name: value for name, value in self.xpm(client).values.items() if value is not UNKNOWN}

    def count_unlinked(self, client: Client, names: Counter[str]) -> None:
        """Count the people of a client, as read, who have no partner on the other side."""
        known = self._user_of.keys() | self._staff_of.keys()
        for one in {client.values[role] for role in PEOPLE}:
            if isinstance(one, str) and one not in known:
                names[one] += 1

    @staticmethod
    def _with(client: Client, read: Callable[[str], MaybeValue]) -> Client:
        people = {
            name: read(value) if isinstance(value, str) else value
            for name in PEOPLE
            if (value := client.values[name]) is not UNKNOWN
        }
        return replace(client, values={**client.values, **people})


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
            plan.warnings.append(f"{who} {what}: Partner or Manager of {count} clients is not synced (R6)")


def _new_link(view: View, plan: Plan, uuid: str, client: Client, origin: str) -> Link:
    """Plan a link of two clients that are one; the importer's own mark carries the base with it."""
    there = view.xpm[uuid]
    bare = Link(uuid, client.id, origin, receives_only=origin == "named" and client.lead)
    pairs = match_contacts(bare, client.contacts or (), there.contacts or ())
    ids = tuple((theirs.id, ours.id) for ours, theirs in pairs)
    plan.actions.append(AddLink(uuid, client.id, client.name, origin, bare.receives_only, ids))
    return replace(bare, contacts=tuple(ContactLink(one, other, {}) for one, other in ids))


def _plan_link(view: View, plan: Plan, people: People, link: Link) -> None:
    there, here = view.xpm.get(link.xpm_id), view.ignition.get(link.ignition_id)
    standing = _standing(there, here)
    if there is None or here is None:
        return
    if standing != link.standing:
        plan.actions.append(MarkLink(link.xpm_id, there.name, standing))
    if standing != "live":
        plan.warnings.append(f"“{there.name}”: {standing.replace('_', ' ')}, no longer synced (E7)")
        return
    plan.actions += plan_pair(link, people.ignition(here), people.xpm(there), view.policy)
    plan.warnings += gone_contacts(link, here, there)
    for client, names in ((there, plan.unlinked_staff), (here, plan.unlinked_users)):
        people.count_unlinked(client, names)


def _standing(there: Client | None, here: Client | None) -> str:
    if there is not None and there.standing is not Standing.LIVE:
        return f"xpm_{there.standing.value}"
    if here is not None and here.standing is not Standing.LIVE:
        return f"ignition_{here.standing.value}"
    return "live"
