"""Quotes, estimates and invoices. No source shows them: ours, in the API's style and the product's words."""

from mock_xpm.records.common import NAME, reference
from mock_xpm.wire.kinds import DECIMAL, INTEGER, MOMENT, TRUE_FALSE, UUID
from mock_xpm.wire.record import One, Record, Several, Value

NUMBER = (Value("ID", "number"), Value("UUID", "uuid", UUID))
AMOUNTS = (
    Value("Amount", "amount", DECIMAL),
    Value("AmountTax", "amount_tax", DECIMAL),
    Value("AmountIncludingTax", "amount_including_tax", DECIMAL),
)
CUSTOMER = (
    One("Client", "client", reference("Client", "clients")),
    One("Contact", "contact", reference("Contact", "contacts")),
)
TASK_LINE = Record(
    "Task",
    NAME,
    Value("Description", "description"),
    Value("EstimatedMinutes", "estimated_minutes", INTEGER),
    Value("BillableRate", "billable_rate", DECIMAL),
    Value("Billable", "billable", TRUE_FALSE),
    *AMOUNTS,
)
COST_LINE = Record(
    "Cost",
    Value("Description", "description"),
    Value("Code", "code"),
    Value("Note", "note"),
    Value("Billable", "billable", TRUE_FALSE),
    Value("Quantity", "quantity", DECIMAL),
    Value("UnitCost", "unit_cost", DECIMAL),
    Value("UnitPrice", "unit_price", DECIMAL),
    *AMOUNTS,
)
QUOTE = Record(
    "Quote",
    *NUMBER,
    Value("Type", "type"),
    Value("State", "state"),
    NAME,
    Value("Description", "description"),
    Value("Budget", "budget"),
    Value("OptionExplanation", "option_explanation"),
    Value("Date", "date", MOMENT),
    Value("ValidDate", "valid_date", MOMENT),
    Value("EstimatedCost", "estimated_cost", DECIMAL),
    Value("EstimatedCostTax", "estimated_cost_tax", DECIMAL),
    Value("EstimatedCostIncludingTax", "estimated_cost_including_tax", DECIMAL),
    *AMOUNTS,
    *CUSTOMER,
    Several("Tasks", "tasks", TASK_LINE),
    Several("Costs", "costs", COST_LINE),
    old="""ID Type State Name Description Budget OptionExplanation Date ValidDate
        EstimatedCost EstimatedCostTax EstimatedCostIncludingTax
        Amount AmountTax AmountIncludingTax Client Contact Tasks Costs""",
)
QUOTE_BRIEF = QUOTE.without("Tasks", "Costs")
INVOICED_JOB = Record(
    "Job",
    Value("ID", "number"),
    NAME,
    Value("Description", "description"),
    Value("ClientOrderNumber", "client_order_number"),
    Several("Tasks", "tasks", TASK_LINE),
    Several("Costs", "costs", COST_LINE),
)
INVOICE = Record(
    "Invoice",
    *NUMBER,
    Value("Type", "type"),
    Value("Status", "status"),
    Value("JobText", "job_text"),
    Value("Description", "description"),
    Value("ClientOrderNumber", "client_order_number"),
    Value("Date", "date", MOMENT),
    Value("DueDate", "due_date", MOMENT),
    *AMOUNTS,
    Value("AmountPaid", "amount_paid", DECIMAL),
    Value("AmountOutstanding", "amount_outstanding", DECIMAL),
    *CUSTOMER,
    Several("Jobs", "jobs", INVOICED_JOB),
    old="""ID Type Status JobText Description ClientOrderNumber Date DueDate
        Amount AmountTax AmountIncludingTax AmountPaid AmountOutstanding Client Contact Jobs""",
)
INVOICE_BRIEF = INVOICE.without("Jobs")
