"""What a practice sets up for itself: staff, groups, categories, tasks, job templates."""

from typing import Annotated

from pydantic import Field

from mock_kit.world import Record
from mock_xpm.worlds.base import CostParts, Minutes, Name, Uuid


class Staff(Record):
    """A member of a practice's staff."""

    uuid: Uuid
    name: Name
    email: str = ""
    phone: str = ""
    mobile: str = ""
    address: str = ""
    payroll_code: str = ""
    is_deleted: bool = False
    is_disabled: bool = False
    """Has no login, and cannot be given new work."""


class Group(Record):
    """A client group; the clients name their groups."""

    uuid: Uuid
    name: Name
    taxable: bool = False


class Category(Record):
    """A job category."""

    uuid: Uuid
    name: Name


class Task(Record):
    """A task of the practice's task list."""

    uuid: Uuid
    name: Name
    description: str = ""


class TemplateTask(Record):
    """A task as a template holds it; `task_uuid` is the task list's."""

    task_uuid: Uuid
    name: Name
    description: str = ""
    estimated_minutes: Minutes = 0
    billable: bool = True
    folder: str = ""


class TemplateMilestone(Record):
    """A milestone as a template holds it: `days` after the job's start."""

    days: Annotated[int, Field(ge=0, le=36_525)] = 0
    description: Name
    folder: str = ""


class TemplateCost(CostParts):
    """A cost as a template holds it; on a job it is dated at the job's start."""


class Template(Record):
    """A job template."""

    uuid: Uuid
    name: Name
    tasks: list[TemplateTask] = []
    milestones: list[TemplateMilestone] = []
    costs: list[TemplateCost] = []
