"""A deployment is a run like a sync: listed with its cost, and counted in the metrics."""

import json

import pytest
from conftest import Raise
from e2e_bench import Bench, Json
from e2e_jobs import KEA, accept_lines, both_services, kea, lines

from syncer import ledger_tables as t
from syncer.errors import RefusedError
from syncer.metrics import exposition


def runs(bench: Bench) -> list[Json]:
    return bench.stage.ledger.of("practice-1").rows(t.runs)


def counted(bench: Bench) -> dict[str, float]:
    """Return the metrics' samples that have a value."""
    told = exposition(bench.stage.ledger, ["practice-1"]).decode()
    rows = [line.rpartition(" ") for line in told.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in rows}


def test_a_webhooks_deployment_is_a_run_with_what_it_did_and_cost(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        before = counted(bench)
        accept_lines(bench, *lines(both_services(bench)))
        bench.one.deliver_webhooks()
        assert len(bench.jobs(KEA)) == 1
        run = runs(bench)[-1]
        assert (run["command"], run["outcome"]) == ("deploy", "done")
        report = json.loads(run["report"])
        assert report["did"]["jobs created in XPM"] == 1
        assert (
            report["costs"]["xpm"]["calls"] == 4 + 2
        )  # what is on the job, as one list more, and the second template
        after = counted(bench)
        calls, made = ('syncer_calls_total{api="xpm",practice="practice-1"}', 'syncer_actions_total{kind="jobs created in XPM",practice="practice-1"}')  # fmt: skip
        assert after[calls] - before[calls] == 6
        assert after[made] == 1
        assert after['syncer_runs_total{outcome="done",practice="practice-1"}'] == 2
        assert after['syncer_last_run_ok{practice="practice-1"}'] == 1


def test_a_deployment_that_ignition_refuses_is_a_run_that_was_not_done(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)))
        bench.faults.on("reporting/services", status=403)
        with pytest.raises(RefusedError):
            bench.one.deploy(slug)
        run = runs(bench)[-1]
        assert (run["command"], run["outcome"].partition(":")[0]) == ("deploy", "not done")
        assert run["ended_at"] is not None
        told = counted(bench)
        assert told['syncer_runs_total{outcome="not done",practice="practice-1"}'] == 1
        # What stands for the last sync is not touched by it.
        assert told['syncer_last_run_ok{practice="practice-1"}'] == 1


def test_a_deployment_of_which_a_job_is_refused_is_done_with_problems(raise_bench: Raise) -> None:
    with raise_bench(kea()) as bench:
        bench.one.sync()
        slug = accept_lines(bench, *lines(both_services(bench)))
        body = b"<Response><Status>ERROR</Status><ErrorDescription>No.</ErrorDescription></Response>"
        bench.faults.on("job.api/add", status=200, body=body)
        bench.one.deploy(slug)
        assert runs(bench)[-1]["outcome"] == "done with problems"
