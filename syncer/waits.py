"""Long waits are said, with their reason: nobody looks at a program that stands still for minutes."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

log = logging.getLogger("syncer.waits")
LONG = 5.0
"""A wait of so many seconds is said."""


class Sleeper(Protocol):
    """Whatever can wait."""

    def sleep(self, seconds: float) -> None:
        """Return when that time has passed."""
        ...


class Teller(Protocol):
    """Whatever can say a line."""

    def note(self, text: str) -> None:
        """Say a line."""
        ...


def wait(runtime: Sleeper, seconds: float, why: str) -> None:
    """Wait, and say why before a long wait."""
    if seconds >= LONG:
        say(f"{why}: waiting {seconds:.0f} s")
    runtime.sleep(seconds)


def say(line: str) -> None:
    """Say that a wait begins: in the service's log, or at the terminal."""
    log.info("%s", line)


@contextmanager
def told_of_waits(teller: Teller) -> Iterator[None]:
    """Have waits told to somebody while the block runs."""
    handler = _Telling(teller)
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


class _Telling(logging.Handler):
    """Tells what is logged."""

    def __init__(self, teller: Teller) -> None:
        super().__init__()
        self._teller = teller

    def emit(self, record: logging.LogRecord) -> None:
        """Tell a line."""
        self._teller.note(record.getMessage())
