"""E11: jobs that bear one mark, and calls whose answer nobody saw before a person edited what they were for."""

import json
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, Fault, Json, lost
from e2e_jobs import (
    JOB_PER_SERVICE,
    KEA,
    ONE_JOB,
    accept_lines,
    both_services,
    delete_job,
    deployed_rows,
    kea,
    lines,
    linked_services,
    names,
    plan,
    proposed,
    tasks,
)

from syncer import ledger_tables as t
from syncer.jobbook import JobBook

JOB = "job.api/add"
OUTCOMES: dict[str, dict[str, Any]] = {
    "lost after it was done": {"error": lost, "reaches": True},
    "lost, and done late": {"error": lost, "late": True},
    "lost, and never done": {"error": lost},
}


def at_job(bench: Bench, which: int, **how: Any) -> Fault:
    """Let something go wrong with one of several calls that make a job: the first is 1."""
    fault = bench.faults.on(JOB, **how)
    seen: list[str] = []

    def wants(name: str, _number: int) -> bool:
        seen.extend([name] if JOB in name else [])
        return JOB in name and len(seen) == which

    fault.wants = wants  # type: ignore[method-assign]  # the calls look alike, so they are counted
    return fault


def three_alike(bench: Bench) -> str:
    """Have a proposal accepted that has the same service three times, each with a job of its own."""
    bench.one.sync()
    (one,) = linked_services(bench, None)
    return accept_lines(bench, *lines([one, one, one]), mode=JOB_PER_SERVICE)


def expect_three(bench: Bench) -> None:
    three = ["J000001", "J000002", "J000003"]
    assert [(job["ID"], job["Name"]) for job in bench.jobs(KEA)] == [
        (one, "Annual Accounts") for one in three
    ]
    assert sorted(row["number"] for row in deployed_rows(bench)) == three
    assert bench.one.audit().problems == []


@pytest.mark.parametrize("which", [1, 2, 3])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_e11_equal_jobs_are_counted_and_a_lost_answer_between_them_makes_none_more_or_less(
    raise_bench: Raise, outcome: str, which: int
) -> None:
    with raise_bench(kea()) as bench:
        three_alike(bench)
        fault = at_job(bench, which, **OUTCOMES[outcome])
        (report,) = bench.one.deliver_webhooks()
        assert fault.hit == 1
        assert report.problems == []
        expect_three(bench)


@pytest.mark.parametrize("reaches", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("which", [1, 2, 3])
def test_e11_a_crash_between_equal_jobs_makes_none_more_or_less(
    raise_bench: Raise, which: int, *, reaches: bool
) -> None:
    with raise_bench(kea()) as bench:
        slug = three_alike(bench)
        at_job(bench, which, error=CrashError, reaches=reaches)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        bench.one.sync()
        expect_three(bench)


EDITS: dict[str, tuple[str, tuple[Json, ...]]] = {
    "another name": (ONE_JOB, ({"name": "Renamed"},)),
    "another start": (ONE_JOB, ({"start_date": "2026-07-09"},)),
    "a job for each service": (JOB_PER_SERVICE, ()),
    "another recurrence": (ONE_JOB, ({"recurrence": "quarterly"},)),
}


def cut_short(bench: Bench, *, done: bool) -> Json:
    """Have two monthly services accepted, and the program die at the call that makes their job."""
    bench.one.sync()
    row = proposed(bench, *lines(both_services(bench), "monthly"))
    bench.one.ignition.accept(row["slug"])
    bench.faults.on(JOB, error=CrashError, reaches=done)
    with pytest.raises(CrashError):
        bench.one.deploy(row["slug"])
    bench.restart()
    return row


@pytest.mark.parametrize("edit", EDITS)
def test_e11_a_job_whose_answer_was_never_seen_is_found_again_whatever_is_edited_meanwhile(
    raise_bench: Raise, edit: str
) -> None:
    with raise_bench(kea()) as bench:
        row = cut_short(bench, done=True)
        plan(bench, row, EDITS[edit][0], *EDITS[edit][1])
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026"]
        # It is finished as it was begun: with both templates.
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]]
        bench.one.sync()
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("another name", ["Renamed – July 2026"]),
        ("another start", ["Engagement – July 2026"]),
        ("a job for each service", ["Annual Accounts – July 2026", "BAS – July 2026"]),
        ("another recurrence", ["Engagement – July 2026"]),
    ],
)
def test_e11_a_job_whose_call_never_arrived_is_made_as_it_is_planned_by_now(
    raise_bench: Raise, edit: str, expected: list[str]
) -> None:
    with raise_bench(kea()) as bench:
        row = cut_short(bench, done=False)
        plan(bench, row, EDITS[edit][0], *EDITS[edit][1])
        bench.one.sync()
        assert names(bench) == expected
        bench.one.sync()
        assert bench.one.sync().writes == 0


def test_e11_a_job_that_was_cut_short_and_whose_template_is_gone_since_is_finished_without_it(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        services = both_services(bench)
        slug = accept_lines(bench, *lines(services))
        bench.faults.on("job.api/applytemplate", error=CrashError)
        with pytest.raises(CrashError):
            bench.one.deploy(slug)
        bench.restart()
        # The service has no template any more: the job was begun with it, and is finished with it.
        bench.one.ignition.link_service(services[1], None)
        bench.one.sync()
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]]


def test_e11_a_job_that_the_intent_alone_knows_of_is_entered_by_the_next_run(raise_bench: Raise) -> None:
    def dying(*_args: object) -> None:
        raise CrashError

    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench), "monthly"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(JobBook, "enter", dying)
            with pytest.raises(CrashError):
                bench.one.deploy(slug)
        bench.restart()
        plan(bench, bench.one.ignition.proposal(slug), JOB_PER_SERVICE)
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026"]
        assert len(bench.faults.named(JOB)) == 1


def test_e11_e15_a_proposal_revoked_after_a_crash_shows_the_job_that_was_made_and_plans_no_more(
    raise_bench: Raise,
) -> None:
    with raise_bench(kea()) as bench:
        row = cut_short(bench, done=True)
        bench.one.ignition.call("POST", f"proposals/{row['slug']}/revoke")
        bench.one.sync()
        shown = bench.shown(str(row["slug"]))
        assert [job["name"] for job in shown["jobs"]] == ["Engagement – July 2026"]
        assert (shown["status"], shown["message"]) == (
            "deployed", "the proposal is revoked: no more jobs are made",
        )  # fmt: skip
        bench.stage.pass_time(20 * DAY)
        bench.one.sync()
        assert len(bench.jobs(KEA)) == 1
        assert bench.one.sync().writes == 0


def test_e11_e15_a_proposal_revoked_after_a_crash_that_made_nothing_makes_nothing(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        row = cut_short(bench, done=False)
        bench.one.ignition.call("POST", f"proposals/{row['slug']}/revoke")
        bench.one.sync()
        assert bench.jobs(KEA) == []
        assert bench.one.sync().writes == 0


def test_e11_a_job_deleted_by_a_person_is_not_taken_for_one_that_is_missing(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        (one,) = linked_services(bench, None)
        slug = accept_lines(bench, *lines([one, one]), mode=JOB_PER_SERVICE)
        bench.one.deploy(slug)
        delete_job(bench, "J000001")
        bench.one.sync()
        bench.one.deploy(slug)
        assert [job["ID"] for job in bench.jobs(KEA)] == ["J000002"]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_e11_an_intent_that_an_older_version_left_behind_is_settled_too(
    raise_bench: Raise, *, done: bool
) -> None:
    with raise_bench(kea()) as bench:
        row = cut_short(bench, done=done)
        own = bench.stage.ledger.of("practice-1")
        (intent,) = own.rows(t.intents, kind="job")
        own.remove(t.intents, key=intent["key"])
        client = json.loads(intent["evidence"])["client"]
        old = {"key": f"job/{row['slug']}/monthly/0", "evidence": json.dumps(client)}
        own.put(t.intents, {**intent, **old})
        bench.one.sync()
        assert names(bench) == ["Engagement – July 2026"]
        assert tasks(bench) == [["Plan", "Prepare", "Review", "Check codes", "Lodge"]]
        assert len(bench.faults.named(JOB)) == (1 if done else 2)
