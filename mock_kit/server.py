"""An app on a port: one event loop, one thread, and faults that reach down to the socket.

`http_reader` parses, `http_connection` answers, `http_apart` has the calls that may last answered in threads;
this module has the port, and begins and ends the serving.
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mock_kit.http_accept import Acceptor
from mock_kit.http_answer import App
from mock_kit.http_apart import Apart
from mock_kit.http_connection import Connection
from mock_kit.http_request import LongestBody

LOOPBACK = "127.0.0.1"
LAST_PORT = 65_535
BACKLOG = 1024
LAST_CALLS = 10.0
"""How many seconds calls under way have to finish once the server is told to stop; then they are left behind."""


class PortError(Exception):
    """The port cannot be had; the message says which, and the way out."""


class Listener:
    """A server that has its port, and answers once it runs."""

    def __init__(self, app: App, listening: socket.socket) -> None:
        self.app = app
        self.host, self.port = listening.getsockname()[:2]
        self.connections: dict[Connection, None] = {}
        self.stopping = False
        self.loop: asyncio.AbstractEventLoop = asyncio.new_event_loop()
        self.apart = Apart(self.loop)
        self.longest_body: LongestBody | None = getattr(app, "longest_body", None)
        """The app's own measure of bodies, by path; None: it has none."""
        self._socket = listening
        self._acceptor: Acceptor | None = None
        self._ended = asyncio.Event()
        self._last = 0.0
        """Until when, on the loop's clock, calls under way may finish."""

    @property
    def url(self) -> str:
        """Return the base URL."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Serve from this thread until `stop`; the app is called in it, one call at a time (but see `Apart`)."""
        try:
            self.loop.run_until_complete(self._serve())
        finally:
            self.close()

    def stop(self) -> None:
        """Take no more calls, finish those under way, and end `run`, after 10 seconds at the latest.

        Returns at once, from any thread.
        """
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
            self.loop.call_soon_threadsafe(self._stop)

    def close(self) -> None:
        """Let go of the port and the connections, once `run` has ended. Calls answered apart may go on."""
        if self.loop.is_closed():
            return
        if not self.stopping:
            self._last = self.loop.time() + LAST_CALLS
        self._take_no_more()
        for connection in list(self.connections):
            connection.abort()
        self.loop.run_until_complete(self._settle())
        self.loop.close()
        self._socket.close()

    def left(self) -> None:
        """Hear that a connection has ended: the last one ends a serving that is to stop."""
        if self.stopping and not self.connections:
            self._ended.set()

    async def _serve(self) -> None:
        self._acceptor = Acceptor(self.loop, self._socket, lambda: Connection(self))
        if self.stopping:
            self._take_no_more()
        await self._ended.wait()

    def _stop(self) -> None:
        if self.stopping:
            return
        self.stopping = True
        self._take_no_more()
        for connection in list(self.connections):
            connection.stop()
        self._last = self.loop.time() + LAST_CALLS
        self.loop.call_at(self._last, self._ended.set)
        self.left()

    def _take_no_more(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
            self._acceptor = None

    async def _settle(self) -> None:
        """Let answers that were broken off be closed, and calls whose caller has gone be finished."""
        ending = asyncio.all_tasks() - {asyncio.current_task()}
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self.apart.wait(self._last - self.loop.time())
        await asyncio.sleep(0)


def bind(app: App, host: str = LOOPBACK, port: int = 0) -> Listener:
    """Return a server on a port (0: any free one). Raises PortError when it cannot be had."""
    if not 0 <= port <= LAST_PORT:
        raise PortError(
            f"cannot listen on {host}:{port}: ports go from 0 to {LAST_PORT}; choose another port"
        )
    # A name could stand for an address of each family, with a free port of its own on each.
    address = LOOPBACK if host == "localhost" else host
    try:
        family, _, _, _, where = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(where[:2], family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        unknown = isinstance(error, socket.gaierror | UnicodeError)
        reason = "no such host" if unknown else os.strerror(getattr(error, "errno", None) or 0)
        raise PortError(f"cannot listen on {host}:{port}: {reason}; choose another") from error
    # Callers that vanish without a word are found out; accepted sockets inherit it.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return Listener(app, listening)


@contextmanager
def running(app: App, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
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
        listener.stop()

    for number in before:
        signal.signal(number, end)
    try:
        listener.run()
    finally:
        restore()
