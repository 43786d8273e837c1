"""Staff, groups, and the lists that a practice sets up for itself."""

from mock_xpm.records.common import NAME, reference
from mock_xpm.wire.kinds import YES_NO
from mock_xpm.wire.record import Record, Several, Value
from mock_xpm.wire.versions import Ident, Orders

STAFF = Record(
    "Staff",
    Ident("staff"),
    NAME,
    Value("Email", "email"),
    Value("Phone", "phone"),
    Value("Mobile", "mobile"),
    Value("Address", "address"),
    Value("PayrollCode", "payroll_code"),
)
TEMPLATE = reference("Template", "templates")
CATEGORY = reference("Category", "categories")
TASK = Record("Task", Ident("tasks"), NAME, Value("Description", "description"))
GROUP = Record(
    "Group",
    Ident("groups"),
    NAME,
    Value("Taxable", "taxable", YES_NO),
    Ident("clients", "Client", use="request"),
    Orders("orders", ("add", "remove"), "clients"),
)
GROUP_WITH_CLIENTS = Record(
    "Group", *GROUP.items, Several("Clients", "clients", reference("Client", "clients"))
)
