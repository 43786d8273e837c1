"""What counts as a change of a client, in both versions of the API: `modifiedsince` answers it, and nothing else."""

import pytest
from flask import Flask

from tests.contract.xpm.small import ACME, ANN, BEN, CLOSED, FAMILY, JANE, SHARED, TRUSTS, ok
from tests.contract.xpm.speaker import Speaker

OF_ACME = f"<Client><#clients {ACME}/>"
AT_ACME = f"<Client><#clients {ACME}/></Client>"
Call = tuple[str, str, str]


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def since(xpm: Speaker, moment: str = "2026-07-01T09:30:00") -> str:
    return xpm.get(f"client.api/list?modifiedsince={moment}")


def send(xpm: Speaker, call: Call) -> None:
    verb, path, body = call
    answer = xpm.send(verb, xpm.say(path), xpm.say(body))
    assert "<Status>OK</Status>" in answer.text, answer.text


def update(rest: str) -> Call:
    return "PUT", "client.api/update", f"{OF_ACME}{rest}</Client>"


def members(group: str, order: str) -> Call:
    return "PUT", "clientgroup.api/members", f"<Group><#groups {group}/>{order}</Group>"


JANE_PATH = f"client.api/contact/[contacts {JANE}]"
SHARED_PATH = f"client.api/contact/[contacts {SHARED}]"
LINKED = f"client.api/client/[clients {ACME}]/contacts"
TOUCHING: dict[str, Call] = {
    "own field": update("<Fax>9</Fax>"),
    "account manager": update(f"<AccountManager#staff {BEN}/>"),
    "no account manager": update("<AccountManagerUUID/><AccountManagerID/>"),
    "job manager": update(f"<JobManager#staff {ANN}/>"),
    "archiving": ("PUT", "client.api/archive", f"{OF_ACME}</Client>"),
    "new contact": ("POST", "client.api/contact", f"<Contact><Name>N</Name>{AT_ACME}</Contact>"),
    "changed contact": ("PUT", JANE_PATH, "<Contact><Phone>5</Phone></Contact>"),
    "position alone": ("PUT", JANE_PATH, f"<Contact>{AT_ACME}<Position>Chair</Position></Contact>"),
    "primary mark alone": ("PUT", SHARED_PATH, f"<Contact>{AT_ACME}<IsPrimary>Yes</IsPrimary></Contact>"),
    "removed contact": ("DELETE", JANE_PATH, ""),
    "joining a group": members(TRUSTS, f'<add uuid="[clients {ACME}]"/>'),
    "a new group": ("POST", "clientgroup.api/add", f"<Group><Name>New</Name><Client#clients {ACME}/></Group>"),
    "leaving a group": members(FAMILY, f'<remove uuid="[clients {ACME}]"/>'),
    "end of a group": ("POST", "clientgroup.api/delete", f"<Group><#groups {FAMILY}/></Group>"),
    "place of a linked contact": (
        "POST",
        LINKED,
        f"<Client><Contacts><Contact><#contacts {JANE}/><Position>Chair</Position></Contact></Contacts></Client>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", TOUCHING.values(), ids=TOUCHING)
def test_a_client_counts_as_modified_after(xpm: Speaker, call: Call) -> None:
    assert since(xpm, "2026-07-01T00:00:00") == ok("List", "<Clients />")
    send(xpm, call)
    changed = since(xpm)
    assert changed.count("<Client>") == 1
    assert xpm.say(f"<Client><#clients {ACME}/>") in changed


def test_a_client_counts_as_modified_after_its_deletion(xpm: Speaker) -> None:
    send(xpm, ("POST", "client.api/delete", f"<Client><#clients {CLOSED}/></Client>"))
    changed = since(xpm)
    assert changed.count("<Client>") == 1
    assert xpm.say(f"<Client><#clients {CLOSED}/>") in changed


def test_a_client_counts_as_modified_when_a_contact_comes_to_it(xpm: Speaker) -> None:
    linked = f"<Client><Contacts><Contact><#contacts {JANE}/></Contact></Contacts></Client>"
    send(xpm, ("POST", f"client.api/client/[clients {CLOSED}]/contacts", linked))
    changed = since(xpm)
    assert changed.count("<Client>") == 1
    assert xpm.say(f"<Client><#clients {CLOSED}/>") in changed


def test_a_shared_contact_that_changes_or_goes_modifies_all_its_clients(xpm: Speaker) -> None:
    send(xpm, ("PUT", SHARED_PATH, "<Contact><Phone>5</Phone></Contact>"))
    assert since(xpm).count("<Client>") == 2
    xpm.http.post("/_control/clock/advance", json={"seconds": 60})
    assert since(xpm, "2026-07-01T09:31:00") == ok("List", "<Clients />")
    send(xpm, ("DELETE", SHARED_PATH, ""))
    assert since(xpm, "2026-07-01T09:31:00").count("<Client>") == 2


def test_a_write_that_changes_nothing_modifies_nobody(xpm: Speaker) -> None:
    before = xpm.digest()
    send(xpm, update("<Name>Acme Ltd</Name><Fax>02 8888</Fax>"))
    as_it_is = f"{AT_ACME}<Name>Jane Doe</Name><IsPrimary>Yes</IsPrimary><Position>Director</Position>"
    send(xpm, ("PUT", JANE_PATH, f"<Contact>{as_it_is}</Contact>"))
    send(xpm, ("PUT", "client.api/archive", f"<Client><#clients {CLOSED}/></Client>"))
    send(xpm, members(FAMILY, f'<add uuid="[clients {ACME}]"/>'))
    send(xpm, members(TRUSTS, f'<remove uuid="[clients {ACME}]"/>'))
    assert xpm.digest() == before


def test_a_renamed_or_deleted_member_of_staff_touches_no_client(xpm: Speaker) -> None:
    manager = xpm.say(f"<AccountManager><#staff {ANN}/><Name>Ann Other</Name></AccountManager>")
    send(xpm, ("PUT", "staff.api/update", f"<Staff><#staff {ANN}/><Name>Ann Other</Name></Staff>"))
    assert manager in xpm.get(xpm.say(f"client.api/get/[clients {ACME}]"))
    send(xpm, ("POST", "staff.api/delete", f"<Staff><#staff {ANN}/></Staff>"))
    assert manager in xpm.get(xpm.say(f"client.api/get/[clients {ACME}]"))
    assert since(xpm) == ok("List", "<Clients />")
