"""Clients and their contacts."""

from mock_xpm.records.common import NAME, reference
from mock_xpm.wire.kinds import BIRTH_DATE, DECIMAL, HIDDEN, INTEGER, MOMENT, UUID, YES_NO
from mock_xpm.wire.record import One, Record, Several, Together, Value
from mock_xpm.wire.versions import Ident, Old

CONTACT = Record(
    "Contact",
    Ident("contacts"),
    NAME,
    Value("Salutation", "salutation"),
    Value("Addressee", "addressee"),
    Value("Mobile", "mobile"),
    Value("Email", "email"),
    Value("Phone", "phone"),
    Value("IsDeleted", "is_deleted", YES_NO, use="answer"),
    Value("IsPrimary", "is_primary", YES_NO),
    Value("Position", "position"),
    One("Client", "client", reference("Client", "clients"), use="request"),
    old="ID Name Mobile Email Phone Position Salutation Addressee IsPrimary",
)

# No source shows the note of a client: ours, with the elements of the note that one writes.
NOTE = Record("Note", Value("Title", "title"), Value("Text", "text"), Value("Folder", "folder"))

TYPE = Record(
    "Type",
    NAME,
    Value("CostMarkup", "cost_markup", DECIMAL),
    Value("PaymentTerm", "payment_term"),
    Value("PaymentDay", "payment_day", INTEGER),
)

# No source shows a relationship: ours, with the elements that one writes. Both clients show it, each
# with the other one as the related client.
RELATIONSHIP = Record(
    "Relationship",
    Ident("relationships"),
    Value("Type", "type"),
    One("RelatedClient", "related_client", reference("RelatedClient", "clients")),
    Value("NumberOfShares", "number_of_shares", DECIMAL),
    Value("Percentage", "percentage", DECIMAL),
    Value("StartDate", "start_date", MOMENT),
    Value("EndDate", "end_date", MOMENT),
    Ident("clients", "Client", use="request"),
    Ident("clients", "RelatedClient", use="request"),
)

CLIENT = Record(
    "Client",
    Ident("clients"),
    NAME,
    Together((Value("Title", "title"), Value("Gender", "gender"))),
    Together(
        (
            Value("FirstName", "first_name"),
            Value("LastName", "last_name"),
            Value("OtherName", "other_name"),
        )
    ),
    Value("Email", "email", when="set"),
    Value("DateOfBirth", "date_of_birth", BIRTH_DATE),
    Value("Address", "address"),
    Value("City", "city"),
    Value("Region", "region"),
    Value("PostCode", "post_code"),
    Value("Country", "country"),
    Value("PostalAddress", "postal_address"),
    Value("PostalCity", "postal_city"),
    Value("PostalRegion", "postal_region"),
    Value("PostalPostCode", "postal_post_code"),
    Value("PostalCountry", "postal_country"),
    Value("Phone", "phone"),
    Value("Fax", "fax"),
    Value("Website", "website", also=("WebSite",)),
    Value("ReferralSource", "referral_source"),
    Value("ExportCode", "export_code"),
    Old(Value("IsProspect", "is_prospect", YES_NO)),
    Value("IsArchived", "is_archived", YES_NO, use="answer"),
    Value("IsDeleted", "is_deleted", YES_NO, use="answer"),
    One("AccountManager", "account_manager", reference("AccountManager", "staff")),
    One("Type", "type", TYPE),
    One("BillingClient", "billing_client", reference("BillingClient", "clients")),
    Value("TaxNumber", "tax_number", HIDDEN),
    Value("CompanyNumber", "company_number", HIDDEN),
    Value("BusinessNumber", "business_number", HIDDEN),
    Value("BranchNumber", "branch_number"),
    Value("GSTRegistered", "gst_registered", YES_NO),
    Value("PrepareGST", "prepare_gst", YES_NO),
    Value("SignedTaxAuthority", "signed_tax_authority", YES_NO),
    Value("AgencyStatus", "agency_status"),
    Value("PrepareActivityStatement", "prepare_activity_statement", YES_NO),
    Value("PrepareTaxReturn", "prepare_tax_return", YES_NO),
    Value("ActiveAtoClient", "active_ato_client", YES_NO),
    One("JobManager", "job_manager", reference("JobManager", "staff")),
    Value("BusinessStructure", "business_structure", when="filled"),
    Several("Contacts", "contacts", CONTACT, use="both"),
    Several("Notes", "notes", NOTE),
    Several("Groups", "groups", reference("Group", "groups")),
    Several("Relationships", "relationships", RELATIONSHIP),
    Old(Value("UUID", "uuid", UUID)),
    Ident("staff", "AccountManager", use="request"),
    Ident("staff", "JobManager", use="request"),
    Ident("clients", "BillingClient", use="request"),
    Value("BalanceMonth", "balance_month", use="request"),
    Value("GSTPeriod", "gst_period", use="request"),
    Value("GSTBasis", "gst_basis", use="request"),
    old="""ID Name Email Address City Region PostCode Country
        PostalAddress PostalCity PostalRegion PostalPostCode PostalCountry Phone Fax Website
        ReferralSource ExportCode IsProspect IsArchived IsDeleted AccountManager Type
        TaxNumber CompanyNumber BusinessNumber BranchNumber GSTRegistered PrepareGST
        SignedTaxAuthority AgencyStatus PrepareActivityStatement PrepareTaxReturn ActiveAtoClient
        JobManager BusinessStructure Contacts Notes Groups Relationships UUID""",
)
"""As `client.api/get` and the detailed lists answer it."""
CLIENT_BRIEF = CLIENT.without("Notes", "Groups", "Relationships")
CLIENT_PAGED = CLIENT_BRIEF.without("Contacts")
"""As `client.api/paged-list` answers it: with neither contacts, groups nor notes."""
CLIENT_CONTACTS = Record("Client", Several("Contacts", "contacts", CONTACT, use="both"))
"""The body that links contacts to a client."""
