"""E11, E12: a ledger that was lost, or an older copy of it put back, makes nothing twice and forgets nothing."""

from collections.abc import Callable

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, known, lead, say, small_world
from e2e_jobs import (
    JOB_PER_SERVICE,
    KEA,
    MAX,
    PAT,
    accept_lines,
    both_services,
    change_job,
    delete_job,
    deployed_rows,
    kea,
    lines,
    linked_services,
    names,
    with_users,
)
from e2e_ledgers import backed_up, lose, put_back
from test_e2e_audit import xpm_calls

NEW, TWICE = "Brand New Ventures Pty Ltd", "The Jones Family Trust"


def numbers(bench: Bench) -> list[str]:
    return [job["ID"] for job in bench.jobs(KEA)]


def expect_quiet(bench: Bench) -> None:
    """Expect that there is nothing left to do, and nothing there twice."""
    bench.one.sync()
    assert bench.one.sync().writes == 0
    assert bench.one.audit().problems == []


def test_e11_a_job_made_after_the_ledgers_backup_is_not_made_again(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.one.sync()
        before = bench.shown(slug)
        put_back(bench, backup)
        report = bench.one.sync()
        assert numbers(bench) == ["J000001"]
        assert (
            "XPM: job J000001 “Engagement” for PROP-1001 is there already: it is not made again (E11)"
            in say(report)
        )
        assert [(row["number"], row["name"]) for row in deployed_rows(bench)] == [("J000001", "Engagement")]
        assert bench.shown(slug) == before
        expect_quiet(bench)


def rename(bench: Bench) -> None:
    change_job(bench, "J000001", Name="Renamed by hand")


def move(bench: Bench) -> None:
    change_job(bench, "J000001", StartDate="20261001", DueDate="20261031")


def rename_and_renumber(bench: Bench) -> None:
    change_job(bench, "J000001", Name="Renamed by hand", ClientNumber="PO 77")


def delete(bench: Bench) -> None:
    delete_job(bench, "J000001")


@pytest.mark.parametrize("act", [rename, move, rename_and_renumber, delete])
def test_e11_a_job_that_a_person_changed_is_not_made_again_by_an_older_ledger(
    raise_bench: Raise, act: Callable[[Bench], None]
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        accept_lines(bench, *lines(both_services(bench)))
        bench.one.sync()
        act(bench)
        put_back(bench, backup)
        bench.one.sync()
        assert numbers(bench) == ([] if act is delete else ["J000001"])
        expect_quiet(bench)


def test_e11_e15_a_period_made_after_the_backup_is_not_made_again_and_the_next_one_is(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(both_services(bench), "monthly"))
        bench.one.sync()
        backup = backed_up(bench)
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        put_back(bench, backup)
        bench.one.connect()  # the tokens of the copy are too old
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026", "Engagement – August 2026"]
        bench.stage.pass_time(30 * DAY)
        bench.one.sync()
        assert names(bench)[2:] == ["Engagement – September 2026"]
        expect_quiet(bench)


def test_e11_of_equal_jobs_as_many_are_taken_over_as_there_are(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, *lines([one, one, one]), mode=JOB_PER_SERVICE)
        bench.one.sync()
        put_back(bench, backup)
        bench.one.deploy(slug)
        assert sorted(row["number"] for row in deployed_rows(bench)) == ["J000001", "J000002", "J000003"]
        assert numbers(bench) == ["J000001", "J000002", "J000003"]
        expect_quiet(bench)


def test_e11_what_ignition_shows_outlives_a_look_that_failed(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.one.sync()
        put_back(bench, backup)
        bench.faults.on("job.api/client", status=200, body=b"<html>maintenance</html>", times=9)
        report = bench.one.sync()
        assert report.exit_code == 3
        bench.faults.plan.clear()
        assert bench.shown(slug)["jobs"] == [{"number": "J000001", "name": "Engagement"}]
        bench.one.sync()
        assert numbers(bench) == ["J000001"]
        assert bench.shown(slug)["status"] == "deployed"
        expect_quiet(bench)


def test_e10_e11_a_client_made_after_the_backup_and_renamed_since_is_not_made_again(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world(here=[lead(NEW)])) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        bench.accepted(bench.one.ignition.named(NEW)[0]["slug"])
        bench.one.sync()
        (made,) = bench.one.xpm.clients()
        bench.one.xpm.update_client(made["UUID"], Name="Renamed Ventures")
        put_back(bench, backup)
        bench.one.sync()
        assert [row["UUID"] for row in bench.one.xpm.clients()] == [made["UUID"]]
        assert [row["name"] for row in bench.one.ignition.clients()] == ["Renamed Ventures"]
        assert len(bench.one.xpm.jobs_of(made["UUID"])) == 1
        expect_quiet(bench)


def test_e11_e12_a_proposal_asked_for_by_hand_after_the_ledger_was_lost_finds_its_job(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.one.sync()
        lose(bench)
        bench.one.sync()
        assert numbers(bench) == ["J000001"]
        bench.one.deploy(slug)
        assert numbers(bench) == ["J000001"]
        expect_quiet(bench)


def test_e12_an_older_proposal_asked_for_by_hand_costs_one_look_and_is_made_where_nothing_is_found(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)], [lead(KEA)]), connected=False) as bench:
        slug = accept_lines(bench, *lines(linked_services(bench, None)))
        bench.stage.pass_time(DAY)
        bench.one.connect()
        bench.one.sync()
        before = len(bench.faults.calls)
        bench.one.deploy(slug)
        assert numbers(bench) == ["J000001"]
        calls = [one.partition("/client/")[0] for one in xpm_calls(bench, before)]
        assert calls == ["GET client.api/list", "GET job.api", "POST job.api/add", "GET job.api"]


def test_e12_a_new_ledger_takes_in_what_waited_for_a_person(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(TWICE), known(TWICE, nth=1)], [lead(TWICE)])) as bench:
        bench.one.sync()
        slug = bench.accepted(bench.one.ignition.named(TWICE)[0]["slug"])["slug"]
        assert len(bench.one.sync().attention) > 0
        assert bench.shown(slug)["status"] == "needs_attention"
        lose(bench)
        report = bench.one.sync()
        assert (
            "PROP-1001 (“The Jones Family Trust”) is taken in again: Ignition shows that it was begun"
            in say(report)
        )
        first = bench.one.xpm.named(TWICE)[0]["UUID"]
        bench.one.resolve(slug, first)
        assert len(bench.one.xpm.jobs_of(first)) == 1
        assert bench.shown(slug)["status"] == "deployed"


def test_e12_e15_a_new_ledger_goes_on_with_what_recurs_and_leaves_alone_what_is_whole(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(both_services(bench), "monthly"))
        accept_lines(bench, *lines(both_services(bench)), name="Once")
        bench.one.sync()
        lose(bench)
        bench.one.sync()
        assert sorted(names(bench)) == ["Engagement – July 2026", "Once"]
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        assert sorted(names(bench)) == ["Engagement – August 2026", "Engagement – July 2026", "Once"]
        assert sorted(row["name"] for row in deployed_rows(bench)) == [
            "Engagement – August 2026", "Engagement – July 2026",
        ]  # fmt: skip
        expect_quiet(bench)


def test_e12_what_was_accepted_before_the_connection_and_never_begun_is_still_left_alone(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)], [lead(KEA)]), connected=False) as bench:
        accept_lines(bench, *lines(linked_services(bench, None), "monthly"))
        bench.stage.pass_time(DAY)
        bench.one.connect()
        bench.one.sync()
        assert bench.jobs(KEA) == []
        assert deployed_rows(bench) == []


def test_e16_e17_who_is_missing_on_a_job_is_still_told_after_the_ledger_was_lost(raise_bench: Raise) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"])) as bench:
        with_users(bench, PAT)
        backup = backed_up(bench)
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.one.xpm.delete_staff(PAT["uuid"])
        bench.one.sync()
        before = bench.shown(slug)
        assert "it is without its Partner, “Pat Partner”" in before["message"]
        put_back(bench, backup)
        bench.one.sync()
        assert bench.shown(slug) == before


def test_e11_a_job_that_ignition_was_never_told_of_is_made_again_and_the_audit_tells_of_the_double(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        backup = backed_up(bench)
        accept_lines(bench, *lines(both_services(bench)))
        bench.faults.on("/deployment", status=422, times=9)
        bench.one.sync()
        bench.faults.plan.clear()
        put_back(bench, backup)
        report = bench.one.sync()
        assert numbers(bench) == ["J000001", "J000002"]
        (problem,) = report.problems
        assert problem.what == "XPM has J000001 beside J000002, which alone was made"
        assert report.exit_code == 3
