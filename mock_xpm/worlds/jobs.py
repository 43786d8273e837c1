"""Jobs and what is on them."""

from mock_kit.world import Moment, Record
from mock_xpm.worlds.base import CostParts, MaybeAmount, Minutes, Name, Number, Uuid
from mock_xpm.worlds.documents import Document


class JobTask(Record):
    """A task on a job; without a name or a description it has those of the task list."""

    uuid: Uuid | None = None
    """None: made from the job and the place."""
    task_uuid: Uuid
    name: Name | None = None
    description: str | None = None
    estimated_minutes: Minutes = 0
    actual_minutes: Minutes = 0
    completed: bool = False
    billable: bool = True
    folder: str = ""
    start_date: str | None = None
    due_date: str | None = None
    assigned_uuids: list[Uuid] = []


class Milestone(Record):
    """A day that matters to a job."""

    date: str
    description: Name
    completed: bool = False
    folder: str = ""


class JobNote(Record):
    """A note on a job."""

    title: Name
    text: str = ""
    folder: str = ""
    public: bool = False


class Cost(CostParts):
    """What is spent on a job; amounts are kept as they are written."""

    uuid: Uuid | None = None
    """None: made from the job and the description."""
    date: str | None = None
    """None: when the job starts."""


class Job(Record):
    """A job. Without a number it takes the next of the practice's sequence.

    What its template holds comes onto it first, then its own tasks, milestones and costs.
    """

    number: Number | None = None
    name: Name
    client_uuid: Uuid
    contact_uuid: Uuid | None = None
    category_uuid: Uuid | None = None
    description: str = ""
    client_order_number: str = ""
    budget: MaybeAmount = ""
    state: str = "Planned"
    start_date: str
    due_date: str
    completed_date: Moment | None = None
    """None: the world's `now` when the job is completed."""
    manager_uuid: Uuid | None = None
    partner_uuid: Uuid | None = None
    assigned_uuids: list[Uuid] = []
    template_uuid: Uuid | None = None
    tasks: list[JobTask] = []
    milestones: list[Milestone] = []
    notes: list[JobNote] = []
    costs: list[Cost] = []
    documents: list[Document] = []
