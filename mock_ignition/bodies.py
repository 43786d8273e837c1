"""What the bodies of all resources have in common."""

import re
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue, WithJsonSchema
from pydantic_core import CoreSchema

from mock_ignition.errors import ApiError, bad_request, invalid_body
from mock_ignition.money import whole_cents
from mock_kit.clock import iso, parse_iso
from mock_kit.store import Row

ADDRESS_PARTS = ("line", "city", "region", "postcode", "country")
FIRST_YEAR, LAST_YEAR = 1900, 2199
DATE = "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"
"""A date that is taken, but for the calendar's rules: the end of a contract must still be a date."""
MOMENT = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    "([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?$"
)
"""An ISO 8601 moment, but for the calendar's rules; without a zone it is UTC, without a time midnight."""
MOMENT_SCHEMA = {
    "type": "string",
    "format": "iso-8601",
    "pattern": MOMENT,
    "examples": ["2026-07-01T09:30:00Z", "2026-07-01"],
}
"""The formats of the published vocabulary are narrower: `date-time` has no moment without a zone."""


NO_NUL = r"^[^\x00]*$"
"""Any text that a file or another program can hold: without the character NUL."""
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NOT_BLANK = rf"^[^\x00]*[^{_SPACE}][^\x00]*$"
"""A text that shows something: not of white space alone. Spelled out, as `\\s` differs between languages."""


class Body(BaseModel):
    """A JSON body: unknown members are refused, and nothing is converted (`"1"` is no number)."""

    model_config = ConfigDict(extra="forbid", strict=True)


AnyBody = TypeVar("AnyBody", bound=Body)


def read_moment(text: str) -> datetime:
    """Read a moment that a caller wrote. Raises ValueError."""
    if not re.fullmatch(MOMENT, text):
        raise ValueError("must be an ISO 8601 moment such as 2026-07-01T00:00:00Z")
    return parse_iso(text)


def _moment(text: str) -> str:
    return iso(read_moment(text))


def _date(value: Any) -> date:
    # Pydantic also takes a number of seconds for a date; the contract knows `YYYY-MM-DD` alone.
    if not (isinstance(value, str) and re.fullmatch(DATE, value)):
        raise ValueError(f"must be a date as YYYY-MM-DD, from the year {FIRST_YEAR} to {LAST_YEAR}")
    return date.fromisoformat(value)


def _each_once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""For whole numbers: JSON has one kind of numbers, and 12.0 is 12, whatever program wrote it."""


Name = Annotated[str, Field(min_length=1, max_length=500, pattern=NOT_BLANK)]
ShortText = Annotated[str, Field(max_length=500, pattern=NO_NUL)]
LongText = Annotated[str, Field(max_length=10_000, pattern=NO_NUL)]
Text = LongText | None
"""Text that `null` clears: an empty text and no text are the same. The lengths are ours."""
Names = Annotated[list[Name], Field(max_length=200), AfterValidator(_each_once)]
"""Names in their order; one that is there twice counts once."""
Slug = Annotated[str, Field(min_length=1, max_length=100)]
Uuid = Annotated[str, Field(min_length=1, max_length=100, pattern=NOT_BLANK)]
"""What XPM knows a record by."""
Day = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE, "examples": ["2026-07-01"]}),
]
Moment = Annotated[str, AfterValidator(_moment), WithJsonSchema(MOMENT_SCHEMA)]
"""A moment in any of these forms; read as the rows tell it: UTC, whole seconds."""
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False), AfterValidator(whole_cents)]
"""An amount of money, in whole cents: half a cent is rounded up."""


class ReadAs:
    """Tells the published schema what a JSON value is read as, for itself and later than its body."""

    def __init__(self, shape: type[Body]) -> None:
        self._shape = shape

    def __get_pydantic_json_schema__(
        self, _core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return the shape, beside anything else: the body as a whole is taken with it."""
        other = {"description": "Anything else: its answer alone says what is wrong with it."}
        return {"anyOf": [handler(self._shape.__pydantic_core_schema__), other]}


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
    _refuse_not_numbers(text)
    try:
        return shape.model_validate_json(text if text.strip() else b"{}")
    except ValidationError as error:
        raise invalid_body(error) from error


def _refuse_not_numbers(text: bytes) -> None:
    """Refuse `NaN` and `Infinity`, which pydantic reads and JSON does not have. Raises ApiError (400)."""
    if b"NaN" in text or b"Infinity" in text:
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise bad_request(f"the body is not valid JSON: {error}", "body") from error


def read_item(shape: type[AnyBody], value: Any) -> AnyBody | ApiError:
    """Read one item of a batch; returns the refusal rather than raising it."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        return invalid_body(error)


def given(body: Body, *without: str) -> Row:
    """Return the members that the caller gave, `null` included, in the shape's order."""
    there = body.model_fields_set.difference(without)
    return {name: value for name, value in body.__dict__.items() if name in there}


def merged_address(present: Row | None, change: AddressBody | None) -> Row:
    """Return an address after a change; `None` clears all of it."""
    before = present or {}
    if change is None:
        return dict.fromkeys(ADDRESS_PARTS, "")
    after = {name: text or "" for name, text in given(change).items()}
    return {part: after.get(part, before.get(part, "")) for part in ADDRESS_PARTS}
