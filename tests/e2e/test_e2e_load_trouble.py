"""What a load run does when something goes wrong: a clear message, what there is kept, no process left."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from e2e_load import digest_of

from mock_kit.server import LOOPBACK, bind
from scenarios.cli import main
from scenarios.load.plan import LoadPlan

Hurt = Callable[[subprocess.Popen[str], Path], None]


def _plan(folder: Path) -> Any:
    return json.loads((folder / "var/load/plan.json").read_text("utf-8"))


def _command(process: subprocess.Popen[str], _folder: Path) -> None:
    process.send_signal(signal.SIGTERM)


def _fake(_process: subprocess.Popen[str], folder: Path) -> None:
    os.kill(_plan(folder)["pids"][0], signal.SIGKILL)


def _locust(process: subprocess.Popen[str], _folder: Path) -> None:
    os.kill(_locusts(process)[0].pid, signal.SIGKILL)


def _worker(process: subprocess.Popen[str], _folder: Path) -> None:
    os.kill(_locusts(process)[-1].pid, signal.SIGKILL)


def _locusts(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return Locust's processes, the one that leads first."""
    found = psutil.Process(process.pid).children(recursive=True)
    return [one for one in found if "locust" in one.cmdline()]


@pytest.mark.parametrize(
    ("hurt", "processes", "told"),
    [
        (_command, 2, "; PARTIAL: the run was broken off"),
        (_fake, 1, "; PARTIAL: the fakes are down: mock_xpm at "),
        (_locust, 2, "; PARTIAL: the run was broken off; practices 0, 1 were not finished"),
        (_worker, 2, " died; practices ["),
    ],
)
def test_what_breaks_a_run_is_told_its_results_are_kept_and_partial_and_no_process_is_left(
    hurt: Hurt, processes: int, told: str, tmp_path: Path
) -> None:
    run = [sys.executable, "-m", "scenarios", "load", "--practices", "2", "--size", "4", "--span", "20"]
    run += ["--users", "4", "--processes", str(processes)]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        run, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        started: list[psutil.Process] = []
        for line in process.stderr:
            if line.startswith("day 1: "):
                started = psutil.Process(process.pid).children(recursive=True)
                hurt(process, tmp_path)
                break
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told in out
    # Locust's own writer of CSV may stumble over its end.
    assert "/scenarios/" not in out + err
    results = json.loads((tmp_path / "var/load/results.json").read_text("utf-8"))
    assert results["partial"]
    assert "first syncs" in results["spans"]
    kept = [json.loads(one) for one in (tmp_path / "var/load/records.jsonl").read_text("utf-8").splitlines()]
    assert {one["phase"] for one in kept} >= {0, 1, 2}
    assert len(started) >= 3
    assert [one.pid for one in psutil.wait_procs(started, timeout=5)[1]] == []


@pytest.mark.parametrize("flags", [["--xpm-port"], ["--ui", "--web-port"]])
def test_a_port_that_is_taken_is_said_before_anything_is_removed(
    flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "var/load/results.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}", "utf-8")
    monkeypatch.chdir(tmp_path)
    taken = bind(lambda _environ, _start: [], LOOPBACK, 0)
    monkeypatch.setattr(sys, "argv", ["scenarios", "load", *flags, str(taken.port)])
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        taken.close()
    # Python prints a text that it is left with on stderr, and its exit code is 1.
    assert f"cannot listen on 127.0.0.1:{taken.port}" in str(ended.value.code)
    assert kept.read_text("utf-8") == "{}"


def test_fakes_that_are_not_up_are_said_by_plain_locust(tmp_path: Path) -> None:
    plan = {
        "xpm_url": "http://127.0.0.1:1", "ignition_url": "http://127.0.0.1:1", "seed": 7, "practices": 1,
        "size": 2, "users": 1, "folder": str(tmp_path),
    }  # fmt: skip
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), "utf-8")
    file = Path("scenarios/load/locustfile.py")
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(file), "--headless"],
        env={**os.environ, "LOAD_PLAN": str(path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    # Whoever looks first says it: who loads them, or who looks once a second whether they are there.
    assert re.search("PARTIAL: the fakes (cannot be loaded|are down): ", done.stderr)
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["partial"]


def test_a_master_and_two_workers_that_somebody_else_starts_leave_what_its_work_leaves_without_locust(
    tmp_path: Path,
) -> None:
    sizes = ["--practices", "3", "--size", "4", "--span", "0.5"]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    run = [sys.executable, "-m", "scenarios", "load", *sizes]
    locust = [sys.executable, "-m", "locust", "-f", str(Path("scenarios/load/locustfile.py").resolve())]
    held = bind(lambda _environ, _start: [], LOOPBACK, 0)
    port = str(held.port)
    held.close()
    with subprocess.Popen(
        [*run, "--outside"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        assert waiting.stderr is not None
        for line in waiting.stderr:
            if "This waits for its end" in line:
                break
        leads = [
            "--headless",
            "--only-summary",
            "--master",
            "--master-bind-host",
            LOOPBACK,
            "--expect-workers",
            "2",
        ]
        quiet = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        master = subprocess.Popen([*locust, *leads, "--master-bind-port", port], cwd=tmp_path, **quiet)  # type: ignore[call-overload]  # given by name
        elsewhere = tmp_path / "another machine"
        elsewhere.mkdir()
        works = ["--worker", "--master-host", LOOPBACK, "--master-port", port]
        workers = [subprocess.Popen([*locust, *works], cwd=elsewhere, **quiet) for _ in range(2)]  # type: ignore[call-overload]
        out, _err = waiting.communicate(timeout=90)
        codes = [process.wait(30) for process in (master, *workers)]
    assert (waiting.returncode, codes) == (0, [0, 0, 0]), out
    assert "doubles 0, losses 0" in out
    assert re.search("^3 measured syncs, [0-9]+ clients and 2 jobs in XPM, 0 failures$", out, re.MULTILINE), (
        out
    )
    assert re.search(r"^XPM +POST job\.api/add +2 +0 ", out, re.MULTILINE), out
    alone = digest_of(LoadPlan("", "", seed=7, practices=3, size=4, users=1, folder="", span=0.5))
    assert out.splitlines()[-1] == f"digest {alone}"
    assert json.loads((tmp_path / "var/load/results.json").read_text("utf-8"))["workers"] == 2
