"""Locust's side of the load test: `make load`, or `locust -f scenarios/load/locustfile.py` beside it.

Each user owns the practices whose number leaves its own when divided by the number of users,
works each one's fixed list to its end, and then syncs them quietly until the time is over.
"""

import itertools
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from locust import User, constant, events, task
from locust.env import Environment
from locust.exception import StopUser
from requests.adapters import HTTPAdapter

from scenarios.desks import DeskError
from scenarios.load.plan import LoadPlan, read
from scenarios.load.work import LoadError, make_stage, open_ledger, quiet_sync, steps
from scenarios.stage import PracticeStage
from syncer.errors import SyncerError

numbers = itertools.count()
ID = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|J\d{6,}|[a-z]+_[0-9a-z]{16})\b")
"""What tells one record from another in a path: a UUID, a job's number, a slug."""


class MeasuringAdapter(HTTPAdapter):
    """Tells Locust of every call, under its operation's name."""

    def __init__(self, environment: Environment) -> None:
        super().__init__()
        self._environment = environment

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request and report how long it took."""
        started = time.perf_counter()
        failure: BaseException | None = None
        size = 0
        try:
            answer = super().send(request, *args, **options)
            size = len(answer.content)
            if answer.status_code >= 400:  # noqa: PLR2004  # what HTTP calls an error
                failure = LoadError(f"status {answer.status_code}")
        except requests.RequestException as error:
            failure = error
            raise
        else:
            return answer
        finally:
            _fire(self._environment, *operation(request), started, size, failure)


class PracticeSync(User):
    """Syncs its practices with the real syncer."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Take the practices that are this user's."""
        plan = read()
        worlds = plan.worlds()
        self.number = next(numbers) % plan.users
        self.plan: LoadPlan = plan
        self.practices: list[PracticeStage] = [
            make_stage(plan, worlds, open_ledger(plan, number), self._session).practice(number)
            for number in range(self.number, plan.practices, plan.users)
        ]
        self.rounds = itertools.cycle(self.practices)

    @task
    def work(self) -> None:
        """Do one practice's whole list the first time round, a quiet sync of it each time after."""
        if not self.practices:
            raise StopUser
        practice = next(self.rounds)
        if self.plan.done_path(practice.number).exists():
            self._measured("quiet sync", lambda: quiet_sync(practice))
            return
        for name, step in steps(self.plan, practice):
            if not self._measured(name, step):
                raise StopUser

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", MeasuringAdapter(self.environment))
        return session

    def _measured(self, name: str, step: Callable[[], None]) -> bool:
        started = time.perf_counter()
        failure: Exception | None = None
        try:
            step()
        except (SyncerError, DeskError, LoadError, requests.RequestException) as error:
            failure = error
        _fire(self.environment, "sync" if "sync" in name else "step", name, started, 0, failure)
        return failure is None


def operation(request: requests.PreparedRequest) -> tuple[str, str]:
    """Return which API a request goes to, and its operation's name without ids."""
    path = urlsplit(request.url or "").path
    for prefix, kind in (("/practicemanager/3.1/", "XPM"), ("/external/api/v1/", "Ignition")):
        if path.startswith(prefix):
            return kind, f"{request.method} {ID.sub('{id}', path.removeprefix(prefix))}"
    return "OAuth", f"{request.method} {path}"


def _fire(
    environment: Environment, kind: str, name: str, started: float, size: int, failure: BaseException | None
) -> None:
    fire: Any = environment.events.request.fire
    fire(
        request_type=kind,
        name=name,
        response_time=(time.perf_counter() - started) * 1000,
        response_length=size,
        exception=failure,
        context={},
    )


def check_plan(environment: Environment, **_others: Any) -> None:
    """Say at once, in one line, when there is nothing to run against."""
    try:
        read()
    except (OSError, ValueError, TypeError) as error:
        environment.process_exit_code = 1
        raise SystemExit(f"there is no load plan to run ({error}); start with: make load") from error


def write_stats(environment: Environment, **_others: Any) -> None:
    """Write what was measured, to the last call, where the summary reads it; Locust's own CSV may lag behind."""
    stats: Any = environment.stats
    rows = [
        {
            "kind": row.method,
            "name": row.name,
            "calls": row.num_requests,
            "failures": row.num_failures,
            "median_ms": row.median_response_time,
            "p95_ms": row.get_response_time_percentile(0.95),
        }
        for row in stats.entries.values()
    ]
    failures = [
        f"{row.occurrences} times {row.method} {row.name}: {row.error}" for row in stats.errors.values()
    ]
    rows.sort(key=lambda row: (row["kind"], row["name"]))
    read().stats_path.write_text(json.dumps({"rows": rows, "failures": sorted(failures)}, indent=1), "utf-8")


# Locust's hooks carry no types.
hooks: Any = events
hooks.init.add_listener(check_plan)
hooks.quitting.add_listener(write_stats)
