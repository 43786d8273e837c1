"""The world document of mock_xpm: everything its practices hold when a run begins.

Names follow XPM's elements in snake_case. Every UUID is written in the document: it never
depends on the order of its records. Moments are ISO 8601; dates are `YYYY-MM-DD`.
"""

from mock_kit.world import Record, World
from mock_xpm.worlds.base import Name, Uuid
from mock_xpm.worlds.billing import Invoice, Quote
from mock_xpm.worlds.clients import Client
from mock_xpm.worlds.custom_fields import CustomField
from mock_xpm.worlds.jobs import Job
from mock_xpm.worlds.practice import Category, Group, Staff, Task, Template


class Tenant(Record):
    """One practice."""

    tenant_id: Uuid
    name: Name
    staff: list[Staff] = []
    groups: list[Group] = []
    categories: list[Category] = []
    tasks: list[Task] = []
    templates: list[Template] = []
    custom_fields: list[CustomField] = []
    clients: list[Client] = []
    jobs: list[Job] = []
    quotes: list[Quote] = []
    invoices: list[Invoice] = []


class XpmWorld(World):
    """A whole world: several practices, and the apps that may connect."""

    tenants: list[Tenant] = []
