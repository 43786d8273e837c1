"""The errors of both surfaces: `{"error": {"code", "message", "details": [{"field", "message"}]}}`.

ApiError
├── bad_request     400  the request cannot be read: malformed JSON, a bad query
├── unauthorized    401  no token, an unknown one, an expired one
├── forbidden       403  the token lacks the scope, or does not name one practice
├── not_found       404  no such record in this practice
├── conflict        409  the record's state, or another record, forbids it
├── stale           412  If-Match names an older version
└── invalid         422  the body is read, but a field cannot be taken
"""

from typing import Any

from pydantic import ValidationError

from mock_ignition.shapes.base import Shown
from mock_kit.world import problems

Details = list[dict[str, str]]

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    412: "PRECONDITION_FAILED",
    422: "VALIDATION_FAILED",
    429: "RATE_LIMITED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
"""THE table of codes. `NOT_FOUND` and `RATE_LIMITED` are the contract's, the others are ours in its manner."""


class Detail(Shown):
    """What is wrong with one field."""

    field: str
    message: str


class Error(Shown):
    """Why a call was refused."""

    code: str
    message: str
    details: list[Detail]


class ErrorBody(Shown):
    """The body of every refusal but that of a rate limit."""

    error: Error


class RateLimitError(Shown):
    """A refusal for asking too often; `retryAfter` is in Unix seconds."""

    code: str
    message: str
    retryAfter: int  # noqa: N815  # the contract's spelling


class RateLimitBody(Shown):
    """The body of a 429."""

    error: RateLimitError


class ApiError(Exception):
    """A call that is refused; the transaction it ran in is rolled back."""

    def __init__(self, status: int, message: str, details: Details | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {
            "code": CODES.get(status, "ERROR"),
            "message": message,
            "details": details or [],
        }


def bad_request(message: str, field: str | None = None) -> ApiError:
    """Return a 400; `field` names the query parameter or the header at fault, or the `body`."""
    return ApiError(400, message, [{"field": field, "message": message}] if field else None)


def not_found(what: str, slug: str) -> ApiError:
    """Return a 404 for a record that this practice does not have."""
    return ApiError(404, f"there is no {what} {slug}")


def conflict(message: str) -> ApiError:
    """Return a 409."""
    return ApiError(409, message)


def stale(slug: str) -> ApiError:
    """Return a 412."""
    return ApiError(412, f"{slug} has changed since the version that If-Match names: read it again")


def invalid(field: str, message: str) -> ApiError:
    """Return a 422 for one field."""
    return ApiError(422, f"{field}: {message}", [{"field": field, "message": message}])


def invalid_body(error: ValidationError) -> ApiError:
    """Return what a body's validation says: 400 when it is no JSON, else 422 field by field."""
    details = problems(error)
    if (
        error.errors(include_url=False, include_context=False, include_input=False)[0]["type"]
        == "json_invalid"
    ):
        return bad_request(f"the body is not valid JSON: {details[0]['message']}", "body")
    return ApiError(422, f"{details[0]['field']}: {details[0]['message']}", details)
