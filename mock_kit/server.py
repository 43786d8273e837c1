"""An app on a port, under waitress: a production WSGI server that stops when it is told."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from types import FrameType
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

LOOPBACK = "127.0.0.1"
THREADS = 8
LAST_PORT = 65_535
LAST_CALLS = 10.0
"""How many seconds calls under way have to finish once the server is told to stop."""
FLUSH_ROUNDS = 500
FLUSH_WAIT = 0.01
"""How often, and after how many seconds each, answers not yet sent are looked at while stopping."""


class PortError(Exception):
    """The port cannot be had; the message says which, and the way out."""


@dataclass(frozen=True)
class Listener:
    """A server that has its port, and answers once it runs."""

    waitress: Any
    sockets: dict[int, Any]
    host: str
    port: int

    @property
    def url(self) -> str:
        """Return the base URL."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Serve from this thread until another one calls `stop`."""
        self.waitress.run()

    def stop(self) -> None:
        """Take no more calls, finish those under way, and end `run`, which another thread is in."""
        trigger = self.waitress.trigger
        answers: SimpleQueue[bool] = SimpleQueue()

        def end_if_sent(*, late: bool) -> None:
            ends = late or not any(channel.total_outbufs_len for channel in self._channels())
            if ends:
                self._close_channels()
                self.sockets.clear()  # nothing is left to wait for: the loop ends
            answers.put(ends)

        # Sockets are closed by the loop's own thread: done from here, it would trip over what is gone.
        trigger.pull_trigger(lambda: wasyncore.dispatcher.close(self.waitress))
        self.waitress.task_dispatcher.shutdown(timeout=LAST_CALLS)
        for left in reversed(range(FLUSH_ROUNDS)):
            trigger.pull_trigger(lambda late=not left: end_if_sent(late=late))
            if answers.get(timeout=LAST_CALLS):
                # Closed from here, as this thread is the one that writes to it: a loop that was awake
                # already may have heard the call before its wake-up was written.
                trigger.close()
                return
            threading.Event().wait(FLUSH_WAIT)

    def close(self) -> None:
        """Let go of the port and the connections. Nothing may be running any more."""
        self.waitress.task_dispatcher.shutdown(timeout=LAST_CALLS)
        self._close_channels()
        wasyncore.close_all(self.sockets)
        self.waitress.trigger.close()

    def _close_channels(self) -> None:
        for channel in self._channels():
            channel.handle_close()

    def _channels(self) -> list[Any]:
        return list(self.waitress.active_channels.values())


def bind(app: Callable[..., Any], host: str = LOOPBACK, port: int = 0, threads: int = THREADS) -> Listener:
    """Return a server on a port (0: any free one). Raises PortError when it cannot be had."""
    if not 0 <= port <= LAST_PORT:  # the system would quietly take another one
        raise PortError(
            f"cannot listen on {host}:{port}: ports go from 0 to {LAST_PORT}; choose another port"
        )
    sockets: dict[int, Any] = {}
    # A name could stand for an address of each family, with a free port of its own on each.
    address = LOOPBACK if host == "localhost" else host
    try:
        server = create_server(
            app,
            map=sockets,
            host=address,
            port=port,
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, ValueError) as error:
        wasyncore.close_all(sockets)
        reason = getattr(error, "strerror", None) or "no such host"
        raise PortError(f"cannot listen on {host}:{port}: {reason}; choose another") from error
    return Listener(server, sockets, address, server.effective_port)


@contextmanager
def running(app: Callable[..., Any], host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """Serve an app from a thread while the block runs; yields its base URL."""
    listener = bind(app, host, port)
    thread = threading.Thread(target=listener.run, name=f"serving {listener.url}", daemon=True)
    thread.start()
    try:
        yield listener.url
    finally:
        listener.stop()
        thread.join()


def serve_until_signal(listener: Listener) -> None:
    """Serve from this thread until SIGINT or SIGTERM; calls under way are finished.

    A second signal ends the program at once. Closing the listener is the caller's part.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(_number: int, _frame: FrameType | None) -> None:
        restore()
        threading.Thread(target=listener.stop, name="stopping").start()

    for number in before:
        signal.signal(number, end)
    try:
        listener.run()
    finally:
        restore()
