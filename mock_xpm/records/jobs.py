"""Jobs and what is on them."""

from mock_xpm.records.common import NAME, reference
from mock_xpm.wire.kinds import CODE, DECIMAL, INTEGER, MAYBE_TRUE, MOMENT, TRUE_FALSE, UUID
from mock_xpm.wire.record import One, Record, Several, Value
from mock_xpm.wire.versions import Ident, Old, Orders

OF_JOB = Value("Job", "job_number", CODE, use="request")
"""The number of the job that what is written goes onto."""

JOB_TASK = Record(
    "Task",
    Ident("job_tasks"),
    Ident("tasks", "Task"),
    Value("Name", "name", use="answer"),
    # What the task is called on this job; answered as its name (ours).
    Value("Label", "label", use="request"),
    Value("Description", "description"),
    Value("EstimatedMinutes", "estimated_minutes", INTEGER),
    Value("ActualMinutes", "actual_minutes", INTEGER, use="answer"),
    Value("Completed", "completed", TRUE_FALSE, use="answer"),
    Value("Billable", "billable", TRUE_FALSE, use="answer"),
    Value("Folder", "folder", use="answer"),
    Value("StartDate", "start_date", MOMENT, when="set"),
    Value("DueDate", "due_date", MOMENT, when="set"),
    Several("Assigned", "assigned", reference("Staff", "staff"), when="filled"),
    OF_JOB,
    old="ID Name TaskID EstimatedMinutes ActualMinutes Description Completed Billable Folder",
)
# The task of one job among those of all of them says whose it is (ours).
TASK_OF_A_JOB = Record(
    "Task",
    *JOB_TASK.items,
    One("Job", "job", Record("Job", Value("ID", "number"), NAME)),
    old=" ".join([*JOB_TASK.old, "Job"]),
)

# No source shows these two as answers: ours, with the elements that are written, and the product's own.
MILESTONE = Record(
    "Milestone",
    Value("Date", "date", MOMENT),
    Value("Description", "description"),
    Value("Completed", "completed", TRUE_FALSE),
    Value("Folder", "folder"),
)
JOB_NOTE = Record(
    "Note",
    Value("Title", "title"),
    Value("Text", "text"),
    Value("Folder", "folder"),
    Value("Public", "public", TRUE_FALSE),
    OF_JOB,
)

COST = Record(
    "Cost",
    Ident("job_costs"),
    Value("Date", "date", MOMENT),
    Value("Description", "description"),
    Value("Code", "code"),
    Value("Note", "note"),
    Value("Quantity", "quantity", DECIMAL),
    Value("UnitCost", "unit_cost", DECIMAL),
    Value("UnitPrice", "unit_price", DECIMAL),
    Value("Billable", "billable", MAYBE_TRUE),
    OF_JOB,
)

JOB = Record(
    "Job",
    Value("ID", "number", CODE),
    Value("UUID", "uuid", UUID, use="answer"),
    NAME,
    Value("Description", "description"),
    Value("State", "state", CODE),
    Value("ClientOrderNumber", "client_order_number", use="answer"),
    Value("ClientNumber", "client_order_number", use="request"),
    Value("Budget", "budget", DECIMAL),
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
    Several("Milestones", "milestones", MILESTONE),
    Several("Notes", "notes", JOB_NOTE),
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
TASK_ORDER = Record(
    "Job",
    Value("ID", "number", CODE),
    Several("Tasks", "tasks", Record("Task", Ident("job_tasks")), use="request"),
)
"""The body that puts a job's tasks in another order."""
