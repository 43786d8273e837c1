"""The world document of mock_ignition: everything its practices hold when a run begins.

Names are those of the API's rows. Every slug is written in the document. Moments are ISO 8601;
dates are `YYYY-MM-DD`; money is a number in the practice's currency.
"""

from typing import Annotated, Literal

from pydantic import Field

from mock_ignition.proposal_api.terms import Cadence
from mock_ignition.shapes.clients import ClientState
from mock_ignition.shapes.practice import BillingMode, PriceType, ServiceState
from mock_ignition.shapes.proposals import ProposalState
from mock_kit.world import Moment, Record, World

Name = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z]+_[A-Za-z0-9-]+$")]


class Address(Record):
    """An address; an empty part is an empty string."""

    line: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class User(Record):
    """A member of the team. `xpm_staff_uuid` is set when the user was added from an XPM staff member."""

    slug: Slug
    name: Name
    email: str
    xpm_staff_uuid: str | None = None


class Contact(Record):
    """A contact of one client."""

    slug: Slug
    name: Name
    email: str = ""
    phone: str = ""
    mobile: str = ""
    position: str = ""
    salutation: str = ""
    addressee: str = ""
    is_primary: bool = False
    is_signatory: bool = False
    is_invoice_recipient: bool = False


class Client(Record):
    """A client or a lead."""

    slug: Slug
    name: Name
    state: ClientState = "lead"
    email: str = ""
    phone: str = ""
    fax: str = ""
    website: str = ""
    salutation: str = ""
    address: Address = Address()
    postal_address: Address = Address()
    company_structure: str | None = None
    tax_registered: bool | None = None
    external_client_id: str | None = None
    manager_slug: Slug | None = None
    partner_slug: Slug | None = None
    tags: list[str] = []
    groups: list[str] = []
    contacts: list[Contact] = []


class JobTemplate(Record):
    """A job template as it was imported from XPM."""

    slug: Slug
    name: Name
    xpm_template_uuid: str


class Service(Record):
    """A service that a practice sells."""

    slug: Slug
    name: Name
    description: str = ""
    state: ServiceState = "active"
    price: float = 0.0
    price_type: PriceType = "fixed"
    billing_mode: BillingMode = "automatic"
    cadence: Cadence = "once_off"
    service_group: str = "General"
    job_template_slug: Slug | None = None


class ProposalService(Record):
    """A service as a proposal offers it; `cadence` and `price` default to the service's."""

    service_slug: Slug
    is_add_on: bool = False
    is_selected_for_acceptance: bool = True
    cadence: Cadence | None = None
    price: float | None = None


class Proposal(Record):
    """A proposal. Without a reference number it takes the next of the practice's sequence."""

    slug: Slug
    name: Name
    client_slug: Slug
    reference_number: str | None = None
    state: ProposalState = "draft"
    contract_term: Annotated[int, Field(ge=1, description="months")] = 12
    proposal_start_date: str | None = None
    sent_at: Moment | None = None
    accepted_at: Moment | None = None
    services: list[ProposalService] = []


class Practice(Record):
    """One practice."""

    tenant_id: Slug
    name: Name
    currency: Literal["AUD", "NZD", "GBP", "USD"] = "AUD"
    users: list[User] = []
    job_templates: list[JobTemplate] = []
    services: list[Service] = []
    clients: list[Client] = []
    proposals: list[Proposal] = []


class IgnitionWorld(World):
    """A whole world: several practices, and the apps that may connect."""

    practices: list[Practice] = []
