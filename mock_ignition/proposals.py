"""Proposals: draft, send, accept and what follows; and what the app shows of their deployment."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import delete, select

from mock_ignition import kinds
from mock_ignition.bodies import Amount, Body, Day, Name, NoBody, Slug, given
from mock_ignition.desk import Desk
from mock_ignition.errors import ApiError, conflict, invalid, not_built
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.tables import CLIENTS, PRACTICES, PROPOSAL_SERVICES, PROPOSALS, SERVICES
from mock_ignition.terms import end_date
from mock_ignition.transitions import DEPLOYABLE, next_state
from mock_ignition.world import Cadence
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx

FIRST_NUMBER = 1001
MAX_TERM = 120
"""Months; ours."""


class LineBody(Body):
    """A service as the proposal offers it; cadence and price default to the service's."""

    service_slug: Slug
    is_add_on: bool = False
    is_selected_for_acceptance: bool = True
    cadence: Cadence | None = None
    price: Amount | None = None


class ProposalCreate(Body):
    """A draft. Without `proposal_start_date` it starts on the day of its acceptance."""

    name: Name
    client_slug: Slug
    contract_term: Annotated[int, Field(ge=1, le=MAX_TERM, description="months")] = 12
    proposal_start_date: Day | None = None
    services: list[LineBody] = Field(default_factory=list)


class ProposalPatch(Body):
    """The fields to change while it is a draft; `services` replaces them all."""

    name: Name = ""
    contract_term: Annotated[int, Field(ge=1, le=MAX_TERM, description="months")] = 12
    proposal_start_date: Day | None = None
    services: list[LineBody] = Field(default_factory=list)


class DeployedJob(Body):
    """A job in XPM."""

    number: Name
    name: Name


class DeploymentBody(Body):
    """What became of the proposal in XPM: always all of it (E17)."""

    status: Literal["pending", "deployed", "partly", "needs_attention", "failed"]
    xpm_client_uuid: str | None = None
    xpm_client_name: str | None = None
    jobs: list[DeployedJob] = Field(default_factory=list)
    message: str | None = None


def create(ask: Ask, body: ProposalCreate) -> Answer:
    """`POST /proposals`."""
    client = ask.tx.get(CLIENTS, ask.tenant_id, body.client_slug)
    if client is None:
        raise invalid("client_slug", f"there is no client {body.client_slug}")
    if client["state"] == "archived":
        raise invalid("client_slug", f"the client {body.client_slug} is archived: restore it first")
    practice = ask.tx.get(PRACTICES, ask.tenant_id) or {"name": ""}
    services = _services(ask, body.services)
    record: Row = {
        "tenant_id": ask.tenant_id,
        "slug": ask.slug("prop", f"{body.client_slug}/{body.name}"),
        "name": body.name,
        "reference_number": next_number(ask.parts, ask.tx, ask.tenant_id),
        "state": "draft",
        "client_slug": body.client_slug,
        "contract_term": body.contract_term,
        **start_columns(body.proposal_start_date, body.contract_term),
        "creator_name": practice["name"],
        **dict.fromkeys(("sender_name", "sent_at", "accepted_at", "lost_at", "deployment")),
        "created_at": ask.now,
        "updated_at": ask.now,
        "version": 1,
    }
    ask.tx.insert(PROPOSALS, record)
    _add_lines(ask, record["slug"], body.services, services)
    return kinds.PROPOSAL.answer(ask, record, status=201)


def patch(ask: Ask, body: ProposalPatch, slug: str) -> Answer:
    """`PATCH /proposals/{slug}`, while it is a draft."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    if record["state"] != "draft":
        raise conflict(f"the proposal {slug} is {record['state']}: only a draft can be edited")
    values = given(body, "services", "proposal_start_date")
    start = _day(record["proposal_start_date"])
    if "proposal_start_date" in body.model_fields_set:
        start = body.proposal_start_date
    values |= start_columns(start, values.get("contract_term") or record["contract_term"])
    if "services" in body.model_fields_set:
        services = _services(ask, body.services)
        mine = (PROPOSAL_SERVICES.c.tenant_id == ask.tenant_id, PROPOSAL_SERVICES.c.proposal_slug == slug)
        ask.tx.connection.execute(delete(PROPOSAL_SERVICES).where(*mine))
        _add_lines(ask, slug, body.services, services)
    # Replaced lines are other records, so the proposal has changed even when it reads the same.
    touched = "services" in body.model_fields_set
    return kinds.PROPOSAL.answer(ask, kinds.PROPOSAL.change(ask, record, values, touched=touched))


def send(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """`POST …/send`: the client is asked."""
    record, state = _move(ask, slug, "send")
    values = {"state": state, "sent_at": ask.now, "sender_name": record["creator_name"]}
    return _moved(ask, record, values, "proposal.sent")


def accept(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """`POST …/accept`: the client's act. A lead becomes an active client; a signatory must be there."""
    record, state = _move(ask, slug, "accept")
    desk = Desk.load(ask, [record["client_slug"]])
    client = desk.clients[record["client_slug"]]
    if client["state"] == "archived":
        raise conflict(f"the client {client['slug']} is archived: restore it first")
    if not any(contact["is_signatory"] for contact in desk.contacts[client["slug"]]):
        raise ApiError(
            422,
            f"the client {client['slug']} has no signatory: set is_signatory on one of its contacts",
            [{"field": "client_slug", "message": "the client has no signatory contact"}],
        )
    if client["state"] != "active":
        desk.change_client(client, {"state": "active"})
        desk.flush()
    start = _day(record["proposal_start_date"]) or date.fromisoformat(ask.now[:10])
    dates = {
        "proposal_start_date": start.isoformat(),
        "proposal_end_date": end_date(start, record["contract_term"]).isoformat(),
    }
    return _moved(ask, record, {"state": state, "accepted_at": ask.now, **dates}, "proposal.accepted")


def lose(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """`POST …/lose`: the client declined."""
    record, state = _move(ask, slug, "lose")
    return _moved(ask, record, {"state": state, "lost_at": ask.now}, "proposal.lost")


def revoke(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """`POST …/revoke`: the practice takes it back."""
    record, state = _move(ask, slug, "revoke")
    return _moved(ask, record, {"state": state}, "proposal.revoked")


def archive(ask: Ask, _body: NoBody, slug: str) -> Answer:
    """`POST …/archive`; no event tells of it."""
    record, state = _move(ask, slug, "archive")
    return _moved(ask, record, {"state": state}, None)


def put_deployment(ask: Ask, body: DeploymentBody, slug: str) -> Answer:
    """`PUT …/deployment`. The reporting row does not show it, so `updated_at` stays; the ETag changes."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    if record["state"] not in DEPLOYABLE:
        raise conflict(f"the proposal {slug} is {record['state']}: nothing of it can be deployed")
    deployment = body.model_dump()
    if record["deployment"] != deployment:
        changed = {"deployment": deployment, "version": record["version"] + 1}
        ask.tx.update(PROPOSALS, (ask.tenant_id, slug), changed)
        record |= changed
    return kinds.PROPOSAL.answer(ask, record)


def _waiting(what: str) -> Callable[..., Answer]:
    def refuse(ask: Ask, slug: str) -> Answer:
        kinds.PROPOSAL.find(ask, slug)
        raise not_built(what)

    return refuse


def next_number(parts: Kit, tx: Tx, tenant_id: str) -> str:
    """Return the practice's next reference number that no proposal has."""
    while True:
        number = f"PROP-{parts.ids.number(tx, tenant_id, 'proposal number', first=FIRST_NUMBER)}"
        taken = select(PROPOSALS.c.slug).where(
            PROPOSALS.c.tenant_id == tenant_id, PROPOSALS.c.reference_number == number
        )
        if tx.first(taken) is None:
            return number


def start_columns(start: date | None, months: int) -> Row:
    """Return the columns of when a proposal starts and ends; without a date, at its acceptance."""
    return {
        "proposal_start_type": "specific_date" if start else "on_acceptance",
        "proposal_start_date": start.isoformat() if start else None,
        "proposal_end_date": end_date(start, months).isoformat() if start else None,
    }


def line_row(tenant_id: str, proposal_slug: str, slug: str, position: int, service: Row) -> Row:
    """Return a service's line on a proposal, as the service is now; acceptance later keeps it so."""
    return {
        "tenant_id": tenant_id,
        "slug": slug,
        "proposal_slug": proposal_slug,
        "service_slug": service["slug"],
        **{name: service[name] for name in ("name", "description", "cadence", "price_type", "price")},
        "position": position,
    }


def _services(ask: Ask, lines: list[LineBody]) -> dict[str, Row]:
    """Return the services that lines name. Raises ApiError (422)."""
    wanted = sorted({line.service_slug for line in lines})
    query = select(SERVICES).where(SERVICES.c.tenant_id == ask.tenant_id, SERVICES.c.slug.in_(wanted))
    found = {row["slug"]: row for row in ask.tx.rows(query)} if wanted else {}
    for place, line in enumerate(lines):
        service = found.get(line.service_slug)
        if service is None or service["state"] != "active":
            raise invalid(f"services.{place}.service_slug", f"there is no active service {line.service_slug}")
    return found


def _add_lines(ask: Ask, proposal_slug: str, lines: list[LineBody], services: dict[str, Row]) -> None:
    for position, line in enumerate(lines, start=1):
        service = services[line.service_slug]
        slug = ask.slug("pss", f"{proposal_slug}/{line.service_slug}")
        row = line_row(ask.tenant_id, proposal_slug, slug, position, service)
        flags = line.model_dump(include={"is_add_on", "is_selected_for_acceptance"})
        chosen = {
            name: value
            for name, value in line.model_dump(include={"cadence", "price"}).items()
            if value is not None
        }
        ask.tx.insert(PROPOSAL_SERVICES, {**row, **flags, **chosen})


def _move(ask: Ask, slug: str, act: str) -> tuple[Row, str]:
    """Return a proposal and the state that an act leads it to. Raises ApiError: 404, 409, 412."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    state = next_state(record["state"], act)
    if state is None:
        raise conflict(f"the proposal {slug} is {record['state']}: it cannot {act}")
    return record, state


def _moved(ask: Ask, record: Row, values: Row, event: str | None) -> Answer:
    after = kinds.PROPOSAL.change(ask, record, values)
    if event:
        ask.tell(event, after, proposal_slug=after["slug"], client_slug=after["client_slug"])
    return kinds.PROPOSAL.answer(ask, after)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


ENDPOINTS = (
    Endpoint("GET", "/proposals", kinds.PROPOSAL.listing),
    Endpoint("POST", "/proposals", create, ProposalCreate),
    Endpoint("GET", "/proposals/<slug>", kinds.PROPOSAL.get),
    Endpoint("PATCH", "/proposals/<slug>", patch, ProposalPatch),
    *(
        Endpoint("POST", f"/proposals/<slug>/{handler.__name__}", handler, NoBody)
        for handler in (send, accept, lose, revoke, archive)
    ),
    Endpoint("POST", "/proposals/<slug>/renew", _waiting("renewing a proposal")),
    Endpoint("PUT", "/proposals/<slug>/workflow", _waiting("the workflow of a proposal")),
    Endpoint("PUT", "/proposals/<slug>/deployment", put_deployment, DeploymentBody),
)
