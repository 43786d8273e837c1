"""Programs under load: a fake, or the plain app, each in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from scenarios.processes import end
from tests.bench.client import LoadError, Plan, request_bytes
from tests.bench.memory import resident_mb

NO_END = 10**9
"""A limit that no benchmark comes to, and that counts like any other."""
START_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A program that listens."""

    url: str
    pid: int

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def resident_mb(self, *, most: bool = False) -> float:
        """Return how much memory it has at the moment, or had at most, in MiB (Linux)."""
        return resident_mb(self.pid, most=most)

    def plan(self, *requests_sent: str, **bounds: Any) -> Plan:
        """Return a plan to send these requests, in turn, to this program."""
        return Plan(*self.address, list(requests_sent), **bounds)


@dataclass(frozen=True)
class Fake(Served):
    """A fake with a world, and the headers of a connected program."""

    headers: dict[str, str]

    def call(self, method: str, path: str, body: bytes = b"") -> str:
        """Return one request to the fake, as a plan carries it."""
        return request_bytes(method, path, {"Host": "fake", **self.headers}, body)


@contextmanager
def program(*arguments: str) -> Iterator[Served]:
    """Start a Python program of ours that ends a line with its URL, on either output, once it listens."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        try:
            if "http://" not in line:
                raise LoadError(f"{' '.join(arguments)} did not start: {line.strip() or 'it said nothing'}")
            yield Served(line.split()[-1], process.pid)
        finally:
            end(process)


@contextmanager
def mock_xpm(world: dict[str, Any] | None, db: Path | None = None) -> Iterator[Fake]:
    """Serve `mock-xpm`; as `_fake`."""
    with _fake("mock_xpm", world, db) as (served, tenant, token):
        yield Fake(served.url, served.pid, {"Authorization": f"Bearer {token}", "xero-tenant-id": tenant})


@contextmanager
def mock_ignition(world: dict[str, Any] | None, db: Path | None = None) -> Iterator[Fake]:
    """Serve `mock-ignition`; as `_fake`."""
    with _fake("mock_ignition", world, db) as (served, _tenant, token):
        yield Fake(served.url, served.pid, {"Authorization": f"Bearer {token}"})


@contextmanager
def _fake(module: str, world: dict[str, Any] | None, db: Path | None) -> Iterator[tuple[Served, str, str]]:
    """Serve a fake with a world, or with what its file holds; with a practice and a token for it.

    The practice is the first of the document, or of the file. The limits count as always, but end nothing:
    each is put as high as it goes.
    """
    keep = ["--db", str(db)] if db else []
    with program("-m", module, "serve", "--port", "0", *keep) as served, requests.Session() as session:
        session.trust_env = False
        if world is not None:
            _steer(session, "POST", f"{served.url}/_control/world", world)
            tenant = next(world[name] for name in ("tenants", "practices") if name in world)[0]["tenant_id"]
        else:
            tenant = _steer(session, "GET", f"{served.url}/_control/tenants", None)[0]["tenant_id"]
        token = _steer(session, "POST", f"{served.url}/_control/tokens", {"tenant_ids": [tenant]})
        limits = _steer(session, "GET", f"{served.url}/_control/limits", None)
        _steer(session, "PUT", f"{served.url}/_control/limits", dict.fromkeys(limits, NO_END))
        yield served, tenant, str(token["access_token"])


def _steer(session: requests.Session, method: str, url: str, body: dict[str, Any] | None) -> Any:
    answer = session.request(method, url, json=body, timeout=600)
    if not answer.ok:
        raise LoadError(f"{method} {url} was answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()
