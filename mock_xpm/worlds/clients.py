"""Clients and what hangs on them."""

from mock_kit.world import Moment, Record
from mock_xpm.worlds.base import MaybeAmount, Name, Uuid
from mock_xpm.worlds.custom_fields import CustomValue
from mock_xpm.worlds.documents import Document


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


class Relationship(Record):
    """What a client is to another one, which shows it too: it is written at one of the two."""

    uuid: Uuid | None = None
    """None: made from both clients and the type."""
    related_client_uuid: Uuid
    type: Name
    number_of_shares: MaybeAmount = ""
    percentage: MaybeAmount = ""
    start_date: str | None = None
    end_date: str | None = None


class Note(Record):
    """A note on a client."""

    title: str = ""
    text: str = ""
    folder: str = ""


class ClientType(Record):
    """The type of a client, as the practice set it up: how costs are marked up, and when it pays."""

    name: Name
    cost_markup: MaybeAmount = "0"
    payment_term: str = ""
    payment_day: int = 0


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
    agency_status: str = ""
    balance_month: str = ""
    gst_period: str = ""
    gst_basis: str = ""
    gst_registered: bool = False
    prepare_gst: bool = False
    signed_tax_authority: bool = False
    prepare_activity_statement: bool = False
    prepare_tax_return: bool = False
    active_ato_client: bool = False
    is_prospect: bool = False
    is_archived: bool = False
    is_deleted: bool = False
    account_manager_uuid: Uuid | None = None
    job_manager_uuid: Uuid | None = None
    billing_client_uuid: Uuid | None = None
    group_uuids: list[Uuid] = []
    notes: list[str | Note] = []
    """A note that is a text alone has neither title nor folder."""
    contacts: list[Contact] = []
    relationships: list[Relationship] = []
    documents: list[Document] = []
    custom_fields: list[CustomValue] = []
    type: ClientType | None = None
    modified_at: Moment | None = None
    """When the client last changed; None: at the world's `now`."""
