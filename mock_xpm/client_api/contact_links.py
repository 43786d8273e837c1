"""`client.api/client/{uuid}/contacts`: contacts that are there already come to a further client."""

from mock_kit.store import Row
from mock_xpm.client_api import client_reads, contacts
from mock_xpm.client_api.client_rows import find, touch
from mock_xpm.errors import BusinessError, required
from mock_xpm.records.clients import CONTACT
from mock_xpm.tables.clients import CLIENT_CONTACTS as LINKS
from mock_xpm.wire.answers import Answer, Ask, Listing

MOST = 10


def post(ask: Ask) -> Answer:
    """Link contacts to a client, or change their place there; answers all contacts of the client (ours).

    They are taken in the order of the body: with several primary ones the last wins.
    """
    client = find(ask.tx, ask.tenant_id, ask.key)
    given = ask.body.get("contacts", [])
    _check_number(given)
    for values in given:
        _link(ask, client["uuid"], values)
    rows = client_reads.fetch(ask.tx, ask.tenant_id, [client["uuid"]], detailed=False)
    return (Listing("Contacts", CONTACT, rows[0]["contacts"]),)


def _check_number(given: list[Row]) -> None:
    """Refuse no contact, and more than may come at once."""
    if not given:
        raise required("Contact")
    if len(given) > MOST:
        raise BusinessError(f"No more than {MOST} contacts can be added at once")


def _link(ask: Ask, client_uuid: str, values: Row) -> None:
    contact = contacts.find(ask.tx, ask.tenant_id, values.get("uuid"))
    link = ask.tx.get(LINKS, ask.tenant_id, client_uuid, contact["uuid"])
    if link is None:
        contacts.add_link(ask.tx, ask.tenant_id, client_uuid, contact["uuid"], values)
        touch(ask.tx, ask.tenant_id, client_uuid)
    else:
        contacts.change_link(ask.tx, link, values)
