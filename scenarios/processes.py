"""Programs that a command started, and ends again."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STOP_SECONDS = 15
TERMINATED = 128 + signal.SIGTERM
"""The exit code of a program that TERM ended."""
Process = subprocess.Popen[bytes]


class TermError(KeyboardInterrupt):
    """Somebody asked the program to end, by TERM."""


def end(process: Process) -> None:
    """End a program that still runs: asked first, killed when it does not listen."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def heeding_term() -> Iterator[None]:
    """Have TERM do what an interrupt does while the block runs, so that nothing that was started is left behind."""

    def interrupt(_number: int, _frame: Any) -> None:
        raise TermError

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
