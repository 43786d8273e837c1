"""`quote.api` and `invoice.api`: read-only; a quote is made from a job, the rest comes with the world."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, select

from mock_kit.store import Row, Tx
from mock_xpm.billing_api.quotes import DRAFT
from mock_xpm.errors import invalid
from mock_xpm.records.billing import INVOICE, INVOICE_BRIEF, QUOTE, QUOTE_BRIEF
from mock_xpm.rows import named
from mock_xpm.spans import span
from mock_xpm.tables import billing as tables
from mock_xpm.tables.clients import CLIENTS, CONTACTS
from mock_xpm.wire.answers import Answer, Ask, Listing, Single
from mock_xpm.wire.record import Record


@dataclass(frozen=True)
class Papers:
    """One kind of document: its table, its records, and which of them are current."""

    what: str
    table: Table
    around: str
    whole: Record
    brief: Record
    state: str
    """The column of the state."""
    current_state: str

    def current(self, ask: Ask) -> Answer:
        """Answer the documents that were sent and still wait: for a decision, or for money (ours)."""
        return self._listing(ask, self.brief, self.table.c[self.state] == self.current_state)

    def draft(self, ask: Ask) -> Answer:
        """Answer the drafts."""
        return self._listing(ask, self.brief, self.table.c[self.state] == DRAFT)

    def list_(self, ask: Ask) -> Answer:
        """Answer the documents of some days, whatever their state; `detailed` with their lines (ours)."""
        record = self.whole if ask.flag("detailed") else self.brief
        return self._listing(ask, record, self.table.c.date.between(*span(ask)))

    def get(self, ask: Ask) -> Answer:
        """Answer one document with its lines."""
        return (self.one(ask, ask.key),)

    def one(self, ask: Ask, number: str) -> Single:
        """Return the answer that is one document with its lines, or refuse."""
        rows = self._fetch(ask.tx, ask.tenant_id, self.table.c.number == number)
        if not rows:
            raise invalid(f"{self.what} identifier")
        return Single(self.whole, rows[0])

    def _listing(self, ask: Ask, record: Record, *conditions: ColumnElement[bool]) -> Answer:
        return (Listing(self.around, record, self._fetch(ask.tx, ask.tenant_id, *conditions)),)

    def _fetch(self, tx: Tx, tenant_id: str, *conditions: ColumnElement[bool]) -> list[Row]:
        """Return documents with the names of whom they are for, by number."""
        chosen = select(self.table).where(self.table.c.tenant_id == tenant_id, *conditions)
        rows = tx.rows(chosen.order_by(self.table.c.number))
        clients = named(tx, tenant_id, CLIENTS, (row["client_uuid"] for row in rows))
        contacts = named(tx, tenant_id, CONTACTS, (row["contact_uuid"] for row in rows))
        for row in rows:
            row["client"] = clients.get(row["client_uuid"])
            row["contact"] = contacts.get(row["contact_uuid"])
        return rows


QUOTES = Papers("quote", tables.QUOTES, "Quotes", QUOTE, QUOTE_BRIEF, "state", "Issued")
INVOICES = Papers("invoice", tables.INVOICES, "Invoices", INVOICE, INVOICE_BRIEF, "status", "Approved")
