"""Writes what hangs on the clients of a world document: relationships, documents, custom fields."""

from collections.abc import Mapping

from mock_kit.world import WorldError
from mock_xpm.client_api.relationships import natural_key
from mock_xpm.loading.sheet import Sheet, check_date, distinct, known
from mock_xpm.records.custom_fields import VALUES
from mock_xpm.tables.client_documents import CLIENT_DOCUMENTS
from mock_xpm.tables.custom_fields import CLIENT_CUSTOM_VALUES, CUSTOM_FIELDS
from mock_xpm.tables.relationships import RELATIONSHIPS
from mock_xpm.worlds.clients import Client


def load_client_papers(sheet: Sheet) -> None:
    """Add what hangs on the clients; the clients are there already."""
    fields = sheet.tenant.custom_fields
    distinct("custom fields", (one.uuid for one in fields))
    for one in fields:
        sheet.add(CUSTOM_FIELDS, one.model_dump())
    types = {one.uuid: one.type for one in fields if one.use_client}
    clients = {client.uuid for client in sheet.tenant.clients}
    given = (relationship.uuid for client in sheet.tenant.clients for relationship in client.relationships)
    distinct("relationships", (uuid for uuid in given if uuid))
    for client in sheet.tenant.clients:
        _relationships(sheet, client, clients)
        _custom_fields(sheet, client, types)
        for position, document in enumerate(client.documents):
            row = {"client_uuid": client.uuid, "position": position, **document.model_dump()}
            sheet.add(CLIENT_DOCUMENTS, row)


def _relationships(sheet: Sheet, client: Client, clients: set[str]) -> None:
    where = f"a relationship of client {client.name!r}"
    for relationship in client.relationships:
        known(where, "clients", clients, relationship.related_client_uuid)
        if relationship.related_client_uuid == client.uuid:
            raise WorldError(f"{where} names the client itself; name another one")
        check_date(where, relationship.start_date)
        check_date(where, relationship.end_date)
        row = {**relationship.model_dump(), "client_uuid": client.uuid}
        uuid = relationship.uuid or sheet.uuid(RELATIONSHIPS, natural_key(row))
        sheet.add(RELATIONSHIPS, {**row, "uuid": uuid})


def _custom_fields(sheet: Sheet, client: Client, types: Mapping[str, str]) -> None:
    where = f"client {client.name!r}"
    known(where, "custom fields for clients", types, *(value.uuid for value in client.custom_fields))
    distinct(f"values of custom fields of {where}", (value.uuid for value in client.custom_fields))
    for value in client.custom_fields:
        written = _value(where, types[value.uuid], value.value)
        key = {"client_uuid": client.uuid, "custom_field_uuid": value.uuid}
        sheet.add(CLIENT_CUSTOM_VALUES, {**key, "value": written})


def _value(where: str, kind: str, text: str) -> str:
    if kind == "Date":
        check_date(where, text)
        return text
    try:
        written: str | None = VALUES[kind].read(text)
    except ValueError:
        written = None
    if written is None:
        raise WorldError(f"{where}: {text!r} is no {kind}, as its custom field asks for")
    return written
