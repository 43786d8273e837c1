"""Tasks on jobs, in both versions of the API."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.contract.xpm.busy import (
    BUSY,
    FILE_TAX,
    FIRST,
    FIRST_TASK,
    ODD,
    ODD_XML,
    SECOND,
    SECOND_TASK,
    Task,
    assigned_to,
    load_busy,
)
from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import ANN, BEN, READ_PAPERS, TENANT, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


def tasks_xml(xpm: Speaker) -> str:
    """Return the tasks that the busy job is answered with."""
    answer = xpm.get(f"job.api/get/{BUSY}")
    return answer[answer.index("<Tasks>") : answer.index("</Tasks>") + len("</Tasks>")]


def new_uuid(xpm: Speaker) -> str:
    """Return the UUID of the task that came onto the busy job last."""
    rows = [row for row in xpm.state()["job_tasks"] if row["job_number"] == BUSY]
    return str(max(rows, key=lambda row: row["position"])["uuid"])


def test_a_job_shows_its_tasks_in_each_versions_order(xpm: Speaker) -> None:
    assert tasks_xml(xpm) == f"<Tasks>{FIRST_TASK.xml(xpm)}{SECOND_TASK.xml(xpm)}</Tasks>"


def test_the_tasks_of_current_jobs_are_listed_with_their_jobs(xpm: Speaker) -> None:
    of_busy = f"<Job><ID>{BUSY}</ID><Name>Busy</Name></Job>"
    expected = FIRST_TASK.xml(xpm, of_busy) + SECOND_TASK.xml(xpm, of_busy)
    answer = xpm.get("job.api/tasks")
    assert answer.startswith('<Response api-method="Tasks"><Status>OK</Status><Tasks><Task>')
    assert answer.endswith(
        f"<Job><ID>J000001</ID><Name>Accounts 2025</Name></Job></Task>{expected}</Tasks></Response>"
    )
    xpm.put("job.api/state", "<Job><ID>J000001</ID><State>COMPLETED</State></Job>")
    assert xpm.get("job.api/tasks") == ok("Tasks", f"<Tasks>{expected}</Tasks>")
    xpm.put("job.api/state", f"<Job><ID>{BUSY}</ID><State>CANCELLED</State></Job>")
    assert xpm.get("job.api/tasks") == ok("Tasks", "<Tasks />")


def test_a_task_of_the_list_comes_onto_a_job_last_and_by_the_lists_name(xpm: Speaker) -> None:
    body = f"<Task><Job>{BUSY}</Job>{xpm.ident('tasks', READ_PAPERS, 'Task')}</Task>"
    answer = xpm.post("job.api/task", body)
    added = Task(new_uuid(xpm), READ_PAPERS, "Read papers", "All of them").xml(xpm)
    assert answer == ok("Task", added)
    assert tasks_xml(xpm) == f"<Tasks>{FIRST_TASK.xml(xpm)}{SECOND_TASK.xml(xpm)}{added}</Tasks>"


def test_a_task_has_a_label_a_plan_and_odd_texts(xpm: Speaker) -> None:
    long = ODD.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;") + "x" * 4000
    answer = xpm.post(
        "job.api/task",
        f"<Task><Job>{BUSY}</Job>{xpm.ident('tasks', FILE_TAX, 'Task')}<Label>O'Brien &amp; Söhne &lt;Ltd&gt;</Label>"
        f"<Description>{long}</Description><EstimatedMinutes>90</EstimatedMinutes>"
        "<StartDate>20260301</StartDate><DueDate>20260315</DueDate></Task>",
    )
    added = Task(
        new_uuid(xpm),
        FILE_TAX,
        "O'Brien &amp; Söhne &lt;Ltd&gt;",
        ODD_XML + "x" * 4000,
        90,
        tail="<StartDate>2026-03-01T00:00:00</StartDate><DueDate>2026-03-15T00:00:00</DueDate>",
    )
    assert answer == ok("Task", added.xml(xpm))
    assert added.xml(xpm) in tasks_xml(xpm)


def test_a_task_is_changed_by_what_its_body_holds(xpm: Speaker) -> None:
    who = xpm.ident("job_tasks", SECOND)
    body = f"<Task>{who}<Description>New</Description><EstimatedMinutes>5</EstimatedMinutes><DueDate/></Task>"
    changed = replace(
        SECOND_TASK,
        description="New",
        minutes=5,
        tail=SECOND_TASK.tail.replace("<DueDate>2026-02-04T00:00:00</DueDate>", ""),
    )
    assert xpm.put("job.api/task", body) == ok("Task", changed.xml(xpm))
    assert tasks_xml(xpm) == f"<Tasks>{FIRST_TASK.xml(xpm)}{changed.xml(xpm)}</Tasks>"


def test_an_empty_label_gives_a_task_the_lists_name_back(xpm: Speaker) -> None:
    body = f"<Task>{xpm.ident('job_tasks', SECOND)}<Label></Label></Task>"
    assert xpm.put("job.api/task", body) == ok("Task", replace(SECOND_TASK, name="File tax").xml(xpm))
    body = f"<Task>{xpm.ident('job_tasks', SECOND)}<Label>Lodge</Label></Task>"
    assert xpm.put("job.api/task", body) == ok("Task", replace(SECOND_TASK, name="Lodge").xml(xpm))


def test_a_task_that_becomes_another_of_the_list_keeps_only_a_name_of_its_own(xpm: Speaker) -> None:
    def become(task: str, listed: str) -> str:
        body = f"<Task>{xpm.ident('job_tasks', task)}{xpm.ident('tasks', listed, 'Task')}</Task>"
        return xpm.put("job.api/task", body)

    assert become(FIRST, FILE_TAX) == ok(
        "Task", replace(FIRST_TASK, task_uuid=FILE_TAX, name="File tax").xml(xpm)
    )
    assert become(SECOND, READ_PAPERS) == ok("Task", replace(SECOND_TASK, task_uuid=READ_PAPERS).xml(xpm))


def test_a_task_is_completed_and_reopened(xpm: Speaker) -> None:
    path = f"job.api/task/{xpm.name('job_tasks', FIRST)}"
    before = xpm.digest()
    assert xpm.put(f"{path}/complete", "") == ok("Complete")
    done = xpm.digest()
    assert xpm.put(f"{path}/complete", "") == ok("Complete")
    assert xpm.digest() == done
    assert replace(FIRST_TASK, completed="true").xml(xpm) in tasks_xml(xpm)
    assert xpm.put(f"{path}/reopen", "") == ok("Reopen")
    assert xpm.put(f"{path}/reopen", "") == ok("Reopen")
    assert xpm.digest() == before


def test_tasks_are_put_in_another_order_and_what_is_not_named_follows(xpm: Speaker) -> None:
    xpm.post("job.api/task", f"<Task><Job>{BUSY}</Job>{xpm.ident('tasks', FILE_TAX, 'Task')}</Task>")
    third = new_uuid(xpm)
    order = "".join(f"<Task>{xpm.ident('job_tasks', uuid)}</Task>" for uuid in (third, SECOND))
    answer = xpm.put("job.api/reordertasks", f"<Job><ID>{BUSY}</ID><Tasks>{order}</Tasks></Job>")
    last = Task(third, FILE_TAX, "File tax").xml(xpm)
    expected = f"<Tasks>{last}{SECOND_TASK.xml(xpm)}{FIRST_TASK.xml(xpm)}</Tasks>"
    assert expected in answer
    assert answer.startswith(f'<Response api-method="ReorderTasks"><Status>OK</Status><Job><ID>{BUSY}</ID>')
    assert tasks_xml(xpm) == expected
    xpm.post("job.api/task", f"<Task><Job>{BUSY}</Job>{xpm.ident('tasks', FILE_TAX, 'Task')}</Task>")
    fourth = Task(new_uuid(xpm), FILE_TAX, "File tax").xml(xpm)
    assert tasks_xml(xpm) == expected.replace("</Tasks>", f"{fourth}</Tasks>")


def test_only_3_1_says_who_is_assigned_to_a_task(xpm: Speaker) -> None:
    xpm.put("job.api/assign", assigned_to(xpm, FIRST))
    ann = f"<Assigned><Staff><UUID>{ANN}</UUID><Name>Ann Partner</Name></Staff></Assigned>"
    assert replace(FIRST_TASK, tail=ann).xml(xpm) in tasks_xml(xpm)


def test_the_jobs_of_a_member_are_those_assigned_to_them_or_with_a_task_that_is(xpm: Speaker) -> None:
    def numbers(uuid: str) -> list[str]:
        answer = xpm.get(f"job.api/staff/{xpm.name('staff', uuid)}")
        assert answer.startswith('<Response api-method="Staff"><Status>OK</Status><Jobs')
        return [part[:7] for part in answer.split("<Job><ID>")[1:]]

    assert numbers(ANN) == []
    assert numbers(BEN) == [BUSY]
    end = xpm.tag.lower()
    xpm.put("job.api/assign", f'<Job><ID>J000001</ID><add {end}="{xpm.name("staff", BEN)}"/></Job>')
    xpm.put("job.api/state", "<Job><ID>J000001</ID><State>COMPLETED</State></Job>")
    xpm.post("staff.api/delete", f"<Staff>{xpm.ident('staff', BEN)}</Staff>")
    assert numbers(BEN) == ["J000001", BUSY]
    assert "<Tasks" not in xpm.get(f"job.api/staff/{xpm.name('staff', BEN)}")


def test_a_task_as_json_is_a_member_of_its_own(app: Flask) -> None:
    load_busy(app)
    xpm = Caller(app, TENANT)
    listed = xpm.json("job.api/tasks")["tasks"]
    assert listed[-1] == {
        "uuid": SECOND,
        "taskUUID": FILE_TAX,
        "name": "File it",
        "description": "",
        "estimatedMinutes": 0,
        "actualMinutes": 0,
        "completed": True,
        "billable": False,
        "folder": "End",
        "startDate": "2026-02-03T00:00:00",
        "dueDate": "2026-02-04T00:00:00",
        "assigned": [{"uuid": BEN, "name": "Ben Boss"}],
        "job": {"id": BUSY, "name": "Busy"},
    }
    assert first(xpm.get("job.api/tasks"), "TaskUUID") == READ_PAPERS
