"""How the API says no: inside the envelope with a 200, or outside it as JSON.

`BusinessError` is XPM's own refusal: `<Status>ERROR</Status>` and a description. `ApiError` is
the gateway's: JSON of a fixed shape, with the status in the status line.
"""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response


class BusinessError(Exception):
    """A refusal inside the envelope, answered with a 200; the text is its `ErrorDescription`."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description


class ApiError(Exception):
    """A refusal outside the envelope: a status, a `Title` and a `Detail`."""

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})

    def response(self, instance: str) -> Response:
        """Return the answer; `instance` is the UUID that is also sent as `xero-correlation-id`."""
        body: dict[str, Any] = {
            "Type": None,
            "Title": self.title,
            "Status": self.status,
            "Detail": self.detail,
            "Instance": instance,
            "Extensions": {},
        }
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        headers = {"xero-correlation-id": instance, **self.headers}
        return Response(text, self.status, headers, content_type="application/json")


def unauthorized(detail: str = "AuthenticationUnsuccessful") -> ApiError:
    """Return the 401 of a token that is missing, malformed, unknown or expired."""
    return ApiError(401, "Unauthorized", detail, {"WWW-Authenticate": "Bearer error=invalid_token"})


def forbidden() -> ApiError:
    """Return the 403 of a practice, or a scope, that the token does not reach."""
    return ApiError(403, "Forbidden", "AuthenticationUnsuccessful")


def bad_request(detail: str) -> ApiError:
    """Return the 400 of a query that cannot be read; the detail names the parameter and the way out."""
    return ApiError(400, "Bad Request", detail)


def invalid(what: str) -> BusinessError:
    """Return the refusal of an identifier or a code, in XPM's grammar: `Invalid job identifier`."""
    return BusinessError(f"Invalid {what}")


def required(what: str) -> BusinessError:
    """Return the refusal of a record that lacks a field: `Name is required`."""
    return BusinessError(f"{what} is required")


def require(values: Mapping[str, Any], **needed: str) -> None:
    """Refuse values of which a needed one is there and empty: a column is given with its element's name."""
    for column, element in needed.items():
        if column in values and not (values[column] or "").strip():
            raise required(element)
