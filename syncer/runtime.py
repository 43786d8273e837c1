"""The seam between the syncer and the machine: time, waiting, and doing reads side by side."""

import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import requests

AT_ONCE = 5
"""XPM answers five calls of one practice at a time (E19)."""


class Runtime(Protocol):
    """What the syncer needs of the machine. Injected everywhere, so that a scenario can hold the clock."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that time has passed."""
        ...

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do reads, side by side where that can be, and return their answers in the order given."""
        ...

    def session(self) -> requests.Session:
        """Return a session for calling an API."""
        ...

    def identity(self) -> str:
        """Return a text that tells this program from every other one that may use the same ledger."""
        ...

    def is_gone(self, holder: str) -> bool:
        """Tell whether the program whose `identity` begins a text is certainly not there any more."""
        ...


class LiveRuntime:
    """The machine as it is: the wall clock, threads, sockets."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run the calls in up to five threads; the first error, in the order given, is raised."""
        answers: list[Future[Any]] = [Future() for _ in calls]
        waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        for pair in zip(answers, calls, strict=True):
            waiting.put(pair)
        # Threads of an executor would hold up an interrupted program until their calls time out.
        for _ in range(min(AT_ONCE, len(calls))):
            threading.Thread(target=_work, args=(waiting,), daemon=True).start()
        wait(answers)
        return [answer.result() for answer in answers]

    def session(self) -> requests.Session:
        """Return a plain session."""
        return requests.Session()

    def identity(self) -> str:
        """Return machine and process."""
        return f"{socket.gethostname()}/{os.getpid()}"

    def is_gone(self, holder: str) -> bool:
        """Tell whether a process of this machine has ended; of other machines nothing is known."""
        machine, _, rest = holder.partition("/")
        process = rest.partition("#")[0]
        if machine != socket.gethostname() or not process.isdecimal():
            return False
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # it is there, and another user's
        return False


def _work(waiting: "SimpleQueue[tuple[Future[Any], Callable[[], Any]]]") -> None:
    """Do calls until none waits; what one raises is raised where its answer is asked for."""
    while True:
        try:
            answer, call = waiting.get_nowait()
        except Empty:
            return
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001  # handed on whole
            answer.set_exception(error)


def iso(moment: datetime) -> str:
    """Write a moment as `2026-07-01T09:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
