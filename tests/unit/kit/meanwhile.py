"""What another thread does while a store is in the middle of something: forced, never timed."""

import threading
from collections.abc import Callable
from typing import Any

from mock_kit.late import LateWrites
from mock_kit.store import Store

LONG = 20
"""How many seconds a test waits for what must come; it fails then."""


class Meanwhile:
    """Something that another thread does. `begin` returns once it is done, or waits for the store."""

    def __init__(self, store: Store, act: Callable[[], object]) -> None:
        self._store = store
        self._act = act
        self._settled = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.error: BaseException | None = None

    def begin(self) -> None:
        self._thread.start()
        assert self._settled.wait(LONG)

    def end(self) -> None:
        """Wait until it is done; what it raised is raised here."""
        self._thread.join(LONG)
        assert not self._thread.is_alive()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        free = self._store._lock.acquire(blocking=False)
        if not free:
            self._settled.set()
        try:
            self._act()
        except BaseException as error:  # noqa: BLE001  # told in the test's own thread
            self.error = error
        finally:
            if free:
                self._store._lock.release()
            self._settled.set()


class Lander:
    """A call of another thread that begins by landing what is due. `begin` returns once it has
    taken a write that waited, or waits for its turn to look for one.
    """

    def __init__(self, late: LateWrites, call: Callable[[], object]) -> None:
        self._settled = threading.Event()
        self._thread = threading.Thread(target=call)
        late._landing = _Watched(late._landing, self._thread, self._settled)
        taking = late._next

        def take(*now: Any) -> Any:
            taken = taking(*now)
            if threading.current_thread() is self._thread:
                self._settled.set()
            return taken

        late._next = take

    def begin(self) -> None:
        self._thread.start()
        assert self._settled.wait(LONG)

    def end(self) -> None:
        self._thread.join(LONG)
        assert not self._thread.is_alive()


class _Watched:
    """A lock that tells when a thread has to wait for it."""

    def __init__(self, lock: Any, thread: threading.Thread, waits: threading.Event) -> None:
        self._lock = lock
        self._thread = thread
        self._waits = waits

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            if threading.current_thread() is self._thread:
                self._waits.set()
            self._lock.acquire()

    def __exit__(self, *_exc_info: object) -> None:
        self._lock.release()


def is_held(store: Store) -> bool:
    """Tell whether another thread than the one that asks would have to wait for the store."""
    found: list[bool] = []

    def look() -> None:
        free = store._lock.acquire(blocking=False)
        if free:
            store._lock.release()
        found.append(not free)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found[0]
