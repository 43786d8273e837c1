"""Jobs and what is on them."""

from mock_xpm.kinds import INTEGER, MOMENT, TRUE_FALSE, UUID
from mock_xpm.records.clients import NOTE
from mock_xpm.records.common import NAME, reference
from mock_xpm.wire import One, Record, Several, Value
from mock_xpm.wire_versions import Ident, Old, Orders

JOB_TASK = Record(
    "Task",
    Ident("job_tasks"),
    Ident("tasks", "Task"),
    NAME,
    Value("Description", "description"),
    Value("EstimatedMinutes", "estimated_minutes", INTEGER),
    Value("ActualMinutes", "actual_minutes", INTEGER),
    Value("Completed", "completed", TRUE_FALSE),
    Value("Billable", "billable", TRUE_FALSE),
    Value("Folder", "folder"),
    Several("Assigned", "assigned", reference("Staff", "staff"), when="filled"),
    old="ID Name TaskID EstimatedMinutes ActualMinutes Description Completed Billable Folder",
)

JOB = Record(
    "Job",
    Value("ID", "number"),
    Value("UUID", "uuid", UUID, use="answer"),
    NAME,
    Value("Description", "description"),
    Value("State", "state"),
    Value("ClientOrderNumber", "client_order_number", use="answer"),
    Value("ClientNumber", "client_order_number", use="request"),
    Value("Budget", "budget"),
    Value("Type", "type", use="answer"),
    Value("StartDate", "start_date", MOMENT),
    Value("DueDate", "due_date", MOMENT),
    Value("CompletedDate", "completed_date", MOMENT, use="answer", when="set"),
    Old(Value("InternalID", "id", INTEGER)),
    One("Client", "client", reference("Client", "clients")),
    One("Contact", "contact", reference("Contact", "contacts")),
    One("Manager", "manager", reference("Manager", "staff")),
    One("Partner", "partner", reference("Partner", "staff")),
    Several("Assigned", "assigned", reference("Staff", "staff")),
    Several("Tasks", "tasks", JOB_TASK),
    Several("Milestones", "milestones", reference("Milestone", "milestones")),
    Several("Notes", "notes", NOTE),
    Ident("clients", "Client", use="request"),
    Ident("contacts", "Contact", use="request"),
    Ident("templates", "Template", use="request"),
    Ident("categories", "Category", use="request"),
    Value("TaskMode", "task_mode", use="request"),
    Orders(
        "orders",
        ("add", "remove", "add-manager", "remove-manager", "add-partner", "remove-partner"),
        "staff",
    ),
    old="""ID Name Description Client ClientOrderNumber State StartDate DueDate CompletedDate InternalID
        Manager Partner Assigned Tasks Milestones Notes""",
)
JOB_BRIEF = JOB.without("Tasks", "Milestones", "Notes")
