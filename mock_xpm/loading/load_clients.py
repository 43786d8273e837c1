"""Writes the clients of a world document, and what hangs on them."""

from mock_kit.clock import iso, parse_iso
from mock_kit.store import Row
from mock_kit.world import WorldError
from mock_xpm.client_api.contacts import OF_LINK, OWN
from mock_xpm.loading.load_client_papers import load_client_papers
from mock_xpm.loading.sheet import Sheet, check_date, distinct, known
from mock_xpm.tables.clients import CLIENT_CONTACTS, CLIENT_GROUPS, CLIENT_NOTES, CLIENTS, CONTACTS
from mock_xpm.worlds.clients import Client, Note

APART = {"group_uuids", "notes", "contacts", "relationships", "documents", "custom_fields"}
"""The members of a client that are rows of other tables."""


def load_clients(sheet: Sheet) -> None:
    """Add the clients of a practice."""
    tenant = sheet.tenant
    distinct("clients", (client.uuid for client in tenant.clients))
    staff = {member.uuid for member in tenant.staff}
    groups = {group.uuid for group in tenant.groups}
    clients = {client.uuid for client in tenant.clients}
    contacts: dict[str, Row] = {}
    for client in tenant.clients:
        where = f"client {client.name!r}"
        known(where, "staff", staff, client.account_manager_uuid, client.job_manager_uuid)
        known(where, "clients", clients, client.billing_client_uuid)
        known(where, "groups", groups, *client.group_uuids)
        distinct(f"groups of {where}", client.group_uuids)
        distinct(f"contacts of {where}", (contact.uuid for contact in client.contacts))
        check_date(where, client.date_of_birth)
        _client(sheet, client)
        _contacts(sheet, client, contacts)
    for row in contacts.values():
        sheet.add(CONTACTS, row)
    load_client_papers(sheet)


def _client(sheet: Sheet, client: Client) -> None:
    row = client.model_dump(exclude=APART)
    row["modified_at"] = iso(parse_iso(client.modified_at)) if client.modified_at else sheet.now
    sheet.add(CLIENTS, row)
    for position, group_uuid in enumerate(client.group_uuids):
        sheet.add(CLIENT_GROUPS, {"client_uuid": client.uuid, "group_uuid": group_uuid, "position": position})
    for position, given in enumerate(client.notes):
        note = Note(text=given) if isinstance(given, str) else given
        key = {"client_uuid": client.uuid, "position": position}
        sheet.add(CLIENT_NOTES, {**key, **note.model_dump()})


def _contacts(sheet: Sheet, client: Client, there: dict[str, Row]) -> None:
    """Add a client's contacts; the same UUID under several clients is one shared contact."""
    for sequence, contact in enumerate(client.contacts):
        own = {"uuid": contact.uuid, **{column: getattr(contact, column) for column in OWN}}
        if there.setdefault(contact.uuid, own) != own:
            raise WorldError(
                f"contact {contact.uuid} is written in two ways; its clients share one record,"
                f" so make {', '.join(OWN)} the same (client {client.name!r})"
            )
        of_link = {column: getattr(contact, column) for column in OF_LINK}
        key = {"client_uuid": client.uuid, "contact_uuid": contact.uuid}
        sheet.add(CLIENT_CONTACTS, {**key, "sequence": sequence, **of_link})
