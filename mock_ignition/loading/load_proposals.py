"""Writes the proposals of a world document, and the stages that their deals go through."""

from mock_ignition.loading.sheet import Sheet, known, unique
from mock_ignition.proposal_api.drafts import NUMBERS, start_columns
from mock_ignition.proposal_api.lines import line_row
from mock_ignition.proposal_api.stages import CLOSED, STAGE_OF, STAGES, stage_slug
from mock_ignition.proposal_api.terms import end_date
from mock_ignition.tables.deals import DEAL_STAGES
from mock_ignition.tables.proposals import PROPOSAL_SERVICES, PROPOSALS
from mock_ignition.world import Practice
from mock_ignition.worlds.proposals import Proposal
from mock_kit.clock import parse_iso
from mock_kit.store import Row
from mock_kit.world import WorldError

SENT = ("awaiting_acceptance", "accepted", "completed", "lost", "revoked")
"""States that a proposal reaches only after it was sent."""
ACCEPTED = ("accepted", "completed")
NEVER = {"sent_at": ("draft",), "accepted_at": ("draft", "awaiting_acceptance", "lost")}
"""Moments that a proposal does not have in these states."""


def check_proposals(practice: Practice, now: str) -> None:
    """Refuse proposals that contradict each other or the rest. Raises WorldError."""
    clients = {client.slug for client in practice.clients}
    services = {service.slug for service in practice.services}
    unique("proposal", (proposal.slug for proposal in practice.proposals))
    unique("reference number", (one.reference_number for one in practice.proposals if one.reference_number))
    for proposal in practice.proposals:
        known(proposal.slug, "client_slug", proposal.client_slug, clients)
        _check_moments(proposal, now)
        for line in proposal.services:
            known(proposal.slug, "service_slug", line.service_slug, services)


def load_proposals(sheet: Sheet) -> None:
    """Write a practice's deal stages and proposals; its services are there already."""
    sheet.tx.insert_many(DEAL_STAGES, _stages(sheet))
    # Numbers that are written in the document come first, so that no other one takes them.
    for proposal in sorted(sheet.practice.proposals, key=lambda one: one.reference_number is None):
        sheet.tx.insert_many(PROPOSALS, [_proposal(sheet, proposal)])
        sheet.tx.insert_many(PROPOSAL_SERVICES, _lines(sheet, proposal))


def _stages(sheet: Sheet) -> list[Row]:
    tenant_id = sheet.practice.tenant_id
    return [
        {"slug": stage_slug(tenant_id, stage.name), "position": position, **stage._asdict(), **sheet.born()}
        for position, stage in enumerate(STAGES, start=1)
    ]


def _proposal(sheet: Sheet, proposal: Proposal) -> Row:
    sent, accepted = _moments(proposal, sheet.now)
    start = proposal.proposal_start_date
    columns = start_columns(start, proposal.contract_term)
    if accepted and not start:
        begun = parse_iso(accepted).date()
        columns["proposal_start_date"] = begun.isoformat()
        columns["proposal_end_date"] = end_date(begun, proposal.contract_term).isoformat()
    return {
        **sheet.row(proposal, "services", "proposal_start_date"),
        **columns,
        "reference_number": sheet.number(NUMBERS, proposal.reference_number),
        "creator_name": sheet.practice.name,
        "sender_name": sheet.practice.name if sent else None,
        "sent_at": sent,
        "accepted_at": accepted,
        "lost_at": sheet.now if proposal.state == "lost" else None,
        "closed_at": _closed(sheet, proposal.state, accepted),
        **dict.fromkeys(("selected_option", "renewal_of_slug", "workflow", "deployment")),
    }


def _closed(sheet: Sheet, state: str, accepted: str | None) -> str | None:
    """Return when the deal was closed: a won one at its acceptance, another one now."""
    stage = STAGE_OF[state]
    if stage not in CLOSED:
        return None
    return accepted if accepted and stage == "Won" else sheet.now


def _lines(sheet: Sheet, proposal: Proposal) -> list[Row]:
    services = {service.slug: service for service in sheet.practice.services}
    rows: list[Row] = []
    for position, line in enumerate(proposal.services, start=1):
        tenant_id, service = sheet.practice.tenant_id, services[line.service_slug]
        key = f"{proposal.slug}/{line.service_slug}"
        slug = sheet.parts.ids.slug(sheet.tx, tenant_id, "pss", key)
        row = line_row(tenant_id, proposal.slug, slug, position, service.model_dump())
        given = line.model_dump(exclude={"service_slug"}, exclude_none=True)
        rows.append({**row, "is_preselected": line.is_selected_for_acceptance, **given})
    return rows


def _moments(proposal: Proposal, now: str) -> tuple[str | None, str | None]:
    """Return when a proposal was sent, and when accepted: what the document leaves out follows from the state."""
    accepted = proposal.accepted_at or (now if proposal.state in ACCEPTED else None)
    return proposal.sent_at or accepted or (now if proposal.state in SENT else None), accepted


def _check_moments(proposal: Proposal, now: str) -> None:
    for name, states in NEVER.items():
        if getattr(proposal, name) is not None and proposal.state in states:
            raise WorldError(f"{proposal.slug}: {name} is given, but the state is {proposal.state}")
    sent, accepted = _moments(proposal, now)
    if sent and accepted and sent > accepted:
        raise WorldError(f"{proposal.slug}: sent_at is {sent}, after accepted_at, {accepted}")
