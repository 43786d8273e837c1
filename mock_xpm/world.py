"""The world document of mock_xpm: everything its practices hold when a run begins.

Names follow XPM's elements in snake_case. Every UUID is written in the document: it never
depends on the order of its records. Moments are ISO 8601; dates are `YYYY-MM-DD`.
"""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from mock_kit.world import Moment, Record, World

Uuid = Annotated[str, AfterValidator(lambda text: str(UUID(text)))]
Name = Annotated[str, Field(min_length=1)]


class Staff(Record):
    """A member of a practice's staff."""

    uuid: Uuid
    name: Name
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    payroll_code: str = ""
    is_deleted: bool = False


class Group(Record):
    """A client group; the clients name their groups."""

    uuid: Uuid
    name: Name
    taxable: bool = False


class Category(Record):
    """A job category."""

    uuid: Uuid
    name: Name


class Task(Record):
    """A task of the practice's task list."""

    uuid: Uuid
    name: Name
    description: str = ""


class TemplateTask(Record):
    """A task as a template holds it; `task_uuid` is the task list's."""

    task_uuid: Uuid
    name: Name
    description: str = ""
    estimated_minutes: int = 0
    billable: bool = True
    folder: str = ""


class Template(Record):
    """A job template."""

    uuid: Uuid
    name: Name
    tasks: list[TemplateTask] = []


class Contact(Record):
    """A contact of one client."""

    uuid: Uuid
    name: Name
    salutation: str = ""
    addressee: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    position: str = ""
    is_primary: bool = False


class Client(Record):
    """A client. `account_manager_uuid` is what the product calls Partner, `job_manager_uuid` Manager."""

    uuid: Uuid
    name: Name
    title: str = ""
    gender: str = ""
    first_name: str = ""
    last_name: str = ""
    other_name: str = ""
    email: str | None = None
    """None: never set, so the element is absent from answers."""
    date_of_birth: str | None = None
    address: str = ""
    city: str = ""
    region: str = ""
    post_code: str = ""
    country: str = ""
    postal_address: str = ""
    postal_city: str = ""
    postal_region: str = ""
    postal_post_code: str = ""
    postal_country: str = ""
    phone: str = ""
    fax: str = ""
    website: str = ""
    referral_source: str = ""
    export_code: str = ""
    tax_number: str = ""
    company_number: str = ""
    business_number: str = ""
    branch_number: str = ""
    business_structure: str = ""
    gst_registered: bool = False
    prepare_gst: bool = False
    is_prospect: bool = False
    is_archived: bool = False
    is_deleted: bool = False
    account_manager_uuid: Uuid | None = None
    job_manager_uuid: Uuid | None = None
    group_uuids: list[Uuid] = []
    notes: list[str] = []
    contacts: list[Contact] = []
    modified_at: Moment | None = None
    """When the client last changed; None: at the world's `now`."""


class Job(Record):
    """A job. Without a number it takes the next of the practice's sequence."""

    number: str | None = None
    name: Name
    client_uuid: Uuid
    description: str = ""
    client_order_number: str = ""
    state: str = "Planned"
    start_date: str
    due_date: str
    manager_uuid: Uuid | None = None
    partner_uuid: Uuid | None = None
    template_uuid: Uuid | None = None


class Tenant(Record):
    """One practice."""

    tenant_id: Uuid
    name: Name
    staff: list[Staff] = []
    groups: list[Group] = []
    categories: list[Category] = []
    tasks: list[Task] = []
    templates: list[Template] = []
    clients: list[Client] = []
    jobs: list[Job] = []


class XpmWorld(World):
    """A whole world: several practices, and the apps that may connect."""

    tenants: list[Tenant] = []
