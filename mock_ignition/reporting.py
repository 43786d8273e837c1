"""The Reporting API, which is Ignition's own: `GET /reporting/<resource>`, read-only."""

from mock_ignition.errors import not_built, not_found
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.kinds import REPORTING
from mock_ignition.replies import NOTHING, page_of

WAITING = ("deal_stages", "deals", "invoices", "payments", "collections")
"""Resources of the published schema that this fake does not serve yet."""


def unserved(_ask: Ask, resource: str) -> Answer:
    """Answer 501 for a resource of the published schema, 404 for any other."""
    if resource in WAITING:
        raise not_built(f"reporting/{resource}")
    raise not_found("reporting resource", resource)


ENDPOINTS = (
    *(
        Endpoint("GET", f"/reporting/{name}", kind.listing, page_of(kind.row), scope="reporting")
        for name, kind in REPORTING.items()
    ),
    Endpoint("GET", "/reporting/<resource>", unserved, NOTHING, scope="reporting"),
)
