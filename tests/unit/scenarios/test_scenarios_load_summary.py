"""What a load run came to: figures by hand, thresholds, and what stands in the tables."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scenarios.cli import cli
from scenarios.load.command import NOTHING, Ports, finish, run
from scenarios.load.fakes import LoadRefusal
from scenarios.load.judge import Verdict
from scenarios.load.observed import phones_planned, phones_written, repeated_calls, side_of, wrong_writes
from scenarios.load.plan import LoadPlan
from scenarios.load.summary import fakes_share, knee, processes_of, ramp, spread, summarise
from scenarios.load.telling import lines_of
from scenarios.load.thresholds import DEFAULT, thresholds_of, verdicts

PLAN = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 5, 2, 6, 1, "var", faults="mild", span=8.0)
COST = {"calls": 5, "writes": 1, "bytes_sent": 100, "bytes_received": 900, "waited_seconds": 0.0}
SYNC = {"due": 0.0, "seconds": 0.5, "from_due": 1.5, "costs": {"xpm": COST, "ignition": COST}}
RECORD = {
    "practice": 0,
    "phase": 3,
    "syncs": [SYNC],
    "jobs": [2.5],
    "edits": [],
    "tested": {"clients_agree": 4},
    "violations": [],
    "waited": 61.0,
    "repeats": 1,
}
ROW = {
    "kind": "XPM", "name": "GET staff.api/list", "calls": 3, "failures": 0, "limited": 2,
    "median_ms": 4.0, "p95_ms": 9.0, "p99_ms": 9.0,
}  # fmt: skip


def entry(**given: Any) -> dict[str, Any]:
    """Return a journal's entry, as far as it is read."""
    whole = {"operation": "client.api/update", "service_ms": 2.0, "request_bytes": 10, "response_bytes": 90}
    return {**whole, "fault": None, "changes": [], **given}


def phone(client: str, text: str, op: str = "update") -> dict[str, Any]:
    """Return a change of a client's phone."""
    return {"table": "clients", "op": op, "key": ["t1", client], "values": {"phone": text}}


def test_a_spread_is_by_nearest_rank_and_of_nothing_there_is_none() -> None:
    assert spread(float(one) for one in range(100, 0, -1)) == {
        "count": 100, "p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0,
    }  # fmt: skip
    assert spread([3.0]) == {"count": 1, "p50": 3.0, "p95": 3.0, "p99": 3.0, "max": 3.0}
    assert spread([]) == {"count": 0, "p50": None, "p95": None, "p99": None, "max": None}


def test_the_fakes_own_time_and_injected_delay_are_told_apart() -> None:
    journal = {"dropped": 4, "entries": [entry(), entry(fault="latency"), entry(fault="reset")]}
    side = side_of(journal, PLAN).as_json()
    assert (side["calls"], side["service_ms"], side["delay_ms"], side["bytes"]) == (3, 6.0, 50.0, 300)
    assert (side["faults"], side["dropped"]) == ({"latency": 1, "reset": 1}, 4)


def test_what_people_edited_is_written_on_the_other_side_and_nothing_else_is() -> None:
    edits = [
        {"side": "xpm", "xpm": "x1", "ignition": "cli_1", "phone": "1"},
        {"side": "ignition", "xpm": "x2", "ignition": "cli_2", "phone": "2"},
        {"side": "ignition", "xpm": "x3", "ignition": "cli_3", "phone": "3"},
    ]
    planned = list(phones_planned([{"practice": 0, "edits": edits}]))
    assert planned == [(0, "ignition", "cli_1", "1"), (0, "xpm", "x2", "2"), (0, "xpm", "x3", "3")]
    changes = [phone("x2", "2"), phone("x2", "2"), phone("x9", "9"), phone("x7", "7", op="insert")]
    written = list(phones_written({"entries": [entry(changes=changes)]}, "xpm", {"t1": 0}))
    assert wrong_writes(planned[1:], written) == [
        "practice 0: phone 3 of x3 was not written in xpm",
        "practice 0: phone 2 of x2 was written unasked in xpm",
        "practice 0: phone 9 of x9 was written unasked in xpm",
    ]
    assert wrong_writes(planned, planned) == []
    calls = [entry(tenant_id="t1"), entry(tenant_id="t1"), entry(tenant_id="t1", operation="staff.api/list")]
    assert repeated_calls(planned, {"entries": calls}, {"t1": 0}) == []
    assert repeated_calls(planned[:2], {"entries": calls}, {"t1": 0}) == [
        "practice 0: 1 times too many calls of client.api/update"
    ]


def test_growth_is_from_when_a_quarter_of_the_days_is_over_to_the_last_ones_end_and_the_worst_counts() -> (
    None
):
    sizes = [(50, 210), (100, 200), (101, 200), (102, 190), (103, 190), (104, 190), (104, 190), (104, 190)]
    days = [
        {"processes": {"mock_xpm": {"cpu_s": 1.0, "rss": one}, "load 1": {"cpu_s": 3.0, "rss": other}}}
        for one, other in sizes
    ]
    found = processes_of(days)
    assert found["growth"] == 0.04
    assert found["each"]["load 1"] == {"cpu_s": 24.0, "rss_mb": 0.0, "growth": -0.05}
    assert fakes_share(days) == 0.25
    assert processes_of(days[:3])["growth"] is None


def test_the_knee_is_the_last_rate_that_was_carried_before_one_that_was_not() -> None:
    plan = LoadPlan("", "", 5, 4, 6, 1, "var", shape="ramp", span=8.0)
    late = [0.5, 0.6, 1.0, 1.1, 0.5, 0.5, 0.5, 0.5]
    steps = ramp(plan, [{"due": float(number), "from_due": one} for number, one in enumerate(late)])
    assert [step["per_minute"] for step in steps[:4]] == [240.0, 360.0, 540.0, 840.0]
    assert [step["done_per_minute"] for step in steps[:4]] == [120.0, 100.0, 60.0, 54.5]
    assert [step["carried"] for step in steps] == [True, True, True, False, True, True, True, True]
    assert knee(steps) == 540.0
    assert knee([]) is None


def test_a_summary_counts_syncs_waits_and_acceptances_and_says_so(tmp_path: Path) -> None:
    plan = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 5, 2, 6, 1, str(tmp_path))
    results = {**NOTHING, "records": [RECORD], "rows": [ROW]}
    summary = finish(plan, results, Verdict(digest="d" * 64), [], 1, 0)
    assert summary["passed"]
    told = "\n".join(lines_of(summary, "var/load"))
    assert "median 2.5 s, 95 % 2.5 s" in told
    assert "5.0 calls, 1.0 of them writes, 1000 bytes" in told
    assert "61.0 s; 2 answers of 429" in told
    assert "4 verdicts of the oracle, 0 violations" in told
    assert told.endswith("digest " + "d" * 64)


@pytest.mark.parametrize(
    ("verdict", "results", "code", "why"),
    [
        (Verdict(unfinished=[1]), {}, 0, "; PARTIAL: not all practices were finished; practices 1 were not"),
        (Verdict(), {"partial": "worker b died"}, 0, "; PARTIAL: worker b died"),
        (Verdict(doubles=["client “Twice”, 1 times too many"]), {}, 0, "  client “Twice”, 1 times too many"),
        (Verdict(losses=["job of PROP-1000"]), {}, 0, "✗ losses 1 ≤ 0"),
        (Verdict(), {"rows": [{**ROW, "failures": 2}]}, 0, "2 failures"),
        (
            Verdict(),
            {"records": [{**RECORD, "violations": ["Kea: typed in xpm is lost"]}]},
            0,
            "✗ oracle.violations 1 ≤ 0",
        ),
        (Verdict(), {"records": []}, 0, "0 measured syncs"),
        (Verdict(), {}, 1, "doubles 0"),
    ],
)
def test_what_is_not_whole_or_not_right_fails_the_run_and_is_named(
    verdict: Verdict, results: dict[str, Any], code: int, why: str, tmp_path: Path
) -> None:
    plan = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 5, 2, 6, 1, str(tmp_path))
    wanted = thresholds_of(DEFAULT, summarise(plan, NOTHING, Verdict(), 1))
    found = {**NOTHING, "records": [RECORD], "rows": [ROW], **results}
    summary = finish(plan, found, verdict, wanted, 1, code)
    assert not summary["passed"]
    assert why in "\n".join(lines_of(summary, "var/load"))
    assert "failed</span>" in (tmp_path / "summary.html").read_text("utf-8")


def test_thresholds_that_make_no_sense_are_all_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bounds.toml"
    path.write_text(
        '[most]\nfailures = "few"\nbogus = 1\n[some]\nx = 1\n[least.syncs]\nseconds = 3\n', "utf-8"
    )
    with pytest.raises(LoadRefusal) as caught:
        thresholds_of(path, summarise(PLAN, NOTHING, Verdict(), 1))
    for told in (
        "[some] is neither",
        "most.failures = 'few' is no number",
        "most.bogus: a",
        "least.syncs.seconds: a",
    ):
        assert told in caught.value.message
    with pytest.raises(LoadRefusal, match="has no thresholds"):
        thresholds_of(tmp_path / "none.toml", {})


def test_a_threshold_on_what_was_not_measured_is_neither_met_nor_missed() -> None:
    wanted = [("most", ("a",), 3.0), ("least", ("b", "c"), 3.0), ("most", ("d",), 0.0)]
    rows = verdicts(wanted, {"a": None, "b": {"c": 2}, "d": []})
    assert [(row["what"], row["met"]) for row in rows] == [("a", None), ("b.c", False), ("d", True)]


def test_what_a_run_cannot_begin_with_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with pytest.raises(LoadRefusal, match="2 users are too few for 3 processes: give --users 3 or more"):
        run(LoadPlan("", "", 5, 3, 6, 2, str(tmp_path)), processes=3)
    with pytest.raises(LoadRefusal, match="both fakes were given port 18001"):
        Ports(18001, 18001).hold(ui=False)
    path = tmp_path / "bounds.toml"
    path.write_text("most = 3\n[least]\nclients = nan\n", "utf-8")
    with pytest.raises(LoadRefusal, match=r"most = 3 is no table.*least.clients = nan is no number"):
        thresholds_of(path, summarise(PLAN, NOTHING, Verdict(), 1))
    for flags in (["--span", "nan"], ["--changes", "nan"]):
        done = CliRunner().invoke(cli, ["load", *flags])
        assert (done.exit_code, "'nan' is no number" in done.output) == (2, True)
