"""Calls about what is on a job that the API refuses inside the envelope, in both versions."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import BUSY, FIRST, SECOND, TRAVEL, load_busy
from tests.contract.xpm.small import NOBODY, READ_PAPERS, error
from tests.contract.xpm.speaker import Speaker

JOB = f"<Job>{BUSY}</Job>"
PAPERS = f"<Task#tasks {READ_PAPERS}/>"
TASK = f"<#job_tasks {FIRST}/>"
COST = f"<#job_costs {TRAVEL}/>"
NEITHER = "Invalid job identifier"
NO_TASK = "Invalid task identifier"
FOREIGN_JOB = "<Job>J000099</Job>"


def document(*left: str) -> str:
    """Return a document without some of its elements."""
    parts = {"Title": "T", "FileName": "F", "Content": "AAA="}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items() if name not in left)
    return f"<Document>{JOB}{inner}</Document>"


REFUSED = [
    ("POST", "task", "Task", f"<Task>{PAPERS}</Task>", NEITHER),
    ("POST", "task", "Task", f"<Task>{FOREIGN_JOB}{PAPERS}</Task>", NEITHER),
    ("POST", "task", "Task", f"<Task>{JOB}</Task>", NO_TASK),
    ("POST", "task", "Task", f"<Task>{JOB}<Task#tasks {NOBODY}/></Task>", NO_TASK),
    ("POST", "task", "Task", f"<Task>{JOB}{PAPERS}<EstimatedMinutes>x</EstimatedMinutes></Task>", "Invalid EstimatedMinutes"),
    ("POST", "task", "Task", f"<Task>{JOB}{PAPERS}<EstimatedMinutes>-1</EstimatedMinutes></Task>", "Invalid EstimatedMinutes"),
    ("POST", "task", "Task", f"<Task>{JOB}{PAPERS}<EstimatedMinutes>٣</EstimatedMinutes></Task>", "Invalid EstimatedMinutes"),
    ("POST", "task", "Task", f"<Task>{JOB}{PAPERS}<EstimatedMinutes>{'1' * 13}</EstimatedMinutes></Task>", "Invalid EstimatedMinutes"),
    ("POST", "task", "Task", f"<Task>{JOB}{PAPERS}<StartDate>2026-01-01</StartDate></Task>", "Invalid StartDate"),
    ("POST", "task", "Task", f"<Job>{JOB}</Job>", "Task is required"),
    ("PUT", "task", "Task", "<Task><Label>x</Label></Task>", NO_TASK),
    ("PUT", "task", "Task", f"<Task><#job_tasks {NOBODY}/></Task>", NO_TASK),
    ("PUT", "task", "Task", f"<Task>{TASK}<Task#tasks {NOBODY}/></Task>", NO_TASK),
    ("PUT", "task", "Task", f"<Task>{TASK}<Label>x</Label><EstimatedMinutes>-5</EstimatedMinutes></Task>", "Invalid EstimatedMinutes"),
    ("PUT", f"task/{NOBODY}/complete", "Complete", "", NO_TASK),
    ("PUT", f"task/{NOBODY}/reopen", "Reopen", "", NO_TASK),
    ("PUT", "reordertasks", "ReorderTasks", f"<Job><Tasks><Task>{TASK}</Task></Tasks></Job>", NEITHER),
    ("PUT", "reordertasks", "ReorderTasks", f"<Job><ID>{BUSY}</ID></Job>", "Tasks is required"),
    ("PUT", "reordertasks", "ReorderTasks", f"<Job><ID>{BUSY}</ID><Tasks><Task/></Tasks></Job>", NO_TASK),
    ("PUT", "reordertasks", "ReorderTasks", f"<Job><ID>{BUSY}</ID><Tasks><Task><#job_tasks {SECOND}/></Task><Task>{TASK}</Task><Task>{TASK}</Task></Tasks></Job>", NO_TASK),
    ("PUT", "reordertasks", "ReorderTasks", f"<Job><ID>J000001</ID><Tasks><Task>{TASK}</Task></Tasks></Job>", NO_TASK),
    ("POST", "note", "Note", "<Note><Title>T</Title></Note>", NEITHER),
    ("POST", "note", "Note", f"<Note>{FOREIGN_JOB}<Title>T</Title></Note>", NEITHER),
    ("POST", "note", "Note", f"<Note>{JOB}<Text>T</Text></Note>", "Title is required"),
    ("POST", "note", "Note", f"<Note>{JOB}<Title>T</Title><Public>perhaps</Public></Note>", "Invalid Public"),
    ("GET", "documents/J9", "Documents", "", NEITHER),
    ("GET", "documents/J000099", "Documents", "", NEITHER),
    ("POST", "document", "Document", "<Document><Title>T</Title></Document>", NEITHER),
    ("POST", "document", "Document", document("Title"), "Title is required"),
    ("POST", "document", "Document", document("FileName"), "FileName is required"),
    ("POST", "document", "Document", document("Content"), "Content is required"),
    ("POST", "document", "Document", document().replace("AAA=", "A"), "Invalid Content"),
    ("POST", "document", "Document", document().replace("AAA=", "é!"), "Invalid Content"),
    ("GET", "costs/J9", "Costs", "", NEITHER),
    ("GET", "costs/J000099", "Costs", "", NEITHER),
    ("POST", "cost", "Cost", "<Cost><Description>D</Description></Cost>", NEITHER),
    ("POST", "cost", "Cost", f"<Cost>{JOB}</Cost>", "Description is required"),
    ("POST", "cost", "Cost", f"<Cost>{JOB}<Description>D</Description><Quantity>two</Quantity></Cost>", "Invalid Quantity"),
    ("POST", "cost", "Cost", f"<Cost>{JOB}<Description>D</Description><Quantity>{'9' * 31}</Quantity></Cost>", "Invalid Quantity"),
    ("POST", "cost", "Cost", f"<Cost>{JOB}<Description>D</Description><Date>soon</Date></Cost>", "Invalid Date"),
    ("PUT", "cost", "Cost", "<Cost><Note>n</Note></Cost>", "Invalid cost identifier"),
    ("PUT", "cost", "Cost", f"<Cost><#job_costs {NOBODY}/></Cost>", "Invalid cost identifier"),
    ("PUT", "cost", "Cost", f"<Cost>{COST}<Description> </Description></Cost>", "Description is required"),
    ("PUT", "cost", "Cost", f"<Cost>{COST}<UnitPrice>1,50</UnitPrice></Cost>", "Invalid UnitPrice"),
    ("GET", f"staff/{NOBODY}", "Staff", "", "Invalid staff identifier"),
]  # fmt: skip


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


def test_a_refused_call_names_its_reason_and_changes_nothing(xpm: Speaker) -> None:
    before = xpm.digest()
    wrong = {}
    for verb, path, method, body, description in REFUSED:
        answer = xpm.send(verb, f"job.api/{path}", xpm.say(body))
        if (answer.status_code, answer.text) != (200, error(method, description)):
            wrong[f"{verb} {path} {body}"] = answer.text
    assert wrong == {}
    assert xpm.digest() == before
