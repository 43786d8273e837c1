"""R9 and E12 to E17: which jobs, with which tasks, for whom, and what the proposal shows of it."""

from datetime import date

from conftest import Raise
from e2e_bench import ANNUAL, DAY, LODGE, Bench, known, lead, say, small_world

from scenarios.builders import staff
from scenarios.world import Worlds

KEA = "Kea Cafés Limited"
PAT, MAX = staff("Pat Partner", email="pat@example.com"), staff("Max Manager", email="max@example.com")


def linked_services(bench: Bench, *templates: str | None) -> list[str]:
    """Link the first services by name to job templates by name (None: to none); returns the services."""
    desk = bench.one.ignition
    slugs = {row["name"]: row["slug"] for row in desk.job_templates()}
    rows = sorted(desk.services(), key=lambda row: str(row["name"]))
    services = [row["slug"] for row in rows[: len(templates)]]
    for slug, name in zip(services, templates, strict=True):
        desk.link_service(slug, slugs[name] if name else None)
    return services


def accept_lines(bench: Bench, *lines: dict[str, object], name: str = "Engagement") -> str:
    desk = bench.one.ignition
    (here,) = desk.named(KEA)
    desk.make_signatory(here["slug"])
    body = {"name": name, "client_slug": here["slug"], "contract_term": 12, "services": list(lines)}
    row = desk.call("POST", "proposals", body)["data"]
    desk.call("POST", f"proposals/{row['slug']}/send")
    desk.accept(row["slug"])
    return str(row["slug"])


def tasks(bench: Bench) -> list[list[str]]:
    return [[task["Name"] for task in job["Tasks"]] for job in bench.jobs(KEA)]


def kea(**fields: object) -> Worlds:
    return small_world([known(KEA, **fields)], staff=[PAT, MAX])


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


def reload_without(bench: Bench, template: str) -> None:
    """Take a template out of XPM, as an admin would; the API has no method for it."""
    tables = bench.stage.xpm.get("state")
    assert "templates" in str(tables)
    worlds = bench.stage.worlds
    kept = [row for row in worlds.tenant()["templates"] if row["name"] != template]
    worlds.tenant()["templates"] = kept
    tokens = bench.stage.ledger.of("practice-1")
    assert tokens.tokens("xpm")
    bench.stage.xpm.post("world", worlds.xpm)
    bench.one.xpm._token = ""
    bench.one.connect()


def test_e13_a_template_deleted_after_the_sync_makes_the_job_without_it_and_says_so(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, ANNUAL["name"])
        reload_without(bench, ANNUAL["name"])
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
        reload_without(bench, LODGE["name"])
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


def test_e15_services_group_by_recurrence_and_each_group_makes_its_own_jobs(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        once, monthly = linked_services(bench, None, None)
        accept_lines(
            bench,
            {"service_slug": once, "cadence": "once_off"},
            {"service_slug": monthly, "cadence": "monthly"},
        )
        bench.one.deliver_webhooks()
        names = {job["Name"] for job in bench.jobs(KEA)}
        assert names == {"Annual Accounts", "BAS – July 2026"}
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        assert [job["Name"] for job in bench.jobs(KEA)][2:] == ["BAS – August 2026"]


def test_e15_a_revoked_proposal_plans_no_more_jobs(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, {"service_slug": one, "cadence": "monthly"})
        bench.one.deliver_webhooks()
        bench.one.ignition.call("POST", f"proposals/{slug}/revoke")
        bench.stage.pass_time(40 * DAY)
        report = bench.one.sync()
        assert len(bench.jobs(KEA)) == 1
        assert report.problems == []


def test_e15_the_lead_time_counts_in_the_practices_local_date(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        desk = bench.one.ignition
        (here,) = desk.named(KEA)
        desk.make_signatory(here["slug"])
        proposal = desk.propose(here["slug"], "Care", one, cadence="weekly", start="2026-07-16")
        desk.accept(proposal["slug"])
        bench.one.deliver_webhooks()
        assert bench.jobs(KEA) == []
        # 14:00 UTC on 1 July is midnight in Sydney: the 2nd, 14 days before the 16th.
        bench.stage.pass_time(14 * 3600 - 60)
        bench.one.sync()
        assert bench.jobs(KEA) == []
        bench.stage.pass_time(60)
        bench.one.sync()
        assert [(job["Name"], job["StartDate"][:10]) for job in bench.jobs(KEA)] == [
            ("Annual Accounts – 16 July 2026", date(2026, 7, 16).isoformat())
        ]


def test_e15_a_further_periods_job_that_a_crash_cut_short_is_finished(raise_bench: Raise) -> None:
    from e2e_bench import CrashError  # noqa: PLC0415

    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = linked_services(bench, ANNUAL["name"], LODGE["name"])
        accept_lines(bench, *({"service_slug": one, "cadence": "monthly"} for one in services))
        bench.one.deliver_webhooks()
        assert len(bench.jobs(KEA)) == 1
        bench.stage.pass_time(20 * DAY)
        bench.faults.on("job.api/applytemplate", error=CrashError)
        try:
            bench.one.sync()
        except CrashError:
            bench.restart()
        bench.one.sync()
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]] * 2
        assert bench.one.sync().writes == 0


def with_people(bench: Bench) -> str:
    """Pick Pat and Max as users, who are the client's Partner and Manager; returns a service."""
    bench.one.sync()
    for one in (PAT, MAX):
        bench.one.ignition.pick_user(one["uuid"])
    bench.one.sync()
    return linked_services(bench, ANNUAL["name"])[0]


def test_e16_partner_and_manager_go_on_the_job(raise_bench: Raise) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"])) as bench:
        one = with_people(bench)
        accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        bench.one.deliver_webhooks()
        (job,) = bench.jobs(KEA)
        assert (job["Partner"]["Name"], job["Manager"]["Name"]) == ("Pat Partner", "Max Manager")


def test_e16_a_staff_member_deleted_since_the_sync_costs_the_assignment_and_a_warning(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea(account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"])) as bench:
        one = with_people(bench)
        bench.one.xpm.delete_staff(MAX["uuid"])
        slug = accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        (report,) = bench.one.deliver_webhooks()
        (job,) = bench.jobs(KEA)
        assert job["Partner"]["Name"] == "Pat Partner"
        assert "Manager" not in job
        assert report.problems == []
        assert "is without a Manager: Invalid staff identifier" in say(report)
        assert bench.shown(slug)["status"] == "deployed"


def test_e16_r11_a_new_client_is_made_without_a_partner_who_was_deleted(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)], staff=[PAT])) as bench:
        bench.one.sync()
        user = bench.one.ignition.pick_user(PAT["uuid"])
        (here,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(here["slug"], partner_slug=user["slug"])
        bench.one.sync()
        bench.one.xpm.delete_staff(PAT["uuid"])
        slug = bench.accepted(here["slug"])["slug"]
        (report,) = bench.one.deliver_webhooks()
        assert report.problems == []
        assert "is made without partner" in say(report)
        assert bench.shown(slug)["status"] == "deployed"
        bench.one.sync()
        assert bench.one.ignition.named(KEA)[0]["partner"]["slug"] == user["slug"]
        assert bench.one.sync().writes == 0


def test_r11_a_new_client_gets_the_partner_and_manager_of_its_lead(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)], staff=[PAT, MAX])) as bench:
        bench.one.sync()
        users = [bench.one.ignition.pick_user(one["uuid"])["slug"] for one in (PAT, MAX)]
        (here,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(here["slug"], partner_slug=users[0], manager_slug=users[1])
        bench.one.sync()
        bench.accepted(here["slug"])
        bench.one.deliver_webhooks()
        (made,) = bench.one.xpm.named(KEA)
        assert (made["AccountManager"]["Name"], made["JobManager"]["Name"]) == ("Pat Partner", "Max Manager")


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
    from syncer.deploy import deploy_one  # noqa: PLC0415
    from syncer.practice import open_practice  # noqa: PLC0415

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
        report = bench.one.deploy(proposal["slug"])
        assert "is awaiting_acceptance, not accepted: nothing is deployed" in say(report)
        assert bench.jobs(KEA) == []


def test_a_dry_run_names_the_jobs_that_would_be_made_and_makes_none(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, {"service_slug": one, "cadence": "once_off"})
        report = bench.one.plan()
        assert f"XPM: job “Annual Accounts” for PROP-1001, client “{KEA}” (R9)" in report.lines
        assert bench.jobs(KEA) == []
