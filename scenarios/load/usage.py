"""What the processes of a load run use: CPU and memory."""

import os
from typing import Any

import psutil

from scenarios.load.plan import LoadPlan

Json = dict[str, Any]
FAKES = ("mock_xpm", "mock_ignition")


def this_process() -> dict[str, Json]:
    """Return what this process has used, by its name: a worker, or the only process of a run."""
    return {f"load {os.getpid()}": used_by(os.getpid())}


def processes_of(plan: LoadPlan) -> dict[str, Json]:
    """Return what the fakes of a run have used; nothing of those that somebody else started."""
    return {name: used_by(pid) for name, pid in zip(FAKES, plan.pids, strict=False) if psutil.pid_exists(pid)}


def used_by(pid: int) -> Json:
    """Return a process's seconds of CPU, and its resident memory in bytes."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    return {"cpu_s": times.user + times.system, "rss": process.memory_info().rss}
