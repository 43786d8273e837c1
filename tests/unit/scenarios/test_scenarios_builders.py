import pytest
from pydantic import ValidationError

from mock_ignition.world import IgnitionWorld
from mock_xpm.world import XpmWorld
from scenarios import builders as b
from scenarios.world import build


def test_a_name_is_enough_for_a_client() -> None:
    made = b.client("Kea Cafés Limited")
    assert made["name"] == "Kea Cafés Limited"
    assert made["contacts"] == []
    assert made["is_archived"] is False
    assert made == b.client("Kea Cafés Limited")


def test_two_clients_of_one_name_are_told_apart_by_nth() -> None:
    first, second = b.client("Kea"), b.client("Kea", nth=1)
    assert first["name"] == second["name"]
    assert first["uuid"] != second["uuid"]


@pytest.mark.parametrize(
    ("builder", "field"), [(b.client, "telephone"), (b.contact, "e_mail"), (b.ignition_client, "groupz")]
)
def test_a_field_the_record_does_not_have_is_refused_by_name(builder: object, field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        builder("Kea", **{field: "x"})  # type: ignore[operator]


def test_built_records_make_valid_worlds() -> None:
    worlds = build(1, clients=0)
    accounts = b.template("Accounts", "Prepare", "Review")
    payroll = b.template("Payroll", "Review")
    ann, farms = b.staff("Ann Lee"), b.group("Farms")
    kea = b.client("Kea", account_manager_uuid=ann["uuid"], group_uuids=[farms["uuid"]])
    kea["contacts"] = [b.contact("Moana", is_primary=True)]
    tenant = worlds.tenant()
    tenant["staff"].append(ann)
    tenant["groups"].append(farms)
    tenant["templates"] += [accounts, payroll]
    tenant["tasks"] += b.tasks_of(accounts, payroll)
    tenant["clients"].append(kea)
    tenant["jobs"].append(b.job("Accounts 2026", kea, state="In Progress"))
    practice = worlds.practice()
    practice["users"].append(b.user("Ann Lee"))
    practice["services"].append(b.service("Payroll", cadence="weekly"))
    practice["clients"] = [b.ignition_client("Kea", contacts=[b.signatory("Moana")])]
    xpm = XpmWorld.model_validate(worlds.xpm).tenants[0]
    ignition = IgnitionWorld.model_validate(worlds.ignition).practices[0]
    assert [task.name for task in xpm.tasks[-2:]] == ["Prepare", "Review"]
    assert xpm.jobs[0].client_uuid == kea["uuid"]
    assert (xpm.jobs[0].start_date, xpm.jobs[0].due_date) == ("2026-07-01", "2026-07-31")
    assert ignition.clients[0].state == "lead"
    assert ignition.clients[0].contacts[0].is_signatory
    assert ignition.users[1].email.endswith("@example.com")
    assert ignition.services[-1].price == 100.0


def test_a_task_shared_by_two_templates_is_one_task_of_the_list() -> None:
    tasks = b.tasks_of(b.template("One", "Review"), b.template("Two", "Review", "File"))
    assert [task["name"] for task in tasks] == ["Review", "File"]
