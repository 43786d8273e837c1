"""The Ignition API: published reads, and the practice API for writes; one practice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from requests import Response

from syncer.errors import MalformedError
from syncer.fields import ADDRESS_PARTS, CLIENT_FIELDS, CONTACT_FIELDS, Field, Kind
from syncer.model import (
    Client,
    Contact,
    MaybeValue,
    Proposal,
    ProposalLine,
    Service,
    Staff,
    Standing,
    Template,
    User,
    Values,
)
from syncer.runtime import iso
from syncer.transport import Request, Transport

IGNITION = "Ignition"
PAGE = 100
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of one item of a batch: the row with its contacts and tag, or an error's text."""

    status: int
    row: Json | None
    error: str


class Ignition:
    """Calls of one practice."""

    def __init__(self, url: str, transport: Transport) -> None:
        self._base = f"{url.rstrip('/')}/external/api/v1"
        self._transport = transport

    @property
    def transport(self) -> Transport:
        """The way the calls take."""
        return self._transport

    def clients(self, updated_from: datetime | None = None) -> list[Json]:
        """Return client rows, those updated since a moment, or all. A row may come twice: the last counts."""
        return self._report("clients", updated_from)

    def contacts(self, updated_from: datetime | None = None) -> list[Json]:
        """Return contact rows."""
        return self._report("contacts", updated_from)

    def services(self) -> dict[str, Service]:
        """Return services by slug."""
        return {row["slug"]: read_service(row) for row in self._report("services", None)}

    def proposals(self, updated_from: datetime | None = None) -> list[Proposal]:
        """Return proposals."""
        return [read_proposal(row) for row in self._report("proposals", updated_from)]

    def proposal(self, slug: str) -> Proposal:
        """Return one proposal."""
        return read_proposal(self._get(f"proposals/{quote(slug)}")["data"])

    def client(self, slug: str) -> tuple[Json, str | None]:
        """Return one client's row with its entity tag."""
        request = Request("GET /clients/{slug}", "GET", f"{self._base}/clients/{quote(slug)}", safe=True)
        answer = self._transport.call(request)
        return self._object(request, answer)["data"], answer.headers.get("ETag")

    def contact(self, slug: str) -> Json:
        """Return one contact's row."""
        found: Json = self._get(f"contacts/{quote(slug)}")["data"]
        return found

    def users(self) -> list[User]:
        """Return the team."""
        return [read_user(row) for row in self._pages("users", {"limit": str(PAGE)})]

    def write_clients(self, items: list[Json], key: str) -> list[BatchAnswer]:
        """Create (no `slug`) or patch clients, up to 100 at a time; `key` makes a repeat harmless."""
        answer = self._call("POST", "clients/batch", {"items": items}, {"Idempotency-Key": key})
        rows = _member(answer, "data", "POST /clients/batch")
        if len(rows) != len(items):
            raise MalformedError(IGNITION, "POST /clients/batch", f"{len(items)} items, {len(rows)} answers")
        return [BatchAnswer(row["status"], row.get("data"), _problem(row.get("error"))) for row in rows]

    def put_templates(self, templates: Iterable[Template]) -> None:
        """Replace the list of job templates (R3)."""
        rows = [{"name": one.name, "xpm_template_uuid": one.uuid} for one in templates]
        self._call("PUT", "job_templates", {"job_templates": rows})

    def put_candidates(self, staff: Iterable[Staff]) -> None:
        """Replace the list of XPM staff in the linking dropdown (R2)."""
        rows = [{"uuid": one.uuid, "name": one.name, "email": one.email} for one in staff]
        self._call("PUT", "users/xpm_candidates", {"candidates": rows})

    def put_integration(
        self, status: str, tenant_id: str, tenant_name: str, at: str | None, message: str | None
    ) -> None:
        """Say how the XPM connection fares."""
        body = {"status": status, "tenant_id": tenant_id, "tenant_name": tenant_name}
        self._call("PUT", "integrations/xpm", {**body, "last_synced_at": at, "message": message})

    def put_deployment(self, proposal_slug: str, deployment: Json) -> None:
        """Say on the proposal what became of it (E17)."""
        self._call("PUT", f"proposals/{quote(proposal_slug)}/deployment", deployment)

    def webhooks(self) -> list[Json]:
        """Return the webhook subscriptions."""
        return list(self._pages("webhooks", {"limit": str(PAGE)}))

    def subscribe(self, url: str, types: Iterable[str], secret: str, key: str) -> None:
        """Subscribe to webhooks."""
        body = {"url": url, "types": list(types), "secret": secret}
        self._call("POST", "webhooks", body, {"Idempotency-Key": key})

    def _report(self, resource: str, updated_from: datetime | None) -> list[Json]:
        params = {"limit": str(PAGE)}
        if updated_from:
            params["updated_from"] = iso(updated_from)
        rows = {row["slug"]: row for row in self._pages(f"reporting/{resource}", params)}
        return list(rows.values())

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**params, **({"cursor": cursor} if cursor else {})})
            yield from _member(page, "data", path)
            paging = page.get("meta", {}).get("pagination", {})
            cursor = paging.get("next_cursor")
            if not paging.get("has_more"):
                return
            if not cursor:
                raise MalformedError(IGNITION, path, "there is more, and no cursor to go on with")

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        return self._json(
            Request(_operation("GET", path), "GET", f"{self._base}/{path}", safe=True, params=params)
        )

    def _call(self, method: str, path: str, body: Json, headers: Mapping[str, str] | None = None) -> Json:
        # Every write of the syncer is a PUT of a whole thing, or carries an idempotency key.
        operation = _operation(method, path)
        return self._json(
            Request(operation, method, f"{self._base}/{path}", safe=True, json=body, headers=headers)
        )

    def _json(self, request: Request) -> Json:
        return self._object(request, self._transport.call(request))

    @staticmethod
    def _object(request: Request, answer: Response) -> Json:
        try:
            body: Json = answer.json()
        except ValueError as error:
            raise MalformedError(IGNITION, request.operation, "the answer is no JSON") from error
        if not isinstance(body, dict):
            raise MalformedError(IGNITION, request.operation, "the answer is no JSON object")
        return body


def read_client(row: Json, contacts: tuple[Contact, ...] | None) -> Client:
    """Return a client from its row; Partner and Manager are user slugs here."""
    try:
        archived = row["state"] == "archived"
        return Client(
            id=row["slug"],
            values={field.name: READERS[field.kind](row, field) for field in CLIENT_FIELDS},
            standing=Standing.ARCHIVED if archived else Standing.LIVE,
            contacts=contacts,
            lead=row["state"] == "lead",
            xpm_uuid=row.get("external_client_id"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(IGNITION, "client", f"a client row without {error}") from error


def read_contact(row: Json) -> Contact:
    """Return a contact from its row."""
    try:
        values = {field.name: READERS[field.kind](row, field) for field in CONTACT_FIELDS}
        return Contact(row["slug"], values)
    except (KeyError, TypeError) as error:
        raise MalformedError(IGNITION, "contact", f"a contact row without {error}") from error


def read_service(row: Json) -> Service:
    """Return a service."""
    template = row.get("job_template") or {}
    return Service(row["slug"], row["name"], template.get("xpm_template_uuid"), template.get("name"))


def read_user(row: Json) -> User:
    """Return a user."""
    return User(row["slug"], row["name"], row.get("email") or "", row.get("xpm_staff_uuid"))


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
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise MalformedError(IGNITION, "proposal", f"a proposal row without {error}") from error


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


def _operation(method: str, path: str) -> str:
    parts = ["{slug}" if "_" in part and part not in PLAIN else part for part in path.split("/")]
    name = "/".join(parts)
    return name if name.startswith("reporting/") else f"{method} /{name}"


PLAIN = {"job_templates", "xpm_candidates"}


def _member(body: Json, name: str, operation: str) -> list[Json]:
    found = body.get(name)
    if not isinstance(found, list):
        raise MalformedError(IGNITION, operation, f"the answer has no list “{name}”")
    return found


def _problem(error: Json | None) -> str:
    if not error:
        return ""
    details = "; ".join(f"{one.get('field')}: {one.get('message')}" for one in error.get("details") or [])
    return f"{error.get('message')}" + (f" ({details})" if details else "")
