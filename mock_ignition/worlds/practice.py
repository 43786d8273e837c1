"""What a practice sets up for itself: its team, job templates, services."""

from typing import Annotated

from pydantic import Field

from mock_ignition.bodies import Amount, Uuid
from mock_ignition.proposal_api.terms import Cadence
from mock_ignition.shapes.practice import BillingMode, PriceType, ServiceState
from mock_ignition.worlds.base import LongText, Name, Slug
from mock_kit.world import Record

UserSlug = Annotated[str, Field(pattern=r"^usr_[A-Za-z0-9-]+$")]
TemplateSlug = Annotated[str, Field(pattern=r"^jtpl_[A-Za-z0-9-]+$")]
ServiceSlug = Annotated[str, Field(pattern=r"^svc_[A-Za-z0-9-]+$")]


class User(Record):
    """A member of the team. `xpm_staff_uuid` is set when the user was added from an XPM staff member."""

    slug: UserSlug
    name: Name
    email: LongText
    xpm_staff_uuid: Uuid | None = None


class JobTemplate(Record):
    """A job template as it was imported from XPM."""

    slug: TemplateSlug
    name: Name
    xpm_template_uuid: Uuid


class Service(Record):
    """A service that a practice sells."""

    slug: ServiceSlug
    name: Name
    description: LongText = ""
    state: ServiceState = "active"
    price: Amount = 0.0
    price_type: PriceType = "fixed"
    billing_mode: BillingMode = "automatic"
    cadence: Cadence = "once_off"
    service_group: Name = "General"
    job_template_slug: Slug | None = None
