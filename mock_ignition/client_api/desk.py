"""Clients and contacts on the desk: read once, changed in memory, written together.

A call may change a client several times over (a batch, a new primary contact that demotes
another): the desk writes each record once, counts one new version, and tells one event.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from mock_ignition.errors import invalid
from mock_ignition.gateway import Ask, with_etag
from mock_ignition.numbers import numeric_id
from mock_ignition.records import differing
from mock_ignition.shapes.base import Book
from mock_ignition.shapes.books import TEAM, by_slug
from mock_ignition.shapes.clients import CLIENT, CONTACT
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row

NEW_CLIENT: Row = {
    **dict.fromkeys(("email", "phone", "fax", "website", "salutation"), ""),
    "company_structure": None,
    "tax_registered": None,
    **dict.fromkeys(("external_client_id", "xero_contact_id", "qbo_customer_id")),
    "manager_slug": None,
    "partner_slug": None,
    "state_before_archive": None,
}
NEW_CONTACT: Row = dict.fromkeys(("email", "phone", "mobile", "position", "salutation", "addressee"), "")
PEOPLE = ("manager_slug", "partner_slug")
ROLES = ("is_signatory", "is_invoice_recipient")
"""What a primary contact is beside, unless told."""
_CLIENTS = Query(
    select(CLIENTS).where(CLIENTS.c.tenant_id == TENANT, CLIENTS.c.slug.in_(CHOSEN)).order_by(CLIENTS.c.slug)
)
_CONTACTS = Query(
    select(CONTACTS)
    .where(CONTACTS.c.tenant_id == TENANT, CONTACTS.c.client_slug.in_(CHOSEN))
    .order_by(CONTACTS.c.client_slug, CONTACTS.c["rank"])
)


@dataclass
class Desk:
    """Some clients of a practice with all their contacts (oldest first), and its team."""

    ask: Ask
    clients: dict[str, Row]
    contacts: dict[str, list[Row]]
    users: dict[str, Row]
    _new: dict[str, Row] = field(default_factory=dict)
    _new_contacts: dict[str, Row] = field(default_factory=dict)
    _changed: dict[str, Row] = field(default_factory=dict)
    _changed_contacts: dict[str, Row] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, ask: Ask, slugs: Iterable[str]) -> "Desk":
        """Read the clients of these slugs; unknown ones are simply not there."""
        asked = {"tenant_id": ask.tenant_id, "keys": json.dumps(sorted(set(slugs)))}
        clients, contacts = ask.tx.all(_CLIENTS, **asked), ask.tx.all(_CONTACTS, **asked)
        desk = cls(ask, {row["slug"]: row for row in clients}, {row["slug"]: [] for row in clients}, {})
        for contact in contacts:
            desk.contacts[contact["client_slug"]].append(contact)
        desk.users = by_slug(ask.tx.all(TEAM, tenant_id=ask.tenant_id))
        return desk

    def check_team(self, values: Row, present: Row | None = None) -> None:
        """Refuse a new manager or partner who is no user. Raises ApiError (422)."""
        for name in PEOPLE:
            slug = values.get(name)
            if slug is None or (present is not None and present[name] == slug):
                continue
            user = self.users.get(slug)
            if user is None or user["deleted_at"]:
                raise invalid(name, f"there is no user {slug}")

    def add_client(self, values: Row) -> Row:
        """Add a client: its name, state, addresses, tags, groups and what else is known."""
        slug = self.ask.slug("cli", values["name"])
        client = {"tenant_id": self.ask.tenant_id, "slug": slug, **NEW_CLIENT, **values, **self._born()}
        self._new[slug] = client
        self.clients[slug], self.contacts[slug] = client, []
        self.ask.tell("client.created", client, client_slug=slug)
        return client

    def change_client(self, client: Row, values: Row) -> bool:
        """Change columns of a client; False when nothing differs, and then nothing is touched."""
        changed = differing(client, values)
        if changed:
            self._touch(client, self._new, self._changed, changed)
            self._tell_once("client.updated", client, client_slug=client["slug"])
        return bool(changed)

    def add_contact(self, client: Row, values: Row) -> Row:
        """Add a contact. The first one is the primary, and a primary signs and is invoiced, unless told."""
        family = self.contacts[client["slug"]]
        primary = values.get("is_primary")
        if primary is None:
            primary = not any(other["is_primary"] for other in family)
        slug = self.ask.slug("con", f"{client['slug']}/{values['name']}")
        contact = {
            "tenant_id": self.ask.tenant_id,
            "slug": slug,
            "id": numeric_id("contact", slug),
            "client_slug": client["slug"],
            "rank": family[-1]["rank"] + 1 if family else 1,
            **NEW_CONTACT,
            **dict.fromkeys(ROLES, primary),
            **values,
            "is_primary": primary,
            **self._born(),
        }
        self._new_contacts[slug] = contact
        family.append(contact)
        self._settle_primary(client, contact)
        self._contact_changed(client, contact)
        return contact

    def change_contact(self, client: Row, contact: Row, values: Row) -> bool:
        """Change columns of a contact, which touches its client; False when nothing differs.

        Who becomes the primary signs and is invoiced, unless told.
        """
        if values.get("is_primary") and not contact["is_primary"]:
            values = {**dict.fromkeys(ROLES, True), **values}
        changed = differing(contact, values)
        if changed:
            self._touch(contact, self._new_contacts, self._changed_contacts, changed)
            self._settle_primary(client, contact)
            self._contact_changed(client, contact)
        return bool(changed)

    def remove_contact(self, client: Row, contact: Row) -> None:
        """Remove a contact; when it was the primary, the oldest left takes its place and its roles (E6)."""
        family = self.contacts[client["slug"]]
        family.remove(contact)
        self.ask.tx.delete(CONTACTS, self.ask.tenant_id, contact["slug"])
        contact["version"] += 1
        self._contact_changed(client, contact)
        if contact["is_primary"] and family:
            heir = family[0]
            roles = {name: heir[name] or contact[name] for name in ROLES}
            self.change_contact(client, heir, {"is_primary": True, **roles})

    def show_client(self, client: Row) -> Row:
        """Return a client's row, with its ETag, as it is on the desk."""
        family = self.contacts[client["slug"]]
        slugs = {client["slug"]: [contact["slug"] for contact in family]}
        book = Book(self.ask.tenant_id, users=self.users, contact_slugs=slugs)
        return with_etag(CLIENT.render(client, book), client["version"])

    def show_contact(self, client: Row, contact: Row) -> Row:
        """Return a contact's row, with its ETag, as it is on the desk."""
        book = Book(self.ask.tenant_id, clients={client["slug"]: client})
        return with_etag(CONTACT.render(contact, book), contact["version"])

    def flush(self) -> None:
        """Write everything that was added or changed."""
        tx, tenant_id = self.ask.tx, self.ask.tenant_id
        for table, added in ((CLIENTS, self._new), (CONTACTS, self._new_contacts)):
            if added:
                tx.insert_each(table, list(added.values()))
        for table, changes in ((CLIENTS, self._changed), (CONTACTS, self._changed_contacts)):
            for slug, values in changes.items():
                tx.update(table, (tenant_id, slug), values)

    def _born(self) -> Row:
        return {"created_at": self.ask.now, "updated_at": self.ask.now, "version": 1}

    def _touch(self, row: Row, added: dict[str, Row], changes: dict[str, Row], values: Row) -> None:
        """Change a row in memory; its version grows once, however often it is touched."""
        row.update(values)
        if row["slug"] in added:
            return
        if row["slug"] not in changes:
            row["version"] += 1
            row["updated_at"] = self.ask.now
            changes[row["slug"]] = {"version": row["version"], "updated_at": self.ask.now}
        changes[row["slug"]] |= values

    def _settle_primary(self, client: Row, chosen: Row) -> None:
        """Keep one primary contact at most: the one chosen last."""
        if not chosen["is_primary"]:
            return
        for other in self.contacts[client["slug"]]:
            if other is not chosen and other["is_primary"]:
                self.change_contact(client, other, {"is_primary": False})

    def _contact_changed(self, client: Row, contact: Row) -> None:
        self._touch(client, self._new, self._changed, {})
        if client["slug"] not in self._new:
            told = {"contact_slug": contact["slug"], "client_slug": client["slug"]}
            self._tell_once("contact.updated", contact, **told)

    def _tell_once(self, kind: str, row: Row, **data: str) -> None:
        if row["slug"] not in self._told:
            self._told.add(row["slug"])
            self.ask.tell(kind, row, **data)
