"""The connection to XPM as the app shows it: `GET`, `PUT`, `DELETE /integrations/xpm`."""

from typing import Literal

from mock_ignition.bodies import Body, LongText, Moment, Name
from mock_ignition.gateway import Answer, Ask, Endpoint, check_match, one, with_etag
from mock_ignition.records import differing
from mock_ignition.replies import NOTHING, one_of
from mock_ignition.shapes import base
from mock_ignition.shapes.base import Shown
from mock_ignition.tables.practice import INTEGRATIONS
from mock_kit.store import Row

SHOWN = {
    "status": "status",
    "tenant_id": "xpm_tenant_id",
    "tenant_name": "xpm_tenant_name",
    "last_synced_at": "last_synced_at",
    "message": "message",
}
"""The row's members and their columns; `tenant_id` is XPM's, not the practice's."""
NOT_CONNECTED: Row = {**dict.fromkeys(SHOWN.values()), "status": "not_connected"}
"""What a practice has that was never connected, or is not any more."""


class Integration(Shown):
    """The connection as the app shows it."""

    status: Literal["not_connected", "connected", "reconnect_needed"]
    tenant_id: str | None
    tenant_name: str | None
    last_synced_at: base.Moment | None
    message: str | None
    etag: str


class IntegrationBody(Body):
    """The state of the connection: always all of it."""

    status: Literal["connected", "reconnect_needed"]
    tenant_id: Name
    tenant_name: Name
    last_synced_at: Moment | None = None
    message: LongText | None = None


def get(ask: Ask) -> Answer:
    """Get the connection to XPM: a practice without one is `not_connected`."""
    return one(_present(ask))


def put(ask: Ask, body: IntegrationBody) -> Answer:
    """Set the connection to XPM."""
    check_match(ask.if_match, _present(ask), "integrations/xpm")
    _write(ask, {column: getattr(body, name) for name, column in SHOWN.items()})
    return get(ask)


def remove(ask: Ask) -> Answer:
    """Disconnect XPM; a practice that is not connected stays so."""
    check_match(ask.if_match, _present(ask), "integrations/xpm")
    _write(ask, NOT_CONNECTED)
    return Answer(204)


def _present(ask: Ask) -> Row:
    row = _record(ask)
    return with_etag({name: row[column] for name, column in SHOWN.items()}, row["version"])


def _record(ask: Ask) -> Row:
    return ask.tx.get(INTEGRATIONS, ask.tenant_id) or {**NOT_CONNECTED, "version": 0}


def _write(ask: Ask, values: Row) -> None:
    """Write what differs, as the next version; a connection that ended leaves its row, and so its count."""
    before = _record(ask)
    changed = differing(before, values)
    if not changed:
        return
    changed["version"] = before["version"] + 1
    if before["version"]:
        ask.tx.update(INTEGRATIONS, (ask.tenant_id,), changed)
    else:
        ask.tx.insert(INTEGRATIONS, {"tenant_id": ask.tenant_id, **before, **changed})


ENDPOINTS = (
    Endpoint("GET", "/integrations/xpm", get, one_of(Integration)),
    Endpoint("PUT", "/integrations/xpm", put, one_of(Integration), IntegrationBody, matches=True),
    Endpoint("DELETE", "/integrations/xpm", remove, NOTHING, matches=True),
)
