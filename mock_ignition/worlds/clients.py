"""Clients and their contacts."""

from typing import Annotated

from pydantic import Field

from mock_ignition.shapes.clients import ClientState
from mock_ignition.worlds.base import LongText, Name, Names, ShortText, Slug
from mock_kit.world import Record

ContactSlug = Annotated[str, Field(pattern=r"^con_[A-Za-z0-9-]+$")]
ClientSlug = Annotated[str, Field(pattern=r"^cli_[A-Za-z0-9-]+$")]


class Address(Record):
    """An address; an empty part is an empty string."""

    line: LongText = ""
    city: LongText = ""
    region: LongText = ""
    postcode: LongText = ""
    country: LongText = ""


class Contact(Record):
    """A contact of one client."""

    slug: ContactSlug
    name: Name
    email: LongText = ""
    phone: LongText = ""
    mobile: LongText = ""
    position: LongText = ""
    salutation: LongText = ""
    addressee: LongText = ""
    is_primary: bool = False
    is_signatory: bool = False
    is_invoice_recipient: bool = False


class Client(Record):
    """A client or a lead."""

    slug: ClientSlug
    name: Name
    state: ClientState = "lead"
    email: LongText = ""
    phone: LongText = ""
    fax: LongText = ""
    website: LongText = ""
    salutation: LongText = ""
    address: Address = Address()
    postal_address: Address = Address()
    company_structure: ShortText | None = None
    tax_registered: bool | None = None
    external_client_id: ShortText | None = None
    manager_slug: Slug | None = None
    partner_slug: Slug | None = None
    tags: Names = []
    groups: Names = []
    contacts: list[Contact] = []
