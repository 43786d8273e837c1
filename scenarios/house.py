"""Both fakes, up in this process or on ports, for one stage after the other."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import requests

import mock_ignition.app
import mock_xpm.app
from mock_kit.clock import Clock
from mock_kit.kit import Config as FakeConfig
from mock_kit.server import running
from scenarios.desks import Control
from scenarios.inprocess import InProcess
from scenarios.watch import IGNITION, MakeSession, Watch

Mode = Literal["process", "sockets"]
XPM_URL, IGNITION_URL, SYNCER_URL = (
    "http://127.0.0.1:18001",
    "http://127.0.0.1:18002",
    "http://127.0.0.1:18003",
)
"""The addresses under which the apps know each other within one process; nothing listens there."""


class LateApp:
    """A WSGI app that is made after the server that serves it, because it must know the server's port."""

    def __init__(self) -> None:
        self.app: Callable[..., Any] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Hand the call to the app."""
        if self.app is None:
            raise RuntimeError("the syncer's service was called before it was made")
        return self.app(environ, start_response)


@dataclass(frozen=True)
class House:
    """Both fakes, up, and the addresses of everybody; a stage is put up in it, one at a time."""

    mode: Mode
    make_session: MakeSession
    watch: Watch
    """Notes who calls whom."""
    syncer: LateApp
    xpm_url: str
    ignition_url: str
    syncer_url: str
    control_token: str | None = None
    """What the fakes' control planes ask for."""

    def controls(self, session: requests.Session) -> tuple[Control, Control]:
        """Return the control planes, XPM's and Ignition's."""
        return (
            Control("XPM", self.xpm_url, session, self.control_token),
            Control("Ignition", self.ignition_url, session, self.control_token),
        )


@contextmanager
def opened(now: datetime, seed: int, mode: Mode = "process") -> Iterator[House]:
    """Have both fakes up while the block runs: in this process, or on free ports."""
    with ExitStack() as stack:
        net = InProcess()
        make_session = net.session if mode == "process" else plain_session
        watch = Watch()
        deliver = watch.by(IGNITION, make_session)
        xpm = mock_xpm.app.create_app(FakeConfig(clock=Clock(now), seed=seed))
        ignition = mock_ignition.app.create_app(FakeConfig(clock=Clock(now), seed=seed, http=deliver))
        late = LateApp()
        urls = []
        for url, app in ((XPM_URL, xpm), (IGNITION_URL, ignition), (SYNCER_URL, late)):
            net.mount(url, app)
            urls.append(url if mode == "process" else stack.enter_context(running(app)))
        yield House(mode, make_session, watch, late, *urls)


def plain_session() -> requests.Session:
    """Return a session over sockets, which heeds nothing of its environment."""
    session = requests.Session()
    session.trust_env = False
    return session
