"""E11: exactly once, whatever becomes of the answers."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import (
    ANNUAL,
    DAY,
    LODGE,
    Bench,
    CrashError,
    broken,
    known,
    lead,
    lost,
    refused_connection,
    say,
    small_world,
)

from scenarios.builders import contact, tasks_of, template
from syncer import ledger_tables as t

NAME = "Brand New Ventures Pty Ltd"
HOUR = 3600.0
EMPTY = b'{"data":[],"meta":{"pagination":{"has_more":false,"next_cursor":null,"limit":100}}}'
REFUSAL = b'{"error":{"code":"INVALID","message":"no","details":[]}}'
CLIENT, JOB = "client.api/add", "job.api/add"

TROUBLES: dict[str, dict[str, Any]] = {
    "the answer is lost after the commit": {"error": lost, "reaches": True},
    "the connection breaks before the API has it": {"error": broken},
    "the connection breaks after the commit": {"error": broken, "reaches": True},
    "no connection is made": {"error": refused_connection},
    "503 before the commit": {"status": 503},
    "500 after the commit": {"status": 500, "reaches": True},
    "an answer cut short after the commit": {"status": 200, "body": b"<Response><Status>OK", "reaches": True},
    "a late write": {"error": lost, "late": True},
    "429 with a wait": {"status": 429, "headers": {"Retry-After": "3"}},
    "the token was revoked": {"status": 401},
}


def accept(bench: Bench) -> str:
    bench.one.sync()
    (here,) = bench.one.ignition.named(NAME)
    return str(bench.accepted(here["slug"])["slug"])


def expect_one_of_each(bench: Bench, slug: str) -> None:
    """Both sides hold one client and its one job; a later sync changes nothing."""
    (job,) = bench.jobs(NAME)
    shown = bench.shown(slug)
    assert shown["status"] == "deployed"
    assert [one["number"] for one in shown["jobs"]] == [job["ID"]]
    bench.stage.pass_time(DAY)
    bench.one.sync()
    assert bench.one.sync().writes == 0
    rows = [row["UUID"] for row in bench.one.xpm.clients()]
    assert [len(bench.one.xpm.jobs_of(uuid)) for uuid in rows] == [1]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("call", [CLIENT, JOB])
def test_a_client_and_a_job_are_made_once_whatever_happens_to_the_call(
    raise_bench: Raise, call: str, trouble: str
) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        fault = bench.faults.on(call, **TROUBLES[trouble])
        report = bench.one.deploy(slug)
        assert fault.hit == 1
        assert report.problems == []
        expect_one_of_each(bench, slug)


@pytest.mark.parametrize("call", [CLIENT, JOB])
def test_an_unknown_outcome_is_waited_out_before_anything_is_repeated(raise_bench: Raise, call: str) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        before = bench.stage.runtime.now()
        bench.faults.on(call, error=lost)
        bench.one.deploy(slug)
        assert (bench.stage.runtime.now() - before).total_seconds() >= 180
        assert len(bench.faults.named(call)) == 2


@pytest.mark.parametrize("call", [CLIENT, JOB])
def test_an_api_that_stays_silent_is_given_up_for_now_and_asked_again_by_the_next_sync(
    raise_bench: Raise, call: str
) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        fault = bench.faults.on(call, error=lost, times=3)
        report = bench.one.deploy(slug)
        assert fault.hit == 3
        assert [one.record for one in report.problems] == [f"proposal PROP-1001 (“{NAME}”)"]
        assert bench.shown(slug)["status"] == "failed"
        bench.one.sync()
        expect_one_of_each(bench, slug)


def test_a_fake_that_is_down_stops_the_deployment_and_the_next_sync_does_it(raise_bench: Raise) -> None:
    from syncer.errors import UnreachableError  # noqa: PLC0415

    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        bench.faults.on(JOB, error=refused_connection, times=3)
        with pytest.raises(UnreachableError):
            bench.one.deploy(slug)
        bench.one.sync()
        expect_one_of_each(bench, slug)


def test_a_webhook_delivered_five_times_and_a_sync_beside_it_make_one_job(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        for _ in range(5):
            bench.stage.ignition.post("deliveries/run")
            bench.one.deploy(slug)
            bench.one.sync()
        bench.one.deliver_webhooks()
        expect_one_of_each(bench, slug)


def test_a_deployed_job_that_a_person_deletes_is_never_made_again(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        bench.one.deploy(slug)
        (job,) = bench.jobs(NAME)
        bench.one.xpm._write("POST", "job.api/delete", "Job", {"ID": job["ID"]})
        bench.one.sync()
        bench.one.deploy(slug)
        assert bench.jobs(NAME) == []


def test_a_deployed_job_that_a_person_renames_is_never_made_again(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        bench.one.deploy(slug)
        (job,) = bench.jobs(NAME)
        bench.one.xpm._write("PUT", "job.api/update", "Job", {"ID": job["ID"], "Name": "Renamed"})
        bench.one.sync()
        bench.one.deploy(slug)
        assert [one["Name"] for one in bench.jobs(NAME)] == ["Renamed"]


def test_two_new_clients_of_the_name_after_a_lost_answer_are_a_persons_decision(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)

        def lost_while_somebody_types() -> BaseException:
            bench.one.xpm.add_client(NAME)
            return lost()

        bench.faults.on(CLIENT, error=lost_while_somebody_types, reaches=True)
        report = bench.one.deploy(slug)
        both = [row["UUID"] for row in bench.one.xpm.named(NAME)]
        assert len(both) == 2
        assert len(report.attention) == 1
        assert bench.shown(slug)["status"] == "needs_attention"
        bench.one.sync()
        assert bench.jobs(NAME) == []
        bench.one.resolve(slug, both[1])
        assert [len(bench.one.xpm.jobs_of(uuid)) for uuid in both] == [0, 1]
        assert bench.shown(slug)["status"] == "deployed"


def test_after_several_appeared_a_person_may_have_a_new_one_made(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)

        def lost_while_somebody_types() -> BaseException:
            bench.one.xpm.add_client(NAME)
            return lost()

        bench.faults.on(CLIENT, error=lost_while_somebody_types, reaches=True)
        bench.one.deploy(slug)
        bench.one.resolve(slug, "new")
        assert len(bench.one.xpm.named(NAME)) == 3
        assert len(bench.jobs(NAME)) == 1


@pytest.mark.parametrize("trouble", [one for one in TROUBLES if "commit" in one or "late" in one])
def test_a_further_template_is_applied_once_whatever_happens_to_the_call(
    raise_bench: Raise, trouble: str
) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        bench.one.sync()
        desk = bench.one.ignition
        templates = {row["name"]: row["slug"] for row in desk.job_templates()}
        services = [row["slug"] for row in desk.services()[:2]]
        for one, name in zip(services, (ANNUAL["name"], LODGE["name"]), strict=True):
            desk.link_service(one, templates[name])
        (here,) = desk.named(NAME)
        slug = bench.accepted(here["slug"], *services)["slug"]
        fault = bench.faults.on("job.api/applytemplate", **TROUBLES[trouble])
        report = bench.one.deploy(slug)
        assert fault.hit == 1
        assert report.problems == []
        (job,) = bench.jobs(NAME)
        assert [one["Name"] for one in job["Tasks"]] == ["Plan", "Prepare", "Review", "Check codes", "Lodge"]


@pytest.mark.parametrize("trouble", [one for one in TROUBLES if "commit" in one or "late" in one])
def test_e11_a_further_template_of_costs_alone_is_applied_once_whatever_happens_to_the_call(
    raise_bench: Raise, trouble: str
) -> None:
    fees = template(
        "Filing fees", costs=[{"description": "Filing fee", "quantity": "1", "unit_price": "45.50"}]
    )
    worlds = small_world(here=[lead(NAME)])
    worlds.tenant().update(templates=[ANNUAL, fees], tasks=tasks_of(ANNUAL))
    with raise_bench(worlds) as bench:
        bench.one.sync()
        desk = bench.one.ignition
        templates = {row["name"]: row["slug"] for row in desk.job_templates()}
        services = [row["slug"] for row in desk.services()[:2]]
        for one, name in zip(services, (ANNUAL["name"], "Filing fees"), strict=True):
            desk.link_service(one, templates[name])
        (here,) = desk.named(NAME)
        slug = bench.accepted(here["slug"], *services)["slug"]
        fault = bench.faults.on("job.api/applytemplate", **TROUBLES[trouble])
        assert bench.one.deploy(slug).problems == []
        assert fault.hit == 1
        (job,) = bench.jobs(NAME)
        assert [one["Description"] for one in bench.one.xpm.costs_of(job["ID"])] == ["Filing fee"]


def test_a_result_that_could_not_be_shown_is_shown_by_the_next_sync(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        bench.faults.on("/deployment", status=503, times=4)
        report = bench.one.deploy(slug)
        assert [one.way_out for one in report.problems] == ["the next sync shows it in Ignition"]
        assert bench.shown(slug) is None
        bench.one.sync()
        expect_one_of_each(bench, slug)


def test_a_first_sync_whose_batch_answer_is_lost_imports_every_lead_once(raise_bench: Raise) -> None:
    with raise_bench(small_world([known("Kea Ltd"), known("Moa Ltd")])) as bench:
        bench.faults.on("clients/batch", error=lost, reaches=True)
        report = bench.one.sync()
        assert report.problems == []
        assert [row["name"] for row in bench.one.ignition.clients()] == ["Kea Ltd", "Moa Ltd"]
        assert bench.one.sync().writes == 0


def test_a_batch_whose_answers_are_all_lost_is_found_again_by_the_next_sync(raise_bench: Raise) -> None:
    with raise_bench(small_world([known("Kea Ltd"), known("Moa Ltd")])) as bench:
        bench.faults.on("clients/batch", error=lost, reaches=True, times=4)
        report = bench.one.sync()
        assert "2 clients" in say(report)
        assert report.exit_code == 3
        assert bench.one.sync().exit_code == 0
        assert [row["name"] for row in bench.one.ignition.clients()] == ["Kea Ltd", "Moa Ltd"]
        assert len(bench.stage.ledger.of("practice-1").rows(t.links)) == 2
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize("hours", [0, 24])
@pytest.mark.parametrize("unreadable", [False, True], ids=["readable", "unreadable by itself"])
def test_e11_leads_whose_making_was_not_answered_are_not_made_again_under_old_lists(
    raise_bench: Raise, hours: int, *, unreadable: bool
) -> None:
    with raise_bench(small_world([known("Kea Ltd"), known("Moa Ltd")])) as bench:
        bench.faults.on("clients/batch", error=CrashError, reaches=True)
        with pytest.raises(CrashError):
            bench.one.sync()
        bench.restart()
        bench.stage.pass_time(hours * HOUR)
        old = bench.faults.on("reporting/clients", status=200, body=EMPTY)
        odd = bench.faults.on("api/v1/clients/cli_", status=422, body=REFUSAL, times=2 * unreadable)
        bench.one.sync()
        assert old.hit == 1
        assert odd.hit == 2 * unreadable
        for _ in range(3):
            assert [row["name"] for row in bench.one.ignition.clients()] == ["Kea Ltd", "Moa Ltd"]
            bench.stage.pass_time(8 * DAY)
            bench.one.sync()
        assert len(bench.stage.ledger.of("practice-1").rows(t.links)) == 2
        assert bench.stage.ledger.dump()["intents"] == []
        assert bench.one.sync().writes == 0


def test_e11_a_lead_that_is_edited_after_a_crash_in_its_import_is_found_as_it_was_made(
    raise_bench: Raise,
) -> None:
    kea = known("Kea Ltd", phone="1", contacts=[contact("Ann", phone="1"), contact("Ann", nth=1)])
    with raise_bench(small_world([kea, known("Moa Ltd", fax="1")])) as bench:
        bench.faults.on("clients/batch", error=CrashError, reaches=True)
        with pytest.raises(CrashError):
            bench.one.sync()
        bench.restart()
        (here,) = bench.one.ignition.named("Kea Ltd")
        bench.one.ignition.update_client(here["slug"], name="Renamed Ltd", phone="")
        first = bench.one.ignition.contacts(here["slug"])[0]
        bench.one.ignition.update_contact(first["slug"], mobile="2")
        bench.one.xpm.update_client(bench.one.xpm.named("Moa Ltd")[0]["UUID"], Fax="2")
        bench.one.sync()
        # What was edited meanwhile is news on either side, and no conflict (E3).
        assert [(row["name"], row["fax"]) for row in bench.one.ignition.clients()] == [
            ("Moa Ltd", "2"),
            ("Renamed Ltd", ""),
        ]
        there = bench.one.xpm.clients()
        assert [(row["Name"], row["Phone"]) for row in there] == [("Moa Ltd", ""), ("Renamed Ltd", "")]
        assert sorted(row["Mobile"] for row in there[1]["Contacts"]) == ["", "2"]
        assert bench.stage.ledger.dump()["conflicts"] == bench.stage.ledger.dump()["intents"] == []
        assert bench.one.sync().writes == 0


def test_an_intent_of_long_ago_is_looked_up_without_waiting(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(NAME)])) as bench:
        slug = accept(bench)
        bench.faults.on(JOB, error=CrashError)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        bench.stage.pass_time(DAY)
        before = bench.stage.runtime.now()
        bench.one.sync()
        assert (bench.stage.runtime.now() - before).total_seconds() < 180
        expect_one_of_each(bench, slug)


@pytest.mark.parametrize("name", [NAME, "Renamed Ventures Pty Ltd"], ids=["same name", "renamed"])
@pytest.mark.parametrize("by_sync", [True, False], ids=["daily sync", "deployment"])
@pytest.mark.parametrize("reaches", [True, False], ids=["done", "not done"])
def test_e11_a_client_whose_answer_was_never_seen_is_found_as_it_was_made(
    raise_bench: Raise, name: str, *, reaches: bool, by_sync: bool
) -> None:
    with raise_bench(small_world(here=[lead(NAME, phone="1")])) as bench:
        slug = accept(bench)
        bench.faults.on(CLIENT, error=CrashError, reaches=reaches)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        (here,) = bench.one.ignition.named(NAME)
        bench.one.ignition.update_client(here["slug"], name=name, phone="0123")
        bench.one.sync() if by_sync else bench.one.deploy(slug)
        bench.one.sync()
        # What was edited meanwhile is news, not undone: it goes from where it was edited to the other side (E3).
        (client,) = bench.one.xpm.clients()
        assert (client["Name"], client["Phone"]) == (name, "0123")
        assert [row["name"] for row in bench.one.ignition.clients()] == [name]
        assert bench.stage.ledger.dump()["conflicts"] == []
        assert len(bench.jobs(name)) == 1
        assert bench.one.audit().problems == []
        assert bench.one.sync().writes == 0
