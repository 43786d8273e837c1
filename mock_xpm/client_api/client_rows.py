"""The row of one client: found, or refused; and noted as modified."""

from typing import Any

from mock_kit.kit import kit
from mock_kit.store import Row, Tx
from mock_xpm.rows import change, found
from mock_xpm.tables.clients import CLIENTS


def find(tx: Tx, tenant_id: str, uuid: Any, *, deleted: bool = False) -> Row:
    """Return the row of a client, or refuse; a deleted one only when asked for."""
    return found(tx, tenant_id, CLIENTS, uuid, "client identifier", deleted=deleted)


def touch(tx: Tx, tenant_id: str, uuid: str) -> None:
    """Note that a client was modified now."""
    change(tx, CLIENTS, find(tx, tenant_id, uuid, deleted=True), {"modified_at": kit().now()})
