"""Clients and their contacts."""

from typing import Annotated

from pydantic import Field

from mock_ignition.shapes.clients import ClientState
from mock_ignition.worlds.base import Name, Slug
from mock_kit.world import Record

ContactSlug = Annotated[str, Field(pattern=r"^con_[A-Za-z0-9-]+$")]
ClientSlug = Annotated[str, Field(pattern=r"^cli_[A-Za-z0-9-]+$")]


class Address(Record):
    """An address; an empty part is an empty string."""

    line: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class Contact(Record):
    """A contact of one client."""

    slug: ContactSlug
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

    slug: ClientSlug
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
