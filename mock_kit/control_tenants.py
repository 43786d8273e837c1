"""The practices that control calls name."""

from flask import request

from mock_kit.control_errors import ControlError
from mock_kit.kit import Kit, kit
from mock_kit.store import Tx


def refuse_unknown_tenant(parts: Kit, tx: Tx, tenant_id: str) -> None:
    """Refuse a practice that is not there."""
    if tenant_id not in {tenant["tenant_id"] for tenant in parts.product.tenants(tx)}:
        raise ControlError(
            404, "NO_TENANT", f"no such practice: {tenant_id!r}; GET /_control/tenants lists them"
        )


def known_tenant() -> str | None:
    """Return the practice that the request's query names; None: it names none. Raises ControlError."""
    tenant_id = request.args.get("tenant")
    if tenant_id is not None:
        with kit().store.begin() as tx:
            refuse_unknown_tenant(kit(), tx, tenant_id)
    return tenant_id
