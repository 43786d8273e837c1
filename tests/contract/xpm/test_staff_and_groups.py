"""Writes to staff and groups."""

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import (
    ACME,
    BAKER,
    BEN,
    FAMILY,
    error,
    ok,
)

BEN_LINK = f"<Staff><UUID>{BEN}</UUID><Name>Ben Boss</Name></Staff>"


def test_staff_can_be_added_read_and_deleted_and_add_answers_as_get(xpm: Caller) -> None:
    answer = xpm.post("staff.api/add", "<Staff><Name>Abe</Name><Email>abe@one.example</Email></Staff>")
    uuid = first(answer, "UUID")
    member = (
        f"<Staff><UUID>{uuid}</UUID><Name>Abe</Name><Email>abe@one.example</Email><Phone></Phone>"
        "<Mobile></Mobile><Address></Address><PayrollCode></PayrollCode></Staff>"
    )
    assert answer == ok("Get", member)
    assert f"<StaffList>{member}" in xpm.get("staff.api/list")
    changed = member.replace("<Phone></Phone>", "<Phone>5</Phone>")
    body = f"<Staff><UUID>{uuid}</UUID><Phone>5</Phone></Staff>"
    assert xpm.put("staff.api/update", body) == ok("Update", changed)
    assert xpm.get(f"staff.api/get/{uuid}") == ok("Get", changed)
    assert xpm.post("staff.api/delete", f"<Staff><UUID>{uuid}</UUID></Staff>") == ok("Delete")
    assert uuid not in xpm.get("staff.api/list")
    assert xpm.get(f"staff.api/get/{uuid}") == error("Get", "Invalid staff identifier")


def test_the_names_of_deleted_staff_stay_on_jobs(xpm: Caller) -> None:
    xpm.put("job.api/assign", f'<Job><ID>J000001</ID><add uuid="{BEN}"/></Job>')
    before = xpm.get("job.api/get/J000001")
    xpm.post("staff.api/delete", f"<Staff><UUID>{BEN}</UUID></Staff>")
    assert xpm.get("job.api/get/J000001") == before
    assert BEN_LINK in before


def test_clients_join_and_leave_groups(xpm: Caller) -> None:
    answer = xpm.post(
        "clientgroup.api/add",
        f"<Group><Name>Agri</Name><Taxable>Yes</Taxable><ClientUUID>{ACME}</ClientUUID></Group>",
    )
    uuid = first(answer, "UUID")
    acme = f"<Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name></Client>"
    baker = f"<Client><UUID>{BAKER}</UUID><Name>Baker &amp; Sons</Name></Client>"
    head = f"<Group><UUID>{uuid}</UUID><Name>Agri</Name><Taxable>Yes</Taxable>"
    assert answer == ok("Add", f"{head}<Clients>{acme}</Clients></Group>")
    joined = xpm.put(
        "clientgroup.api/members",
        f'<Group><UUID>{uuid}</UUID><add uuid="{BAKER}"/><add uuid="{ACME}"/></Group>',
    )
    assert joined == ok("Members", f"{head}<Clients>{acme}{baker}</Clients></Group>")
    groups = f"<Groups><Group><UUID>{FAMILY}</UUID><Name>Family</Name></Group><Group><UUID>{uuid}</UUID>"
    assert groups in xpm.get(f"client.api/get/{ACME}")
    left = f'<Group><UUID>{uuid}</UUID><remove uuid="{ACME}"/><remove uuid="{ACME}"/></Group>'
    xpm.put("clientgroup.api/members", left)
    assert xpm.get(f"clientgroup.api/get/{uuid}") == ok("Get", f"{head}<Clients>{baker}</Clients></Group>")
    assert xpm.post("clientgroup.api/delete", f"<Group><UUID>{uuid}</UUID></Group>") == ok("Delete")
    assert uuid not in xpm.get("clientgroup.api/list")
    assert "<Groups />" in xpm.get(f"client.api/get/{BAKER}")


def test_a_group_may_begin_without_clients(xpm: Caller) -> None:
    uuid = first(xpm.post("clientgroup.api/add", "<Group><Name>Empty</Name></Group>"), "UUID")
    expected = f"<Group><UUID>{uuid}</UUID><Name>Empty</Name><Taxable>No</Taxable><Clients /></Group>"
    assert xpm.get(f"clientgroup.api/get/{uuid}") == ok("Get", expected)
