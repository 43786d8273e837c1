"""A practice and what it sets up for itself: staff, groups, categories, tasks, job templates."""

from mock_kit.columns import flags, key, texts, whole
from mock_xpm.tables.base import identified, table

TENANTS = table("tenants", key(), texts("name"))
STAFF = table(
    "staff",
    identified(),
    texts("name", "email", "phone", "mobile", "address", "payroll_code"),
    flags("is_deleted", "is_disabled"),
)
GROUPS = table("groups", identified(), texts("name"), flags("taxable"))
CATEGORIES = table("categories", identified(), texts("name"))
TASKS = table("tasks", identified(), texts("name", "description"))
TEMPLATES = table("templates", identified(), texts("name"))
TEMPLATE_TASKS = table(
    "template_tasks",
    key("template_uuid"),
    whole("position", key=True),
    texts("task_uuid", "name", "description", "folder"),
    whole("estimated_minutes"),
    flags("billable"),
)
TEMPLATE_MILESTONES = table(
    "template_milestones",
    key("template_uuid"),
    whole("position", key=True),
    # How many days after the job's start its milestone is.
    whole("days"),
    texts("description", "folder"),
)
TEMPLATE_COSTS = table(
    "template_costs",
    key("template_uuid"),
    whole("position", key=True),
    texts("description", "code", "note", "quantity", "unit_cost", "unit_price"),
    flags("billable"),
)
