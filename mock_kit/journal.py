"""A bounded record of the calls a fake answered, with the rows each one changed; never a secret."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from mock_kit.clock import iso
from mock_kit.store import Change

CAPACITY = 100_000


@dataclass(frozen=True)
class Entry:
    """One call, as it is told. `at` and `service_ms` are on the fake's clock; `service_ms` is 0 while frozen.

    `status` is 0 when the caller got no answer; `changes` then say whether the call was done.
    """

    seq: int
    at: str
    tenant_id: str | None
    operation: str
    method: str
    path: str
    query: str
    body_sha256: str | None
    status: int
    request_bytes: int
    response_bytes: int
    service_ms: float
    fault: str | None
    changes: list[dict[str, Any]]


PLAIN = {str, int, bool, float, type(None)}
NAMES = tuple(one.name for one in fields(Entry))
SEQ, AT, TENANT, OPERATION, CHANGES = (
    NAMES.index(name) for name in ("seq", "at", "tenant_id", "operation", "changes")
)


class Journal:
    """The last calls, oldest first. `seq` grows by one each call and is never used twice."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._lock = threading.Lock()
        # Plain tuples, in the order of NAMES: every call writes one, few are read.
        self._entries: deque[tuple[Any, ...]] = deque(maxlen=capacity)
        self._next = 1
        self._dropped = 0
        self.watch: Callable[[Entry], None] | None = None
        """Told of each call once it is written, outside the lock: it may be slow, and holds up nobody else."""

    @property
    def count(self) -> int:
        """Return how many calls were written, since the beginning."""
        return self._next - 1

    def record(
        self,
        at: datetime,
        tenant_id: str | None,
        operation: str,
        method: str,
        path: str,
        query: str,
        body_sha256: str | None,
        status: int,
        request_bytes: int,
        response_bytes: int,
        service_ms: float,
        fault: str | None,
        changes: Sequence[Change],
    ) -> None:
        """Add a call: the fields of an Entry but `seq`."""
        with self._lock:
            if len(self._entries) == self._entries.maxlen:
                self._dropped += 1
            entry = (
                self._next, at, tenant_id, operation, method, path, query, body_sha256, status,
                request_bytes, response_bytes, service_ms, fault, changes,
            )  # fmt: skip
            self._entries.append(entry)
            self._next += 1
        watch = self.watch
        if watch is not None:
            watch(Entry(**_told(entry)))

    def read(
        self,
        *,
        tenant: str | None = None,
        operation: str | None = None,
        since: int = 0,
        limit: int | None = None,
    ) -> dict[str, Any]:
        """Return `{"entries": […], "dropped": n, "next": seq}`: entries with `seq` above `since`."""
        with self._lock:
            found = [
                entry
                for entry in self._entries
                if entry[SEQ] > since
                and (tenant is None or entry[TENANT] == tenant)
                and (operation is None or entry[OPERATION] == operation)
            ]
            told = {"dropped": self._dropped, "next": self._next}
        return {"entries": [_told(entry) for entry in found[:limit]], **told}

    def clear(self) -> None:
        """Forget the entries and the count of dropped ones; `seq` goes on."""
        with self._lock:
            self._entries.clear()
            self._dropped = 0


def _told(entry: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(NAMES, entry, strict=True))
    told["at"] = iso(entry[AT])
    told["changes"] = [_copy(change.as_json()) for change in entry[CHANGES]]
    return told


def _copy(value: Any) -> Any:
    """Return a JSON value that shares nothing with the record: whoever is told may change it."""
    kind = type(value)
    if kind is dict:
        return {name: part if type(part) in PLAIN else _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if kind is list else value
