"""The world document of mock_ignition: everything its practices hold when a run begins.

Names are those of the API's rows. Every slug is written in the document. Moments are ISO 8601;
dates are `YYYY-MM-DD`; money is a number in the practice's currency.
"""

from typing import Literal

from mock_ignition.worlds.base import Name, Slug
from mock_ignition.worlds.billing import Collection, Invoice, Payment
from mock_ignition.worlds.clients import Client
from mock_ignition.worlds.practice import JobTemplate, Service, User
from mock_ignition.worlds.proposals import Proposal
from mock_kit.world import Record, World


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
    invoices: list[Invoice] = []
    payments: list[Payment] = []
    collections: list[Collection] = []


class IgnitionWorld(World):
    """A whole world: several practices, and the apps that may connect."""

    practices: list[Practice] = []
