"""`customfield.api`, and what clients have in custom fields.

A value does not touch its client. A definition without values can become anything; with values its
type stays.
"""

from typing import Any

from sqlalchemy import select

from mock_kit.kit import kit
from mock_kit.store import Row
from mock_xpm import identity
from mock_xpm.client_api.client_rows import find as find_client
from mock_xpm.errors import BusinessError, invalid, require, required
from mock_xpm.records.custom_fields import CUSTOM_FIELD, DEFINITION, VALUES
from mock_xpm.rows import by_name, change, found, only
from mock_xpm.tables.custom_fields import CLIENT_CUSTOM_VALUES as HELD
from mock_xpm.tables.custom_fields import CUSTOM_FIELDS
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Listing, Single

USES = ("use_client", "use_contact", "use_job")
OWN = ("name", "type", *USES)
WHAT = "custom field identifier"


def definitions(ask: Ask) -> Answer:
    """Answer the practice's custom fields, by name."""
    return (Listing("CustomFieldDefinitions", DEFINITION, by_name(ask.tx, ask.tenant_id, CUSTOM_FIELDS)),)


def get(ask: Ask) -> Answer:
    """Answer one custom field."""
    return (Single(DEFINITION, _find(ask, ask.key)),)


def add(ask: Ask) -> Answer:
    """Add a custom field; one that is said to be for nothing is for clients (ours)."""
    values = {"name": "", "type": "", **only(ask.body, OWN)}
    if not any(use in values for use in USES):
        values["use_client"] = True
    _check(values)
    key = identity.new(kit(), ask.tx, ask.tenant_id, CUSTOM_FIELDS, values["name"])
    ask.tx.insert(CUSTOM_FIELDS, {**key, **values})
    return (Single(DEFINITION, _find(ask, key["uuid"])),)


def update(ask: Ask) -> Answer:
    """Change a custom field; its type only while no client has a value in it (ours)."""
    row = _find(ask, ask.body.get("uuid"))
    values = only(ask.body, OWN)
    _check(values)
    _check_type(ask, row, {**row, **values}["type"])
    change(ask.tx, CUSTOM_FIELDS, row, values)
    return (Single(DEFINITION, _find(ask, row["uuid"])),)


def delete(ask: Ask) -> Answer:
    """Delete a custom field, with what clients have in it."""
    row = _find(ask, ask.body.get("uuid"))
    for value in _values_in(ask, row["uuid"]):
        ask.tx.delete(HELD, ask.tenant_id, value["client_uuid"], row["uuid"])
    ask.tx.delete(CUSTOM_FIELDS, ask.tenant_id, row["uuid"])
    return NOTHING


def of_client(ask: Ask) -> Answer:
    """Answer what a client, a deleted one too, has in custom fields; those without a value are left out (ours)."""
    return _of(ask, find_client(ask.tx, ask.tenant_id, ask.key, deleted=True)["uuid"])


def update_client(ask: Ask) -> Answer:
    """Fill and clear custom fields of a client; answers all it has then."""
    client = find_client(ask.tx, ask.tenant_id, ask.key)
    for given in ask.body.get("fields", []):
        field = _find(ask, given.get("uuid"))
        _fill(ask, client["uuid"], field["uuid"], _value(field, given))
    return _of(ask, client["uuid"])


def _fill(ask: Ask, client_uuid: str, field_uuid: str, value: str | None) -> None:
    key = (ask.tenant_id, client_uuid, field_uuid)
    row = ask.tx.get(HELD, *key)
    if value is None:
        ask.tx.delete(HELD, *key)
    elif row is None:
        columns = dict(zip(("tenant_id", "client_uuid", "custom_field_uuid"), key, strict=True))
        ask.tx.insert(HELD, {**columns, "value": value})
    else:
        change(ask.tx, HELD, row, {"value": value})


def _of(ask: Ask, client_uuid: str) -> Answer:
    joined = (CUSTOM_FIELDS.c.tenant_id == HELD.c.tenant_id) & (
        CUSTOM_FIELDS.c.uuid == HELD.c.custom_field_uuid
    )
    query = select(CUSTOM_FIELDS, HELD.c.value).join_from(HELD, CUSTOM_FIELDS, joined)
    query = query.where(
        HELD.c.tenant_id == ask.tenant_id, HELD.c.client_uuid == client_uuid, CUSTOM_FIELDS.c.use_client
    )
    rows = ask.tx.rows(query.order_by(CUSTOM_FIELDS.c.name, CUSTOM_FIELDS.c.uuid))
    empty = {name.lower(): None for name in VALUES}
    return (
        Listing(
            "CustomFields",
            CUSTOM_FIELD,
            [{**row, **empty, row["type"].lower(): row["value"]} for row in rows],
        ),
    )


def _value(field: Row, given: Row) -> str | None:
    """Return what is given for a client's field, in the element of its type, or refuse; None clears it."""
    if not field["use_client"]:
        raise invalid(WHAT)
    column = field["type"].lower()
    if column not in given:
        raise required(field["type"])
    value: str | None = given[column]
    return value


def _check(values: Row) -> None:
    require(values, name="Name")
    if "type" in values and values["type"] not in VALUES:
        raise invalid("custom field type")


def _check_type(ask: Ask, row: Row, kind: str) -> None:
    """Refuse another type for a field that clients have values in."""
    if kind != row["type"] and _values_in(ask, row["uuid"]):
        raise BusinessError("Type cannot be changed while there are values")


def _find(ask: Ask, uuid: Any) -> Row:
    return found(ask.tx, ask.tenant_id, CUSTOM_FIELDS, uuid, WHAT)


def _values_in(ask: Ask, field_uuid: str) -> list[Row]:
    query = select(HELD).where(HELD.c.tenant_id == ask.tenant_id, HELD.c.custom_field_uuid == field_uuid)
    return ask.tx.rows(query.order_by(HELD.c.client_uuid))
