"""Pages of long lists: `pageSize`, an opaque `pageToken`, and links to the first page and the next.

A token marks the row that the page before ended with, by name and UUID: what comes and goes between
two calls shifts nothing.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Select, tuple_

from mock_kit.calls import call
from mock_kit.paging import CursorError, decode_cursor, encode_cursor
from mock_kit.store import Row
from mock_xpm.errors import bad_request
from mock_xpm.records.pages import PAGINATION
from mock_xpm.wire.answers import Ask, Single

SIZE = 50
LARGEST = 500


@dataclass(frozen=True)
class Page:
    """The rows of a page, and the part of the answer that leads to the next."""

    rows: list[Row]
    pagination: Single


def page(ask: Ask, query: Select[tuple[str, str]]) -> Page:
    """Return the page that a call asks for of a query that selects `name` and `uuid`, in this order.

    Raises ApiError (400) for a size that is none, and for a token of another list, or of nobody's.
    """
    size = _size(ask.query.get("pageSize"))
    marked = [call().operation, ask.tenant_id]
    token = ask.query.get("pageToken")
    rows: list[Row] = []
    order = list(query.selected_columns)
    if token is not None:
        at, place = tuple_(*order), tuple_(*_place(marked, token))
        drift = call().page_drift()  # a fault: the page begins elsewhere than it should
        if drift < 0:
            backwards = query.where(at <= place).order_by(*(column.desc() for column in order))
            rows = ask.tx.rows(backwards.limit(-drift))[::-1]
        query = query.where(at > place).offset(max(0, drift))
    rows += ask.tx.rows(query.order_by(*order).limit(size + 1))
    following = None
    if len(rows) > size:
        last = rows[size - 1]
        following = _link(size, encode_cursor(marked, [last["name"], last["uuid"]]))
    return Page(rows[:size], Single(PAGINATION, {"links": {"first": _link(size), "next": following}}))


def _size(text: str | None) -> int:
    if text is None:
        return SIZE
    # A length first: int() of a very long text is slow, and refused by Python itself.
    if text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST)) and 1 <= int(text) <= LARGEST:
        return int(text)
    raise bad_request(f"pageSize must be a whole number from 1 to {LARGEST}, not {text!r}")


def _place(marked: list[str], token: str) -> list[str]:
    try:
        name, uuid = decode_cursor(marked, token)
    except CursorError as error:
        raise bad_request(f"pageToken: {error}; start again without it") from error
    return [name, uuid]


def _link(size: int, token: str | None = None) -> str:
    """Return the address of a page, at the origin that was called (ours): a program can just follow it."""
    parameters = {"pageSize": str(size)} | ({"pageToken": token} if token else {})
    return f"{call().request.base_url}?{urlencode(parameters)}"
