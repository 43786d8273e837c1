"""Takes the connections that come to a listening socket, and stays calm when the system has no room for more."""

import asyncio
import logging
import socket
from collections.abc import Callable

AT_ONCE = 256
"""How many connections are taken before those that are there get their turn."""
PAUSE = 0.1
"""After how many seconds it is tried again when a connection could not be taken."""
log = logging.getLogger("mock_kit.server")


class Acceptor:
    """Takes connections until it is closed. asyncio's own server tells a thousand times that files are used up."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, listening: socket.socket, make: Callable[[], asyncio.Protocol]
    ) -> None:
        self._loop = loop
        self._listening = listening
        self._make = make
        self._beginning: set[asyncio.Task[object]] = set()
        self._retry: asyncio.TimerHandle | None = None
        self._told = False
        """Callers wait that cannot be taken, and the log says so."""
        listening.setblocking(False)
        loop.add_reader(listening, self._accept)

    def close(self) -> None:
        """Take no more connections, and close the socket."""
        if self._retry is not None:
            self._retry.cancel()
        self._loop.remove_reader(self._listening)
        self._listening.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, _address = self._listening.accept()
            except (InterruptedError, ConnectionAbortedError):
                continue
            except BlockingIOError:  # all who waited have been taken
                self._told = False
                return
            except OSError as error:
                self._pause(error)
                return
            accepted.setblocking(False)
            begun = self._loop.create_task(self._loop.connect_accepted_socket(self._make, accepted))
            self._beginning.add(begun)
            begun.add_done_callback(self._beginning.discard)

    def _pause(self, error: OSError) -> None:
        """Let callers wait; what hinders it is told once, however long it lasts."""
        if not self._told:
            log.warning("no connection can be taken for now: %s; callers wait", error.strerror)
            self._told = True
        self._loop.remove_reader(self._listening)
        self._retry = self._loop.call_later(PAUSE, self._loop.add_reader, self._listening, self._accept)
