"""What the bodies of all resources have in common."""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from mock_ignition.errors import ApiError, invalid_body
from mock_kit.clock import parse_iso
from mock_kit.store import Row

ADDRESS_PARTS = ("line", "city", "region", "postcode", "country")
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside are refused: the end of a contract must still be a date."""
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Body(BaseModel):
    """A JSON body: unknown members are refused, and nothing is converted (`"1"` is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True)


AnyBody = TypeVar("AnyBody", bound=Body)


def _sensible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"the year must be from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _moment(text: str) -> str:
    parse_iso(text)
    return text


def _date(value: Any) -> date:
    # Pydantic also takes a number of seconds for a date; the contract knows `YYYY-MM-DD` alone.
    if not (isinstance(value, str) and DATE.fullmatch(value)):
        raise ValueError("must be a date as YYYY-MM-DD")
    return date.fromisoformat(value)


Name = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=10_000)]
Text = LongText | None
"""Text that `null` clears: an empty text and no text are the same. The lengths are ours."""
Slug = Annotated[str, Field(min_length=1, max_length=100)]
Day = Annotated[date, BeforeValidator(_date), AfterValidator(_sensible)]
Moment = Annotated[str, AfterValidator(_moment)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class AddressBody(Body):
    """The parts of an address to change; a part not given stays, `null` clears it."""

    line: Text = ""
    city: Text = ""
    region: Text = ""
    postcode: Text = ""
    country: Text = ""


class NoBody(Body):
    """An act that needs no body: none at all, or `{}`."""


def read_body(shape: type[AnyBody], text: bytes) -> AnyBody:
    """Read a request's body. Raises ApiError: 400 for what is no JSON, 422 for what does not fit."""
    try:
        return shape.model_validate_json(text if text.strip() else b"{}")
    except ValidationError as error:
        raise invalid_body(error) from error


def read_item(shape: type[AnyBody], value: Any) -> AnyBody | ApiError:
    """Read one item of a batch; returns the refusal rather than raising it."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        return invalid_body(error)


def given(body: Body, *without: str) -> Row:
    """Return the members that the caller gave, `null` included, in the shape's order."""
    there = body.model_fields_set.difference(without)
    return {name: getattr(body, name) for name in type(body).model_fields if name in there}


def merged_address(present: Row | None, change: AddressBody | None) -> Row:
    """Return an address after a change; `None` clears all of it."""
    before = present or {}
    if change is None:
        return dict.fromkeys(ADDRESS_PARTS, "")
    after = {name: text or "" for name, text in given(change).items()}
    return {part: after.get(part, before.get(part, "")) for part in ADDRESS_PARTS}
