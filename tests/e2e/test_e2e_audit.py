"""E11: after what was made in XPM, a look whether anything is there twice; its calls are counted."""

from collections.abc import Callable

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, lead, say, small_world
from e2e_jobs import (
    JOB_PER_SERVICE,
    KEA,
    accept_lines,
    both_services,
    change_job,
    delete_job,
    deployed_rows,
    kea,
    lines,
    linked_services,
)

XPM = "http://127.0.0.1:18001/practicemanager/3.1/"
NEW = "Brand New Ventures Pty Ltd"


def twice(bench: Bench, at: str) -> None:
    """Let a call take effect twice, as by a proxy that repeats what it must not."""

    def doubled(request: requests.PreparedRequest) -> requests.Response:
        bench.faults.real(request)
        return bench.faults.real(request)

    bench.faults.on(at, rewrite=doubled)


def one_job(bench: Bench) -> str:
    """Have a proposal of one service accepted; returns it."""
    bench.one.sync()
    return accept_lines(bench, *lines(linked_services(bench, None)))


def xpm_calls(bench: Bench, since: int) -> list[str]:
    """Return the syncer's calls to XPM from a number on, without where it is and what was asked for."""
    found = [one for one in bench.faults.calls[since:] if XPM in one]
    return [one.replace(XPM, "").partition("?")[0] for one in found]


def test_e11_a_job_that_is_there_twice_is_reported_with_both_numbers_and_a_way_out(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        slug = one_job(bench)
        twice(bench, "job.api/add")
        (report,) = bench.one.deliver_webhooks()
        (problem,) = report.problems
        assert problem.say() == (
            "job “Annual Accounts” of PROP-1001, starting 2026-07-01: XPM has J000001 beside J000002, which "
            "alone was made – look at them in XPM, and delete what is there twice"
        )
        assert report.exit_code == 3
        assert bench.shown(slug)["status"] == "deployed"


def test_e11_a_client_that_is_there_twice_is_reported(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        bench.one.sync()
        bench.accepted(bench.one.ignition.named(NEW)[0]["slug"])
        twice(bench, "client.api/add")
        (report,) = bench.one.deliver_webhooks()
        (problem,) = report.problems
        first, second = sorted(row["UUID"] for row in bench.one.xpm.named(NEW))
        assert problem.record == f"client “{NEW}”"
        assert first in problem.what
        assert second in problem.what
        assert [problem.record for problem in bench.one.audit().problems] == [f"client “{NEW}”"]


def test_e11_a_client_that_is_there_twice_is_found_also_when_a_sync_made_a_lead_of_the_other(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        bench.one.sync()
        bench.accepted(bench.one.ignition.named(NEW)[0]["slug"])
        twice(bench, "client.api/add")
        bench.one.deliver_webhooks()
        bench.one.sync()
        assert len(bench.one.ignition.named(NEW)) == 2
        (problem,) = bench.one.audit().problems
        assert problem.record == f"client “{NEW}”"
        uuids = [row["UUID"] for row in bench.one.xpm.named(NEW)]
        (other,) = [uuid for uuid in uuids if problem.what.startswith(f"XPM has {uuid} beside ")]
        bench.one.xpm.archive_client(other)
        assert bench.one.audit().problems == []


def test_e11_an_audit_of_everything_finds_a_double_until_a_person_deletes_it(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        one_job(bench)
        twice(bench, "job.api/add")
        bench.one.deliver_webhooks()
        for _ in range(2):
            bench.one.sync()
        report = bench.one.audit()
        assert len(report.problems) == 1
        assert report.lines == ["audit: looked at 1 jobs and 0 clients made in XPM"]
        delete_job(bench, "J000001")
        assert bench.one.audit().problems == []
        assert bench.one.audit().writes == 0


def rename(bench: Bench) -> None:
    change_job(bench, "J000001", Name="Renamed by hand")


def move(bench: Bench) -> None:
    change_job(bench, "J000001", StartDate="20261001", DueDate="20261031")


def other_number(bench: Bench) -> None:
    change_job(bench, "J000001", ClientNumber="PO 77")


def delete(bench: Bench) -> None:
    delete_job(bench, "J000001")


@pytest.mark.parametrize("act", [rename, move, other_number, delete])
def test_e11_a_deployed_job_that_a_person_changes_is_never_made_again_and_is_no_double(
    raise_bench: Raise, act: Callable[[Bench], None]
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench), "monthly"))
        bench.one.deliver_webhooks()
        act(bench)
        bench.one.sync()
        bench.one.deploy(slug)
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        numbers = ["J000001", "J000002"]
        assert [job["ID"] for job in bench.jobs(KEA)] == numbers[act is delete :]
        assert bench.one.audit().problems == []


def test_e11_two_equal_jobs_of_one_proposal_are_no_double(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one, one]), mode=JOB_PER_SERVICE)
        (report,) = bench.one.deliver_webhooks()
        assert [job["Name"] for job in bench.jobs(KEA)] == ["Annual Accounts", "Annual Accounts"]
        assert report.problems == []
        assert bench.one.audit().problems == []


def test_e11_the_audit_of_an_acceptance_is_one_call_and_of_a_new_client_two(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(NEW)
        for audit in (["GET client.api/list", "GET job.api/client/"], ["GET job.api/client/"]):
            bench.accepted(here["slug"])
            before = len(bench.faults.calls)
            bench.one.deliver_webhooks()
            calls = xpm_calls(bench, before)
            after = calls[calls.index("POST job.api/add") + 1 :]
            assert [one.partition("client/")[0] + one.partition("client/")[1] for one in after] == audit


def test_e11_the_audit_of_many_acceptances_is_one_call_for_all_of_them(raise_bench: Raise) -> None:
    names = [f"Client {number}" for number in range(5)]
    with raise_bench(small_world(here=[lead(name) for name in names])) as bench:
        bench.one.sync()
        for name in names:
            bench.one.xpm.add_client(name)
            bench.accepted(bench.one.ignition.named(name)[0]["slug"])
        before = len(bench.faults.calls)
        bench.one.sync()
        assert [one for one in xpm_calls(bench, before) if "GET job" in one] == ["GET job.api/list"]
        assert all(row["audited"] for row in deployed_rows(bench))


def test_e11_an_audit_that_a_crash_prevented_is_made_by_the_next_sync(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        slug = one_job(bench)
        twice(bench, "job.api/add")
        bench.faults.on("GET " + XPM + "job.api/client", error=CrashError)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        report = bench.one.sync()
        assert [one.record for one in report.problems] == [
            "job “Annual Accounts” of PROP-1001, starting 2026-07-01"
        ]
        assert bench.one.sync().problems == []


def test_e11_an_audit_that_xpm_does_not_answer_is_told_and_made_by_the_next_sync(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        one_job(bench)
        bench.faults.on(
            "GET " + XPM + "job.api/client", status=200, body=b"<html>maintenance</html>", times=3
        )
        (report,) = bench.one.deliver_webhooks()
        assert [one.record for one in report.problems] == ["audit"]
        assert "the next sync looks again" in say(report)
        assert [row["audited"] for row in deployed_rows(bench)] == [False]
        assert bench.one.sync().problems == []
        assert [row["audited"] for row in deployed_rows(bench)] == [True]
