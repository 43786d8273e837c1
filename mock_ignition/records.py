"""Kinds of records: what a list of them is, how one is found, shown and changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Table, false, select, tuple_

from mock_ignition.bodies import AddressBody, Body, merged_address
from mock_ignition.errors import bad_request, not_found
from mock_ignition.gateway import Answer, Ask, check_match, one, with_etag
from mock_ignition.rows import Book, Shape, render
from mock_kit.calls import call
from mock_kit.clock import iso, parse_iso
from mock_kit.paging import CursorError, decode_cursor, encode_cursor
from mock_kit.store import Row

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
PLACE_PARTS = 2
"""A place in a list: the value it is ordered by, and the key of the row."""


@dataclass(frozen=True)
class Kind:
    """One kind of record as one surface shows it.

    `order` names the two columns a list walks by. `shown` narrows what the surface shows at all.
    """

    what: str
    table: Table
    shape: Shape
    book: Callable[[Ask, Iterable[Row]], Book]
    order: tuple[str, str] = ("created_at", "slug")
    shown: ColumnElement[bool] | None = None
    etags: bool = True

    def find(self, ask: Ask, slug: str) -> Row:
        """Return a record of the practice. Raises ApiError (404)."""
        query = select(self.table).where(self.table.c.tenant_id == ask.tenant_id, self.table.c.slug == slug)
        row = ask.tx.first(query if self.shown is None else query.where(self.shown))
        if row is None:
            raise not_found(self.what, slug)
        return row

    def show(self, ask: Ask, records: list[Row]) -> list[Row]:
        """Return records as the surface shows them."""
        book = self.book(ask, records)
        rows = [render(self.shape, record, book) for record in records]
        if not self.etags:
            return rows
        return [with_etag(row, record.get("version", 0)) for row, record in zip(rows, records, strict=True)]

    def answer(self, ask: Ask, record: Row, *, status: int = 200) -> Answer:
        """Answer with one record."""
        return one(self.show(ask, [record])[0], status=status)

    def get(self, ask: Ask, slug: str) -> Answer:
        """Answer with the record of this slug."""
        return self.answer(ask, self.find(ask, slug))

    def find_match(self, ask: Ask, slug: str) -> Row:
        """Return a record that is about to be written. Raises ApiError: 404, or 412 by If-Match."""
        record = self.find(ask, slug)
        if ask.if_match is not None:
            check_match(ask.if_match, self.show(ask, [record])[0], slug)
        return record

    def change(self, ask: Ask, record: Row, values: Row, *, touched: bool = False) -> Row:
        """Write what differs, and return the record after it.

        When nothing differs nothing is written, unless a part kept elsewhere was `touched`.
        """
        changed = differing(record, values)
        if not changed and not touched:
            return record
        changed |= {"updated_at": ask.now, "version": record["version"] + 1}
        ask.tx.update(self.table, (ask.tenant_id, record["slug"]), changed)
        return {**record, **changed}

    def listing(self, ask: Ask) -> Answer:
        """Answer with one page: `limit` (1-100, alias `page_size`), `cursor`, `updated_from`."""
        records, pagination = self._page(ask)
        return Answer(200, {"data": self.show(ask, records), "meta": {"pagination": pagination}})

    def _page(self, ask: Ask) -> tuple[list[Row], Row]:
        asked = _query(("limit", "page_size", "cursor", "updated_from"))
        limit, since = _limit(asked), _since(asked)
        first, key = (self.table.c[name] for name in self.order)
        name = [request.path, ask.tenant_id, since]
        query = select(self.table).where(self.table.c.tenant_id == ask.tenant_id)
        if self.shown is not None:
            query = query.where(self.shown)
        if since is not None:
            query = query.where(self._changed_since(since))
        found = []
        if "cursor" in asked:
            at, place = tuple_(first, key), tuple_(*_place(name, asked["cursor"]))
            drift = call().drift  # a fault: the page begins elsewhere than it should
            if drift < 0:
                before = query.where(at <= place).order_by(first.desc(), key.desc()).limit(-drift)
                found = ask.tx.rows(before)[::-1]
            query = query.where(at > place).offset(max(0, drift))
        found += ask.tx.rows(query.order_by(first, key).limit(limit + 1))
        rows = found[:limit]
        has_more = len(found) > limit
        last = [rows[-1][part] for part in self.order] if has_more else None
        next_cursor = encode_cursor(name, last) if last else None
        return rows, {"has_more": has_more, "next_cursor": next_cursor, "limit": limit}

    def _changed_since(self, since: str) -> ColumnElement[bool]:
        if "updated_at" not in self.table.c:
            return false()
        changed = self.table.c.updated_at
        return changed > since if call().missed_boundary else changed >= since  # the first: a fault


def differing(record: Row, values: Row) -> Row:
    """Return the values that are not the record's already."""
    return {name: value for name, value in values.items() if record[name] != value}


def text_columns(values: Row, texts: Iterable[str]) -> Row:
    """Return values with `null` as empty text, where the column is text."""
    cleared = set(texts)
    return {name: "" if value is None and name in cleared else value for name, value in values.items()}


def address_columns(body: Body, present: Row, names: Iterable[str] = ("address", "postal_address")) -> Row:
    """Return the addresses that a body changes, merged part by part into the present ones."""
    columns: Row = {}
    for name in names:
        if name in body.model_fields_set:
            change: AddressBody | None = getattr(body, name)
            columns[name] = merged_address(present.get(name), change)
    return columns


def _query(known: tuple[str, ...]) -> dict[str, str]:
    unknown = sorted(set(request.args) - set(known))
    if unknown:
        raise bad_request(f"there is no parameter {unknown[0]}; there are {', '.join(known)}", unknown[0])
    return request.args.to_dict()


def _limit(asked: dict[str, str]) -> int:
    name = "limit" if "limit" in asked else "page_size"
    text = asked.get(name, str(DEFAULT_LIMIT))
    # A length first: int() of a very long text is slow, and refused by Python itself.
    if not (text.isascii() and text.isdigit() and len(text) <= len("100") and 1 <= int(text) <= MAX_LIMIT):
        raise bad_request(f"{name} must be a whole number from 1 to {MAX_LIMIT}, not {text!r}", name)
    return int(text)


def _since(asked: dict[str, str]) -> str | None:
    """Return `updated_from` in the stored form: whole seconds, which is all that rows tell."""
    text = asked.get("updated_from")
    if text is None:
        return None
    try:
        return iso(parse_iso(text))
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
    return place
