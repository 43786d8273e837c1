"""World documents: what is refused, and what is made of what is left out."""

import copy
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mock_xpm.cli import command
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import ACME, JANE, NOBODY, SHARED, TENANT, WORLD


def changed(**changes: Any) -> dict[str, Any]:
    """Return the small world, with members of its first practice changed by a path like `clients__0__name`."""
    world = copy.deepcopy(WORLD)
    for path, value in changes.items():
        *steps, last = path.split("__")
        place: Any = world["tenants"][0]
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[int(last) if last.isdigit() else last] = value
    return world


ACME_AGAIN = {"uuid": ACME, "name": "Twice"}
BAD = [
    (
        {"clients__0__account_manager_uuid": NOBODY},
        f"names {NOBODY}, which is not among the practice's staff",
    ),
    ({"clients__0__group_uuids": [NOBODY]}, "which is not among the practice's groups"),
    ({"clients__0": ACME_AGAIN}, f"two clients are both {ACME}"),
    (
        {"clients__2__contacts": [{"uuid": SHARED, "name": "Other"}]},
        f"contact {SHARED} is written in two ways",
    ),
    (
        {"clients__2__contacts": [{"uuid": NOBODY, "name": "a"}, {"uuid": NOBODY, "name": "b"}]},
        f"two contacts of client 'Closed acme' are both {NOBODY}",
    ),
    ({"clients__0__name": "bell \u0007"}, "holds '\\x07', which XML cannot carry"),
    ({"clients__0__date_of_birth": "26/11/1970"}, "client 'Baker & Sons': '26/11/1970' is no date"),
    ({"jobs__0__client_uuid": NOBODY}, "which is not among the practice's clients"),
    ({"jobs__0__manager_uuid": NOBODY}, "which is not among the practice's staff"),
    ({"jobs__0__template_uuid": NOBODY}, "which is not among the practice's templates"),
    ({"jobs__0__state": "Lost"}, "job 'Accounts 2025': no such state: Lost"),
    ({"jobs__0__due_date": "20260101"}, "job 'Accounts 2025': '20260101' is no date"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_a_world_that_contradicts_itself_is_refused_and_changes_nothing(
    xpm: Caller, changes: dict[str, Any], message: str
) -> None:
    before = xpm.digest()
    answer = xpm.http.post("/_control/world", json=changed(**changes))
    assert answer.status_code == 422
    assert message in answer.get_json()["error"]["message"]
    assert xpm.digest() == before


def test_two_practices_cannot_have_one_id(xpm: Caller) -> None:
    world = copy.deepcopy(WORLD)
    world["tenants"][1]["tenant_id"] = TENANT
    answer = xpm.http.post("/_control/world", json=world)
    assert (answer.status_code, f"two practices are both {TENANT}" in answer.text) == (422, True)


def test_jobs_without_a_number_take_those_that_no_other_job_has(app: Flask) -> None:
    plain = {"name": "Plain", "client_uuid": ACME, "start_date": "2026-01-01", "due_date": "2026-01-01"}
    jobs = [
        plain,
        {**plain, "number": "J000001"},
        plain,
        {**plain, "number": "J000003", "state": "Completed"},
    ]
    app.test_client().post("/_control/world", json=changed(jobs=jobs))
    xpm = Caller(app, TENANT)
    answer = xpm.get("job.api/list?from=20260101&to=20260101")
    assert [part.partition("</ID>")[0] for part in answer.split("<ID>")[1:]] == [
        "J000001",
        "J000002",
        "J000003",
        "J000004",
    ]
    assert answer.count("<CompletedDate>2026-07-01T09:30:00</CompletedDate>") == 1


def test_one_contact_of_two_clients_is_one_row(xpm: Caller) -> None:
    state = xpm.state()
    assert [row["uuid"] for row in state["contacts"]] == [JANE, SHARED]
    assert [row["contact_uuid"] for row in state["client_contacts"]].count(SHARED) == 2


def test_a_client_without_a_moment_of_change_changed_at_the_worlds_now(app: Flask) -> None:
    world = changed()
    del world["tenants"][0]["clients"][0]["modified_at"]
    app.test_client().post("/_control/world", json=world)
    xpm = Caller(app, TENANT)
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00").count("<Client>") == 1


def test_the_control_plane_lists_the_practices(xpm: Caller) -> None:
    names = [tenant["name"] for tenant in xpm.http.get("/_control/tenants").get_json()]
    assert names == ["Practice One", "Practice Two"]


def test_the_command_line_offers_to_serve() -> None:
    shown = CliRunner().invoke(command, ["serve", "--help"])
    assert shown.exit_code == 0
    assert "18001" in shown.output
