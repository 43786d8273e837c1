"""Writes to staff and groups, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm import told
from tests.contract.xpm.caller import first
from tests.contract.xpm.small import ACME, BAKER, BEN, FAMILY, error, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def test_staff_can_be_added_read_and_deleted_and_add_answers_as_get(xpm: Speaker) -> None:
    answer = xpm.post("staff.api/add", "<Staff><Name>Abe</Name><Email>abe@one.example</Email></Staff>")
    uuid = xpm.uuid("staff", first(answer, xpm.tag))
    own = xpm.ident("staff", uuid)
    member = (
        f"<Staff>{own}<Name>Abe</Name><Email>abe@one.example</Email><Phone></Phone>"
        "<Mobile></Mobile><Address></Address><PayrollCode></PayrollCode></Staff>"
    )
    assert answer == ok("Get", member)
    assert f"<StaffList>{member}" in xpm.get("staff.api/list")
    changed = member.replace("<Phone></Phone>", "<Phone>5</Phone>")
    assert xpm.put("staff.api/update", f"<Staff>{own}<Phone>5</Phone></Staff>") == ok("Update", changed)
    path = xpm.say(f"staff.api/get/[staff {uuid}]")
    assert xpm.get(path) == ok("Get", changed)
    assert xpm.post("staff.api/delete", f"<Staff>{own}</Staff>") == ok("Delete")
    assert own not in xpm.get("staff.api/list")
    assert xpm.get(path) == error("Get", "Invalid staff identifier")


def test_each_field_of_a_member_of_staff_is_kept(xpm: Speaker) -> None:
    fields = (
        "<Name>A &amp; B</Name><Email>e@one.example</Email><Phone>1</Phone><Mobile>2</Mobile>"
        "<Address>3 High St\nTown</Address><PayrollCode>P4</PayrollCode>"
    )
    made = xpm.post("staff.api/add", f"<Staff>{fields}</Staff>")
    uuid = xpm.uuid("staff", first(made, xpm.tag))
    expected = ok("Get", f"<Staff>{xpm.ident('staff', uuid)}{fields}</Staff>")
    assert made == xpm.get(xpm.say(f"staff.api/get/[staff {uuid}]")) == expected
    other = fields.translate(str.maketrans("1234", "5678"))
    xpm.put("staff.api/update", f"<Staff>{xpm.ident('staff', uuid)}{other}</Staff>")
    assert other in xpm.get(xpm.say(f"staff.api/get/[staff {uuid}]"))


def test_the_names_of_deleted_staff_stay_on_jobs(xpm: Speaker) -> None:
    xpm.put("job.api/assign", xpm.say(f'<Job><ID>J000001</ID><add uuid="[staff {BEN}]"/></Job>'))
    before = xpm.get("job.api/get/J000001")
    xpm.post("staff.api/delete", xpm.say(f"<Staff><#staff {BEN}/></Staff>"))
    assert xpm.get("job.api/get/J000001") == before
    assert f"<Assigned>{told.reference(xpm, 'Staff', 'staff', BEN, 'Ben Boss')}</Assigned>" in before


def test_clients_join_and_leave_groups(xpm: Speaker) -> None:
    body = f"<Group><Name>Agri</Name><Taxable>Yes</Taxable><Client#clients {ACME}/></Group>"
    answer = xpm.post("clientgroup.api/add", xpm.say(body))
    uuid = xpm.uuid("groups", first(answer, xpm.tag))
    own = xpm.ident("groups", uuid)
    acme = told.reference(xpm, "Client", "clients", ACME, "Acme Ltd")
    baker = told.reference(xpm, "Client", "clients", BAKER, "Baker &amp; Sons")
    head = f"<Group>{own}<Name>Agri</Name><Taxable>Yes</Taxable>"
    assert answer == ok("Add", f"{head}<Clients>{acme}</Clients></Group>")

    def members(orders: str) -> str:
        return xpm.put("clientgroup.api/members", xpm.say(f"<Group>{own}{orders}</Group>"))

    joined = members(f'<add uuid="[clients {BAKER}]"/><add uuid="[clients {ACME}]"/>')
    assert joined == ok("Members", f"{head}<Clients>{acme}{baker}</Clients></Group>")
    family = told.reference(xpm, "Group", "groups", FAMILY, "Family")
    agri = told.reference(xpm, "Group", "groups", uuid, "Agri")
    shown = xpm.get(xpm.say(f"client.api/get/[clients {ACME}]"))
    assert f"<Groups>{family}{agri}</Groups>" in shown
    members(f'<remove uuid="[clients {ACME}]"/><remove uuid="[clients {ACME}]"/>')
    path = xpm.say(f"clientgroup.api/get/[groups {uuid}]")
    assert xpm.get(path) == ok("Get", f"{head}<Clients>{baker}</Clients></Group>")
    assert f"{head}</Group>" in xpm.get("clientgroup.api/list")
    assert xpm.post("clientgroup.api/delete", f"<Group>{own}</Group>") == ok("Delete")
    assert own not in xpm.get("clientgroup.api/list")
    assert "<Groups />" in xpm.get(xpm.say(f"client.api/get/[clients {BAKER}]"))


def test_a_group_may_begin_without_clients(xpm: Speaker) -> None:
    made = xpm.post("clientgroup.api/add", "<Group><Name>Empty</Name></Group>")
    uuid = xpm.uuid("groups", first(made, xpm.tag))
    own = xpm.ident("groups", uuid)
    expected = f"<Group>{own}<Name>Empty</Name><Taxable>No</Taxable><Clients /></Group>"
    assert xpm.get(xpm.say(f"clientgroup.api/get/[groups {uuid}]")) == ok("Get", expected)
