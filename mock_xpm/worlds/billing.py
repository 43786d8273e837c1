"""Quotes, estimates and invoices."""

from typing import Literal

from mock_kit.world import Record
from mock_xpm.worlds.base import Amount, CostParts, Minutes, Name, Number, Uuid

Day = Name
"""A date as `YYYY-MM-DD`; the loader checks it."""


class TaskLine(Record):
    """A task on a document."""

    name: Name
    description: str = ""
    estimated_minutes: Minutes = 0
    billable_rate: Amount = "0.00"
    billable: bool = True
    amount: Amount = "0.00"
    amount_tax: Amount = "0.00"


class CostLine(CostParts):
    """A cost on a document: its amount is quantity times price."""

    amount_tax: Amount = "0.00"


class Quote(Record):
    """A quote or an estimate. Without a number it takes the next of the practice's sequence."""

    number: Number | None = None
    type: Literal["Quote", "Estimate"] = "Quote"
    state: Literal["Draft", "Issued", "Accepted", "Declined"] = "Draft"
    name: Name
    description: str = ""
    budget: str = ""
    option_explanation: str = ""
    client_uuid: Uuid
    contact_uuid: Uuid | None = None
    date: Day
    valid_date: Day | None = None
    amount: Amount | None = None
    """None: the sum of its lines; the tax likewise."""
    amount_tax: Amount | None = None
    tasks: list[TaskLine] = []
    costs: list[CostLine] = []


class InvoicedJob(Record):
    """A job on an invoice: its name and description are the job's."""

    number: Number
    tasks: list[TaskLine] = []
    costs: list[CostLine] = []


class Invoice(Record):
    """An invoice. Without a number it takes the next of the practice's sequence."""

    number: Number | None = None
    type: str = "Final Invoice"
    status: Literal["Draft", "Approved", "Paid", "Cancelled"] = "Draft"
    job_text: str | None = None
    """None: the names of its jobs."""
    description: str = ""
    client_order_number: str = ""
    client_uuid: Uuid
    contact_uuid: Uuid | None = None
    date: Day
    due_date: Day | None = None
    amount: Amount | None = None
    """None: the sum of its lines; the tax likewise."""
    amount_tax: Amount | None = None
    amount_paid: Amount | None = None
    """None: all of a paid invoice, nothing of another."""
    jobs: list[InvoicedJob] = []
