"""Delivering beside a server, while its clock runs; a frozen clock waits to be told.

A few threads call the receivers, so that one that hangs holds up nobody but itself: a subscription has
one thread at a time at most, and the one that was served longest ago comes first. A turn ends with the
first delivery that is not answered.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mock_kit.delivery import Outbox
from mock_kit.delivery_attempt import RECEIPT_SECONDS
from mock_kit.delivery_queue import Key
from mock_kit.kit import Kit
from mock_kit.store import Row

PUMP_SECONDS = 0.5
"""How often a server looks for what is due, in real seconds."""
AT_ONCE = 8
"""How many subscriptions are served at the same time."""
NAME = "delivering webhooks"

log = logging.getLogger(__name__)


class Pump:
    """The threads that deliver the webhooks of one fake."""

    def __init__(self, parts: Kit, outbox: Outbox, every: float = PUMP_SECONDS) -> None:
        self._parts = parts
        self._outbox = outbox
        self._every = every
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look, name=NAME, daemon=True)
        self._serving: dict[Key, threading.Thread] = {}
        self._served: dict[Key, int] = {}
        """When each subscription with something due had its last turn, counted in turns."""
        self._turns = 0

    def start(self) -> None:
        """Begin to look for what is due."""
        self._looking.start()

    def end(self) -> None:
        """Begin nothing more, and wait for the attempts under way."""
        self._ended.set()
        self._woken.set()
        with self._lock:
            threads = [self._looking, *self._serving.values()]
        patience = 2 * RECEIPT_SECONDS
        for thread in threads:
            thread.join(patience)
            if thread.is_alive():  # it had as long as any attempt takes, and so had the others
                patience = 0

    def _look(self) -> None:
        while not self._ended.is_set():
            self._woken.wait(self._every)
            self._woken.clear()
            try:
                if self._parts.clock.mode == "running":
                    self._give_turns()
            except Exception:
                # One bad look must not end all deliveries; it is told, and the next one tries again.
                log.exception("looking for webhooks to deliver failed")

    def _give_turns(self) -> None:
        due = self._outbox.due(self._parts, self._parts.now())
        with self._lock:
            self._served = {key: self._served.get(key, 0) for key in due}
            waiting = sorted((key for key in due if key not in self._serving), key=self._served.__getitem__)
            for key in waiting[: AT_ONCE - len(self._serving)]:
                if self._ended.is_set():
                    return
                self._turns += 1
                self._served[key] = self._turns
                thread = threading.Thread(target=self._turn, args=(key,), name=NAME, daemon=True)
                self._serving[key] = thread
                thread.start()

    def _turn(self, key: Key) -> None:
        made: list[Row] = []
        try:
            made = self._outbox.turn(self._parts, key, self._parts.now(), ended=self._ended.is_set)
        except Exception:
            log.exception("a turn of webhook deliveries failed")
        finally:
            with self._lock:
                del self._serving[key]
            if made:  # there may be more, or others who wait for a thread; else the next look is soon enough
                self._woken.set()


@contextmanager
def pumping(parts: Kit, outbox: Outbox, every: float = PUMP_SECONDS) -> Iterator[None]:
    """Deliver from threads while the block runs and the clock runs."""
    pump = Pump(parts, outbox, every)
    pump.start()
    try:
        yield
    finally:
        pump.end()
