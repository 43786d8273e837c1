"""The OpenAPI 3.1 document of both surfaces, made of the endpoints and the models that validate."""

from collections.abc import Sequence
from typing import Any

from mock_ignition.errors import ErrorBody, RateLimitBody
from mock_ignition.gateway import BASE, Endpoint
from mock_ignition.openapi import refusals
from mock_ignition.openapi.operations import Operations, parameters
from mock_ignition.openapi.schemas import Schemas
from mock_kit import VERSION
from mock_kit.oauth_policy import Policy

ABOUT = """\
A fake of Ignition. `reporting/…` is the **Reporting API** as Ignition publishes it; all else is the **practice API**:
what the product lets one do, over REST in the same style (ours).

- **Connecting**: OAuth 2.0 with an authorization code (`GET /oauth2/authorize`, `POST /oauth2/token`; client id and
  secret as form fields). The refresh token changes with each use. `POST /oauth2/revoke` ends a connection (RFC 7009).
  A token is of one practice.
- **Writing**: JSON in and out. `PATCH` changes what is given, `null` clears. A member that is not known is refused.
  Rows carry an `etag`; a write may ask for it with `If-Match`. A `POST` may carry an `Idempotency-Key`.
- **Errors**: `{"error": {"code", "message", "details": [{"field", "message"}]}}`.
- **Limit**: 1,000 calls in a rolling hour of a practice, told by headers of each answer.
"""

REPORTING_TAG = "Reporting"
TAGS = {
    REPORTING_TAG: "What Ignition publishes: rows page by page, read-only. Needs the scope `reporting`.",
    "Clients": "Clients and leads.",
    "Contacts": "The contacts of clients. Each change touches the contact's client.",
    "Services": "What the practice sells, and the job template that it becomes in XPM.",
    "Job templates": "Job templates as they were imported from XPM.",
    "Proposals": "Proposals from the draft to the renewal, and what becomes of them in XPM.",
    "Users": "The team, and the members of XPM's staff who may be linked.",
    "Integrations": "The connection to XPM.",
    "Webhooks": "Subscriptions to events.",
}
"""What the groups of operations are about; one that is not here has no description."""

TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "An access token that is there already: `POST /_control/tokens` gives one without the browser.",
}
SCOPES = {"reporting": "read the Reporting API", "practice": "read and write over the practice API"}


def document(endpoints: Sequence[Endpoint], policy: Policy) -> dict[str, Any]:
    """Return the document: the same for the same endpoints."""
    bodies = [endpoint.body for endpoint in endpoints if endpoint.body is not None]
    answers = [endpoint.reply.type for endpoint in endpoints if endpoint.reply.type is not None]
    schemas = Schemas(bodies, [*answers, ErrorBody, RateLimitBody])
    operations = Operations(endpoints, schemas)
    paths: dict[str, dict[str, Any]] = {}
    tags: dict[str, dict[str, str]] = {}
    for endpoint in endpoints:
        tag = _tag(endpoint, operations)
        tags.setdefault(tag, {"name": tag, **({"description": TAGS[tag]} if tag in TAGS else {})})
        path = endpoint.path.replace("<", "{").replace(">", "}")
        paths.setdefault(path, {})[endpoint.method.lower()] = operations.write(endpoint, tag)
    return {
        "openapi": "3.1.0",
        "info": {"title": policy.title, "version": VERSION, "description": ABOUT},
        "servers": [{"url": BASE}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": schemas.by_name,
            "responses": refusals.responses(schemas),
            "parameters": parameters(),
            "headers": refusals.headers(),
            "securitySchemes": {"oauth2": _oauth(policy), "token": TOKEN},
        },
    }


def _tag(endpoint: Endpoint, operations: Operations) -> str:
    if endpoint.scope == "reporting":
        return REPORTING_TAG
    return operations.collection(endpoint).replace("_", " ").capitalize()


def _oauth(policy: Policy) -> dict[str, Any]:
    flow = {
        "authorizationUrl": "/oauth2/authorize",
        "tokenUrl": "/oauth2/token",
        "refreshUrl": "/oauth2/token",
        "scopes": {scope: SCOPES[scope] for scope in policy.scopes},
    }
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}
