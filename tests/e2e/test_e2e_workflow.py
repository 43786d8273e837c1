"""E14: the proposal's workflow decides which jobs there are and how they are made; E17: the proposal says so."""

import json

import pytest
import requests
from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, Bench, CrashError, say
from e2e_jobs import (
    COMPLIANCE,
    JOB_PER_SERVICE,
    KEA,
    ONE_JOB,
    accept_lines,
    both_services,
    kea,
    lines,
    linked_services,
    names,
    plan,
    proposed,
    reload_without,
    tasks,
)

HOW = {
    "name": "Year end",
    "description": "As agreed in June.",
    "category_uuid": COMPLIANCE["uuid"],
    "budget": 1200.5,
    "start_date": "2026-07-10",
    "due_date": "2026-09-30",
}


def test_e14_a_job_for_each_service_bears_its_name_and_its_templates_tasks(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)), mode=JOB_PER_SERVICE)
        bench.one.deliver_webhooks()
        assert names(bench) == ["Annual Accounts", "BAS"]
        assert tasks(bench) == [["Plan", "Prepare", "Review"], ["Check codes", "Lodge"]]
        assert bench.shown(slug)["jobs"] == [
            {"number": "J000001", "name": "Annual Accounts"},
            {"number": "J000002", "name": "BAS"},
        ]
        bench.one.sync()
        assert bench.one.sync().writes == 0


def test_e14_what_the_workflow_says_of_a_job_is_what_xpm_has(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(both_services(bench)), mode=ONE_JOB, hows=(HOW,))
        bench.one.deliver_webhooks()
        (job,) = bench.jobs(KEA)
        assert (job["Name"], job["Description"]) == ("Year end", "As agreed in June.")
        assert (job["Type"], job["Budget"]) == ("Compliance", "1200.50")
        assert (job["StartDate"], job["DueDate"]) == ("2026-07-10T00:00:00", "2026-09-30T00:00:00")
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]]


def test_e14_the_daily_sync_reads_the_workflow_too_and_makes_no_call_more(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        before = len(bench.faults.calls)
        bench.one.sync()
        idle = bench.faults.calls[before:]
        accept_lines(bench, *lines(both_services(bench)), mode=JOB_PER_SERVICE)
        bench.one.sync()
        assert names(bench) == ["Annual Accounts", "BAS"]
        assert [one for one in idle if "/proposals" in one] == [
            one for one in idle if "/api/v1/proposals?limit=100&updated_from=" in one
        ]
        assert len(idle) == 8


def test_e14_a_category_deleted_in_xpm_costs_the_category_and_a_warning_never_the_job(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = both_services(bench)
        reload_without(bench, "categories", COMPLIANCE["name"])
        slug = accept_lines(bench, *lines(services), mode=JOB_PER_SERVICE, hows=(HOW, HOW))
        (report,) = bench.one.deliver_webhooks()
        assert [(job["Name"], job["Type"]) for job in bench.jobs(KEA)] == [("Year end", ""), ("Year end", "")]
        assert report.problems == []
        assert "job J000001 “Year end”: its category was deleted in XPM: it is made without one (E14)" in say(
            report
        )
        shown = bench.shown(slug)
        assert shown["status"] == "deployed"
        assert (
            shown["message"] == "its category was deleted in XPM: it is made without one (J000001, J000002)"
        )
        # XPM refused once; its lists were then read again, once for both jobs.
        assert len(bench.faults.named("job.api/add")) == 3
        assert len(bench.faults.named("category.api/list")) == 1
        bench.one.sync()
        assert bench.one.sync().writes == 0


def test_e13_e17_the_proposal_says_which_template_its_jobs_are_without(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = both_services(bench)
        reload_without(bench, "templates", ANNUAL["name"])
        slug = accept_lines(bench, *lines(services), mode=JOB_PER_SERVICE)
        bench.one.deliver_webhooks()
        assert tasks(bench) == [[], ["Check codes", "Lodge"]]
        assert bench.shown(slug)["message"] == (
            "template “Annual Accounts” was deleted in XPM: its tasks are not made (J000001)"
        )


def test_e13_e17_a_further_template_that_is_gone_is_named(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = both_services(bench)
        reload_without(bench, "templates", LODGE["name"])
        slug = accept_lines(bench, *lines(services))
        bench.one.deliver_webhooks()
        assert bench.shown(slug)["message"] == (
            "template “Lodgement” could not be applied (Invalid job template identifier): "
            "its tasks are not made (J000001)"
        )


@pytest.mark.parametrize("old", [1, 2, 3])
def test_e13_e14_old_answers_that_do_not_know_the_new_job_cost_it_no_template(
    raise_bench: Raise, old: int
) -> None:
    """One is asked again; where XPM goes on not knowing what it has just made, the next run finishes the job."""
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)))
        unknown = b'<Response api-method="Get"><Status>ERROR</Status><ErrorDescription>Invalid job identifier</ErrorDescription></Response>'
        fault = bench.faults.on("job.api/get", status=200, body=unknown, times=old)
        bench.one.deliver_webhooks()
        assert fault.hit == min(old, 2)
        assert bench.shown(slug)["status"] == ("deployed" if old == 1 else "partly")
        bench.one.sync()
        assert fault.hit == old
        (job,) = bench.jobs("Kea Cafés Limited")
        wanted = [*ANNUAL["tasks"], *LODGE["tasks"]]
        assert [task["Name"] for task in job["Tasks"]] == [task["name"] for task in wanted]
        assert (bench.shown(slug)["status"], bench.shown(slug)["message"]) == ("deployed", None)


def test_e11_a_job_that_a_person_deletes_before_its_second_template_is_left_alone(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.faults.on("applytemplate", error=CrashError)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        (job,) = bench.jobs("Kea Cafés Limited")
        bench.one.xpm.delete_job(job["ID"])
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert bench.jobs("Kea Cafés Limited") == []
        assert bench.shown(slug)["status"] == "deployed"
        assert "could not be applied (Invalid job identifier)" in bench.shown(slug)["message"]
        assert bench.one.sync().writes == 0


def _passed_over(bench: Bench, slug: str) -> None:
    """Let Ignition's list of services be without one, once."""

    def without(request: requests.PreparedRequest) -> requests.Response:
        answer = bench.faults.real(request)
        page = json.loads(answer.content)
        page["data"] = [row for row in page["data"] if row["slug"] != slug]
        answer._content = json.dumps(page).encode()
        return answer

    bench.faults.on("reporting/services", rewrite=without)


def test_e13_e17_a_service_that_vanished_makes_its_job_without_tasks_and_says_so(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, ANNUAL["name"])
        slug = accept_lines(bench, *lines([one]))
        _passed_over(bench, one)
        bench.faults.on(
            f"services/{one}", status=404, body=b'{"error": {"code": "NOT_FOUND", "message": "gone"}}'
        )
        bench.one.deliver_webhooks()
        assert tasks(bench) == [[]]
        shown = bench.shown(slug)
        assert shown["status"] == "deployed"
        assert shown["message"] == (
            "service “Annual Accounts” is no longer in Ignition: its tasks are not made (J000001)"
        )


def test_e13_a_service_that_only_the_list_was_without_has_its_tasks_made(raise_bench: Raise) -> None:
    """A list that lacks a service tells nothing of it (E5): it is asked for by itself."""
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, ANNUAL["name"])
        slug = accept_lines(bench, *lines([one]))
        _passed_over(bench, one)
        bench.one.deliver_webhooks()
        assert bench.faults.named(f"services/{one}")
        assert tasks(bench) == [[task["name"] for task in ANNUAL["tasks"]]]
        assert (bench.shown(slug)["status"], bench.shown(slug)["message"]) == ("deployed", None)


def test_e20_e17_a_job_that_xpm_refuses_leaves_the_others_alone_and_is_made_once_it_is_corrected(
    raise_bench: Raise,
) -> None:
    odd = {"name": "Odd \u0001 name"}
    with raise_bench(kea()) as bench:
        bench.one.sync()
        row = proposed(bench, *lines(both_services(bench)))
        plan(bench, row, JOB_PER_SERVICE, odd)
        bench.one.ignition.accept(row["slug"])
        (report,) = bench.one.deliver_webhooks()
        assert names(bench) == ["BAS"]
        (problem,) = report.problems
        assert "job “Odd \u0001 name”: XPM, <Job>: Name holds the character U+0001" in problem.what
        shown = bench.shown(row["slug"])
        assert shown["status"] == "partly"
        assert [job["name"] for job in shown["jobs"]] == ["BAS"]
        assert "which XML cannot carry" in shown["message"]
        plan(bench, row, JOB_PER_SERVICE, {"name": "Even name"})
        bench.one.sync()
        assert names(bench) == ["BAS", "Even name"]
        shown = bench.shown(row["slug"])
        assert (shown["status"], shown["message"]) == ("deployed", None)
        assert bench.one.sync().writes == 0


def monthly(bench: Bench, mode: str) -> dict[str, object]:
    """Have two monthly services accepted and deployed; returns the proposal's row."""
    bench.one.sync()
    row = proposed(bench, *lines(both_services(bench), "monthly"))
    plan(bench, row, mode)
    bench.one.ignition.accept(row["slug"])
    bench.one.deliver_webhooks()
    return row


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (ONE_JOB, JOB_PER_SERVICE,
         ["Engagement – July 2026", "Annual Accounts – August 2026", "BAS – August 2026"]),
        (JOB_PER_SERVICE, ONE_JOB,
         ["Annual Accounts – July 2026", "BAS – July 2026", "Engagement – August 2026"]),
    ],
)  # fmt: skip
def test_e14_e15_a_workflow_changed_after_acceptance_counts_for_what_is_still_to_be_made(
    raise_bench: Raise, first: str, then: str, expected: list[str]
) -> None:
    with raise_bench(kea()) as bench:
        row = monthly(bench, first)
        made = names(bench)
        plan(bench, row, then)
        bench.one.sync()
        assert names(bench) == made
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        assert names(bench) == expected
        assert bench.one.sync().writes == 0


def test_e15_a_recurrence_changed_after_acceptance_makes_no_day_twice_and_says_so(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        row = monthly(bench, ONE_JOB)
        plan(bench, row, ONE_JOB, {"recurrence": "quarterly", "name": "Quarter"})
        bench.stage.pass_time(40 * DAY)
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026"]
        bench.stage.pass_time(50 * DAY)
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026", "Quarter – October 2026"]
        assert bench.shown(str(row["slug"]))["message"] == (
            "“Quarter”: 1 of its quarterly jobs not made, since jobs of another recurrence were made for their days"
        )


def test_e20_a_workflow_in_a_mode_nobody_knows_is_reported_and_the_rest_goes_on(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(both_services(bench)), mode=JOB_PER_SERVICE)

        def odd(request: requests.PreparedRequest) -> requests.Response:
            answer = bench.faults.real(request)
            answer._content = answer.content.replace(b'"job_per_service"', b'"job_per_day"')
            return answer

        bench.faults.on("/api/v1/proposals?", rewrite=odd)
        bench.one.xpm.add_client("Moa Ltd")
        report = bench.one.sync()
        (problem,) = report.problems
        assert "a workflow of a known mode: 'job_per_day'; there are one_job, job_per_service" in problem.what
        assert len(bench.one.ignition.named("Moa Ltd")) == 1
        assert bench.jobs(KEA) == []
