"""World document to rows: what its practices hold when a run begins. Its records tell no events."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from mock_ignition.bodies import ADDRESS_PARTS
from mock_ignition.client_api.desk import NEW_CLIENT, contact_id
from mock_ignition.proposal_api.drafts import next_number, start_columns
from mock_ignition.proposal_api.lines import line_row
from mock_ignition.proposal_api.terms import end_date
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_ignition.tables.practice import JOB_TEMPLATES, PRACTICES, SERVICES, USERS
from mock_ignition.tables.proposals import PROPOSAL_SERVICES, PROPOSALS
from mock_ignition.world import Address, Client, IgnitionWorld, Practice, Proposal
from mock_kit.clock import iso, parse_iso
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx
from mock_kit.world import Record, WorldError

SENT = ("awaiting_acceptance", "accepted", "completed", "lost", "revoked")
"""States that a proposal reaches only after it was sent."""
ACCEPTED = ("accepted", "completed")


def load(parts: Kit, tx: Tx, document: IgnitionWorld) -> None:
    """Write a world's records. Raises WorldError when they contradict each other."""
    now = iso(parse_iso(document.now))
    _unique("tenant_id", (practice.tenant_id for practice in document.practices))
    for practice in document.practices:
        _check(practice)
        _Loader(parts, tx, practice, now).fill()


class _Loader:
    """Writes one practice."""

    def __init__(self, parts: Kit, tx: Tx, practice: Practice, now: str) -> None:
        self.parts, self.tx, self.practice, self.now = parts, tx, practice, now

    def fill(self) -> None:
        practice = self.practice
        head = {"name": practice.name, "currency": practice.currency}
        self.tx.insert_many(PRACTICES, [{"tenant_id": practice.tenant_id, **head}])
        self.tx.insert_many(USERS, [{**self._row(user), "deleted_at": None} for user in practice.users])
        templates = [{**self._row(template), "hidden": False} for template in practice.job_templates]
        self.tx.insert_many(JOB_TEMPLATES, templates)
        self.tx.insert_many(SERVICES, [self._row(service) for service in practice.services])
        self.tx.insert_many(CLIENTS, [self._client(client) for client in practice.clients])
        contacts = [row for client in practice.clients for row in self._contacts(client)]
        self.tx.insert_many(CONTACTS, contacts)
        self._proposals()

    def _row(self, record: Record, *without: str) -> Row:
        values: Row = record.model_dump(exclude=set(without))
        times = {"created_at": self.now, "updated_at": self.now, "version": 1}
        return {"tenant_id": self.practice.tenant_id, **values, **times}

    def _client(self, client: Client) -> Row:
        addresses = {name: _address(getattr(client, name)) for name in ("address", "postal_address")}
        return {**NEW_CLIENT, **self._row(client, "contacts", *addresses), **addresses}

    def _contacts(self, client: Client) -> list[Row]:
        return [
            {
                **self._row(contact),
                "id": contact_id(contact.slug),
                "client_slug": client.slug,
                "rank": rank,
            }
            for rank, contact in enumerate(client.contacts, start=1)
        ]

    def _proposals(self) -> None:
        # Numbers that are written in the document come first, so that no other one takes them.
        for proposal in sorted(self.practice.proposals, key=lambda one: one.reference_number is None):
            self.tx.insert_many(PROPOSALS, [self._proposal(proposal)])
            self.tx.insert_many(PROPOSAL_SERVICES, self._lines(proposal))

    def _proposal(self, proposal: Proposal) -> Row:
        number = proposal.reference_number or next_number(self.parts, self.tx, self.practice.tenant_id)
        sent = proposal.sent_at or (self.now if proposal.state in SENT else None)
        accepted = proposal.accepted_at or (self.now if proposal.state in ACCEPTED else None)
        start = date.fromisoformat(proposal.proposal_start_date) if proposal.proposal_start_date else None
        columns = start_columns(start, proposal.contract_term)
        if accepted and not start:
            begun = parse_iso(accepted).date()
            columns["proposal_start_date"] = begun.isoformat()
            columns["proposal_end_date"] = end_date(begun, proposal.contract_term).isoformat()
        return {
            **self._row(proposal, "services", "proposal_start_date"),
            **columns,
            "reference_number": number,
            "creator_name": self.practice.name,
            "sender_name": self.practice.name if sent else None,
            "sent_at": iso(parse_iso(sent)) if sent else None,
            "accepted_at": iso(parse_iso(accepted)) if accepted else None,
            "lost_at": self.now if proposal.state == "lost" else None,
            **dict.fromkeys(("selected_option", "renewal_of_slug", "workflow", "deployment")),
        }

    def _lines(self, proposal: Proposal) -> list[Row]:
        services = {service.slug: service for service in self.practice.services}
        rows: list[Row] = []
        for position, line in enumerate(proposal.services, start=1):
            tenant_id, service = self.practice.tenant_id, services[line.service_slug]
            key = f"{proposal.slug}/{line.service_slug}"
            slug = self.parts.ids.slug(self.tx, tenant_id, "pss", key)
            row = line_row(tenant_id, proposal.slug, slug, position, service.model_dump())
            given = line.model_dump(exclude={"service_slug"}, exclude_none=True)
            rows.append({**row, **given})
        return rows


def _address(address: Address) -> Row:
    return {part: getattr(address, part) for part in ADDRESS_PARTS}


def _check(practice: Practice) -> None:
    """Refuse records of one practice that contradict each other."""
    contacts = [contact.slug for client in practice.clients for contact in client.contacts]
    numbers = [one.reference_number for one in practice.proposals if one.reference_number]
    users = _unique("user", (user.slug for user in practice.users))
    templates = _unique("job template", (template.slug for template in practice.job_templates))
    services = _unique("service", (service.slug for service in practice.services))
    clients = _unique("client", (client.slug for client in practice.clients))
    _unique("contact", contacts)
    _unique("proposal", (proposal.slug for proposal in practice.proposals))
    _unique("reference number", numbers)
    _unique("xpm_template_uuid", (template.xpm_template_uuid for template in practice.job_templates))
    for client in practice.clients:
        _known(client.slug, "manager_slug", client.manager_slug, users)
        _known(client.slug, "partner_slug", client.partner_slug, users)
    for service in practice.services:
        _known(service.slug, "job_template_slug", service.job_template_slug, templates)
    for proposal in practice.proposals:
        _known(proposal.slug, "client_slug", proposal.client_slug, clients)
        _dated(proposal)
        for line in proposal.services:
            _known(proposal.slug, "service_slug", line.service_slug, services)


def _unique(what: str, values: Iterable[str]) -> set[str]:
    count = Counter(values)
    twice = [value for value, times in count.items() if times > 1]
    if twice:
        raise WorldError(f"the {what} {twice[0]} occurs twice")
    return set(count)


def _known(owner: str, field: str, slug: str | None, known: set[str]) -> None:
    if slug is not None and slug not in known:
        raise WorldError(f"{owner}: {field} names {slug}, which is not in the document")


def _dated(proposal: Proposal) -> None:
    text = proposal.proposal_start_date
    try:
        start_columns(date.fromisoformat(text) if text else None, proposal.contract_term)
    except (ValueError, OverflowError) as error:
        raise WorldError(f"{proposal.slug}: proposal_start_date {text!r} is no date: {error}") from error
