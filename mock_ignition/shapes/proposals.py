"""Proposals as the API shows them: the published row, and what the practice API shows beside it."""

from typing import Literal

from mock_ignition.money import amount_in, number
from mock_ignition.proposal_api.terms import Cadence, charged, contract_cents, recurrence_text
from mock_ignition.shapes.base import (
    TIMES,
    Book,
    ClientSlug,
    Day,
    LineSlug,
    Member,
    Moment,
    Money,
    Named,
    ProposalSlug,
    ServiceSlug,
    Shape,
    Shown,
    columns,
    link,
)
from mock_ignition.shapes.practice import PriceType
from mock_kit.store import Row

ProposalState = Literal[
    "draft", "awaiting_acceptance", "accepted", "completed", "lost", "revoked", "archived"
]
DeploymentStatus = Literal["pending", "deployed", "partly", "needs_attention", "failed"]
WorkflowMode = Literal["one_job", "job_per_service"]


class Schedule(Shown):
    """When a service is billed, and for how much."""

    cadence: Cadence
    recurrence: str | None
    currency: str
    minimum_period_value: float
    minimum_contract_value: float


class Billing(Shown):
    """How a service is billed."""

    mode: Literal["recurring", "one_time"]
    summary: str
    is_recurring: bool
    schedules: list[Schedule]


class Pricing(Shown):
    """What a service costs."""

    currency: str
    quantity: int
    price_type: PriceType
    minimum_period_value: float
    minimum_contract_value: float


class OptionShown(Shown):
    """One of the packages that the client chooses among."""

    name: str
    service_slugs: list[LineSlug]
    is_selected: bool


class WorkflowJobShown(Shown):
    """How one job of the proposal is to be made; null where the service or the proposal decides."""

    proposal_service_slug: str | None
    name: str | None
    description: str | None
    category_uuid: str | None
    budget: float | None
    staff_slugs: list[str]
    start_date: Day | None
    due_date: Day | None
    due_after_days: int | None
    recurrence: Cadence | None


class WorkflowShown(Shown):
    """One job for the whole proposal, or one for each service; and how they are to be made."""

    mode: WorkflowMode
    jobs: list[WorkflowJobShown]


class DeployedJobShown(Shown):
    """A job in XPM."""

    number: str
    name: str


class DeploymentShown(Shown):
    """What became of the proposal in XPM."""

    status: DeploymentStatus
    xpm_client_uuid: str | None
    xpm_client_name: str | None
    jobs: list[DeployedJobShown]
    message: str | None


def _recurs(record: Row) -> bool:
    return bool(record["cadence"] != "once_off")


def _price(line: Row) -> float:
    return charged(line["price"], line["price_type"])


def _line_cents(line: Row, months: int) -> int:
    return contract_cents(_price(line), line["cadence"], months)


def _line_values(record: Row) -> Row:
    value = number(_line_cents(record, record["contract_term"]))
    return {"minimum_period_value": _price(record), "minimum_contract_value": value}


def _billing(record: Row, book: Book) -> Row:
    recurrence = recurrence_text(record["cadence"])
    return {
        "mode": "recurring" if _recurs(record) else "one_time",
        "summary": recurrence or "Once",
        "is_recurring": _recurs(record),
        "schedules": [
            {
                "cadence": record["cadence"],
                "recurrence": recurrence,
                "currency": book.currency,
                **_line_values(record),
            }
        ],
    }


def _pricing(record: Row, book: Book) -> Row:
    return {
        "currency": book.currency,
        "quantity": 1,
        "price_type": record["price_type"],
        **_line_values(record),
    }


PROPOSAL_SERVICE = Shape(
    "ProposalService",
    "A service as a proposal offers it.",
    {
        "slug": Member(LineSlug, "slug"),
        "service_slug": Member(ServiceSlug, "service_slug"),
        **columns("name description"),
        "position": Member(int, "position"),
        **columns("is_add_on is_selected_for_acceptance", bool),
        "invoice_strategy": Member(
            Literal["recurring", "on_acceptance"],
            lambda record, _book: "recurring" if _recurs(record) else "on_acceptance",
        ),
        "billing": Member(Billing, _billing),
        "pricing": Member(Pricing, _pricing),
    },
)


def _lines(record: Row, book: Book) -> list[Row]:
    term = record["contract_term"]
    lines = book.lines.get(record["slug"], [])
    return [PROPOSAL_SERVICE.render({**line, "contract_term": term}, book) for line in lines]


def proposal_value(record: Row, book: Book) -> Row:
    """Return what the services selected for acceptance come to over the term."""
    lines = [line for line in book.lines.get(record["slug"], []) if line["is_selected_for_acceptance"]]
    return amount_in(sum(_line_cents(line, record["contract_term"]) for line in lines), book.currency)


def _options(record: Row, book: Book) -> list[Row]:
    by_name: dict[str, list[str]] = {}
    for line in book.lines.get(record["slug"], []):
        if line["option"] is not None:
            by_name.setdefault(line["option"], []).append(line["slug"])
    chosen = record["selected_option"]
    return [
        {"name": name, "service_slugs": slugs, "is_selected": name == chosen}
        for name, slugs in by_name.items()
    ]


def _of_client(name: str, of: object) -> Member:
    return Member(of, lambda record, book: book.clients[record["client_slug"]][name])


def _named(column: str) -> Member:
    return Member(Named | None, lambda record, _book: {"name": record[column]} if record[column] else None)


PROPOSAL = Shape(
    "Proposal",
    "A proposal, as the Reporting API shows it.",
    {
        "slug": Member(ProposalSlug, "slug"),
        **columns("name reference_number"),
        "state": Member(ProposalState, "state"),
        "client_slug": Member(ClientSlug, "client_slug"),
        "client_name": _of_client("name", str),
        "external_client_id": _of_client("external_client_id", str | None),
        "client_tags": _of_client("tags", list[str]),
        "contract_term": Member(int, "contract_term"),
        "minimum_contract_length": Member(int, "contract_term"),
        "minimum_contract_value": Member(Money, proposal_value),
        "proposal_start_type": Member(Literal["specific_date", "on_acceptance"], "proposal_start_type"),
        **columns("proposal_start_date proposal_end_date", Day | None),
        "creator": _named("creator_name"),
        "sender": _named("sender_name"),
        **columns("sent_at accepted_at lost_at", Moment | None),
        "link": link("proposals"),
        "services": Member(list[PROPOSAL_SERVICE.model], _lines),  # type: ignore[name-defined]  # a model made of a shape
        **TIMES,
    },
)

PRACTICE_PROPOSAL = PROPOSAL.also(
    "Proposal",
    "A proposal with what the practice set and sees beside what is published.",
    {
        "options": Member(list[OptionShown], _options),
        "renewal_of_slug": Member(ProposalSlug | None, "renewal_of_slug"),
        "workflow": Member(WorkflowShown | None, "workflow"),
        "deployment": Member(DeploymentShown | None, "deployment"),
    },
)
