"""R9 and E12 to E14: which jobs, with which tasks, and what the proposal shows of it."""

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, known, lead, say, small_world
from e2e_jobs import KEA, accept_lines, kea, linked_services, reload_without, tasks

from syncer.deploy import deploy_one
from syncer.errors import DecisionError
from syncer.practice import open_practice


def test_e13_only_services_selected_for_acceptance_are_deployed(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        one, two = linked_services(bench, ANNUAL["name"], LODGE["name"])
        accept_lines(
            bench,
            {"service_slug": one, "cadence": "once_off"},
            {"service_slug": two, "cadence": "once_off", "is_selected_for_acceptance": False},
        )
        bench.one.deliver_webhooks()
        assert tasks(bench) == [["Plan", "Prepare", "Review"]]


def test_e13_a_service_without_a_template_makes_a_job_without_tasks(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        (report,) = bench.one.deliver_webhooks()
        assert tasks(bench) == [[]]
        assert report.problems == []


def test_e13_a_proposal_with_nothing_selected_makes_no_job(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(
            bench, {"service_slug": one, "cadence": "once_off", "is_selected_for_acceptance": False}
        )
        bench.one.deliver_webhooks()
        assert bench.jobs(KEA) == []
        assert bench.shown(slug)["status"] == "deployed"


def test_e13_a_template_deleted_after_the_sync_makes_the_job_without_it_and_says_so(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, ANNUAL["name"])
        reload_without(bench, "templates", ANNUAL["name"])
        slug = accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        (report,) = bench.one.deliver_webhooks()
        assert tasks(bench) == [[]]
        assert report.problems == []
        assert "template “Annual Accounts” was deleted in XPM: its tasks are not made (E13)" in say(report)
        assert bench.shown(slug)["status"] == "deployed"


def test_e13_a_second_template_deleted_after_the_sync_costs_its_tasks_only(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, ANNUAL["name"], LODGE["name"])
        reload_without(bench, "templates", LODGE["name"])
        slug = accept_lines(bench, *({"service_slug": one, "cadence": "once_off"} for one in services))
        (report,) = bench.one.deliver_webhooks()
        assert tasks(bench) == [["Plan", "Prepare", "Review"]]
        assert "its tasks are not made" in say(report)
        assert bench.shown(slug)["status"] == "deployed"


def test_e14_two_services_of_two_templates_make_one_job_with_both_templates_tasks_once(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, ANNUAL["name"], LODGE["name"])
        accept_lines(
            bench, *({"service_slug": one, "cadence": "once_off"} for one in services), name="Everything"
        )
        bench.one.deliver_webhooks()
        bench.one.sync()
        assert [job["Name"] for job in bench.jobs(KEA)] == ["Everything"]
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]]


def test_e14_two_services_of_one_template_get_its_tasks_once(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, ANNUAL["name"], ANNUAL["name"])
        accept_lines(bench, *({"service_slug": one, "cadence": "once_off"} for one in services))
        bench.one.deliver_webhooks()
        assert tasks(bench) == [["Plan", "Prepare", "Review"]]


def test_a_job_bears_the_reference_number_the_date_the_url_and_the_services(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        bench.one.deliver_webhooks()
        (job,) = bench.jobs(KEA)
        proposal = bench.one.ignition.proposal(slug)
        assert job["ClientOrderNumber"] == proposal["reference_number"] == "PROP-1001"
        assert job["Description"] == f"01 Jul, 2026\n{proposal['link']}\nAnnual Accounts"
        assert (job["Name"], job["State"]) == ("Annual Accounts", "Planned")
        assert (job["StartDate"], job["DueDate"]) == ("2026-07-01T00:00:00", "2026-07-31T00:00:00")


def test_e12_a_proposal_accepted_before_the_connection_is_deployed_only_when_asked_for(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)], [lead("Early Ltd")]), connected=False) as bench:
        (here,) = bench.one.ignition.named("Early Ltd")
        slug = bench.accepted(here["slug"])["slug"]
        bench.one.xpm.add_client("Early Ltd")
        bench.stage.pass_time(DAY)
        bench.one.connect()
        bench.one.sync()
        assert bench.jobs("Early Ltd") == []
        bench.one.sync()
        assert bench.jobs("Early Ltd") == []
        bench.one.deploy(slug)
        assert len(bench.jobs("Early Ltd")) == 1


def test_e12_a_webhook_for_an_early_proposal_says_how_to_deploy_it(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead("Early Ltd")]), connected=False) as bench:
        (here,) = bench.one.ignition.named("Early Ltd")
        slug = bench.accepted(here["slug"])["slug"]
        bench.stage.pass_time(DAY)
        bench.one.connect()
        bench.one.sync()
        practice = open_practice(bench.stage.config, bench.stage.ledger, bench.stage.runtime, "practice-1")
        report = deploy_one(practice, slug)
        (warning,) = report.warnings
        assert warning == (
            f"proposal PROP-1001 was accepted before the first connection: "
            f"deploy it with `syncer deploy --proposal {slug}` (E12)"
        )


def test_a_proposal_that_is_not_accepted_is_not_deployed_even_when_asked_for(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(KEA)
        proposal = bench.one.ignition.propose(here["slug"], "Draft", bench.one.ignition.services()[0]["slug"])
        why = "is awaiting acceptance, not accepted: nothing is deployed"
        with pytest.raises(DecisionError, match=why):
            bench.one.deploy(proposal["slug"])
        assert bench.jobs(KEA) == []


def test_a_dry_run_names_the_jobs_that_would_be_made_and_makes_none(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        report = bench.one.plan()
        assert f"XPM: job “Annual Accounts” for PROP-1001, client “{KEA}” (R9)" in report.lines
        assert bench.jobs(KEA) == []
