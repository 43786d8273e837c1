"""The syncer's runtime in a story: one frozen clock, which every system of the stage shares."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests

from scenarios.house import Mode
from syncer.runtime import LiveRuntime


class StageRuntime:
    """The syncer's runtime in a story: sleeping moves every clock of the stage at once."""

    def __init__(self, now: datetime, session: Callable[[], requests.Session], mode: Mode) -> None:
        self._now = now
        self._session = session
        self._mode = mode
        self.started = 1
        """How many syncers the story has started, one after the other."""
        self.slept: list[Callable[[float], None]] = []

    def now(self) -> datetime:
        """Return the story's moment."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let that time pass for everybody."""
        if seconds > 0:
            self._now += timedelta(seconds=seconds)
            for advance in self.slept:
                advance(seconds)

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do reads: one after the other in one process, side by side over sockets."""
        return [call() for call in calls] if self._mode == "process" else LiveRuntime().gather(calls)

    def session(self) -> requests.Session:
        """Return a session that reaches the stage."""
        return self._session()

    def identity(self) -> str:
        """Return which syncer of the story this is: one that is started again is another."""
        return f"stage/{self.started}"

    def is_gone(self, holder: str) -> bool:
        """Tell whether a syncer was ended since."""
        return not holder.startswith(f"{self.identity()}#")
