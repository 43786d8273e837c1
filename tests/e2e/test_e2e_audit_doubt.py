"""E11: what was made after an unknown outcome is audited once all of it must have landed, contacts too."""

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, LATE, Bench, CrashError, Fault, broken, known, lead, lost, say, small_world
from e2e_contacts import KEA, MERE, add, names, phone, started, there
from e2e_jobs import KEA as WITH_A_JOB
from e2e_jobs import accept_lines, delete_job, deployed_rows, kea, lines, linked_services
from lxml import etree

from syncer.once import SETTLE_SECONDS

XPM = "http://127.0.0.1:18001/practicemanager/3.1/"
ADD_JOB, JOBS = f"POST {XPM}job.api/add", f"GET {XPM}job.api/client"
ADD_CONTACT, CLIENT = f"POST {XPM}client.api/contact", f"GET {XPM}client.api/get/"
ADD_CLIENT, CLIENTS = f"POST {XPM}client.api/add", f"GET {XPM}client.api/list"
NEW, IVY = "Brand New Ventures Pty Ltd", "Ivy Ignition"
LOOKS = 3
"""How often it is looked for what was made before it is made again."""


def old_answers(bench: Bench, at: str, element: str, name: str, times: int = LOOKS) -> Fault:
    """Let XPM answer as it did before it had something of a name."""

    def old(request: requests.PreparedRequest) -> requests.Response:
        answer = bench.faults.real(request)
        tree = etree.fromstring(answer.content)
        for found in [one for one in tree.iter(element) if one.findtext("Name") == name]:
            found.getparent().remove(found)  # type: ignore[union-attr]  # no answer is of that element alone
        answer._content = etree.tostring(tree)
        return answer

    return bench.faults.on(at, rewrite=old, times=times)


def lose(bench: Bench, at: str, *, second_too: bool = False) -> None:
    """Let the answer of a call be lost, and that of the next one too, which is done late."""
    bench.faults.on(at, error=lost, reaches=True)
    if second_too:
        bench.faults.on(at, error=lost, late=True)


def job_twice(bench: Bench) -> None:
    """Deploy a job that is made twice, the second time late."""
    bench.one.sync()
    accept_lines(bench, *lines(linked_services(bench, None)))
    lose(bench, ADD_JOB, second_too=True)
    old_answers(bench, JOBS, "Job", "Annual Accounts")
    (report,) = bench.one.deliver_webhooks()
    assert report.problems == []
    assert len(bench.faults.named(ADD_JOB)) == 2


def settle(bench: Bench) -> None:
    """Let pass what a late write may take, and a moment."""
    bench.stage.runtime.sleep(SETTLE_SECONDS)


def test_e11_a_job_made_twice_is_told_though_the_second_lands_after_the_deployment(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        job_twice(bench)
        bench.stage.runtime.sleep(LATE)
        assert [job["ID"] for job in bench.jobs(WITH_A_JOB)] == ["J000001", "J000002"]
        bench.restart()
        assert bench.one.sync().problems == []
        assert [row["audited"] for row in deployed_rows(bench)] == [False]
        settle(bench)
        (problem,) = bench.one.sync().problems
        assert problem.say().endswith(
            "XPM has J000002 beside J000001, which alone was made – look at them in XPM, and delete what is there twice"
        )
        assert [row["audited"] for row in deployed_rows(bench)] == [True]
        assert bench.one.sync().problems == []


def test_e11_one_old_answer_to_the_late_audit_of_a_job_does_not_hide_its_double(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        job_twice(bench)
        settle(bench)
        old_answers(bench, JOBS, "Job", "Annual Accounts", times=1)
        assert len(bench.one.sync().problems) == 1


def client_twice(bench: Bench) -> None:
    """Deploy for a client that is made twice, the second time late."""
    bench.one.sync()
    bench.accepted(bench.one.ignition.named(NEW)[0]["slug"])
    lose(bench, ADD_CLIENT, second_too=True)
    # What changed since is read before the client is made.
    old_answers(bench, CLIENTS, "Client", NEW, times=LOOKS + 1)
    bench.one.deliver_webhooks()
    assert len(bench.faults.named(ADD_CLIENT)) == 2


def test_e11_a_client_made_twice_is_told_though_the_second_lands_after_the_deployment(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        client_twice(bench)
        bench.restart()
        assert bench.one.sync().problems == []
        assert [row["audited"] for row in deployed_rows(bench)] == [False]
        settle(bench)
        assert len(bench.one.xpm.named(NEW)) == 2
        assert [one.record for one in bench.one.sync().problems] == [f"client “{NEW}”"]
        assert bench.one.sync().problems == []


def test_e11_a_client_made_twice_is_told_though_no_job_was_made_for_it(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        body = (
            b"<Response><Status>ERROR</Status><ErrorDescription>No jobs today</ErrorDescription></Response>"
        )
        bench.faults.on(ADD_JOB, status=200, body=body, times=99)
        client_twice(bench)
        settle(bench)
        records = [one.record for one in bench.one.sync().problems]
        assert f"client “{NEW}”" in records


def test_e11_the_audit_of_a_client_in_doubt_reads_all_since_a_cursor_may_be_ahead_of_xpm(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        client_twice(bench)
        settle(bench)
        old_answers(bench, "modifiedsince", "Client", NEW, times=99)
        assert [one.record for one in bench.one.sync().problems] == [f"client “{NEW}”"]


def contact_twice(bench: Bench) -> None:
    """Have a contact of Ignition made twice in XPM."""
    started(bench)
    add(bench, "ignition", IVY)
    lose(bench, ADD_CONTACT)
    old_answers(bench, CLIENT, "Contact", IVY)
    bench.apart[f"“{KEA}”"] = "which of two contacts was made is not read again before the next sync (E11)"
    assert bench.one.sync().problems == []
    assert names(bench) == ([IVY, IVY, MERE["name"]], [IVY, MERE["name"]])
    bench.apart.clear()


def test_e11_a_contact_made_twice_is_told_with_its_client_and_comes_to_ignition_told(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        contact_twice(bench)
        first, second = (row["UUID"] for row in there(bench)["Contacts"] if row["Name"] == IVY)
        bench.restart()
        bench.stage.pass_time(DAY)
        report = bench.one.sync()
        (problem,) = report.problems
        assert problem.record == f"contact “{IVY}” of “{KEA}”"
        assert {first, second} <= set(problem.what.replace(",", "").split())
        assert report.exit_code == 3
        assert names(bench)[1] == [IVY, IVY, MERE["name"]]
        assert bench.one.sync().problems == []


def test_e11_an_audit_of_everything_finds_a_doubled_contact_until_a_person_deletes_it(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        contact_twice(bench)
        bench.stage.pass_time(DAY)
        bench.one.sync()
        report = bench.one.audit()
        (problem,) = report.problems
        assert (
            "audit: looked at 0 jobs and 0 clients made in XPM, and at 1 contact whose making was in doubt"
            in say(report)
        )
        extra = problem.what.removeprefix("XPM has ").partition(" ")[0]
        bench.one.xpm.remove_contact(extra, there(bench)["UUID"])
        assert bench.one.audit().problems == []
        bench.one.sync()
        assert names(bench) == ([IVY, MERE["name"]], [IVY, MERE["name"]])


def test_e11_one_old_answer_to_the_audit_of_a_contact_does_not_hide_its_double(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        contact_twice(bench)
        bench.stage.pass_time(DAY)
        old_answers(bench, CLIENT, "Contact", IVY, times=1)
        assert len(bench.one.sync().problems) == 1


def test_e11_a_contact_made_twice_is_told_though_it_was_edited_since(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        contact_twice(bench)
        phone(bench, "ignition", IVY, "77")
        bench.stage.pass_time(DAY)
        assert len(bench.one.sync().problems) == 1


def test_e11_only_a_contact_whose_making_was_in_doubt_is_looked_at_and_once(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        started(bench)
        add(bench, "ignition", "Plain Person")
        bench.one.sync()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert bench.faults.named(CLIENT) == []
        add(bench, "ignition", IVY)
        bench.faults.on(ADD_CONTACT, error=broken, reaches=True)
        bench.one.sync()
        assert len(bench.faults.named(CLIENT)) == 1
        for looks in (3, 3):
            bench.stage.pass_time(DAY)
            assert bench.one.sync().problems == []
            assert len(bench.faults.named(CLIENT)) == looks


def test_e20_a_client_that_cannot_be_read_does_not_keep_the_others_contacts_from_being_audited(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE]), known("Tui Ltd")])) as bench:
        contact_twice(bench)
        add(bench, "ignition", "Tia Tui", "Tui Ltd")
        bench.faults.on(ADD_CONTACT, error=broken, reaches=True)
        bench.one.sync()
        bench.stage.pass_time(DAY)
        tui = there(bench, "Tui Ltd")["UUID"]
        bench.faults.on(f"{CLIENT}{tui}", status=200, body=b"<html>maintenance</html>", times=3)
        records = [one.record for one in bench.one.sync().problems]
        assert sorted(records) == ["audit", f"contact “{IVY}” of “{KEA}”"]
        doubts = bench.stage.ledger.dump()["doubts"]
        assert sorted(row["audited"] for row in doubts) == [False, True]
        bench.faults.plan.clear()
        assert bench.one.sync().problems == []
        assert all(row["audited"] for row in bench.stage.ledger.dump()["doubts"])


def test_e7_a_contact_in_doubt_whose_client_is_deleted_since_is_no_problem(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[MERE])])) as bench:
        contact_twice(bench)
        bench.one.xpm.delete_client(there(bench)["UUID"])
        bench.stage.pass_time(DAY)
        assert "audit" not in [one.record for one in bench.one.sync().problems]
        assert all(row["audited"] for row in bench.stage.ledger.dump()["doubts"])


def test_e11_what_a_crash_left_unknown_of_a_second_call_is_audited_when_it_can_have_landed(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(linked_services(bench, None)))
        lose(bench, ADD_JOB)
        old_answers(bench, JOBS, "Job", "Annual Accounts")
        bench.faults.on(ADD_JOB, error=CrashError, late=True)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        assert bench.one.sync().problems == []
        settle(bench)
        assert len(bench.one.sync().problems) == 1
        delete_job(bench, "J000002")
        assert bench.one.audit().problems == []
