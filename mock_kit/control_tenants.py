"""The practices that control calls name."""

from mock_kit.control_errors import ControlError
from mock_kit.kit import Kit
from mock_kit.store import Tx


def refuse_unknown_tenant(parts: Kit, tx: Tx, tenant_id: str) -> None:
    """Refuse a practice that is not there."""
    if tenant_id not in {tenant["tenant_id"] for tenant in parts.product.tenants(tx)}:
        raise ControlError(
            404, "NO_TENANT", f"no such practice: {tenant_id!r}; GET /_control/tenants lists them"
        )
