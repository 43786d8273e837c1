"""What an endpoint answers when it does what it is asked: the status, and what the body holds."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import Field, create_model

from mock_ignition.shapes.base import Shape, Shown

Data = TypeVar("Data")


class Pagination(Shown):
    """Where a page stands in its list; `next_cursor` is null on the last page."""

    has_more: bool
    next_cursor: str | None
    limit: int


class Meta(Shown):
    """What is told of a page beside its rows."""

    pagination: Pagination


class One(Shown, Generic[Data]):
    """One row."""

    data: Data


class Paged(Shown, Generic[Data]):
    """One page of a list."""

    data: list[Data]
    meta: Meta


class Whole(Shown, Generic[Data]):
    """A whole list."""

    data: list[Data]


@dataclass(frozen=True)
class Reply:
    """A status and the type of its body; None: there is no body."""

    status: int = 200
    type: Any = None
    paged: bool = False
    """It is a page of a list, and takes a list's parameters."""
    since: bool = True
    """The rows of the page tell when they changed: `updated_from` is one of the parameters."""


NOTHING = Reply(204)


def row_of(shape: Shape) -> Any:
    """Return the type of a row with its `etag`."""
    return create_model(shape.name, __base__=shape.model, __doc__=shape.about, etag=(str, Field()))


def reported_row_of(shape: Shape) -> Any:
    """Return the type of a row of the Reporting API, which has no `etag`."""
    return create_model(f"Reported{shape.name}", __base__=shape.model, __doc__=shape.about)


def one_of(row: Any, status: int = 200) -> Reply:
    """Answer with one row of a type."""
    return Reply(status, One[row])


def page_of(row: Any) -> Reply:
    """Answer with a page of rows of a type."""
    return Reply(200, Paged[row], paged=True, since="updated_at" in row.model_fields)


def whole_of(row: Any) -> Reply:
    """Answer with a list of rows of a type, all on one page."""
    return Reply(200, Whole[row])
