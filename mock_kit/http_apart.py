"""Calls that are answered beside the event loop, each in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable

from mock_kit import CONTROL
from mock_kit.http_answer import Answer, Frame
from mock_kit.http_request import Environ

Asked = tuple[Answer, Frame] | None
"""What came of asking the app; None: it failed."""


class Apart:
    """Answers the calls that steer a fake, and all others as long as one of those is under way.

    A call that steers may last (a large world), and have the store to itself all that time: whoever waited for
    the store in the event loop would hold up everybody. And it may call others' programs (a round of webhooks),
    which may call back before they answer. The loop alone begins such calls, so it always knows whether there
    is one. The threads are daemons: one that never ends does not keep the process.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.under_way: dict[asyncio.Future[Asked], None] = {}
        """The calls whose thread has not ended, whether or not somebody still waits for the answer."""
        self._loop = loop
        self._steering = 0
        self._turn = threading.Lock()
        """Calls that steer nothing are answered one at a time, as they would be in the loop."""

    def takes(self, environ: Environ) -> bool:
        """Return whether a call is to be answered apart."""
        return self._steering > 0 or _steers(environ)

    def ask(
        self, environ: Environ, ask: Callable[[], Asked], drop: Callable[[Asked], None]
    ) -> asyncio.Future[Asked]:
        """Have the app asked in a thread; `drop` gets what came of it when the loop is not there any more."""
        steers = _steers(environ)
        asking: asyncio.Future[Asked] = self._loop.create_future()

        def work() -> None:
            asked: Asked = None
            try:
                if steers:
                    asked = ask()
                else:
                    with self._turn:
                        asked = ask()
            finally:
                try:
                    self._loop.call_soon_threadsafe(self._ended, asking, asked, steers)
                except RuntimeError:  # the loop is closed
                    drop(asked)

        name = f"answering {environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        threading.Thread(target=work, name=name, daemon=True).start()
        self.under_way[asking] = None
        self._steering += steers
        return asking

    async def wait(self, seconds: float) -> None:
        """Wait until no call is under way, so many seconds at most."""
        if self.under_way:
            await asyncio.wait(list(self.under_way), timeout=max(0.0, seconds))

    def _ended(self, asking: "asyncio.Future[Asked]", asked: Asked, steers: bool) -> None:  # noqa: FBT001  # called by the loop, which names nothing
        del self.under_way[asking]
        self._steering -= steers
        asking.set_result(asked)


def _steers(environ: Environ) -> bool:
    path: str = environ["PATH_INFO"]
    return path.startswith(CONTROL)
