"""Staff who are enabled, disabled, or have forgotten their password, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import BUSY, FIRST, SECOND, assigned_to, load_busy
from tests.contract.xpm.small import ANN, BEN, GONE, NOBODY, error, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


def switch(xpm: Speaker, how: str, uuid: str) -> str:
    return xpm.post(f"staff.api/{how}", f"<Staff>{xpm.ident('staff', uuid)}</Staff>")


def assign(xpm: Speaker, order: str, uuid: str) -> str:
    named = f'{xpm.tag.lower()}="{xpm.name("staff", uuid)}"'
    return xpm.put("job.api/assign", f"<Job><ID>{BUSY}</ID><{order} {named}/></Job>")


def test_a_disabled_member_stays_where_they_are_but_gets_no_new_work(xpm: Speaker) -> None:
    job, staff = xpm.get(f"job.api/get/{BUSY}"), xpm.get("staff.api/list")
    member = xpm.get(f"staff.api/get/{xpm.name('staff', BEN)}")
    assert switch(xpm, "disable", BEN) == ok("Disable")
    assert xpm.get(f"job.api/get/{BUSY}") == job
    assert xpm.get("staff.api/list") == staff
    assert xpm.get(f"staff.api/get/{xpm.name('staff', BEN)}") == member
    for order in ("add", "add-manager", "add-partner"):
        refused = error("Assign", f"Invalid staff identifier for {order} request")
        assert assign(xpm, order, BEN) == refused
    switch(xpm, "disable", ANN)
    refused = error("Assign", "Invalid staff identifier for add request")
    assert xpm.put("job.api/assign", assigned_to(xpm, FIRST)) == refused
    assert xpm.get(f"job.api/get/{BUSY}") == job


def test_a_disabled_member_can_be_taken_off_their_work(xpm: Speaker) -> None:
    switch(xpm, "disable", BEN)
    end = xpm.tag.lower()
    who, what = xpm.name("staff", BEN), xpm.name("job_tasks", SECOND)
    off = f'<Job><ID>{BUSY}</ID><remove {end}="{who}" task-{end}="{what}"/></Job>'
    assert "<Status>OK</Status>" in xpm.put("job.api/assign", off)
    assert xpm.state()["job_task_staff"] == []


def test_an_enabled_member_gets_new_work_again(xpm: Speaker) -> None:
    before = xpm.digest()
    switch(xpm, "disable", BEN)
    disabled = xpm.digest()
    assert switch(xpm, "disable", BEN) == ok("Disable")
    assert xpm.digest() == disabled != before
    assert switch(xpm, "enable", BEN) == ok("Enable")
    assert switch(xpm, "enable", BEN) == ok("Enable")
    assert xpm.digest() == before
    answer = assign(xpm, "add", BEN)
    assert f"<Assigned><Staff>{xpm.ident('staff', BEN)}<Name>Ben Boss</Name></Staff></Assigned>" in answer


def test_a_forgotten_password_is_checked_and_changes_nothing(xpm: Speaker) -> None:
    before = xpm.digest()
    assert switch(xpm, "forgottenpassword", BEN) == ok("ForgottenPassword")
    assert xpm.digest() == before


def test_nobody_disabled_or_without_an_address_gets_a_new_password(xpm: Speaker) -> None:
    switch(xpm, "disable", BEN)
    refused = error("ForgottenPassword", "Invalid staff identifier")
    assert switch(xpm, "forgottenpassword", BEN) == refused
    assert switch(xpm, "forgottenpassword", GONE) == refused
    xpm.put("staff.api/update", f"<Staff>{xpm.ident('staff', ANN)}<Email></Email></Staff>")
    before = xpm.digest()
    assert switch(xpm, "forgottenpassword", ANN) == error("ForgottenPassword", "Email is required")
    assert xpm.digest() == before


@pytest.mark.parametrize(("how", "method"), [("enable", "Enable"), ("disable", "Disable")])
def test_who_is_not_on_the_staff_is_refused(xpm: Speaker, how: str, method: str) -> None:
    before = xpm.digest()
    refused = error(method, "Invalid staff identifier")
    assert switch(xpm, how, GONE) == refused
    assert switch(xpm, how, NOBODY) == refused
    assert xpm.post(f"staff.api/{how}", "<Staff/>") == refused
    assert xpm.digest() == before
