"""Refusals as the document tells them: which status means what, and in which form it is said."""

from typing import Any, NamedTuple

from mock_ignition.errors import CODES, ErrorBody, RateLimitBody
from mock_ignition.gateway import MAX_BODY, Endpoint
from mock_ignition.limits import LIMITS
from mock_ignition.openapi.schemas import Schemas

LIMITED = 429
BEFORE_THE_LIMIT = (401, 403)
"""Refused before the call is counted: there are no headers of the limit."""


class Refusal(NamedTuple):
    """A status: what it means, an example of its message, and the field that this one names."""

    means: str
    message: str
    field: str | None = None


REFUSALS = {
    400: Refusal(
        f"The request cannot be read: malformed JSON, a bad query or key, a body of more than {MAX_BODY} bytes.",
        "limit must be a whole number from 1 to 100, not '0'",
        "limit",
    ),
    401: Refusal(
        "There is no access token, or it is unknown, expired or revoked.",
        "expired token: connect, or refresh the access token",
    ),
    403: Refusal(
        "The token lacks the scope, or does not name one practice.",
        "this needs the scope practice; the token has: reporting",
    ),
    404: Refusal("The practice has no such record.", "there is no client cli_kauri"),
    409: Refusal(
        "The record's state forbids it, or another record, or the Idempotency-Key is that of another call.",
        "the proposal prop_books is accepted: it cannot send",
    ),
    412: Refusal(
        "The record has changed since the version that If-Match names.",
        "cli_kauri has changed since the version that If-Match names: read it again",
    ),
    422: Refusal(
        "The body is read, but a field cannot be taken; `details` name each.",
        "name: String should have at least 1 character",
        "name",
    ),
    LIMITED: Refusal("The practice has made too many calls.", "over the limit hour: 1000 calls"),
}


def statuses(endpoint: Endpoint) -> list[int]:
    """Return with which statuses an endpoint may refuse a call."""
    posts = endpoint.method == "POST"
    may = {
        400: endpoint.body is not None or endpoint.reply.paged or posts,
        404: "<slug>" in endpoint.path,
        409: endpoint.conflicts or posts,
        412: endpoint.matches,
        422: endpoint.body is not None,
    }
    return [status for status in REFUSALS if may.get(status, True)]


def name_of(status: int) -> str:
    """Return a refusal's name among the components: `NotFound`."""
    return "".join(word.title() for word in CODES[status].split("_"))


def limit_headers() -> dict[str, dict[str, str]]:
    """Return references to the headers that the rate limit adds to an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _limit_headers()}


def headers() -> dict[str, Any]:
    """Return all headers of answers."""
    return {
        "ETag": {
            "description": "The row's version, for `If-Match`; the row carries it as `etag`, too.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[0-9a-f]{20}"$'},
        },
        "Idempotent-Replayed": {
            "description": "Given when the answer is the first one to this key, once more.",
            "schema": {"type": "string", "const": "true"},
        },
        "WWW-Authenticate": {
            "description": "As RFC 6750 has it.",
            "required": True,
            "schema": {"type": "string", "const": 'Bearer error="invalid_token"'},
        },
        "Retry-After": {
            "description": "After how many seconds there is a place again.",
            "required": True,
            "schema": {"type": "integer", "minimum": 1},
        },
        **_limit_headers(),
    }


def responses(schemas: Schemas) -> dict[str, Any]:
    """Return all refusals by name."""
    return {name_of(status): _response(status, schemas) for status in REFUSALS}


def _limit_headers() -> dict[str, Any]:
    """Return the headers of the limit; it may be switched off, and then there are none."""
    told: dict[str, Any] = {}
    for limit in LIMITS:
        span = f"in {limit.seconds:.0f} seconds"
        for name, text in (
            (limit.total, f"How many calls a {limit.per} may make {span}."),
            (limit.remaining, "How many calls are left after this one."),
            (
                limit.resets,
                "When the oldest counted call leaves the window, in Unix seconds; of a 429, its `retryAfter`.",
            ),
        ):
            if name:
                told[name] = {"description": text, "schema": {"type": "integer", "minimum": 0}}
    return told


def _response(status: int, schemas: Schemas) -> dict[str, Any]:
    refusal = REFUSALS[status]
    error: dict[str, Any] = {"code": CODES[status], "message": refusal.message}
    added = {} if status in BEFORE_THE_LIMIT else limit_headers()
    if status == LIMITED:
        error["retryAfter"] = 1_782_896_400
        added["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    else:
        field = refusal.field
        error["details"] = [{"field": field, "message": refusal.message}] if field else []
    if status == 401:  # noqa: PLR2004  # RFC 6750
        added["WWW-Authenticate"] = {"$ref": "#/components/headers/WWW-Authenticate"}
    body = schemas.given(RateLimitBody if status == LIMITED else ErrorBody)
    code = {"properties": {"error": {"properties": {"code": {"const": CODES[status]}}}}}
    return {
        "description": refusal.means,
        **({"headers": added} if added else {}),
        "content": {"application/json": {"schema": {"allOf": [body, code]}, "example": {"error": error}}},
    }
