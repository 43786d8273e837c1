"""The workflow of a proposal: which jobs it becomes in XPM, and how they are made (`PUT …/workflow`)."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, ValidationInfo, field_validator
from sqlalchemy import select

from mock_ignition import kinds
from mock_ignition.bodies import WHOLE, Amount, Body, Day, LongText, Name, Slug
from mock_ignition.errors import conflict, invalid
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.proposal_api import lines
from mock_ignition.proposal_api.terms import MAX_LINES, PER_YEAR, Cadence
from mock_ignition.proposal_api.transitions import next_state
from mock_ignition.replies import one_of
from mock_ignition.shapes.proposals import WorkflowMode
from mock_ignition.tables.practice import USERS
from mock_kit.store import Row

MOST_DAYS = 3660


def _both(first: str, of_first: JsonValue, second: str, of_second: JsonValue) -> JsonValue:
    """Return the schema of jobs that have two members, each of a kind."""
    return {"required": [first, second], "properties": {first: of_first, second: of_second}}


def _line_of(kind: str) -> dict[str, JsonValue]:
    """Return the schema of jobs whose line is of a JSON type."""
    return {"properties": {"proposal_service_slug": {"type": kind}}}


class WorkflowJob(Body):
    """How one job is to be made; what is not given, the service or the proposal decides.

    `proposal_service_slug` is the line it is made for, where there is a job for each. A recurring job
    is due some days after its period begins (`due_after_days`), any other on a day (`due_date`).
    """

    proposal_service_slug: Slug | None = None
    name: Name | None = None
    description: LongText | None = None
    category_uuid: Name | None = None
    budget: Amount | None = None
    staff_slugs: Annotated[list[Slug], Field(max_length=100)] = Field(default_factory=list)
    start_date: Day | None = None
    due_date: Day | None = None
    due_after_days: Annotated[int, Field(ge=0, le=MOST_DAYS), WHOLE] | None = None
    recurrence: Cadence | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "not": {
                "anyOf": [
                    _both("due_date", {"type": "string"}, "due_after_days", {"type": "integer"}),
                    _both("due_date", {"type": "string"}, "recurrence", {"enum": list(PER_YEAR)}),
                    _both("due_after_days", {"type": "integer"}, "recurrence", {"const": "once_off"}),
                ]
            }
        }
    )

    @field_validator("due_date")
    @classmethod
    def _not_before_it_starts(cls, due: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("start_date")
        if due and start and due < start:
            raise ValueError(f"{due} is before start_date, {start}")
        return due

    @field_validator("due_after_days")
    @classmethod
    def _due_once(cls, days: int | None, info: ValidationInfo) -> int | None:
        if days is not None and info.data.get("due_date"):
            raise ValueError("cannot be had together with due_date: choose one")
        return days

    @field_validator("recurrence")
    @classmethod
    def _due_as_it_recurs(cls, cadence: Cadence | None, info: ValidationInfo) -> Cadence | None:
        if cadence in PER_YEAR and info.data.get("due_date"):
            raise ValueError(
                f"{cadence}, but the job is due on a day: give due_after_days instead of due_date"
            )
        if cadence == "once_off" and info.data.get("due_after_days") is not None:
            raise ValueError("once_off, but due_after_days is for jobs that recur: give due_date instead")
        return cadence


class WorkflowBody(Body):
    """One job for the whole proposal, or one for each service: always all of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"mode": {"const": "one_job"}}},
            "then": {"properties": {"jobs": {"maxItems": 1, "items": _line_of("null")}}},
            "else": {
                "properties": {
                    "jobs": {"items": {"required": ["proposal_service_slug"], **_line_of("string")}}
                }
            },
        }
    )

    mode: WorkflowMode
    jobs: Annotated[list[WorkflowJob], Field(max_length=MAX_LINES)] = Field(default_factory=list)


def put(ask: Ask, body: WorkflowBody, slug: str) -> Answer:
    """Set a proposal's workflow: before acceptance, and after it for what is still to be made."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    if next_state(record["state"], "plan") is None:
        raise conflict(f"the proposal {slug} is {record['state']}: no job of it is still to be made")
    _check_lines(ask, slug, body)
    _check_staff(ask, body)
    values = {"workflow": body.model_dump(mode="json")}
    return kinds.PROPOSAL.answer(ask, kinds.PROPOSAL.change(ask, record, values))


def without_lines(workflow: Row | None, gone: set[str]) -> Row | None:
    """Return a workflow without the jobs of lines that are gone."""
    if workflow is None:
        return None
    return {
        **workflow,
        "jobs": [job for job in workflow["jobs"] if job["proposal_service_slug"] not in gone],
    }


def _check_lines(ask: Ask, slug: str, body: WorkflowBody) -> None:
    if body.mode == "one_job":
        if len(body.jobs) > 1:
            raise invalid("jobs", f"one job for the whole proposal, not {len(body.jobs)}")
        for place, job in enumerate(body.jobs):
            if job.proposal_service_slug is not None:
                raise invalid(f"jobs.{place}.proposal_service_slug", "the one job is for the whole proposal")
        return
    there = {line["slug"] for line in lines.of_proposal(ask, slug)}
    seen: set[str | None] = set()
    for place, job in enumerate(body.jobs):
        line = job.proposal_service_slug
        if line not in there:
            raise invalid(f"jobs.{place}.proposal_service_slug", f"the proposal has no line {line}")
        if line in seen:
            raise invalid(f"jobs.{place}.proposal_service_slug", f"the line {line} has a job already")
        seen.add(line)


def _check_staff(ask: Ask, body: WorkflowBody) -> None:
    query = select(USERS.c.slug).where(USERS.c.tenant_id == ask.tenant_id, USERS.c.deleted_at.is_(None))
    team = {row["slug"] for row in ask.tx.rows(query)}
    for place, job in enumerate(body.jobs):
        for number, slug in enumerate(job.staff_slugs):
            if slug not in team:
                raise invalid(f"jobs.{place}.staff_slugs.{number}", f"there is no user {slug}")


ENDPOINTS = (
    Endpoint(
        "PUT",
        "/proposals/<slug>/workflow",
        put,
        one_of(kinds.PROPOSAL.row),
        WorkflowBody,
        matches=True,
        conflicts=True,
    ),
)
