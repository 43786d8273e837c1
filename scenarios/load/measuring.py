"""How calls and pieces of work are told to Locust."""

import re
import time
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

ID = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|J\d{6,}|[a-z]+_[0-9a-z]{16})\b")
"""What tells one record from another in a path: a UUID, a job's number, a slug."""
BAD = 400


class CallError(Exception):
    """A call was answered with an error."""


TOO_MANY = CallError("status 429")
"""How a call over a limit is told."""


class MeasuringAdapter(HTTPAdapter):
    """Tells Locust of every call, under its operation's name."""

    def __init__(self, environment: Any) -> None:
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
            if answer.status_code >= BAD:
                failure = CallError(f"status {answer.status_code}")
        except requests.RequestException as error:
            failure = CallError(type(error).__name__)
            raise
        else:
            return answer
        finally:
            seconds = time.perf_counter() - started
            fire(self._environment, *operation(request), seconds, size, failure)


def measured_session(environment: Any) -> requests.Session:
    """Return a session whose calls are told to Locust."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", MeasuringAdapter(environment))
    return session


def operation(request: requests.PreparedRequest) -> tuple[str, str]:
    """Return which API a request goes to, and its operation's name without ids."""
    path = urlsplit(request.url or "").path
    for prefix, kind in (("/practicemanager/3.1/", "XPM"), ("/external/api/v1/", "Ignition")):
        if path.startswith(prefix):
            return kind, f"{request.method} {ID.sub('{id}', path.removeprefix(prefix))}"
    return "OAuth", f"{request.method} {path}"


def fire(
    environment: Any, kind: str, name: str, seconds: float, size: int, failure: BaseException | None
) -> None:
    """Tell Locust of a call, or of a piece of work, that took so many seconds."""
    environment.events.request.fire(
        request_type=kind,
        name=name,
        response_time=seconds * 1000,
        response_length=size,
        exception=failure,
        context={},
    )


def rows_of(stats: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what Locust measured, a row for each operation, and its failures by cause."""
    limited: Counter[tuple[str, str]] = Counter()
    for one in stats.errors.values():
        if str(TOO_MANY) in str(one.error):
            limited[one.method, one.name] += one.occurrences
    rows = [
        {
            "kind": row.method,
            "name": row.name,
            "calls": row.num_requests,
            "failures": row.num_failures,
            "limited": limited[row.method, row.name],
            "median_ms": round(row.median_response_time or 0.0, 1),
            "p95_ms": row.get_response_time_percentile(0.95),
            "p99_ms": row.get_response_time_percentile(0.99),
        }
        for row in stats.entries.values()
    ]
    rows.sort(key=lambda row: (row["kind"], row["name"]))
    found = [f"{one.occurrences} times {one.method} {one.name}: {one.error}" for one in stats.errors.values()]
    return rows, sorted(found)
