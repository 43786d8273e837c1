"""World documents about jobs: what is refused, and what is made of what is left out."""

from typing import Any

import pytest
from flask import Flask

from tests.contract.xpm.busy import BUSY, FILE_TAX, FIRST, FULL, load_busy, world
from tests.contract.xpm.small import ACME, ANN, JANE, NOBODY, SHARED, TAX, error
from tests.contract.xpm.speaker import Speaker

MEMBER = {"title": "T", "file_name": "F"}
BAD = [
    (
        {"tasks": [{"task_uuid": NOBODY}]},
        f"job 'Busy' names {NOBODY}, which is not among the practice's tasks",
    ),
    (
        {"tasks": [{"uuid": FIRST, "task_uuid": FILE_TAX}, {"uuid": FIRST, "task_uuid": FILE_TAX}]},
        f"two job tasks are both {FIRST}",
    ),
    (
        {"tasks": [{"task_uuid": FILE_TAX, "assigned_uuids": [NOBODY]}]},
        "which is not among the practice's staff",
    ),
    (
        {"tasks": [{"task_uuid": FILE_TAX, "assigned_uuids": [ANN, ANN]}]},
        f"two assigned staff of a task of job 'Busy' are both {ANN}",
    ),
    ({"tasks": [{"task_uuid": FILE_TAX, "start_date": "soon"}]}, "job 'Busy': 'soon' is no date"),
    ({"milestones": [{"date": "", "description": "D"}]}, "job 'Busy': '' is no date"),
    ({"costs": [{"description": "D", "date": "20260101"}]}, "job 'Busy': '20260101' is no date"),
    (
        {"costs": [{"uuid": NOBODY, "description": "D"}, {"uuid": NOBODY, "description": "E"}]},
        f"two costs are both {NOBODY}",
    ),
    ({"assigned_uuids": [ANN, ANN]}, f"two assigned staff of job 'Busy' are both {ANN}"),
    ({"assigned_uuids": [NOBODY]}, "which is not among the practice's staff"),
    ({"category_uuid": NOBODY}, "which is not among the practice's categories"),
    ({"contact_uuid": NOBODY}, "which is not among the practice's contacts of its client"),
    ({"notes": [{"title": "bell \u0007"}]}, "holds '\\x07', which XML cannot carry"),
    ({"due_date": ""}, "job 'Busy': '' is no date"),
]
MALFORMED = [
    {"costs": [{"description": "D", "quantity": "two"}]},
    {"costs": [{"description": "D", "unit_cost": ""}]},
    {"costs": [{"description": "D", "unit_cost": " "}]},
    {"costs": [{"description": "D", "unit_cost": "9" * 31}]},
    {"budget": "5 <b> & up"},
    {"number": "A/B"},
    {"number": " "},
    {"number": ".."},
    {"documents": [{**MEMBER, "content": "A"}]},
    {"documents": [{**MEMBER, "content": ""}]},
    {"tasks": [{"task_uuid": FILE_TAX, "estimated_minutes": -1}]},
]


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    made = world()
    made["tenants"][0]["jobs"][1].update(changes)
    return made


@pytest.fixture
def xpm(app: Flask) -> Speaker:
    load_busy(app)
    return Speaker(app, "3.1")


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_job_that_contradicts_its_practice_is_refused_and_changes_nothing(
    xpm: Speaker, changes: dict[str, Any], message: str
) -> None:
    before = xpm.digest()
    answer = xpm.http.post("/_control/world", json=changed(changes))
    assert answer.status_code == 422
    assert message in answer.get_json()["error"]["message"]
    assert xpm.digest() == before


@pytest.mark.parametrize("changes", MALFORMED)
def test_a_malformed_part_of_a_job_is_refused(xpm: Speaker, changes: dict[str, Any]) -> None:
    assert xpm.http.post("/_control/world", json=changed(changes)).status_code == 422


def test_a_template_with_a_task_that_is_not_in_the_list_is_refused(xpm: Speaker) -> None:
    made = world()
    made["tenants"][0]["templates"][2]["tasks"][0]["task_uuid"] = NOBODY
    answer = xpm.http.post("/_control/world", json=made)
    assert answer.status_code == 422
    assert f"template 'Full' names {NOBODY}" in answer.get_json()["error"]["message"]


def test_a_job_may_say_all_that_the_api_can_write(xpm: Speaker) -> None:
    said = {
        "contact_uuid": JANE,
        "category_uuid": TAX,
        "budget": "10.00",
        "state": "Completed",
        "completed_date": "2026-04-01T12:00:00Z",
        "assigned_uuids": [ANN],
    }
    assert xpm.http.post("/_control/world", json=changed(said)).status_code == 200
    answer = Speaker(xpm.app, "3.1").get(f"job.api/get/{BUSY}")
    assert "<Budget>10.00</Budget><Type>Tax</Type>" in answer
    assert "<CompletedDate>2026-04-01T12:00:00</CompletedDate>" in answer
    assert f"<Contact><UUID>{JANE}</UUID><Name>Jane Doe</Name></Contact>" in answer
    assert f"<Assigned><Staff><UUID>{ANN}</UUID><Name>Ann Partner</Name></Staff></Assigned><Tasks>" in answer


def test_white_space_around_the_number_of_a_world_s_job_means_nothing(xpm: Speaker) -> None:
    assert xpm.http.post("/_control/world", json=changed({"number": " J77\n"})).status_code == 200
    again = Speaker(xpm.app, "3.1")
    renamed = again.put("job.api/update", "<Job><ID>J77</ID><Name>Renamed</Name></Job>")
    assert again.get("job.api/get/J77") == renamed.replace("Update", "Get", 1)
    assert again.get("job.api/get/%20J77%20") == again.get("job.api/get/J77")
    assert "<Job><ID>J77</ID>" in again.get("job.api/current")


def test_a_shared_contact_may_be_a_jobs(xpm: Speaker) -> None:
    assert xpm.http.post("/_control/world", json=changed({"contact_uuid": SHARED})).status_code == 200


def test_a_jobs_template_comes_before_what_the_job_has_of_its_own(xpm: Speaker) -> None:
    assert xpm.http.post("/_control/world", json=changed({"template_uuid": FULL})).status_code == 200
    again = Speaker(xpm.app, "3.1")
    answer = again.get(f"job.api/get/{BUSY}")
    names = [part.partition("</Name>")[0] for part in answer.partition("<Tasks>")[2].split("<Name>")[1:]]
    assert names == ["File tax", "Read papers", "File it", "Ben Boss"]
    described = answer.partition("<Milestones>")[2].split("<Description>")[1:]
    assert [part.partition("</")[0] for part in described] == ["Kick-off", "Filed &amp; paid", "Year end"]
    costs = again.get(f"job.api/costs/{BUSY}").split("<Description>")[1:]
    assert [part.partition("</")[0] for part in costs] == ["Filing fee", "Travel"]


def test_a_disabled_member_of_a_world_gets_no_new_work(xpm: Speaker) -> None:
    made = world()
    made["tenants"][0]["staff"][1]["is_disabled"] = True
    assert xpm.http.post("/_control/world", json=made).status_code == 200
    again = Speaker(xpm.app, "3.1")
    refused = error("Assign", "Invalid staff identifier for add request")
    assert again.put("job.api/assign", f'<Job><ID>{BUSY}</ID><add uuid="{ANN}"/></Job>') == refused
    assert f"<UUID>{ACME}</UUID>" in again.get(f"job.api/get/{BUSY}")
