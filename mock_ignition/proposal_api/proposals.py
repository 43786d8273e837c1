"""Proposals: a draft is made, changed, and read; what follows is `life`'s."""

from datetime import date

from pydantic import Field

from mock_ignition import kinds
from mock_ignition.bodies import Body, Day, Name, Slug, given
from mock_ignition.errors import conflict, invalid
from mock_ignition.gateway import Answer, Ask, Endpoint
from mock_ignition.proposal_api import lines
from mock_ignition.proposal_api.drafts import add_draft, day_of, start_columns
from mock_ignition.proposal_api.lines import Lines
from mock_ignition.proposal_api.terms import Term
from mock_ignition.proposal_api.transitions import next_state
from mock_ignition.proposal_api.workflow import without_lines
from mock_ignition.replies import one_of, page_of
from mock_ignition.tables.clients import CLIENTS
from mock_kit.store import Row


class ProposalCreate(Body):
    """A draft. Without `proposal_start_date` it starts on the day of its acceptance.

    `selected_option` is the option that the practice recommends: the client's, unless it takes another.
    """

    name: Name
    client_slug: Slug
    contract_term: Term = 12
    proposal_start_date: Day | None = None
    selected_option: Name | None = None
    services: Lines = Field(default_factory=list)


class ProposalPatch(Body):
    """The fields to change while it is a draft; `services` replaces them all."""

    name: Name = ""
    contract_term: Term = 12
    proposal_start_date: Day | None = None
    selected_option: Name | None = None
    services: Lines = Field(default_factory=list)


def create(ask: Ask, body: ProposalCreate) -> Answer:
    """Create a draft."""
    client = ask.tx.get(CLIENTS, ask.tenant_id, body.client_slug)
    if client is None:
        raise invalid("client_slug", f"there is no client {body.client_slug}")
    if client["state"] == "archived":
        raise invalid("client_slug", f"the client {body.client_slug} is archived: restore it first")
    read = lines.read_lines(ask, body.services)
    lines.check_option(read, body.selected_option)
    record = {
        "name": body.name,
        "client_slug": body.client_slug,
        "contract_term": body.contract_term,
        "selected_option": body.selected_option,
        **start_columns(body.proposal_start_date, body.contract_term),
    }
    return kinds.PROPOSAL.answer(ask, add_draft(ask, record, read), status=201)


def patch(ask: Ask, body: ProposalPatch, slug: str) -> Answer:
    """Change a proposal, while it is a draft."""
    record = kinds.PROPOSAL.find_match(ask, slug)
    if next_state(record["state"], "edit") is None:
        raise conflict(f"the proposal {slug} is {record['state']}: only a draft can be edited")
    values = given(body, "services", "proposal_start_date")
    values |= start_columns(_start(record, body), values.get("contract_term") or record["contract_term"])
    touched = _patch_lines(ask, record, body, values)
    return kinds.PROPOSAL.answer(ask, kinds.PROPOSAL.change(ask, record, values, touched=touched))


def _start(record: Row, body: ProposalPatch) -> date | None:
    if "proposal_start_date" in body.model_fields_set:
        return body.proposal_start_date
    return day_of(record["proposal_start_date"])


def _patch_lines(ask: Ask, record: Row, body: ProposalPatch, values: Row) -> bool:
    """Replace or select lines as the body asks; tells whether any changed. Raises ApiError (422)."""
    slug, replaced = record["slug"], "services" in body.model_fields_set
    option = values.get("selected_option", record["selected_option"])
    present = lines.of_proposal(ask, slug)
    after = lines.read_lines(ask, body.services) if replaced else present
    if replaced and "selected_option" not in values and option not in lines.option_names(after):
        values["selected_option"] = option = None  # the option went with its lines
    lines.check_option(after, option)
    if replaced:
        lines.remove_lines(ask, slug)
        lines.write_lines(ask, slug, after, option)
        values["workflow"] = without_lines(record["workflow"], {line["slug"] for line in present})
        # Replaced lines are other records, so the proposal has changed even when it reads the same.
        return True
    if "selected_option" in values and option != record["selected_option"]:
        return lines.select_lines(ask, after, lines.recommend(after, option))
    return False


_ROW = one_of(kinds.PROPOSAL.row)

ENDPOINTS = (
    Endpoint("GET", "/proposals", kinds.PROPOSAL.listing, page_of(kinds.PROPOSAL.row)),
    Endpoint("POST", "/proposals", create, one_of(kinds.PROPOSAL.row, 201), ProposalCreate),
    Endpoint("GET", "/proposals/<slug>", kinds.PROPOSAL.get, _ROW),
    Endpoint("PATCH", "/proposals/<slug>", patch, _ROW, ProposalPatch, matches=True, conflicts=True),
)
