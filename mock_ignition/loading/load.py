"""World document to rows: what its practices hold when a run begins. Its records tell no events."""

from mock_ignition.bodies import ADDRESS_PARTS
from mock_ignition.client_api.desk import NEW_CLIENT
from mock_ignition.loading.check_billing import check_billing
from mock_ignition.loading.load_billing import load_billing
from mock_ignition.loading.load_proposals import check_proposals, load_proposals
from mock_ignition.loading.sheet import Sheet, known, unique
from mock_ignition.numbers import numeric_id
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_ignition.tables.practice import JOB_TEMPLATES, PRACTICES, SERVICES, USERS
from mock_ignition.world import IgnitionWorld, Practice
from mock_ignition.worlds.clients import Address, Client
from mock_kit.clock import EARLIEST, LATEST, iso, parse_iso
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx
from mock_kit.world import WorldError


def load(parts: Kit, tx: Tx, document: IgnitionWorld) -> None:
    """Write a world's records. Raises WorldError when they contradict each other."""
    if not EARLIEST <= parse_iso(document.now) < LATEST:
        raise WorldError(f"now is {document.now}: choose a moment of the years 1970 to 2998")
    now = iso(parse_iso(document.now))
    unique("tenant_id", (practice.tenant_id for practice in document.practices))
    for practice in document.practices:
        _check(practice)
        check_proposals(practice, now)
        check_billing(practice)
        sheet = Sheet(parts, tx, practice, now)
        _load_practice(sheet)
        _load_clients(sheet)
        load_proposals(sheet)
        load_billing(sheet)


def _load_practice(sheet: Sheet) -> None:
    practice, tx = sheet.practice, sheet.tx
    head = {"name": practice.name, "currency": practice.currency}
    tx.insert_many(PRACTICES, [{"tenant_id": practice.tenant_id, **head}])
    tx.insert_many(USERS, [{**sheet.row(user), "deleted_at": None} for user in practice.users])
    tx.insert_many(JOB_TEMPLATES, [{**sheet.row(one), "hidden": False} for one in practice.job_templates])
    tx.insert_many(SERVICES, [sheet.row(service) for service in practice.services])


def _load_clients(sheet: Sheet) -> None:
    clients = sheet.practice.clients
    sheet.tx.insert_many(CLIENTS, [_client(sheet, client) for client in clients])
    sheet.tx.insert_many(CONTACTS, [row for client in clients for row in _contacts(sheet, client)])


def _client(sheet: Sheet, client: Client) -> Row:
    addresses = {name: _address(getattr(client, name)) for name in ("address", "postal_address")}
    return {**NEW_CLIENT, **sheet.row(client, "contacts", *addresses), **addresses}


def _contacts(sheet: Sheet, client: Client) -> list[Row]:
    return [
        {
            **sheet.row(contact),
            "id": numeric_id("contact", contact.slug),
            "client_slug": client.slug,
            "rank": rank,
        }
        for rank, contact in enumerate(client.contacts, start=1)
    ]


def _address(address: Address) -> Row:
    return {part: getattr(address, part) for part in ADDRESS_PARTS}


def _check(practice: Practice) -> None:
    """Refuse what a practice set up, and clients, that contradict each other."""
    users = unique("user", (user.slug for user in practice.users))
    unique("xpm_staff_uuid", (user.xpm_staff_uuid for user in practice.users if user.xpm_staff_uuid))
    templates = unique("job template", (template.slug for template in practice.job_templates))
    unique("xpm_template_uuid", (template.xpm_template_uuid for template in practice.job_templates))
    unique("service", (service.slug for service in practice.services))
    unique("client", (client.slug for client in practice.clients))
    unique("contact", (contact.slug for client in practice.clients for contact in client.contacts))
    for client in practice.clients:
        known(client.slug, "manager_slug", client.manager_slug, users)
        known(client.slug, "partner_slug", client.partner_slug, users)
        _one_primary(client)
    for service in practice.services:
        known(service.slug, "job_template_slug", service.job_template_slug, templates)


def _one_primary(client: Client) -> None:
    primary = [contact.slug for contact in client.contacts if contact.is_primary]
    if len(primary) > 1:
        raise WorldError(f"{client.slug}: is_primary is set on {' and '.join(primary)}: choose one")
