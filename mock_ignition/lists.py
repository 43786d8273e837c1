"""Lists: what a caller may ask of one, and how it is walked page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, literal, select, tuple_
from sqlalchemy.sql.selectable import Select

from mock_ignition.bodies import read_moment
from mock_ignition.errors import bad_request
from mock_ignition.gateway import Ask
from mock_kit.calls import call
from mock_kit.clock import iso
from mock_kit.paging import CursorError, decode_cursor, encode_cursor
from mock_kit.statements import Query
from mock_kit.store import Row

UNDATED = ("limit", "page_size", "cursor")
"""The parameters of a list whose rows do not tell when they changed."""
PARAMETERS = (*UNDATED, "updated_from")
DEFAULT_LIMIT = 25
MAX_LIMIT = 100
PLACE_PARTS = 2
"""A place in a list: the value it is ordered by, and the key of the row."""


Place = tuple[str, str, int]
"""Where a row stands in its list, and which it is: what the list is walked by, the row's key, its version."""


@dataclass(frozen=True)
class Page:
    """The rows of one page, and its pagination."""

    places: list[Place]
    pagination: Row


class Listing:
    """One table as a list, walked by two columns; `shown` narrows what is in it at all."""

    def __init__(self, table: Table, order: tuple[str, str], shown: ColumnElement[bool] | None) -> None:
        self._table = table
        self._order = order
        self._shown = shown
        self._queries: dict[tuple[bool, bool, bool], Query] = {}

    def page(self, ask: Ask) -> Page:
        """Return the page that the caller asks for. Raises ApiError (400)."""
        asked = _query(PARAMETERS if "updated_at" in self._table.c else UNDATED)
        limit, since = _limit(asked), _since(asked)
        name = [call().request.path, ask.tenant_id, since]
        bounds = {"tenant_id": ask.tenant_id, "limit": limit + 1, "skipped": 0, "since": since}
        found: list[Any] = []
        cursor = asked.get("cursor")
        if cursor is not None:
            bounds["first"], bounds["key"] = place = _place(name, cursor)
            drift = call().page_drift()  # a fault: the page begins elsewhere than it should
            bounds["skipped"] = max(0, drift)
            if drift < 0:
                found = self._before(ask, since, place, -drift)
        missed = since is not None and call().misses_boundary()  # a fault, too
        query = self._query(
            since=since is not None,
            after=cursor is not None,
            missed=missed,
        )
        found += ask.tx.tuples(query, **bounds)
        has_more = len(found) > limit
        next_cursor = encode_cursor(name, list(found[limit - 1][:PLACE_PARTS])) if has_more else None
        return Page(found[:limit], {"has_more": has_more, "next_cursor": next_cursor, "limit": limit})

    def _query(self, *, since: bool, after: bool, missed: bool) -> Query:
        """Return the prepared query of a page; `missed`, a fault, leaves out the boundary's own moment."""
        known = self._queries.get((since, after, missed))
        if known is None:
            query = self._of_practice
            if since:
                query = query.where(self._changed(missed=missed))
            if after:
                query = query.where(self._place > tuple_(bindparam("first"), bindparam("key")))
            query = query.order_by(*self._columns).limit(bindparam("limit")).offset(bindparam("skipped"))
            known = self._queries[since, after, missed] = Query(query)
        return known

    def _before(self, ask: Ask, since: str | None, place: list[str], many: int) -> list[Any]:
        """Return the rows up to a place, the last ones: what a page repeats that begins too early."""
        query = self._of_practice.where(self._place <= tuple_(*place))
        if since is not None:
            query = query.where(self._changed(missed=False))
        backwards = [column.desc() for column in self._columns]
        bounds = {"tenant_id": ask.tenant_id, "since": since}
        return ask.tx.tuples(Query(query.order_by(*backwards).limit(many)), **bounds)[::-1]

    @cached_property
    def _columns(self) -> list[ColumnElement[Any]]:
        return [self._table.c[name] for name in self._order]

    @cached_property
    def _place(self) -> Any:
        return tuple_(*self._columns)

    @cached_property
    def _of_practice(self) -> Select[Any]:
        """The practice's rows: their places."""
        table = self._table
        version = table.c.version if "version" in table.c else literal(0)
        query = select(*self._columns, version).where(table.c.tenant_id == bindparam("tenant_id"))
        return query if self._shown is None else query.where(self._shown)

    def _changed(self, *, missed: bool) -> ColumnElement[bool]:
        changed = self._table.c.updated_at
        since: Any = bindparam("since")
        bound: ColumnElement[bool] = changed > since if missed else changed >= since
        return bound


def _query(parameters: Sequence[str]) -> dict[str, str]:
    asked = call().request
    if not asked.query_string:
        return {}
    unknown = sorted(set(asked.args) - set(parameters))
    if unknown:
        known = ", ".join(parameters)
        raise bad_request(f"there is no parameter {unknown[0]}; there are {known}", unknown[0])
    for name, values in asked.args.lists():
        if len(values) > 1:
            raise bad_request(f"{name} is given {len(values)} times: once is enough", name)
    return asked.args.to_dict()


def _limit(asked: dict[str, str]) -> int:
    """Return how many rows a page has; where both names are given, `limit` says it."""
    limit = DEFAULT_LIMIT
    for name in ("page_size", "limit"):
        text = asked.get(name)
        if text is None:
            continue
        # A length first: int() of a very long text is slow, and refused by Python itself.
        if not (
            text.isascii() and text.isdigit() and len(text) <= len("100") and 1 <= int(text) <= MAX_LIMIT
        ):
            raise bad_request(f"{name} must be a whole number from 1 to {MAX_LIMIT}, not {text!r}", name)
        limit = int(text)
    return limit


def _since(asked: dict[str, str]) -> str | None:
    """Return `updated_from` in the stored form: whole seconds, which is all that rows tell."""
    text = asked.get("updated_from")
    if text is None:
        return None
    try:
        return iso(read_moment(text))
    except (ValueError, OverflowError) as error:
        raise bad_request(
            f"updated_from must be an ISO 8601 moment such as 2026-07-01T00:00:00Z, not {text!r}",
            "updated_from",
        ) from error


def _place(query: Any, cursor: str) -> list[str]:
    try:
        place = decode_cursor(query, cursor)
    except CursorError as error:
        raise bad_request(f"{error}: start again without it", "cursor") from error
    if len(place) != PLACE_PARTS or not all(isinstance(part, str) for part in place):
        raise bad_request("the cursor cannot be read: start again without it", "cursor")
    return list(place)
