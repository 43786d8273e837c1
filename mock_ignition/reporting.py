"""The Reporting API, which is Ignition's own: `GET /reporting/<resource>`, read-only."""

from mock_ignition.errors import not_found
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.kinds import REPORTING
from mock_ignition.replies import NOTHING, page_of


def unknown(_ask: Ask, resource: str) -> Answer:
    """Refuse a resource that there is not."""
    raise not_found("reporting resource", resource)


ENDPOINTS = tuple(
    Endpoint("GET", f"/reporting/{name}", kind.listing, page_of(kind.row), scope="reporting")
    for name, kind in REPORTING.items()
)
UNKNOWN = Endpoint("GET", "/reporting/<resource>", unknown, NOTHING, scope="reporting")
"""What is no resource: no part of the API, but a call that is counted, and refused for its token first."""
