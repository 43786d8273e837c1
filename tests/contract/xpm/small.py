"""A small hand-made world of two practices, and the bytes that the API owes for it.

The bytes are transcribed by hand from the documented and recorded element orders.
"""

from typing import Any

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
ANN = "aaaaaaaa-0000-4000-8000-000000000001"
BEN = "aaaaaaaa-0000-4000-8000-000000000002"
GONE = "aaaaaaaa-0000-4000-8000-000000000003"
FAMILY = "bbbbbbbb-0000-4000-8000-000000000001"
TRUSTS = "bbbbbbbb-0000-4000-8000-000000000002"
TAX = "cccccccc-0000-4000-8000-000000000001"
READ_PAPERS = "dddddddd-0000-4000-8000-000000000001"
ANNUAL = "eeeeeeee-0000-4000-8000-000000000001"
EMPTY_TEMPLATE = "eeeeeeee-0000-4000-8000-000000000002"
ACME = "ffffffff-0000-4000-8000-000000000001"
BAKER = "ffffffff-0000-4000-8000-000000000002"
CLOSED = "ffffffff-0000-4000-8000-000000000003"
DROPPED = "ffffffff-0000-4000-8000-000000000004"
FOREIGN = "ffffffff-0000-4000-8000-000000000009"
JANE = "99999999-0000-4000-8000-000000000001"
SHARED = "99999999-0000-4000-8000-000000000002"
NOBODY = "00000000-0000-4000-8000-00000000dead"

NOW = "2026-07-01T09:30:00Z"
APP = {
    "client_id": "ignition",
    "client_secret": "app-secret-of-ignition",
    "redirect_uris": ["http://localhost/back"],
}
PUBLIC_APP = {"client_id": "desktop", "redirect_uris": ["http://localhost/back"]}

_SHARED_CONTACT = {"uuid": SHARED, "name": "Sam Shared", "email": "sam@shared.example"}
WORLD: dict[str, Any] = {
    "now": NOW,
    "apps": [APP, PUBLIC_APP],
    "tenants": [
        {
            "tenant_id": TENANT,
            "name": "Practice One",
            "staff": [
                {"uuid": BEN, "name": "Ben Boss", "email": "ben@one.example"},
                {
                    "uuid": ANN,
                    "name": "Ann Partner",
                    "email": "ann@one.example",
                    "phone": "02 1",
                    "mobile": "04 1",
                    "address": "1 High St",
                    "payroll_code": "P1",
                },
                {"uuid": GONE, "name": "Gone Gary", "is_deleted": True},
            ],
            "groups": [
                {"uuid": TRUSTS, "name": "Trusts", "taxable": True},
                {"uuid": FAMILY, "name": "Family"},
            ],
            "categories": [{"uuid": TAX, "name": "Tax"}],
            "tasks": [{"uuid": READ_PAPERS, "name": "Read papers", "description": "All of them"}],
            "templates": [
                {
                    "uuid": ANNUAL,
                    "name": "Annual accounts",
                    "tasks": [
                        {
                            "task_uuid": READ_PAPERS,
                            "name": "Read papers",
                            "description": "All of them",
                            "estimated_minutes": 60,
                            "folder": "Start",
                        }
                    ],
                },
                {"uuid": EMPTY_TEMPLATE, "name": "Empty"},
            ],
            "clients": [
                {
                    "uuid": BAKER,
                    "name": "Baker & Sons",
                    "contacts": [_SHARED_CONTACT],
                    "modified_at": "2026-06-01T00:00:00Z",
                },
                {
                    "uuid": ACME,
                    "name": "Acme Ltd",
                    "title": "Dr",
                    "first_name": "Al",
                    "last_name": "Acme",
                    "email": "al@acme.example",
                    "date_of_birth": "1970-11-26",
                    "address": "1 Street",
                    "city": "Sydney",
                    "region": "NSW",
                    "post_code": "2000",
                    "country": "Australia",
                    "postal_address": "PO Box 1",
                    "postal_city": "Perth",
                    "postal_region": "WA",
                    "postal_post_code": "6000",
                    "postal_country": "AU",
                    "phone": "02 9999",
                    "fax": "02 8888",
                    "website": "https://acme.example/?a=1&b=2",
                    "referral_source": "A friend",
                    "export_code": "EX1",
                    "tax_number": "TFN 1",
                    "company_number": "ACN 1",
                    "business_number": "ABN 1",
                    "branch_number": "7",
                    "business_structure": "Company",
                    "gst_registered": True,
                    "prepare_gst": True,
                    "account_manager_uuid": ANN,
                    "job_manager_uuid": GONE,
                    "group_uuids": [FAMILY],
                    "notes": ["First <note>"],
                    "contacts": [
                        {
                            "uuid": JANE,
                            "name": "Jane Doe",
                            "salutation": "Jane",
                            "addressee": "Ms J Doe",
                            "phone": "02 7",
                            "mobile": "04 7",
                            "email": "jane@acme.example",
                            "position": "Director",
                            "is_primary": True,
                        },
                        {**_SHARED_CONTACT, "position": "Adviser"},
                    ],
                    "modified_at": "2026-06-15T12:00:00Z",
                },
                {
                    "uuid": CLOSED,
                    "name": "Closed acme",
                    "is_archived": True,
                    "modified_at": "2026-05-01T00:00:00Z",
                },
                {
                    "uuid": DROPPED,
                    "name": "Dropped acme",
                    "is_deleted": True,
                    "modified_at": "2026-05-01T00:00:00Z",
                },
            ],
            "jobs": [
                {
                    "name": "Accounts 2025",
                    "client_uuid": ACME,
                    "description": "One\nTwo",
                    "client_order_number": "PROP-1",
                    "state": "In Progress",
                    "start_date": "2026-01-15",
                    "due_date": "2026-03-31",
                    "manager_uuid": BEN,
                    "partner_uuid": GONE,
                    "template_uuid": ANNUAL,
                }
            ],
        },
        {
            "tenant_id": OTHER,
            "name": "Practice Two",
            "clients": [{"uuid": FOREIGN, "name": "Acme Ltd"}],
            "jobs": [
                {
                    "name": "Foreign",
                    "client_uuid": FOREIGN,
                    "start_date": "2026-01-15",
                    "due_date": "2026-01-15",
                    "number": "J000099",
                }
            ],
        },
    ],
}

JANE_XML = (
    f"<Contact><UUID>{JANE}</UUID><Name>Jane Doe</Name><Salutation>Jane</Salutation>"
    "<Addressee>Ms J Doe</Addressee><Mobile>04 7</Mobile><Email>jane@acme.example</Email><Phone>02 7</Phone>"
    "<IsDeleted>No</IsDeleted><IsPrimary>Yes</IsPrimary><Position>Director</Position></Contact>"
)


def shared_xml(position: str, *, primary: str = "No", deleted: str = "No") -> str:
    return (
        f"<Contact><UUID>{SHARED}</UUID><Name>Sam Shared</Name><Salutation></Salutation>"
        "<Addressee></Addressee><Mobile></Mobile><Email>sam@shared.example</Email><Phone></Phone>"
        f"<IsDeleted>{deleted}</IsDeleted><IsPrimary>{primary}</IsPrimary><Position>{position}</Position></Contact>"
    )


ACME_HEAD = (
    f"<Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name><Title>Dr</Title><Gender></Gender>"
    "<FirstName>Al</FirstName><LastName>Acme</LastName><OtherName></OtherName>"
    "<Email>al@acme.example</Email><DateOfBirth>1970-11-26</DateOfBirth>"
    "<Address>1 Street</Address><City>Sydney</City><Region>NSW</Region><PostCode>2000</PostCode>"
    "<Country>Australia</Country><PostalAddress>PO Box 1</PostalAddress><PostalCity>Perth</PostalCity>"
    "<PostalRegion>WA</PostalRegion><PostalPostCode>6000</PostalPostCode><PostalCountry>AU</PostalCountry>"
    "<Phone>02 9999</Phone><Fax>02 8888</Fax><Website>https://acme.example/?a=1&amp;b=2</Website>"
    "<ReferralSource>A friend</ReferralSource><ExportCode>EX1</ExportCode>"
    "<IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>"
    f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Partner</Name></AccountManager>"
    "<TaxNumber></TaxNumber><CompanyNumber></CompanyNumber><BusinessNumber></BusinessNumber>"
    "<BranchNumber>7</BranchNumber><GSTRegistered>Yes</GSTRegistered><PrepareGST>Yes</PrepareGST>"
    "<SignedTaxAuthority>No</SignedTaxAuthority><AgencyStatus></AgencyStatus>"
    "<PrepareActivityStatement>No</PrepareActivityStatement><PrepareTaxReturn>No</PrepareTaxReturn>"
    "<ActiveAtoClient>No</ActiveAtoClient>"
    f"<JobManager><UUID>{GONE}</UUID><Name>Gone Gary</Name></JobManager>"
    "<BusinessStructure>Company</BusinessStructure>"
    f"<Contacts>{JANE_XML}{shared_xml('Adviser')}</Contacts>"
)
ACME_BRIEF = ACME_HEAD + "</Client>"
ACME_XML = (
    ACME_HEAD
    + "<Notes><Note><Title></Title><Text>First &lt;note&gt;</Text><Folder></Folder></Note></Notes>"
    + f"<Groups><Group><UUID>{FAMILY}</UUID><Name>Family</Name></Group></Groups><Relationships /></Client>"
)


def plain_client(
    uuid: str,
    name: str,
    *,
    email: str = "",
    phone: str = "",
    website: str = "",
    archived: str = "No",
    deleted: str = "No",
    account_manager: str = "",
    job_manager: str = "",
    gst: str = "No",
    contacts: str = "<Contacts />",
    tail: str = "",
) -> str:
    """Return a client of whom little is known; the arguments are XML, `tail` is what follows the contacts."""
    return (
        f"<Client><UUID>{uuid}</UUID><Name>{name}</Name>{email}<DateOfBirth></DateOfBirth>"
        "<Address></Address><City></City><Region></Region><PostCode></PostCode><Country></Country>"
        "<PostalAddress></PostalAddress><PostalCity></PostalCity><PostalRegion></PostalRegion>"
        f"<PostalPostCode></PostalPostCode><PostalCountry></PostalCountry><Phone>{phone}</Phone><Fax></Fax>"
        f"<Website>{website}</Website><ReferralSource></ReferralSource><ExportCode></ExportCode>"
        f"<IsArchived>{archived}</IsArchived><IsDeleted>{deleted}</IsDeleted>{account_manager}"
        "<TaxNumber></TaxNumber><CompanyNumber></CompanyNumber><BusinessNumber></BusinessNumber>"
        f"<BranchNumber></BranchNumber><GSTRegistered>{gst}</GSTRegistered><PrepareGST>No</PrepareGST>"
        "<SignedTaxAuthority>No</SignedTaxAuthority><AgencyStatus></AgencyStatus>"
        "<PrepareActivityStatement>No</PrepareActivityStatement><PrepareTaxReturn>No</PrepareTaxReturn>"
        f"<ActiveAtoClient>No</ActiveAtoClient>{job_manager}{contacts}{tail}</Client>"
    )


NO_DETAILS = "<Notes /><Groups /><Relationships />"


def task_xml(uuid: str, minutes: int = 60, assigned: str = "") -> str:
    return (
        f"<Task><UUID>{uuid}</UUID><TaskUUID>{READ_PAPERS}</TaskUUID><Name>Read papers</Name>"
        f"<Description>All of them</Description><EstimatedMinutes>{minutes}</EstimatedMinutes>"
        "<ActualMinutes>0</ActualMinutes><Completed>false</Completed><Billable>true</Billable>"
        f"<Folder>Start</Folder>{assigned}</Task>"
    )


def job_head(uuid: str) -> str:
    return (
        f"<Job><ID>J000001</ID><UUID>{uuid}</UUID><Name>Accounts 2025</Name>"
        "<Description>One\nTwo</Description><State>In Progress</State>"
        "<ClientOrderNumber>PROP-1</ClientOrderNumber><Budget></Budget><Type></Type>"
        "<StartDate>2026-01-15T00:00:00</StartDate><DueDate>2026-03-31T00:00:00</DueDate>"
        f"<Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name></Client>"
        f"<Manager><UUID>{BEN}</UUID><Name>Ben Boss</Name></Manager>"
        f"<Partner><UUID>{GONE}</UUID><Name>Gone Gary</Name></Partner><Assigned />"
    )


def ok(method: str, content: str = "") -> str:
    return f'<Response api-method="{method}"><Status>OK</Status>{content}</Response>'


def error(method: str, description: str) -> str:
    return (
        f'<Response api-method="{method}"><Status>ERROR</Status>'
        f"<ErrorDescription>{description}</ErrorDescription></Response>"
    )
