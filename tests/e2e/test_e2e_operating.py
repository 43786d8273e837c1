"""Running the syncer for good: runs, disconnecting, one round for cron, metrics, log lines."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Raise
from e2e_bench import DAY, known, lead, small_world
from e2e_terminal import Terminal

from syncer import service
from syncer.ledger import Ledger
from syncer.logs import Lines
from syncer.vault import Vault

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"


@pytest.fixture
def terminal(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with raise_bench(small_world([known(KEA)], [lead(MOA)]), connected=False) as bench:
        found = Terminal(bench, tmp_path, monkeypatch)
        found.run("connect")
        yield found


def metrics(terminal: Terminal) -> dict[str, float]:
    """Return the samples of `/metrics`, by name and labels."""
    ledger = Ledger(terminal.path.with_name("by-hand.db"), Vault(None))
    app = service.create_app(terminal.bench.stage.config, ledger, terminal.bench.stage.runtime)
    answer = app.test_client().get("/metrics")
    ledger.close()
    assert answer.content_type.startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_runs_are_listed_and_one_is_told_whole(terminal: Terminal) -> None:
    terminal.run("sync")
    terminal.run("plan")
    first, second = terminal.json("runs")
    assert [one["command"] for one in (first, second)] == ["sync", "plan"]
    assert (first["outcome"], second["outcome"]) == ("done", "planned")
    assert first["costs"]["xpm"]["calls"] == 3
    assert first["costs"]["xpm"]["bytes_received"] > 0
    shown = terminal.run("runs", "1").stdout
    assert f"Ignition: new lead “{KEA}” with 0 contacts (R1, R4)" in shown
    assert "xpm 3 calls" in shown
    assert terminal.json("runs", "1")["report"]["did"]["leads imported"] == 1
    assert "there is no run 9" in terminal.run("runs", "9", code=1).stderr


def test_disconnecting_gives_back_both_grants_and_keeps_what_is_linked(terminal: Terminal) -> None:
    terminal.run("sync")
    bench = terminal.bench
    assert "practice-1 is disconnected" in terminal.run("disconnect").stdout
    assert "is not connected" in terminal.run("sync", code=1).stderr
    assert "is not connected" in terminal.run("disconnect", code=1).stderr
    calls = [row["operation"] for row in bench.stage.journals()["XPM"]]
    assert calls[-1] == "oauth/revocation"
    assert bench.one.ignition.integration()["status"] == "not_connected"
    terminal.run("connect")
    assert terminal.json("status")["linked_clients"] == 1
    assert terminal.json("sync")[0]["did"] == {}
    assert len(bench.one.ignition.named(KEA)) == 1


def test_a_system_that_cannot_be_told_of_the_disconnection_is_named(terminal: Terminal) -> None:
    terminal.bench.faults.on("/connect/revocation", status=500)
    told = terminal.json("disconnect")["message"]
    assert "XPM could not be told: remove the app there by hand" in told
    assert terminal.json("status")["connections"] == {}


def test_serve_once_deploys_what_webhooks_told_of_and_syncs_what_is_due(terminal: Terminal) -> None:
    bench = terminal.bench
    terminal.run("serve", "--once")
    assert len(bench.one.ignition.named(KEA)) == 1
    bench.accepted(bench.one.ignition.named(MOA)[0]["slug"])
    bench.stage.pass_time(DAY)
    terminal.run("serve", "--once", "--log-json")
    assert len(bench.jobs(MOA)) == 1
    calls = len(bench.faults.calls)
    terminal.run("serve", "--once")
    assert [one for one in bench.faults.calls[calls:] if "client.api" in one] == []


def test_serve_once_that_could_not_do_all_ends_with_1(terminal: Terminal) -> None:
    terminal.bench.faults.on("client.api/list", status=500, times=10)
    terminal.run("serve", "--once", code=1)


def test_metrics_tell_what_was_done_and_what_waits(terminal: Terminal) -> None:
    terminal.run("sync")
    told = metrics(terminal)
    assert told['syncer_runs_total{outcome="done",practice="practice-1"}'] == 1
    assert told['syncer_calls_total{api="xpm",practice="practice-1"}'] == 3
    assert told['syncer_actions_total{kind="leads imported",practice="practice-1"}'] == 1
    assert told['syncer_last_run_ok{practice="practice-1"}'] == 1
    assert told['syncer_waiting{kind="conflicts",practice="practice-1"}'] == 0
    assert told['syncer_connected{api="ignition",practice="practice-1"}'] == 1
    terminal.run("disconnect")
    assert metrics(terminal)['syncer_connected{api="ignition",practice="practice-1"}'] == 0


def record(**more: object) -> logging.LogRecord:
    made = logging.makeLogRecord({"msg": "a line\nof “two”", "levelname": "WARNING", "created": 0.0})
    vars(made).update(more)
    return made


def test_a_log_line_is_one_line_of_names_and_values() -> None:
    told = Lines(as_json=False).format(record(practice="north"))
    assert told == 'at=1970-01-01T00:00:00Z level=warning practice=north event="a line\\nof “two”"'


def test_a_log_line_may_be_a_json_object() -> None:
    told = json.loads(Lines(as_json=True).format(record(practice="north")))
    assert told == {
        "at": "1970-01-01T00:00:00Z",
        "level": "warning",
        "practice": "north",
        "event": "a line\nof “two”",
    }
