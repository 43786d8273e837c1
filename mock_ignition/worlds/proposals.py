"""Proposals and the services on them."""

from typing import Annotated

from pydantic import Field

from mock_ignition.bodies import Amount, Day
from mock_ignition.proposal_api.terms import MAX_LINES, Cadence, Term
from mock_ignition.shapes.proposals import ProposalState
from mock_ignition.worlds.base import Name, Past, Slug
from mock_kit.world import Record

ProposalSlug = Annotated[str, Field(pattern=r"^prop_[A-Za-z0-9-]+$")]


class ProposalService(Record):
    """A service as a proposal offers it; `cadence` and `price` default to the service's."""

    service_slug: Slug
    is_add_on: bool = False
    is_selected_for_acceptance: bool = True
    cadence: Cadence | None = None
    price: Amount | None = None


class Proposal(Record):
    """A proposal. Without a reference number it takes the next of the practice's sequence.

    Without `sent_at` it was sent when it was accepted, else, where its state tells that it was sent, now.
    """

    slug: ProposalSlug
    name: Name
    client_slug: Slug
    reference_number: Name | None = None
    state: ProposalState = "draft"
    contract_term: Term = 12
    proposal_start_date: Day | None = None
    sent_at: Past | None = None
    accepted_at: Past | None = None
    services: Annotated[list[ProposalService], Field(max_length=MAX_LINES)] = []
