"""What an acceptance costs in calls to XPM, counted; each call has its reason."""

from conftest import Raise
from e2e_bench import ANNUAL
from e2e_jobs import KEA, MAX, ONE_JOB, PAT, SAM, accept_lines, kea, lines, linked_services, with_users
from test_e2e_audit import xpm_calls


def test_an_acceptance_for_a_known_client_costs_three_calls_to_xpm_and_one_that_e11_needs(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"])) as bench:
        *_, sam = with_users(bench, PAT, MAX, SAM)
        (one,) = linked_services(bench, ANNUAL["name"])
        accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [sam]},))
        before = len(bench.faults.calls)
        bench.one.deliver_webhooks()
        (client,) = bench.one.xpm.named(KEA)
        assert xpm_calls(bench, before) == [
            "GET client.api/list",  # what changed among the clients: the name and the link must hold now (E10)
            "POST job.api/add",  # the job with its template, category, budget and dates
            "PUT job.api/assign",  # Manager, Partner and assigned staff together (E16)
            f"GET job.api/client/{client['UUID']}",  # the audit afterwards, which E11 asks for
        ]


def test_each_further_job_of_the_acceptance_costs_two_calls(raise_bench: Raise) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"])) as bench:
        with_users(bench, PAT)
        (one,) = linked_services(bench, ANNUAL["name"])
        accept_lines(bench, *lines([one], "weekly"))
        before = len(bench.faults.calls)
        bench.one.deliver_webhooks()
        assert len(bench.jobs(KEA)) == 3
        assert len(xpm_calls(bench, before)) == 1 + 3 * 2 + 1


def test_a_sync_with_nothing_to_deploy_costs_no_call_for_jobs(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        accept_lines(bench, *lines(linked_services(bench, None), "monthly"))
        bench.one.deliver_webhooks()
        bench.one.sync()
        before = len(bench.faults.calls)
        bench.one.sync()
        assert xpm_calls(bench, before) == [
            "GET client.api/list", "GET staff.api/list", "GET template.api/list",
        ]  # fmt: skip
