"""Proposals and the services on them."""

from typing import Annotated

from pydantic import Field

from mock_ignition.bodies import Amount
from mock_ignition.proposal_api.terms import Cadence
from mock_ignition.shapes.proposals import ProposalState
from mock_ignition.worlds.base import Name, Slug
from mock_kit.world import Moment, Record

ProposalSlug = Annotated[str, Field(pattern=r"^prop_[A-Za-z0-9-]+$")]


class ProposalService(Record):
    """A service as a proposal offers it; `cadence` and `price` default to the service's."""

    service_slug: Slug
    is_add_on: bool = False
    is_selected_for_acceptance: bool = True
    cadence: Cadence | None = None
    price: Amount | None = None


class Proposal(Record):
    """A proposal. Without a reference number it takes the next of the practice's sequence."""

    slug: ProposalSlug
    name: Name
    client_slug: Slug
    reference_number: str | None = None
    state: ProposalState = "draft"
    contract_term: Annotated[int, Field(ge=1, description="months")] = 12
    proposal_start_date: str | None = None
    sent_at: Moment | None = None
    accepted_at: Moment | None = None
    services: list[ProposalService] = []
