"""E16 and R11: who is on a job, and what becomes of it when somebody cannot be."""

from conftest import Raise
from e2e_bench import ANNUAL, Bench, Json, lead, say, small_world
from e2e_jobs import (
    JOB_PER_SERVICE,
    KEA,
    KIM,
    MAX,
    ONE_JOB,
    PAT,
    SAM,
    accept_lines,
    both_services,
    kea,
    lines,
    linked_services,
    with_users,
)


def with_people(bench: Bench) -> str:
    """Pick Pat and Max as users, who are the client's Partner and Manager; returns a service."""
    with_users(bench, PAT, MAX)
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
        what = "it is without its Manager, “Max Manager”, who was deleted from XPM's staff"
        assert f"job J000001 “Annual Accounts”: {what} (E16)" in say(report)
        shown = bench.shown(slug)
        assert (shown["status"], shown["message"]) == ("deployed", f"{what} (J000001)")


def test_e16_r11_a_new_client_is_made_without_a_partner_who_was_deleted(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)], staff=[PAT, MAX])) as bench:
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


LED: Json = {"account_manager_uuid": PAT["uuid"], "job_manager_uuid": MAX["uuid"]}


def on_jobs(bench: Bench) -> list[tuple[str | None, str | None, list[str]]]:
    """Return who is Partner, who Manager, and who is assigned, of each job."""
    return [
        (
            job["Partner"]["Name"] if job.get("Partner") else None,
            job["Manager"]["Name"] if job.get("Manager") else None,
            [one["Name"] for one in job["Assigned"] or []],
        )
        for job in bench.jobs(KEA)
    ]


def test_e16_partner_manager_and_the_workflows_staff_go_on_the_job_in_one_call(raise_bench: Raise) -> None:
    with raise_bench(kea(**LED)) as bench:
        _pat, _max, sam, kim = with_users(bench, PAT, MAX, SAM, KIM)
        accept_lines(
            bench, *lines(both_services(bench)), mode=ONE_JOB, hows=({"staff_slugs": [kim, sam, kim]},)
        )
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [("Pat Partner", "Max Manager", ["Kim Junior", "Sam Senior"])]
        assert report.warnings == []
        assert len(bench.faults.named("job.api/assign")) == 1
        bench.one.sync()
        assert bench.one.sync().writes == 0


def test_e16_each_service_has_its_own_staff(raise_bench: Raise) -> None:
    with raise_bench(kea(**LED)) as bench:
        _pat, _max, sam, kim = with_users(bench, PAT, MAX, SAM, KIM)
        hows = ({"staff_slugs": [sam]}, {"staff_slugs": [kim]})
        accept_lines(bench, *lines(both_services(bench)), mode=JOB_PER_SERVICE, hows=hows)
        bench.one.deliver_webhooks()
        led = ("Pat Partner", "Max Manager")
        assert on_jobs(bench) == [(*led, ["Sam Senior"]), (*led, ["Kim Junior"])]


def test_e16_somebody_deleted_in_xpm_costs_their_assignment_only_and_is_looked_for_once(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea(**LED)) as bench:
        _pat, _max, sam, kim = with_users(bench, PAT, MAX, SAM, KIM)
        bench.one.xpm.delete_staff(SAM["uuid"])
        both = {"staff_slugs": [sam, kim]}
        slug = accept_lines(bench, *lines(both_services(bench)), mode=JOB_PER_SERVICE, hows=(both, both))
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [("Pat Partner", "Max Manager", ["Kim Junior"])] * 2
        assert report.problems == []
        assert [one for one in report.warnings if "J000002" in one] == [
            "job J000002 “BAS”: it is without “Sam Senior”, who was deleted from XPM's staff (E16)"
        ]
        message = "it is without “Sam Senior”, who was deleted from XPM's staff (J000001, J000002)"
        assert bench.shown(slug)["message"] == message
        # Refused once, then without Sam; the second job is without Sam from the start.
        assert len(bench.faults.named("job.api/assign")) == 3
        assert len(bench.faults.named("GET http://127.0.0.1:18001/practicemanager/3.1/staff.api/list")) == 3


def test_e16_somebody_whose_deletion_a_sync_has_seen_is_not_even_tried(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        sam, kim = with_users(bench, SAM, KIM)
        bench.one.xpm.delete_staff(SAM["uuid"])
        bench.one.sync()
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [sam, kim]},))
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [(None, None, ["Kim Junior"])]
        assert "it is without “Sam Senior”, who was deleted from XPM's staff (E16)" in say(report)
        assert len(bench.faults.named("job.api/assign")) == 1


def test_e16_somebody_whom_xpm_has_and_does_not_take_costs_their_assignment_only(raise_bench: Raise) -> None:
    with raise_bench(kea(**LED)) as bench:
        *_, sam, kim = with_users(bench, PAT, MAX, SAM, KIM)
        bench.one.xpm._write("POST", "staff.api/disable", "Staff", {"UUID": SAM["uuid"]})
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [sam, kim]},))
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [("Pat Partner", "Max Manager", ["Kim Junior"])]
        why = "who was refused by XPM (Invalid staff identifier for add request)"
        assert report.warnings == [f"job J000001 “Annual Accounts”: it is without “Sam Senior”, {why} (E16)"]


def test_e16_a_user_who_is_no_linked_staff_is_named_and_the_others_are_on_the_job(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        (sam,) = with_users(bench, SAM)
        desk = bench.one.ignition
        alone = desk.call("POST", "users", {"name": "Una User", "email": "una@example.com"})["data"]["slug"]
        (here,) = desk.named(KEA)
        desk.update_client(here["slug"], partner_slug=alone)
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [alone, sam]},))
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [(None, None, ["Sam Senior"])]
        assert report.warnings == [
            "job J000001 “Annual Accounts”: it is without its Partner, “Una User”, who is no linked XPM staff (E16)",
            "job J000001 “Annual Accounts”: it is without “Una User”, who is no linked XPM staff (E16)",
        ]
        assert (
            "it is without “Una User”, who is no linked XPM staff (J000001)" in bench.shown(slug)["message"]
        )


def test_e16_a_user_picked_since_the_last_sync_is_on_the_job(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        sam = bench.one.ignition.pick_user(SAM["uuid"])["slug"]
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [sam]},))
        (report,) = bench.one.deliver_webhooks()
        assert on_jobs(bench) == [(None, None, ["Sam Senior"])]
        assert report.warnings == []


def test_e16_a_user_deleted_since_the_workflow_named_them_is_told_by_name(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        sam, kim = with_users(bench, SAM, KIM)
        (one,) = linked_services(bench, None)
        accept_lines(bench, *lines([one]), mode=ONE_JOB, hows=({"staff_slugs": [sam, kim]},))
        bench.one.ignition.delete_user(sam)
        bench.one.sync()
        assert on_jobs(bench) == [(None, None, ["Kim Junior"])]
        assert any(
            "it is without “Sam Senior”, who is no user any more (E16)" in one
            for report in bench.stage.reports
            for one in report.warnings
        )
