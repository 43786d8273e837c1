"""Templates on jobs, deleted jobs, and what of all that is on a job survives a restart."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.contract.xpm.busy import BUSY, FILE_TAX, FIRST, FULL, SECOND, TRAVEL, Task, load_busy
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import ACME, BEN, error, ok
from tests.contract.xpm.speaker import Speaker

Restarted = Callable[[Callable[[Caller], None]], Caller]


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


def add(xpm: Speaker, start: str) -> str:
    return xpm.post(
        "job.api/add",
        f"<Job><Name>New</Name>{xpm.ident('clients', ACME, 'Client')}<StartDate>{start}</StartDate>"
        f"<DueDate>{start}</DueDate>{xpm.ident('templates', FULL, 'Template')}</Job>",
    )


def milestone(day: str, description: str, folder: str = "") -> str:
    return (
        f"<Milestone><Date>{day}T00:00:00</Date><Description>{description}</Description>"
        f"<Completed>false</Completed><Folder>{folder}</Folder></Milestone>"
    )


def fee_xml(xpm: Speaker, number: str, day: str) -> str:
    rows = [row["uuid"] for row in xpm.state()["job_costs"] if row["job_number"] == number]
    uuid = next(uuid for uuid in rows if uuid != TRAVEL)
    return (
        f"<Cost>{xpm.ident('job_costs', uuid)}<Date>{day}T00:00:00</Date><Description>Filing fee</Description>"
        "<Code>FF</Code><Note></Note><Quantity>1.0</Quantity><UnitCost>0</UnitCost><UnitPrice>45.50</UnitPrice>"
        "<Billable>true</Billable></Cost>"
    )


def test_a_new_job_has_its_templates_tasks_milestones_and_costs(xpm: Speaker) -> None:
    answer = add(xpm, "20260201")
    task = next(row["uuid"] for row in xpm.state()["job_tasks"] if row["job_number"] == "J000002")
    first, second = milestone("2026-02-01", "Kick-off"), milestone("2026-03-04", "Filed &amp; paid", "End")
    shown = (
        f"<Tasks>{Task(task, FILE_TAX, 'File tax', minutes=15).xml(xpm)}</Tasks>"
        f"<Milestones>{first}{second}</Milestones><Notes /></Job>"
    )
    assert shown in answer
    assert shown in xpm.get("job.api/get/J000002")
    fee = fee_xml(xpm, "J000002", "2026-02-01")
    assert xpm.get("job.api/costs/J000002") == ok("Costs", f"<Costs>{fee}</Costs>")


def test_an_applied_templates_milestones_and_costs_follow_those_a_job_has(xpm: Speaker) -> None:
    body = f"<Job><ID>{BUSY}</ID>{xpm.ident('templates', FULL, 'Template')}<TaskMode>AppendExisting</TaskMode></Job>"
    answer = xpm.post("job.api/applytemplate", body)
    new = milestone("2026-02-01", "Kick-off") + milestone("2026-03-04", "Filed &amp; paid", "End")
    assert f"</Milestone>{new}</Milestones>" in answer
    assert answer.replace("ApplyTemplate", "Get", 1) == xpm.get(f"job.api/get/{BUSY}")
    assert "<EstimatedMinutes>15</EstimatedMinutes>" in answer
    fee = fee_xml(xpm, BUSY, "2026-02-01")
    assert xpm.get(f"job.api/costs/{BUSY}").endswith(f"</Cost>{fee}</Costs></Response>")


def test_a_milestone_is_never_beyond_the_last_day_of_the_calendar(xpm: Speaker) -> None:
    answer = add(xpm, "99991231")
    assert milestone("9999-12-31", "Filed &amp; paid", "End") in answer
    assert answer.replace("Add", "Get", 1) == xpm.get("job.api/get/J000002")


def test_all_that_is_on_a_job_goes_with_it(xpm: Speaker) -> None:
    body = f"<Job><ID>{BUSY}</ID></Job>"
    assert xpm.post("job.api/delete", body) == ok("Delete")
    assert xpm.get(f"job.api/costs/{BUSY}") == error("Costs", "Invalid job identifier")
    assert xpm.get(f"job.api/documents/{BUSY}") == error("Documents", "Invalid job identifier")
    left = {
        name: rows for name, rows in xpm.state().items() if any(row.get("job_number") == BUSY for row in rows)
    }
    assert left == {}


def test_a_job_of_an_archived_client_keeps_all_and_can_still_be_worked_on(xpm: Speaker) -> None:
    before = xpm.get(f"job.api/get/{BUSY}")
    xpm.put("client.api/archive", f"<Client>{xpm.ident('clients', ACME)}</Client>")
    assert xpm.get(f"job.api/get/{BUSY}") == before
    note = xpm.post("job.api/note", f"<Note><Job>{BUSY}</Job><Title>T</Title></Note>")
    assert "<Status>OK</Status>" in note
    assert xpm.get(f"job.api/get/{BUSY}").count("<Note>") == 2


def test_what_is_written_on_a_job_survives_a_restart(restarted: Restarted) -> None:
    reads = [f"job.api/get/{BUSY}", f"job.api/costs/{BUSY}", f"job.api/documents/{BUSY}", "job.api/tasks"]
    answers: dict[str, list[str]] = {}

    def writes(caller: Caller) -> None:
        load_busy(caller.app)
        new, old = (Speaker(caller.app, version) for version in ("3.1", "3.0"))
        for xpm in (new, old):
            xpm.post("job.api/note", f"<Note><Job>{BUSY}</Job><Title>By {xpm.version}</Title></Note>")
            xpm.post(
                "job.api/cost", f"<Cost><Job>{BUSY}</Job><Description>By {xpm.version}</Description></Cost>"
            )
            xpm.post(
                "job.api/document",
                f"<Document><Job>{BUSY}</Job><Title>By {xpm.version}</Title><FileName>f</FileName>"
                "<Content>AAA=</Content></Document>",
            )
            task = xpm.ident("tasks", FILE_TAX, "Task")
            xpm.post("job.api/task", f"<Task><Job>{BUSY}</Job>{task}<Label>By {xpm.version}</Label></Task>")
        new.put(f"job.api/task/{FIRST}/complete", "")
        old.put(f"job.api/task/{old.name('job_tasks', SECOND)}/reopen", "")
        order = f"<Tasks><Task>{old.ident('job_tasks', SECOND)}</Task></Tasks>"
        old.put("job.api/reordertasks", f"<Job><ID>{BUSY}</ID>{order}</Job>")
        new.put("job.api/cost", f"<Cost><UUID>{TRAVEL}</UUID><Note>Changed</Note></Cost>")
        new.post("staff.api/disable", f"<Staff><UUID>{BEN}</UUID></Staff>")
        answers.update({xpm.version: [xpm.get(path) for path in reads] for xpm in (new, old)})

    after = restarted(writes).app
    for version, told in answers.items():
        xpm = Speaker(after, version)
        assert [xpm.get(path) for path in reads] == told
        job, costs, documents, _tasks = told
        assert (job.count("<Title>By 3"), costs.count("By 3"), documents.count("By 3")) == (2, 2, 2)
        assert costs.count("<Note>Changed</Note>") == 1
        assert job.index("<Name>File it</Name>") < job.index("<Name>Read papers</Name>")
    order = f'<Job><ID>{BUSY}</ID><add uuid="{BEN}"/></Job>'
    refused = Speaker(after, "3.1").put("job.api/assign", order)
    assert refused == error("Assign", "Invalid staff identifier for add request")
