"""Writes the quotes and invoices of a world document."""

from collections.abc import Iterable, Sequence
from typing import Any

from mock_kit.store import Row
from mock_xpm.billing_api.amounts import NOTHING, less, product, total
from mock_xpm.billing_api.quotes import LETTER, cost_line, with_tax
from mock_xpm.loading.sheet import Sheet, check_date, distinct, known
from mock_xpm.rows import next_number, only
from mock_xpm.tables.billing import INVOICES, QUOTES
from mock_xpm.tables.jobs import JOBS
from mock_xpm.worlds.billing import CostLine, Invoice, InvoicedJob, Quote, TaskLine

APART = {"number", "amount", "amount_tax", "tasks", "costs", "jobs", "job_text", "amount_paid"}
"""The members of a document that are worked out, or written as lines."""
Contacts = dict[str, set[str]]
"""The UUIDs of the contacts of each client."""


def load_billing(sheet: Sheet) -> None:
    """Add the quotes and invoices of a practice; its clients and jobs are there already."""
    contacts = {client.uuid: {one.uuid for one in client.contacts} for client in sheet.tenant.clients}
    _load_quotes(sheet, contacts)
    _load_invoices(sheet, contacts)


def _load_quotes(sheet: Sheet, contacts: Contacts) -> None:
    quotes = sheet.tenant.quotes
    numbers = _numbers(sheet, "quotes", LETTER, [quote.number for quote in quotes])
    for number, quote in zip(numbers, quotes, strict=True):
        _check(f"quote {number}", quote, contacts, quote.valid_date)
        tasks = [_task(task) for task in quote.tasks]
        costs = [_cost(cost) for cost in quote.costs]
        spent = total(product(cost.quantity, cost.unit_cost) for cost in quote.costs)
        own = {
            "number": number,
            "uuid": sheet.uuid(QUOTES, number),
            **with_tax("estimated_cost", spent),
            **_amounts(quote, [*tasks, *costs]),
            "tasks": tasks,
            "costs": costs,
        }
        sheet.add(QUOTES, quote.model_dump(exclude=APART) | own)


def _load_invoices(sheet: Sheet, contacts: Contacts) -> None:
    invoices = sheet.tenant.invoices
    there = {row["number"]: row for row in sheet.rows.get(JOBS, [])}
    numbers = _numbers(sheet, "invoices", "I", [invoice.number for invoice in invoices])
    for number, invoice in zip(numbers, invoices, strict=True):
        where = f"invoice {number}"
        _check(where, invoice, contacts, invoice.due_date)
        known(where, "jobs", there, *(job.number for job in invoice.jobs))
        jobs = [_job(job, there[job.number]) for job in invoice.jobs]
        amounts = _amounts(invoice, [line for job in jobs for line in (*job["tasks"], *job["costs"])])
        whole = amounts["amount_including_tax"]
        paid = total([invoice.amount_paid or (whole if invoice.status == "Paid" else NOTHING)])
        names = ", ".join(job["name"] for job in jobs)
        own = {
            "number": number,
            "uuid": sheet.uuid(INVOICES, number),
            **amounts,
            "job_text": names if invoice.job_text is None else invoice.job_text,
            "amount_paid": paid,
            "amount_outstanding": less(whole, paid),
            "jobs": jobs,
        }
        sheet.add(INVOICES, invoice.model_dump(exclude=APART) | own)


def _numbers(sheet: Sheet, what: str, letter: str, given: Sequence[str | None]) -> list[str]:
    """Return the number of each document: its own, or the next that no other has."""
    taken = {number for number in given if number}
    distinct(what, (number for number in given if number))
    tenant_id = sheet.tenant.tenant_id
    return [
        number or next_number(sheet.parts, sheet.tx, tenant_id, letter, taken.__contains__)
        for number in given
    ]


def _check(where: str, paper: Quote | Invoice, clients: Contacts, until: str | None) -> None:
    known(where, "clients", clients, paper.client_uuid)
    known(where, "contacts of its client", clients[paper.client_uuid], paper.contact_uuid)
    check_date(where, paper.date)
    check_date(where, until)


def _amounts(paper: Quote | Invoice, lines: Iterable[Row]) -> Row:
    told = [line for line in lines if line["billable"]]
    amount, tax = (
        total(line[column] for line in told) if given is None else given
        for column, given in (("amount", paper.amount), ("amount_tax", paper.amount_tax))
    )
    return with_tax("amount", amount, tax)


def _task(task: TaskLine) -> Row:
    return task.model_dump() | with_tax("amount", task.amount, task.amount_tax)


def _cost(cost: CostLine) -> Row:
    return cost_line(cost.model_dump(), cost.amount_tax)


def _job(job: InvoicedJob, row: Row) -> dict[str, Any]:
    told = only(row, ("number", "name", "description", "client_order_number"))
    return {**told, "tasks": [_task(one) for one in job.tasks], "costs": [_cost(one) for one in job.costs]}
