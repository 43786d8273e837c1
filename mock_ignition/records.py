"""Kinds of records: what a list of them is, how one is found, shown and changed."""

import json
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, select

from mock_ignition.bodies import AddressBody, Body, merged_address
from mock_ignition.errors import not_found
from mock_ignition.gateway import Answer, Ask, check_match, json_of, one, with_etag
from mock_ignition.kept import kept
from mock_ignition.lists import Listing
from mock_ignition.replies import reported_row_of, row_of
from mock_ignition.shapes.base import Book, Shape
from mock_kit.calls import call
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row


@dataclass(frozen=True)
class Kind:
    """One kind of record as one surface shows it.

    `order` names the two columns a list walks by. `shown` narrows what the surface shows at all.
    """

    what: str
    table: Table
    shape: Shape
    book: Callable[[Ask, Iterable[Row]], Book]
    shows: frozenset[str] = frozenset()
    """The names of the other tables that a row tells of, but for those whose changes touch the record."""
    order: tuple[str, str] = ("created_at", "slug")
    shown: ColumnElement[bool] | None = None
    etags: bool = True

    @cached_property
    def row(self) -> Any:
        """The type of a row, as replies tell it."""
        return row_of(self.shape) if self.etags else reported_row_of(self.shape)

    @property
    def key(self) -> str:
        """The kind's name among what is kept: the surfaces show the same record in two forms."""
        return self.shape.name if self.etags else f"{self.shape.name} reported"

    def find(self, ask: Ask, slug: str) -> Row:
        """Return a record of the practice. Raises ApiError (404)."""
        row = ask.tx.any(self._one, tenant_id=ask.tenant_id, slug=slug)
        if row is None:
            raise not_found(self.what, slug)
        return row

    def show(self, ask: Ask, records: list[Row]) -> list[Row]:
        """Return records as the surface shows them."""
        book = self.book(ask, records)
        rows = [self.shape.render(record, book) for record in records]
        if not self.etags:
            return rows
        return [with_etag(row, record.get("version", 0)) for row, record in zip(rows, records, strict=True)]

    def answer(self, ask: Ask, record: Row, *, status: int = 200) -> Answer:
        """Answer with one record."""
        return one(self.show(ask, [record])[0], status=status)

    def get(self, ask: Ask, slug: str) -> Answer:
        """Get a record by its slug."""
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
        """List the records, a page at a time."""
        noted, tx = call(), ask.tx
        # Not one that this very call has changed, or that a fault makes another than it is.
        if tx.touched or tx.doomed or noted.drift or noted.missed_boundary or not self._is_kept:
            return Answer(200, text=self._page(ask))
        asked = noted.request.environ
        where = f"{asked['PATH_INFO']}?{asked.get('QUERY_STRING', '')}"
        page = kept().texts.page(ask.tenant_id, self._tells_of, where, lambda: self._page(ask))
        return Answer(200, text=page)

    def _page(self, ask: Ask) -> bytes:
        page = self._list.page(ask)
        if ask.tx.doomed or not self._is_kept:  # what is kept is of the present state
            texts = [text for _key, _version, text in self._render(ask, [place[1] for place in page.places])]
        else:
            texts = kept().texts.of(
                ask.tenant_id, self.key, page.places, lambda keys: self._render(ask, keys)
            )
        tail = b'],"meta":{"pagination":' + json_of(page.pagination) + b"}}"
        return b'{"data":[' + b",".join(texts) + tail

    def _render(self, ask: Ask, keys: list[str]) -> Iterator[tuple[str, int, bytes]]:
        name = self.order[1]
        found = ask.tx.all(self._several, tenant_id=ask.tenant_id, keys=json.dumps(keys))
        by_key = {record[name]: record for record in found}
        records = [by_key[key] for key in keys]
        for record, row in zip(records, self.show(ask, records), strict=True):
            yield record[name], record.get("version", 0), json_of(row)

    @cached_property
    def _is_kept(self) -> bool:
        """Whether a record has a version, to know a change by."""
        return "version" in self.table.c

    @cached_property
    def _tells_of(self) -> frozenset[str]:
        return self.shows | {self.table.name}

    @cached_property
    def _list(self) -> Listing:
        return Listing(self.table, self.order, self.shown)

    @cached_property
    def _one(self) -> Query:
        mine = (self.table.c.tenant_id == TENANT, self.table.c.slug == bindparam("slug"))
        query = select(self.table).where(*mine)
        return Query(query if self.shown is None else query.where(self.shown))

    @cached_property
    def _several(self) -> Query:
        mine = (self.table.c.tenant_id == TENANT, self.table.c[self.order[1]].in_(CHOSEN))
        return Query(select(self.table).where(*mine))


def differing(record: Row, values: Row) -> Row:
    """Return the values that are not the record's already."""
    return {name: value for name, value in values.items() if record[name] != value}


def text_columns(values: Row, texts: Container[str]) -> Row:
    """Return values with `null` as empty text, where the column is text."""
    return {name: "" if value is None and name in texts else value for name, value in values.items()}


def address_columns(body: Body, present: Row, names: Iterable[str] = ("address", "postal_address")) -> Row:
    """Return the addresses that a body changes, merged part by part into the present ones."""
    columns: Row = {}
    for name in names:
        if name in body.model_fields_set:
            change: AddressBody | None = getattr(body, name)
            columns[name] = merged_address(present.get(name), change)
    return columns
