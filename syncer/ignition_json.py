"""Ignition's JSON: rows into records, records into the members of a write."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syncer.errors import MalformedError
from syncer.fields import ADDRESS_PARTS, CLIENT_FIELDS, CONTACT_FIELDS, Field, Kind
from syncer.model import (
    JOB_PER_SERVICE,
    ONE_JOB,
    UNKNOWN,
    Client,
    Contact,
    Deployed,
    MaybeValue,
    Proposal,
    ProposalLine,
    Service,
    Standing,
    User,
    Values,
    Workflow,
    WorkflowJob,
)

IGNITION = "Ignition"
Json = dict[str, Any]
MODES = (ONE_JOB, JOB_PER_SERVICE)


def read_client(row: Json, contacts: tuple[Contact, ...] | None) -> Client:
    """Return a client from its row; Partner and Manager are user slugs here."""
    try:
        return Client(
            id=row["slug"],
            values={field.name: READERS[field.kind](row, field) for field in CLIENT_FIELDS},
            standing=_standing(row["state"]),
            contacts=contacts,
            lead=row["state"] == "lead",
            xpm_uuid=row.get("external_client_id"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(IGNITION, "client", f"a client row without {error}") from error


def read_contact_slugs(row: Json) -> tuple[str, ...]:
    """Return which contacts a client has."""
    found = row.get("contact_slugs")
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise MalformedError(IGNITION, "client", "a client row without the list of its contacts")
    return tuple(found)


def read_name(row: Json) -> Client | None:
    """Return a client that cannot be read as one of whom the name is known, and nothing else; None without that."""
    name, state = row.get("name"), row.get("state")
    if not (isinstance(name, str) and name and isinstance(state, str)):
        return None
    return Client(
        id=row["slug"],
        values={field.name: UNKNOWN for field in CLIENT_FIELDS} | {"name": name},
        standing=_standing(state),
        lead=state == "lead",
    )


def _standing(state: str) -> Standing:
    return Standing.ARCHIVED if state == "archived" else Standing.LIVE


def read_contact(row: Json) -> Contact:
    """Return a contact from its row."""
    try:
        values = {field.name: READERS[field.kind](row, field) for field in CONTACT_FIELDS}
        return Contact(row["slug"], values)
    except (KeyError, TypeError) as error:
        raise MalformedError(IGNITION, "contact", f"a contact row without {error}") from error


def read_service(row: Json) -> Service:
    """Return a service."""
    try:
        template = row.get("job_template") or {}
        return Service(row["slug"], row["name"], template.get("xpm_template_uuid"), template.get("name"))
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(IGNITION, "service", f"a service row without {error}") from error


def read_user(row: Json) -> User:
    """Return a user."""
    try:
        return User(row["slug"], row["name"], row.get("email") or "", row.get("xpm_staff_uuid"))
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(IGNITION, "user", f"a user row without {error}") from error


def read_proposal(row: Json) -> Proposal:
    """Return a proposal; a line's cadence is that of its first schedule."""
    try:
        lines = tuple(
            ProposalLine(
                service_slug=line["service_slug"],
                name=line["name"],
                cadence=line["billing"]["schedules"][0]["cadence"]
                if line["billing"]["schedules"]
                else "once_off",
                selected=line["is_selected_for_acceptance"],
                slug=line["slug"],
            )
            for line in row["services"]
        )
        return Proposal(
            slug=row["slug"],
            name=row["name"],
            reference=row["reference_number"],
            state=row["state"],
            client_slug=row["client_slug"],
            client_name=row["client_name"],
            accepted_at=row["accepted_at"],
            start_date=row["proposal_start_date"],
            end_date=row["proposal_end_date"],
            term_months=int(row["contract_term"] or 1),
            link=row["link"],
            lines=lines,
            workflow=_workflow(row.get("workflow")),
            deployed=_deployed(row.get("deployment")),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise MalformedError(IGNITION, "proposal", f"a proposal row without {error}") from error


def _deployed(found: Json | None) -> Deployed | None:
    """Return what a proposal shows of its deployment (E17); None: nothing was ever told."""
    if found is None:
        return None
    jobs = tuple((str(job["number"]), str(job["name"])) for job in found["jobs"])
    return Deployed(found["status"], found["xpm_client_uuid"], jobs, found.get("message") or "")


def _workflow(found: Json | None) -> Workflow:
    """Return what a proposal's workflow says (E14); without one, the default."""
    if found is None:
        return Workflow()
    if found["mode"] not in MODES:
        raise ValueError(f"a workflow of a known mode: {found['mode']!r}; there are {', '.join(MODES)}")
    return Workflow(found["mode"], tuple(_workflow_job(job) for job in found["jobs"]))


def _workflow_job(job: Json) -> WorkflowJob:
    plain = ("name", "description", "category_uuid", "start_date", "due_date", "due_after_days", "recurrence")
    return WorkflowJob(
        line_slug=job["proposal_service_slug"],
        budget=None if job["budget"] is None else float(job["budget"]),
        staff_slugs=tuple(job["staff_slugs"]),
        **{name: job[name] for name in plain},
    )


def write_fields(fields: Iterable[Field], values: Values) -> Json:
    """Return the members of a write for those fields that have a value."""
    return {
        WRITE_NAMES.get(field.name, field.ignition): _json_value(field, values[field.name])
        for field in fields
        if field.name in values
    }


WRITE_NAMES = {"partner": "partner_slug", "manager": "manager_slug"}


def _json_value(field: Field, value: MaybeValue) -> Any:
    if field.kind is Kind.ADDRESS and isinstance(value, tuple):
        return dict(zip(ADDRESS_PARTS, value, strict=True))
    return list(value) if isinstance(value, tuple) else value


def _address(row: Json, field: Field) -> MaybeValue:
    found = row[field.ignition] or {}
    return tuple(found.get(part) or "" for part in ADDRESS_PARTS)


READERS: Mapping[Kind, Callable[[Json, Field], MaybeValue]] = {
    Kind.TEXT: lambda row, field: row[field.ignition] or "",
    Kind.ADDRESS: _address,
    Kind.FLAG: lambda row, field: row[field.ignition],
    Kind.NAMES: lambda row, field: tuple(sorted(row[field.ignition] or ())),
    Kind.PERSON: lambda row, field: (row[field.ignition] or {}).get("slug"),
}
