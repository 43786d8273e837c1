"""A load client: keep-alive connections, plain sockets, one thread, in a process of its own.

It must cost so little that it is the server that is measured: request bytes are built beforehand, answers
are counted and thrown away. `python -m tests.bench.client` reads a plan as JSON and writes the outcome.
"""

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import count, cycle, islice, repeat
from typing import Any

BUFFER = 256 * 1024
END_OF_HEAD = b"\r\n\r\n"
HEAD = 4096
"""Within how many bytes of a piece the end of a head is looked for."""
STATUS = slice(9, 12)
OK = "200"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
GRACE = 60.0
"""How many seconds a run may take beyond what its plan allows, start of the process included."""


class LoadError(Exception):
    """The load could not be put on; the message says why."""


@dataclass(frozen=True)
class Plan:
    """What to send, how often and for how long; the first bound that is reached ends the run."""

    host: str
    port: int
    requests: list[str]
    """Whole requests, head and body, latin-1 text for bytes; each connection cycles through them."""
    once: bool = False
    """Each request is sent once, in their order, by whichever connection is free; the last one ends the run."""
    connections: int = 16
    calls: int = 1_000_000
    seconds: float = 3.0
    warm_up: int = 0
    """How many first answers are not counted."""

    @property
    def total(self) -> int:
        """How many calls it makes at most."""
        total = self.calls + self.warm_up
        return min(total, len(self.requests)) if self.once else total


@dataclass(frozen=True)
class Outcome:
    """What came back. Times are in milliseconds, from the request's first byte sent."""

    calls: int
    seconds: float
    per_second: float
    p50_ms: float
    p99_ms: float
    first_byte_p50_ms: float
    longest_ms: float
    bytes: int
    statuses: dict[str, int] = field(default_factory=dict)
    broken: int = 0
    """How many connections ended in mid-answer or before one."""
    acknowledged: list[int] = field(default_factory=list)
    """Of a plan whose requests are sent once: the places of those that were answered 200."""


def request_bytes(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> str:
    """Return one whole HTTP/1.1 request in the form a plan carries."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method not in {"GET", "HEAD", "DELETE"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]) + body.decode("latin-1")


def run_apart(plan: Plan) -> Outcome:
    """Run a plan in a process of its own. Raises LoadError when that process fails."""
    command = [sys.executable, "-m", "tests.bench.client"]
    text = json.dumps(asdict(plan))
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, timeout=plan.seconds + GRACE
    )
    if done.returncode:
        raise LoadError(f"the load client failed: {done.stderr.strip()[-500:]}")
    return Outcome(**json.loads(done.stdout))


class _Connection:
    """One keep-alive connection and where it is in the answer it reads."""

    def __init__(self, plan: Plan, sent: list[bytes], places: Iterator[int]) -> None:
        self.requests = sent
        self.places = places
        """Of the requests it is to send."""
        self.sending = 0
        """The place of the request under way."""
        self.socket = socket.create_connection((plan.host, plan.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""
        self.status = ""
        self.left = 0
        self.chunked = False
        self.sent_at = self.first_at = 0.0

    def send(self) -> None:
        """Send the next request, in one piece: the answer to the one before has been read."""
        self.pending, self.status, self.first_at = b"", "", 0.0
        self.sent_at = time.perf_counter()
        self.sending = next(self.places)
        self.socket.sendall(self.requests[self.sending])

    def sent(self) -> bool:
        """Send the next request; returns whether there was anybody to send it to."""
        try:
            self.send()
        except ConnectionError:
            return False
        return True

    def take(self, got: memoryview) -> bool:
        """Read what arrived; returns whether the answer is whole."""
        if not self.status:
            self.first_at = self.first_at or time.perf_counter()
            before = len(self.pending)
            # Only the beginning is copied: the client must not cost more than what it measures.
            start = self.pending + bytes(got[:HEAD])
            end = start.find(END_OF_HEAD)
            if end < 0:
                self.pending += bytes(got)
                return False
            self._read_head(start[:end])
            self.pending = b""
            body = got[end + len(END_OF_HEAD) - before :]
            if not self.chunked:
                self.left -= len(body)
                return self.left <= 0
            rest = bytes(body)
        elif self.chunked:
            rest = bytes(got)
        else:
            self.left -= len(got)
            return self.left <= 0
        return self._take_chunks(rest)

    def _read_head(self, head: bytes) -> None:
        self.status = head[STATUS].decode()
        length = LENGTH.search(head)
        self.chunked = length is None and CHUNKED.search(head) is not None
        self.left = int(length.group(1)) if length else 0

    def _take_chunks(self, data: bytes) -> bool:
        """Skip through chunks; `left` counts what is missing of the present one, its line end included."""
        data = self.pending + data
        at = min(self.left, len(data))
        self.left -= at
        while not self.left:
            end = data.find(b"\r\n", at)
            if end < 0:
                break
            size = int(data[at:end].split(b";")[0], 16)
            if size == 0:  # the trailer: none, or lines that end in an empty one
                if data.find(END_OF_HEAD, end) < 0:
                    break
                return True
            at = end + 2
            self.left = size + 2
            step = min(self.left, len(data) - at)
            at += step
            self.left -= step
        self.pending = data[at:]
        return False


class _Counter:
    """Takes the times and statuses down; the first `skip` answers are a warm-up."""

    def __init__(self, plan: Plan) -> None:
        self.skip = plan.warm_up
        self.once = plan.once
        self.acknowledged: list[int] = []
        self.times: list[float] = []
        self.first: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.bytes = self.broken = 0
        self.began = time.perf_counter()

    def note(self, connection: _Connection) -> None:
        now = time.perf_counter()
        if self.once and connection.status == OK:
            self.acknowledged.append(connection.sending)
        if self.skip:
            self.skip -= 1
            if not self.skip:
                self.began, self.bytes = now, 0
            return
        self.times.append(now - connection.sent_at)
        self.first.append(connection.first_at - connection.sent_at)
        self.statuses[connection.status] += 1

    def outcome(self) -> Outcome:
        seconds = time.perf_counter() - self.began
        times, first = sorted(self.times), sorted(self.first)
        return Outcome(
            calls=len(times),
            seconds=round(seconds, 3),
            per_second=round(len(times) / seconds, 1),
            p50_ms=_share(times, 0.50),
            p99_ms=_share(times, 0.99),
            first_byte_p50_ms=_share(first, 0.50),
            longest_ms=_share(times, 1.0),
            bytes=self.bytes,
            statuses=dict(sorted(self.statuses.items())),
            broken=self.broken,
            acknowledged=self.acknowledged,
        )


def _share(times: list[float], share: float) -> float:
    """Return the time within which that share of the calls was answered, in milliseconds."""
    return round(times[min(len(times) - 1, int(len(times) * share))] * 1000, 3) if times else 0.0


def _places(plan: Plan) -> Iterator[Iterator[int]]:
    """Return for each connection which requests it sends: all in turn, each connection from another one on."""
    if plan.once:
        yield from repeat(iter(range(len(plan.requests))))
    for first in cycle(range(len(plan.requests))):
        yield (number % len(plan.requests) for number in count(first))


def run(plan: Plan) -> Outcome:
    """Put the load on from this thread; returns when a bound is reached and every answer begun is read."""
    counter = _Counter(plan)
    buffer = bytearray(BUFFER)
    view = memoryview(buffer)
    selector = selectors.DefaultSelector()
    started = 0
    total = plan.total
    sent = [text.encode("latin-1") for text in plan.requests]
    for places in islice(_places(plan), min(plan.connections, total)):
        connection = _Connection(plan, sent, places)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        started += 1
    deadline = time.perf_counter() + plan.seconds
    for key in list(selector.get_map().values()):
        key.data.send()
    while selector.get_map():
        ready = selector.select(timeout=plan.seconds + GRACE / 2)
        if not ready:
            raise LoadError(f"no answer within {plan.seconds + GRACE / 2} s from {plan.host}:{plan.port}")
        for key, _ in ready:
            connection = key.data
            try:
                got = connection.socket.recv_into(buffer)
            except ConnectionError:
                got = 0
            counter.bytes += got
            if got and not connection.take(view[:got]):
                continue
            if got:
                counter.note(connection)
                if started < total and time.perf_counter() < deadline and connection.sent():
                    started += 1
                    continue
            else:
                counter.broken += 1
            selector.unregister(connection.socket)
            connection.socket.close()
    selector.close()
    return counter.outcome()


def main() -> None:
    """Read a plan from standard input, run it, and write the outcome to standard output."""
    document: dict[str, Any] = json.load(sys.stdin)
    try:
        outcome = run(Plan(**document))
    except (LoadError, OSError) as error:
        sys.exit(str(error))
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
