"""Records as JSON, for the ledger: the one place that knows how a value is kept as text."""

import json
from functools import lru_cache
from typing import Any

from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, Field, Kind
from syncer.model import NO_BASE, UNKNOWN, Client, Contact, MaybeValue, Standing, Values

_UNKNOWN_MARK = {"unknown": True}
_TUPLES = {Kind.ADDRESS, Kind.NAMES}
CLIENT_KINDS = {field.name: field.kind for field in CLIENT_FIELDS}
CONTACT_KINDS = {field.name: field.kind for field in CONTACT_FIELDS}


def value_to_json(value: MaybeValue) -> Any:
    """Return a value as JSON can hold it."""
    if value is UNKNOWN or value is NO_BASE:
        return dict(_UNKNOWN_MARK)
    return list(value) if isinstance(value, tuple) else value


def values_to_json(values: Values) -> dict[str, Any]:
    """Return a record's values as JSON can hold them."""
    return {name: value_to_json(value) for name, value in values.items()}


def values_from_json(kinds: dict[str, Kind], kept: dict[str, Any]) -> dict[str, MaybeValue]:
    """Return a record's values from their JSON form."""
    return {name: _value(kinds[name], value) for name, value in kept.items() if name in kinds}


def client_to_json(client: Client) -> str:
    """Return a client as JSON text."""
    contacts = None
    if client.contacts is not None:
        contacts = [[one.id, one.etag, values_to_json(one.values)] for one in client.contacts]
    kept = {
        "id": client.id,
        "values": values_to_json(client.values),
        "standing": client.standing.value,
        "contacts": contacts,
        "lead": client.lead,
        "xpm_uuid": client.xpm_uuid,
        "etag": client.etag,
        "manager_name": client.manager_name,
        "partner_name": client.partner_name,
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=512)
def client_from_json(text: str) -> Client:
    """Return a client from its JSON text. It cannot be changed, so the same text gives the same one for a while."""
    kept = json.loads(text)
    contacts = kept.pop("contacts")
    values = values_from_json(CLIENT_KINDS, kept.pop("values"))
    standing = Standing(kept.pop("standing"))
    read = None
    if contacts is not None:
        read = tuple(
            Contact(one, values_from_json(CONTACT_KINDS, known), etag) for one, etag, known in contacts
        )
    return Client(values=values, standing=standing, contacts=read, **kept)


def empty_values(fields: tuple[Field, ...]) -> dict[str, MaybeValue]:
    """Return a record's values when every field says nothing."""
    return {field.name: field.empty for field in fields}


def _value(kind: Kind, kept: Any) -> MaybeValue:
    if kept == _UNKNOWN_MARK:
        return UNKNOWN
    if kind in _TUPLES and kept is not None:
        return tuple(kept)
    plain: MaybeValue = kept
    return plain
