"""How the control plane says no, and how it reads a body or a query."""

from typing import Any, TypeVar

from flask import request
from pydantic import TypeAdapter, ValidationError

from mock_kit.control_bodies import Body
from mock_kit.world import problems

AnyBody = TypeVar("AnyBody", bound=Body)
LONGEST_NUMBER = 18
"""How many digits a number in a query may have."""


class ControlError(Exception):
    """A control call that cannot be done; answered as `{"error": {"code", "message", "details"}}`."""

    def __init__(
        self, status: int, code: str, message: str, details: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "details": details or []}}


def read_body(shape: type[AnyBody]) -> AnyBody:
    """Return the request's JSON body, an empty one as `{}`. Raises ControlError 400."""
    found: AnyBody = read_as(TypeAdapter(shape))
    return found


def read_as(shape: TypeAdapter[Any]) -> Any:
    """Return the request's JSON body as a type. Raises ControlError 400, field by field."""
    text = request.get_data()
    try:
        return shape.validate_json(text if text.strip() else b"{}")
    except ValidationError as error:
        raise ControlError(400, "BAD_BODY", "the body is not valid", problems(error)) from error


def whole_number(name: str) -> int | None:
    """Return a member of the request's query, None when it is not there. Raises ControlError 400."""
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise ControlError(400, "BAD_QUERY", f"{name} must be a whole number, not {text[:40]!r}")
    return int(text)
