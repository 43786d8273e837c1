"""Writes to jobs, and what of them survives a restart."""

from collections.abc import Callable

from tests.contract.xpm.bodies import NEW_JOB, SMALL_JOB
from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import (
    ACME,
    ANN,
    ANNUAL,
    BAKER,
    BEN,
    EMPTY_TEMPLATE,
    FAMILY,
    GONE,
    JANE,
    TAX,
    error,
    ok,
    task_xml,
)

Restarted = Callable[[Callable[[Caller], None]], Caller]

ANN_LINK = f"<Staff><UUID>{ANN}</UUID><Name>Ann Partner</Name></Staff>"
BEN_LINK = f"<Staff><UUID>{BEN}</UUID><Name>Ben Boss</Name></Staff>"


def job_xml(answer: str) -> str:
    return answer[answer.index("<Job>") : answer.index("</Job>") + len("</Job>")]


def task_uuids(answer: str) -> list[str]:
    return [part.partition("</UUID>")[0] for part in answer.split("<Task><UUID>")[1:]]


def test_an_added_job_takes_the_next_number_and_the_tasks_of_its_template(xpm: Caller) -> None:
    answer = xpm.post("job.api/add", NEW_JOB)
    uuid = first(answer, "UUID")
    assert answer == ok(
        "Add",
        f"<Job><ID>J000002</ID><UUID>{uuid}</UUID><Name>Accounts – July 2026</Name>"
        "<Description>01 July, 2026\nA &amp; B</Description><State>Planned</State>"
        "<ClientOrderNumber>PROP-1042</ClientOrderNumber><Budget>1200.50</Budget><Type>Tax</Type>"
        "<StartDate>2026-07-01T00:00:00</StartDate><DueDate>2026-07-31T00:00:00</DueDate>"
        f"<Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name></Client>"
        f"<Contact><UUID>{JANE}</UUID><Name>Jane Doe</Name></Contact><Assigned />"
        f"<Tasks>{task_xml(task_uuids(answer)[0])}</Tasks><Milestones /><Notes /></Job>",
    )
    assert xpm.get("job.api/get/J000002") == answer.replace("Add", "Get", 1)
    assert "<ID>J000002</ID>" in xpm.get(f"job.api/client/{ACME}")


def test_a_job_without_a_template_has_no_tasks(xpm: Caller) -> None:
    answer = xpm.post("job.api/add", SMALL_JOB)
    assert "<Description></Description>" in answer
    assert "<Tasks /><Milestones /><Notes /></Job>" in answer
    assert answer.replace("Add", "Get", 1) == xpm.get("job.api/get/J000002")


def test_the_sequence_skips_numbers_that_are_taken(xpm: Caller) -> None:
    chosen = SMALL_JOB.replace("<Job>", "<Job><ID>J000002</ID>")
    assert first(xpm.post("job.api/add", chosen), "ID") == "J000002"
    assert xpm.post("job.api/add", chosen) == error("Add", "ID is already in use")
    assert first(xpm.post("job.api/add", SMALL_JOB), "ID") == "J000003"


def test_each_practice_has_its_own_sequence(xpm: Caller, other: Caller) -> None:
    assert first(xpm.post("job.api/add", SMALL_JOB), "ID") == "J000002"
    body = SMALL_JOB.replace(BAKER, first(other.get("client.api/list"), "UUID"))
    assert first(other.post("job.api/add", body), "ID") == "J000001"


def test_an_archived_client_may_still_have_jobs(xpm: Caller) -> None:
    xpm.put("client.api/archive", f"<Client><UUID>{BAKER}</UUID></Client>")
    assert "<Status>OK</Status>" in xpm.post("job.api/add", SMALL_JOB)
    assert "<ID>J000002</ID>" in xpm.get(f"job.api/client/{BAKER}")


def test_an_update_changes_only_what_it_holds(xpm: Caller) -> None:
    before = job_xml(xpm.get("job.api/get/J000001"))
    answer = xpm.put(
        "job.api/update",
        f"<Job><ID>J000001</ID><Name>Renamed</Name><DueDate>20260401</DueDate><CategoryUUID>{TAX}</CategoryUUID>"
        "<ClientNumber></ClientNumber></Job>",
    )
    expected = (
        before.replace("Accounts 2025", "Renamed")
        .replace("2026-03-31", "2026-04-01")
        .replace("<Type></Type>", "<Type>Tax</Type>")
        .replace("PROP-1", "")
    )
    assert answer == ok("Update", expected)
    assert xpm.get("job.api/get/J000001") == ok("Get", expected)


def test_a_state_is_set_by_its_code_and_completing_is_dated(xpm: Caller) -> None:
    assert xpm.put("job.api/state", "<Job><ID>J000001</ID><State>COMPLETED</State></Job>") == ok("State")
    shown = xpm.get("job.api/get/J000001")
    assert "<State>Completed</State>" in shown
    assert "<DueDate>2026-03-31T00:00:00</DueDate><CompletedDate>2026-07-01T09:30:00</CompletedDate>" in shown
    for code, name in [("CONFIRMED", "Confirmed"), ("INPROGRESS", "In Progress"), ("CANCELLED", "Cancelled")]:
        assert xpm.put("job.api/state", f"<Job><ID>J000001</ID><State>{code}</State></Job>") == ok("State")
        shown = xpm.get("job.api/get/J000001")
        assert f"<State>{name}</State>" in shown
        assert "CompletedDate" not in shown


def test_completing_a_completed_job_does_not_date_it_again(xpm: Caller) -> None:
    body = "<Job><ID>J000001</ID><State>COMPLETED</State></Job>"
    xpm.put("job.api/state", body)
    xpm.http.post("/_control/clock/advance", json={"seconds": 600})
    assert xpm.put("job.api/state", body) == ok("State")
    assert first(xpm.get("job.api/get/J000001"), "CompletedDate") == "2026-07-01T09:30:00"


def test_orders_of_assignment_are_done_in_the_order_they_are_written(xpm: Caller) -> None:
    task = task_uuids(xpm.get("job.api/get/J000001"))[0]
    before = job_xml(xpm.get("job.api/get/J000001"))
    answer = xpm.put(
        "job.api/assign",
        f'<Job><ID>J000001</ID><add uuid="{BEN}"/><add uuid="{ANN.upper()}"/><add uuid="{BEN}"/>'
        f'<remove uuid="{ANN}"/><add uuid="{ANN}"/><add uuid="{BEN}" task-uuid="{task}"/>'
        f'<add-partner uuid="{ANN}"/><remove-manager/></Job>',
    )
    expected = (
        before.replace("<Assigned />", f"<Assigned>{BEN_LINK}{ANN_LINK}</Assigned>")
        .replace("</Folder></Task>", f"</Folder><Assigned>{BEN_LINK}</Assigned></Task>")
        .replace(
            f"<Partner><UUID>{GONE}</UUID><Name>Gone Gary</Name>",
            f"<Partner><UUID>{ANN}</UUID><Name>Ann Partner</Name>",
        )
        .replace(f"<Manager><UUID>{BEN}</UUID><Name>Ben Boss</Name></Manager>", "")
    )
    assert answer == ok("Assign", expected)
    assert xpm.get("job.api/get/J000001") == ok("Get", expected)


def test_everything_assigned_can_be_taken_off_again(xpm: Caller) -> None:
    task = task_uuids(xpm.get("job.api/get/J000001"))[0]
    before = xpm.digest()
    orders = f'<{{0}} uuid="{ANN}"/><{{0}} uuid="{ANN}" task-uuid="{task}"/>'
    xpm.put("job.api/assign", f"<Job><ID>J000001</ID>{orders.format('add')}</Job>")
    assert xpm.digest() != before
    xpm.put("job.api/assign", f"<Job><ID>J000001</ID>{orders.format('remove')}</Job>")
    assert xpm.digest() == before
    xpm.put("job.api/assign", f'<Job><ID>J000001</ID><remove-partner/><add-manager uuid="{ANN}"/></Job>')
    shown = xpm.get("job.api/get/J000001")
    assert "<Partner>" not in shown
    assert f"<Manager><UUID>{ANN}</UUID>" in shown


def test_a_template_goes_on_as_new_tasks_or_as_more_minutes(xpm: Caller) -> None:
    def apply(mode: str) -> str:
        return xpm.post(
            "job.api/applytemplate", f"<Job><ID>J000001</ID><TemplateUUID>{ANNUAL}</TemplateUUID>{mode}</Job>"
        )

    first_task = task_uuids(xpm.get("job.api/get/J000001"))[0]
    answer = apply("")
    second_task = task_uuids(answer)[1]
    assert f"<Tasks>{task_xml(first_task)}{task_xml(second_task)}</Tasks>" in answer
    answer = apply("<TaskMode>AppendExisting</TaskMode>")
    assert f"<Tasks>{task_xml(first_task, 120)}{task_xml(second_task)}</Tasks>" in answer
    assert answer == ok("ApplyTemplate", job_xml(xpm.get("job.api/get/J000001")))
    added = apply("<TaskMode>AddNew</TaskMode>")
    assert len(task_uuids(added)) == 3


def test_tasks_that_a_job_does_not_have_are_added_in_either_mode(xpm: Caller) -> None:
    xpm.post("job.api/add", SMALL_JOB)
    body = (
        f"<Job><ID>J000002</ID><TemplateUUID>{ANNUAL}</TemplateUUID><TaskMode>AppendExisting</TaskMode></Job>"
    )
    answer = xpm.post("job.api/applytemplate", body)
    assert f"<Tasks>{task_xml(task_uuids(answer)[0])}</Tasks>" in answer
    empty = f"<Job><ID>J000002</ID><TemplateUUID>{EMPTY_TEMPLATE}</TemplateUUID></Job>"
    assert xpm.post("job.api/applytemplate", empty) == answer
    assert xpm.get("job.api/get/J000002") == answer.replace("ApplyTemplate", "Get", 1)


def test_a_deleted_job_is_gone_and_its_number_is_not_given_out_again(xpm: Caller) -> None:
    task = task_uuids(xpm.get("job.api/get/J000001"))[0]
    body = f'<Job><ID>J000001</ID><add uuid="{ANN}"/><add uuid="{ANN}" task-uuid="{task}"/></Job>'
    xpm.put("job.api/assign", body)
    assert xpm.post("job.api/delete", "<Job><ID>J000001</ID></Job>") == ok("Delete")
    assert xpm.get("job.api/get/J000001") == error("Get", "Invalid job identifier")
    state = xpm.state()
    assert [row["number"] for row in state["jobs"]] == ["J000099"]
    assert state["job_tasks"] == state["job_staff"] == state["job_task_staff"] == []
    assert first(xpm.post("job.api/add", SMALL_JOB), "ID") == "J000002"


def test_what_was_written_to_jobs_staff_and_groups_survives_a_restart(restarted: Restarted) -> None:
    reads = ["job.api/get/J000001", "job.api/get/J000002", "job.api/get/J000003", "staff.api/list"]
    reads += [f"clientgroup.api/get/{FAMILY}", f"client.api/get/{BAKER}"]
    answers: list[str] = []

    def writes(xpm: Caller) -> None:
        xpm.post("job.api/add", NEW_JOB)
        xpm.post("job.api/add", SMALL_JOB)
        xpm.put("job.api/update", "<Job><ID>J000002</ID><Name>Kept</Name></Job>")
        xpm.put("job.api/state", "<Job><ID>J000002</ID><State>COMPLETED</State></Job>")
        task = task_uuids(xpm.get("job.api/get/J000002"))[0]
        orders = f'<add uuid="{BEN}"/><add uuid="{ANN}" task-uuid="{task}"/><add-partner uuid="{ANN}"/>'
        xpm.put("job.api/assign", f"<Job><ID>J000002</ID>{orders}</Job>")
        body = f"<Job><ID>J000002</ID><TemplateUUID>{ANNUAL}</TemplateUUID></Job>"
        xpm.post("job.api/applytemplate", body)
        xpm.post("job.api/delete", "<Job><ID>J000003</ID></Job>")
        xpm.post("staff.api/add", "<Staff><Name>Abe</Name></Staff>")
        xpm.put("staff.api/update", f"<Staff><UUID>{ANN}</UUID><Phone>55</Phone></Staff>")
        xpm.post("staff.api/delete", f"<Staff><UUID>{BEN}</UUID></Staff>")
        xpm.put("clientgroup.api/members", f'<Group><UUID>{FAMILY}</UUID><add uuid="{BAKER}"/></Group>')
        answers.extend(xpm.get(path) for path in reads)

    after = restarted(writes)
    assert [after.get(path) for path in reads] == answers
    assert "<Name>Kept</Name>" in answers[1]
    assert "Invalid job identifier" in answers[2]
    assert first(after.post("job.api/add", SMALL_JOB), "ID") == "J000004"
