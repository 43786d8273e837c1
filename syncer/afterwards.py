"""What there will be once a plan is carried out, and what then follows for clients that a deployment opens.

All of it is written into the ledger, in a rehearsal that is taken back: so what a deployment decides is
decided by what a sync would find then, and what follows is planned by what plans always (E4, E10).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from syncer import actions as a
from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import client_intent, link_created
from syncer.fields import CLIENT_FIELDS
from syncer.match import Identity, Known
from syncer.match import Step as Way
from syncer.model import Client, Contact, ContactLink, Link, Standing, Values
from syncer.once import DONE
from syncer.plan import Plan
from syncer.practice import Practice

NOT_YET = "not made yet"
FRESH = {**{field.name: field.empty for field in CLIENT_FIELDS}, "tax_registered": False}
"""What a new XPM client says of what it was not given."""


class After:
    """Who is who once a plan is carried out: clients, links and names, as a deployment would find them."""

    def __init__(self, practice: Practice, plan: Plan) -> None:
        self._ledger = practice.ledger
        self.known: dict[str, Known] = {one.uuid: one for one in memory.directory(self._ledger)}
        self.opened: set[str] = set()
        """XPM clients that a deployment links, makes, or lets Ignition write to from then on."""
        self._links: dict[str, Link] = {}
        self._standings: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for action in plan.actions:
            self._take(action)

    def _take(self, action: a.Action) -> None:
        if isinstance(action, a.AddLink):
            contacts = tuple(ContactLink(theirs, ours, {}) for theirs, ours in action.contact_pairs)
            ids = action.xpm_id, action.ignition_id, action.origin
            self._link(Link(*ids, receives_only=action.receives_only, contacts=contacts))
        elif isinstance(action, a.ImportLead):
            self._change(action.client.id, linked_to=f"{NOT_YET}: {action.client.id}")
        elif isinstance(action, a.MarkLink):
            self._standings[action.xpm_id] = action.standing
        elif isinstance(action, a.MarkUserLink):
            row = {"staff_uuid": action.staff_uuid, "user_slug": action.user_slug, "name": action.name}
            self._ledger.put(t.user_links, {**row, "standing": action.standing})
        elif isinstance(action, a.WriteClient):
            for name in (str(change.new) for change in action.changes if change.field == "name"):
                if action.side == memory.XPM:
                    self._change(action.xpm_id, name=name)
                else:
                    self._names[action.ignition_id] = name

    def client(self, slug: str) -> Client | None:
        """Return an Ignition client, or None where it was never read."""
        for one in memory.some_mirrored(self._ledger, memory.IGNITION, [slug]):
            name = self._names.get(slug, one.name)
            return replace(one, values={**one.values, "name": name})
        return None

    def link(self, slug: str) -> Link | None:
        """Return an Ignition client's link."""
        if slug in self._links:
            return self._links[slug]
        found = memory.links(self._ledger, ignition_id=slug)
        return (
            replace(found[0], standing=self._standings.get(found[0].xpm_id, found[0].standing))
            if found
            else None
        )

    def made_before(self, client: Client, identity: Identity) -> Identity:
        """Return who it is where a client to be made was made by an earlier run that never got to link it (E11)."""
        intent = self._ledger.row(t.intents, key=client_intent(client.id))
        if identity.step is Way.CREATE and intent and intent["state"] == DONE:
            return Identity(
                Way.USE, uuid=intent["outcome"], reason="it was made for this client before (E11)"
            )
        return identity

    def used(self, client: Client, uuid: str, *, by_pick: bool) -> None:
        """Take a client for linked with an XPM client, both ways, from now on."""
        link = self.link(client.id)
        if by_pick and link:
            self._ledger.remove(t.links, xpm_id=link.xpm_id)
        if by_pick or link is None:
            self._open(Link(uuid, client.id, "picked" if by_pick else "deployed"))
        elif link.receives_only:
            self._open(replace(link, receives_only=False))

    def linked(self, client: Client, uuid: str) -> None:
        """Take a client for linked from now on, nothing being known of what was agreed."""
        self._link(Link(uuid, client.id, "deployed"))

    def created(self, client: Client, values: Values) -> None:
        """Take an XPM client for made from an Ignition client, with the values that it is given."""
        self._ledger.remove(t.links, ignition_id=client.id)
        uuid, contacts = f"{NOT_YET}: {client.id}", client.contacts or ()
        made = tuple(Contact(f"{uuid}/{nth}", one.values) for nth, one in enumerate(contacts))
        memory.remember(self._ledger, memory.XPM, [Client(uuid, {**FRESH, **values}, contacts=made)], None)
        link_created(self._ledger, replace(client, values=values), uuid)
        self.known[uuid] = Known(uuid, client.name, Standing.LIVE)
        self._link(memory.links(self._ledger, xpm_id=uuid)[0])
        self._look_at(uuid, client.id)

    def _open(self, link: Link) -> None:
        self._link(link)
        if link.xpm_id in self.known and not link.xpm_id.startswith(NOT_YET):
            memory.save_links(self._ledger, [link])
            self._look_at(link.xpm_id, link.ignition_id)

    def _look_at(self, uuid: str, slug: str) -> None:
        memory.look_again_at(self._ledger, uuid, slug)
        self.opened.add(uuid)

    def _link(self, link: Link) -> None:
        self._links[link.ignition_id] = link
        self._change(link.xpm_id, linked_to=link.ignition_id)

    def _change(self, uuid: str, **values: str) -> None:
        if uuid in self.known:
            self.known[uuid] = replace(self.known[uuid], **values)  # type: ignore[arg-type]  # names and links are texts


def following(opened: set[str], first: Sequence[a.Action], then: Iterable[a.Action]) -> list[a.Action]:
    """Return what a plan made afterwards does to some XPM clients and the first did not do before."""
    mine = [one for one in first if getattr(one, "xpm_id", None) in opened]
    found = (one for one in then if getattr(one, "xpm_id", None) in opened and one not in mine)
    return [left for one in found if (left := _left(one, mine)) is not None]


def _left(action: a.Action, before: Sequence[a.Action]) -> a.Action | None:
    """Return what is left of an action where a field was dealt with before, None where nothing is."""
    fields = {pair for one in before for pair in _fields(one)}
    contacts = {pair for one in before if isinstance(one, a.WriteClient) for pair in _contacts(one)}
    if isinstance(action, a.WriteClient):
        changes = tuple(one for one in action.changes if (action.xpm_id, one.field) not in fields)
        writes = tuple(one for one in action.contacts if not _ids(one) & contacts)
        return replace(action, changes=changes, contacts=writes) if changes or writes else None
    if isinstance(action, a.AdvanceBase):
        values = {name: one for name, one in action.values.items() if (action.xpm_id, name) not in fields}
        return replace(action, values=values) if values or action.contacts or action.gone else None
    if isinstance(action, a.RecordConflict) and action.contact is None:
        return None if (action.xpm_id, action.field) in fields else action
    return action


def _fields(action: a.Action) -> list[tuple[str, str]]:
    if isinstance(action, a.WriteClient):
        return [(action.xpm_id, change.field) for change in action.changes]
    if isinstance(action, a.RecordConflict) and action.contact is None:
        return [(action.xpm_id, action.field)]
    return [(action.xpm_id, name) for name in action.values] if isinstance(action, a.AdvanceBase) else []


def _contacts(action: a.WriteClient) -> Iterable[str]:
    return (one for write in action.contacts for one in _ids(write))


def _ids(write: a.ContactWrite) -> set[str]:
    return {one for one in (write.id, write.other_id) if one}
