"""A world with a busy job, and the bytes that either version of the API owes for it, transcribed by hand."""

import copy
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.contract.xpm.small import ANN, BEN, READ_PAPERS, WORLD
from tests.contract.xpm.speaker import Speaker

FILE_TAX = "dddddddd-0000-4000-8000-000000000002"
FULL = "eeeeeeee-0000-4000-8000-000000000003"
FIRST = "77777777-0000-4000-8000-000000000001"
SECOND = "77777777-0000-4000-8000-000000000002"
TRAVEL = "66666666-0000-4000-8000-000000000001"
BUSY = "J000007"
ODD = "O'Brien & Söhne <Ltd> 🦘\r\nline two"
ODD_XML = "O'Brien &amp; Söhne &lt;Ltd&gt; 🦘&#13;\nline two"


def world() -> dict[str, Any]:
    """Return the small world with a second task in the list, a full template, and a busy job."""
    made = copy.deepcopy(WORLD)
    practice = made["tenants"][0]
    practice["tasks"].append({"uuid": FILE_TAX, "name": "File tax"})
    practice["templates"].append(
        {
            "uuid": FULL,
            "name": "Full",
            "tasks": [{"task_uuid": FILE_TAX, "name": "File tax", "estimated_minutes": 15}],
            "milestones": [
                {"days": 0, "description": "Kick-off"},
                {"days": 31, "description": "Filed & paid", "folder": "End"},
            ],
            "costs": [{"description": "Filing fee", "code": "FF", "quantity": "1.0", "unit_price": "45.50"}],
        }
    )
    client = practice["jobs"][0]["client_uuid"]
    practice["jobs"].append(
        {
            "number": BUSY,
            "name": "Busy",
            "client_uuid": client,
            "start_date": "2026-02-01",
            "due_date": "2026-04-30",
            "tasks": [
                {"uuid": FIRST, "task_uuid": READ_PAPERS, "estimated_minutes": 30, "actual_minutes": 12},
                {
                    "uuid": SECOND,
                    "task_uuid": FILE_TAX,
                    "name": "File it",
                    "completed": True,
                    "billable": False,
                    "folder": "End",
                    "start_date": "2026-02-03",
                    "due_date": "2026-02-04",
                    "assigned_uuids": [BEN],
                },
            ],
            "milestones": [{"date": "2026-03-31", "description": "Year end", "completed": True}],
            "notes": [{"title": "Called", "text": "No answer", "folder": "Calls", "public": True}],
            "costs": [{"uuid": TRAVEL, "description": "Travel", "unit_cost": "12.50", "billable": False}],
            "documents": [{"title": "Plan", "file_name": "plan.txt", "content": "cGxhbg=="}],
        }
    )
    return made


def load_busy(app: Flask) -> None:
    answer = app.test_client().post("/_control/world", json=world())
    assert answer.status_code == 200, answer.text


@dataclass
class Task:
    """What an answer says of a task on a job."""

    uuid: str
    task_uuid: str
    name: str
    description: str = ""
    minutes: int = 0
    actual: int = 0
    completed: str = "false"
    billable: str = "true"
    folder: str = ""
    tail: str = ""
    """The elements that 3.1 alone answers."""

    def xml(self, xpm: Speaker, tail: str = "") -> str:
        who, what = xpm.ident("job_tasks", self.uuid), xpm.ident("tasks", self.task_uuid, "Task")
        minutes = (
            f"<EstimatedMinutes>{self.minutes}</EstimatedMinutes><ActualMinutes>{self.actual}</ActualMinutes>"
        )
        said = f"<Name>{self.name}</Name>"
        told = f"<Description>{self.description}</Description>"
        marks = f"<Completed>{self.completed}</Completed><Billable>{self.billable}</Billable><Folder>{self.folder}</Folder>"
        if xpm.version == "3.0":
            return f"<Task>{who}{said}{what}{minutes}{told}{marks}{tail}</Task>"
        return f"<Task>{who}{what}{said}{told}{minutes}{marks}{self.tail}{tail}</Task>"


FIRST_TASK = Task(FIRST, READ_PAPERS, "Read papers", "All of them", 30, 12)
SECOND_TASK = Task(
    SECOND,
    FILE_TAX,
    "File it",
    completed="true",
    billable="false",
    folder="End",
    tail="<StartDate>2026-02-03T00:00:00</StartDate><DueDate>2026-02-04T00:00:00</DueDate>"
    f"<Assigned><Staff><UUID>{BEN}</UUID><Name>Ben Boss</Name></Staff></Assigned>",
)
MILESTONES_XML = (
    "<Milestones><Milestone><Date>2026-03-31T00:00:00</Date><Description>Year end</Description>"
    "<Completed>true</Completed><Folder></Folder></Milestone></Milestones>"
)
NOTE_XML = (
    "<Note><Title>Called</Title><Text>No answer</Text><Folder>Calls</Folder><Public>true</Public></Note>"
)
PLAN_XML = (
    "<Document><Title>Plan</Title><Text></Text><Folder></Folder><Public>false</Public>"
    "<FileName>plan.txt</FileName><Content>cGxhbg==</Content></Document>"
)


def travel_xml(xpm: Speaker) -> str:
    return (
        f"<Cost>{xpm.ident('job_costs', TRAVEL)}<Date>2026-02-01T00:00:00</Date>"
        "<Description>Travel</Description><Code></Code><Note></Note><Quantity>1</Quantity>"
        "<UnitCost>12.50</UnitCost><UnitPrice>0</UnitPrice><Billable>false</Billable></Cost>"
    )


def assigned_to(xpm: Speaker, task: str) -> str:
    """Return a body that puts Ann on a task of the busy job."""
    end = xpm.tag.lower()
    who, what = xpm.name("staff", ANN), xpm.name("job_tasks", task)
    return f'<Job><ID>{BUSY}</ID><add {end}="{who}" task-{end}="{what}"/></Job>'
