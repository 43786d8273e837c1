"""The records of version 3.1: their elements, in the order of the answers.

A column that starts no element here is not answered; an item used in requests only may stand
anywhere in its record.
"""

from mock_xpm.kinds import BIRTH_DATE, HIDDEN, INTEGER, MOMENT, TRUE_FALSE, UUID, YES_NO
from mock_xpm.wire import One, Orders, Record, Several, Together, Value

_UUID = Value("UUID", "uuid", UUID)
_NAME = Value("Name", "name")


def reference(name: str) -> Record:
    """Return how a record is named inside another: its UUID and its name."""
    return Record(name, _UUID, _NAME)


STAFF = Record(
    "Staff",
    _UUID,
    _NAME,
    Value("Email", "email"),
    Value("Phone", "phone"),
    Value("Mobile", "mobile"),
    Value("Address", "address"),
    Value("PayrollCode", "payroll_code"),
)
TEMPLATE = reference("Template")
CATEGORY = reference("Category")
TASK = Record("Task", _UUID, _NAME, Value("Description", "description"))
GROUP = Record(
    "Group",
    _UUID,
    _NAME,
    Value("Taxable", "taxable", YES_NO),
    Value("ClientUUID", "client_uuid", UUID, use="request"),
    Orders("orders", ("add", "remove")),
)
GROUP_WITH_CLIENTS = Record("Group", *GROUP.items, Several("Clients", "clients", reference("Client")))

CONTACT = Record(
    "Contact",
    _UUID,
    _NAME,
    Value("Salutation", "salutation"),
    Value("Addressee", "addressee"),
    Value("Mobile", "mobile"),
    Value("Email", "email"),
    Value("Phone", "phone"),
    Value("IsDeleted", "is_deleted", YES_NO, use="answer"),
    Value("IsPrimary", "is_primary", YES_NO),
    Value("Position", "position"),
    One("Client", "client", reference("Client"), use="request"),
)

# No source shows the note of a client: ours, with the elements of the note that one writes.
NOTE = Record("Note", Value("Title", "title"), Value("Text", "text"), Value("Folder", "folder"))

CLIENT = Record(
    "Client",
    _UUID,
    _NAME,
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
    Value("IsArchived", "is_archived", YES_NO, use="answer"),
    Value("IsDeleted", "is_deleted", YES_NO, use="answer"),
    One("AccountManager", "account_manager", reference("AccountManager")),
    One("BillingClient", "billing_client", reference("BillingClient")),
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
    One("JobManager", "job_manager", reference("JobManager")),
    Value("BusinessStructure", "business_structure", when="filled"),
    Several("Contacts", "contacts", CONTACT, use="both"),
    Several("Notes", "notes", NOTE),
    Several("Groups", "groups", reference("Group")),
    Several("Relationships", "relationships", reference("Relationship")),
    Value("AccountManagerUUID", "account_manager_uuid", UUID, use="request"),
    Value("JobManagerUUID", "job_manager_uuid", UUID, use="request"),
    Value("BillingClientUUID", "billing_client_uuid", UUID, use="request"),
    Value("BalanceMonth", "balance_month", use="request"),
    Value("GSTPeriod", "gst_period", use="request"),
    Value("GSTBasis", "gst_basis", use="request"),
)
"""As `client.api/get` and the detailed lists answer it; `Type` has no data here, and is absent."""
CLIENT_BRIEF = CLIENT.without("Notes", "Groups", "Relationships")

JOB_TASK = Record(
    "Task",
    _UUID,
    Value("TaskUUID", "task_uuid"),
    _NAME,
    Value("Description", "description"),
    Value("EstimatedMinutes", "estimated_minutes", INTEGER),
    Value("ActualMinutes", "actual_minutes", INTEGER),
    Value("Completed", "completed", TRUE_FALSE),
    Value("Billable", "billable", TRUE_FALSE),
    Value("Folder", "folder"),
    Several("Assigned", "assigned", reference("Staff"), when="filled"),
)

JOB = Record(
    "Job",
    Value("ID", "number"),
    Value("UUID", "uuid", UUID, use="answer"),
    _NAME,
    Value("Description", "description"),
    Value("State", "state"),
    Value("ClientOrderNumber", "client_order_number", use="answer"),
    Value("ClientNumber", "client_order_number", use="request"),
    Value("Budget", "budget"),
    Value("Type", "type", use="answer"),
    Value("StartDate", "start_date", MOMENT),
    Value("DueDate", "due_date", MOMENT),
    Value("CompletedDate", "completed_date", MOMENT, use="answer", when="set"),
    One("Client", "client", reference("Client")),
    One("Contact", "contact", reference("Contact")),
    One("Manager", "manager", reference("Manager")),
    One("Partner", "partner", reference("Partner")),
    Several("Assigned", "assigned", reference("Staff")),
    Several("Tasks", "tasks", JOB_TASK),
    Several("Milestones", "milestones", reference("Milestone")),
    Several("Notes", "notes", NOTE),
    Value("ClientUUID", "client_uuid", UUID, use="request"),
    Value("ContactUUID", "contact_uuid", UUID, use="request"),
    Value("TemplateUUID", "template_uuid", UUID, use="request"),
    Value("CategoryUUID", "category_uuid", UUID, use="request"),
    Value("TaskMode", "task_mode", use="request"),
    Orders("orders", ("add", "remove", "add-manager", "remove-manager", "add-partner", "remove-partner")),
)
JOB_BRIEF = JOB.without("Tasks", "Milestones", "Notes")
