"""A bounded record of the calls a fake answered, with the rows each one changed; never a secret."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

CAPACITY = 100_000


@dataclass(frozen=True)
class Entry:
    """One call. `at` and `service_ms` are on the fake's clock; `service_ms` is 0 while it is frozen."""

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


class Journal:
    """The last calls, oldest first. `seq` grows by one each call and is never used twice."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._next = 1
        self._dropped = 0

    def record(self, **call: Any) -> None:
        """Add a call: the fields of an Entry but `seq`."""
        with self._lock:
            if len(self._entries) == self._entries.maxlen:
                self._dropped += 1
            self._entries.append(Entry(seq=self._next, **call))
            self._next += 1

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
                if entry.seq > since
                and (tenant is None or entry.tenant_id == tenant)
                and (operation is None or entry.operation == operation)
            ]
            # vars() of a frozen dataclass is its fields; asdict would copy the changes deeply.
            entries = [dict(vars(entry)) for entry in found[:limit]]
            return {"entries": entries, "dropped": self._dropped, "next": self._next}

    def clear(self) -> None:
        """Forget the entries and the count of dropped ones; `seq` goes on."""
        with self._lock:
            self._entries.clear()
            self._dropped = 0
