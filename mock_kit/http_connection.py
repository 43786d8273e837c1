"""One connection: requests are answered in their order, by an app that is called inline.

The app is called from the event loop, one call at a time: whatever it does in there holds up everybody,
so what may last, or may wait for what lasts, is called apart, in a thread (`http_apart`). What the app asks of
the transport (a delay, a reset, a slow reader's megabytes) holds up nobody else.
"""

import asyncio
import logging
import socket
import struct
from collections import deque
from typing import Protocol, cast

from mock_kit.http_answer import LAST_CHUNK, Answer, App, Frame, ask, blocks, chunk, frame, plain
from mock_kit.http_apart import Apart, Asked
from mock_kit.http_reader import FAILED, Reader
from mock_kit.http_request import LongestBody, Request, base_environ
from mock_kit.masking import masked_path

TURN = 64 * 1024
"""After how many bytes of one answer the others get their turn."""
AT_ONCE = 256 * 1024
"""Up to how many bytes an answer that is there in one piece is sent in one go."""
LINGER = 2.0
"""How many seconds a refused caller may go on sending before the connection is dropped."""
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
log = logging.getLogger("mock_kit.server")


class House(Protocol):
    """What a connection knows of the server it belongs to."""

    app: App
    host: str
    port: int
    loop: asyncio.AbstractEventLoop
    connections: "dict[Connection, None]"
    """The open ones, oldest first."""
    stopping: bool
    apart: Apart
    longest_body: LongestBody | None

    def left(self) -> None:
        """Hear that a connection has ended."""


class Connection(asyncio.Protocol):
    """Has requests answered in their order, and does what faults ask of the transport."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._queue: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
        """Delivers an answer that cannot be sent at once."""
        self._silent = self._hanging = False
        """The task waits and has sent nothing yet; it never will."""
        self._room: asyncio.Future[None] | None = None
        """Done when what was written has gone out; None: there is room for more."""
        self._held = False
        self._unread = False
        """The caller may still be sending what nobody reads, and would miss the answer if we just hung up."""
        self._linger: asyncio.TimerHandle | None = None

    # What the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        # A caller that hung up before it was heard has no address any more.
        peer = transport.get_extra_info("peername") or ("", 0)
        base = base_environ(self._house.host, self._house.port, peer[:2])
        self._reader = Reader(base, self._queue.append, self._leave, self._house.longest_body)
        self._house.connections[self] = None
        if self._house.stopping:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Read on, and answer."""
        self._reader.feed(data)
        self._go_on()
        if self._queue and not self._held:
            self._held = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Finish what is under way for a caller that only stopped sending; one who waits in vain has gone."""
        self._reader.deaf = True
        return not self._silent and not self._is_idle()

    def pause_writing(self) -> None:
        """Hold on: the caller reads slower than we write."""
        self._room = self._house.loop.create_future()

    def resume_writing(self) -> None:
        """Go on."""
        room, self._room = self._room, None
        if room is not None and not room.done():
            room.set_result(None)
        self._go_on()

    def connection_lost(self, _error: Exception | None) -> None:
        """Drop everything: nobody is there any more."""
        self._reader.close()
        if self._task is not None:
            self._task.cancel()
        if self._linger is not None:
            self._linger.cancel()
        for request in self._queue:
            request.close()
        self._queue.clear()
        self._house.connections.pop(self, None)
        self._house.left()

    # What the server calls

    def stop(self) -> None:
        """End as soon as the requests that have arrived are answered."""
        if self._linger is not None or self._hanging:
            self._transport.abort()
        elif self._is_idle():
            self._transport.close()

    def abort(self) -> None:
        """End now."""
        self._transport.abort()

    # How requests are answered

    def _is_idle(self) -> bool:
        return self._task is None and not self._queue

    def _leave(self) -> None:
        if self._is_idle():  # otherwise it would stand amid an earlier answer
            self._transport.write(CONTINUE)

    def _go_on(self) -> None:
        """Answer the next request, unless one is being answered or the caller must read first."""
        if self._task is not None or self._room is not None or not self._queue:
            return
        self._answer(self._queue.popleft())

    def _answer(self, request: Request) -> None:
        self._unread = request.unread
        if request.refused is not None:
            self._refuse(request)
        elif self._house.apart.takes(request.environ):
            self._task = self._house.loop.create_task(self._deliver_apart(request))
        elif (asked := self._ask(request)) is None:
            self._refuse(request)
        else:
            self._start(request, *asked)

    def _start(self, request: Request, answer: Answer, plan: Frame) -> None:
        """Send an answer at once when that is possible; otherwise have it delivered."""
        if plan.length is not None and plan.length <= AT_ONCE and answer.is_ready(plan.length):
            self._transport.write(plan.head + answer.first[: plan.length])
            self._close(request, answer)
            self._answered(keep_alive=plan.keep_alive)
        else:
            self._task = self._house.loop.create_task(self._deliver(request, answer, plan))

    def _ask(self, request: Request) -> Asked:
        """Put a request to the app; None, and the request is refused, when the app failed."""
        answer: Answer | None = None
        try:
            answer = ask(self._house.app, request)
            ends = self._house.stopping and not self._queue
            return answer, frame(request, answer, keep_alive=request.keep_alive and not ends)
        except Exception:
            method, path = request.environ["REQUEST_METHOD"], masked_path(request.environ["PATH_INFO"])
            log.exception("the app failed: %s %s", method, path)
            request.refused = FAILED
            self._close(request, answer)
            return None

    def _refuse(self, request: Request) -> None:
        """Answer and end."""
        self._reader.deaf = True
        self._queue.clear()
        request.close()
        self._transport.write(plain(request.refused or FAILED))
        self._hang_up_gently()

    def _hang_up_gently(self) -> None:
        """End, and go on throwing away what the caller sends until it has the answer, or long enough."""
        self._transport.write_eof()
        self._read_on()
        self._linger = self._house.loop.call_later(LINGER, self._transport.abort)

    def _answered(self, *, keep_alive: bool) -> None:
        ends = not self._queue and (self._reader.deaf or self._house.stopping)
        if self._unread:
            self._hang_up_gently()
        elif ends or not keep_alive:
            self._transport.close()
        elif self._is_idle():
            self._read_on()
            if self._reader.wants_continue:
                self._transport.write(CONTINUE)
        else:
            self._house.loop.call_soon(self._go_on)

    def _read_on(self) -> None:
        if self._held:
            self._held = False
            self._transport.resume_reading()

    def _close(self, request: Request, answer: Answer | None) -> None:
        request.close()
        try:
            if answer is not None:
                answer.close()
        except Exception:
            log.exception("the app failed after its answer to %s", request.environ["PATH_INFO"])

    # How an answer is delivered that takes its time

    async def _deliver_apart(self, request: Request) -> None:
        """Have a request answered in a thread of its own."""

        def drop(asked: Asked) -> None:
            self._close(request, asked[0] if asked else None)

        asking = self._house.apart.ask(request.environ, lambda: self._ask(request), drop)
        try:
            asked = await asyncio.shield(asking)
        except asyncio.CancelledError:  # the caller has gone; the app has not finished
            asking.add_done_callback(lambda done: drop(done.result()))
            raise
        if asked is None:
            self._task = None
            self._refuse(request)
        else:
            await self._deliver(request, *asked)

    async def _deliver(self, request: Request, answer: Answer, plan: Frame) -> None:
        keep_alive = False
        effects = answer.effects
        try:
            await self._wait(effects.delay)
            self._hanging = effects.hang > 0
            await self._wait(effects.hang)
            if effects.reset or self._hanging:
                self._reset()
            else:
                keep_alive = await self._send(answer, plan)
                await self._all_sent()
        except Exception:
            log.exception("the app failed amid its answer to %s", request.environ["PATH_INFO"])
        finally:
            self._task, self._hanging = None, False
            self._close(request, answer)
        self._answered(keep_alive=keep_alive)

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._silent = True
            await asyncio.sleep(seconds)
            self._silent = False

    async def _send(self, answer: Answer, plan: Frame) -> bool:
        """Send head and body; returns whether another answer may follow."""
        cut = answer.effects.cut_after
        limits = [limit for limit in (plan.length, cut) if limit is not None]
        sent = 0
        self._transport.write(plan.head)
        for block in blocks(answer, min(limits, default=None), TURN):
            self._transport.write(chunk(block) if plan.chunked else block)
            sent += len(block)
            if self._room is not None:
                await self._room
            else:
                await asyncio.sleep(0)
        if cut is not None:
            return False
        if plan.length is not None and sent < plan.length:
            log.error("the app promised %d bytes and gave %d: the connection ends", plan.length, sent)
            return False
        if plan.chunked:
            self._transport.write(LAST_CHUNK)
        return plan.keep_alive

    async def _all_sent(self) -> None:
        self._transport.set_write_buffer_limits(high=0)
        if self._room is not None:
            await self._room
        self._transport.set_write_buffer_limits()

    def _reset(self) -> None:
        """End with a reset: closing a socket that may not linger sends one in place of the usual goodbye."""
        sock: socket.socket = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._transport.abort()
