"""The syncer's runtime in a story: one frozen clock, which every system of the stage shares."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests

from scenarios.crowd import Narrows
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
        self.narrows: Narrows | None = None
        """Where the calls of sessions made from now on are held up until many are under way."""
        self._waiting: list[tuple[str, Callable[[], object]]] = []

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
        """Return a session that reaches the stage; what people do meanwhile happens as its calls are answered."""
        session = self._session()
        session.hooks["response"].append(self._was_answered)
        if self.narrows:
            self.narrows.hold(session)
        return session

    def meanwhile(self, call: str, act: Callable[[], object]) -> None:
        """Have something happen once, right after the syncer's next call whose URL holds `call` was answered."""
        self._waiting.append((call, act))

    def _was_answered(self, answer: requests.Response, *_args: Any, **_how: Any) -> None:
        for one in list(self._waiting):
            if one[0] in f"{answer.request.method} {answer.request.url}":
                self._waiting.remove(one)
                one[1]()

    def identity(self) -> str:
        """Return which syncer of the story this is: one that is started again is another."""
        return f"stage/{self.started}"

    def is_gone(self, holder: str) -> bool:
        """Tell whether a syncer was ended since."""
        return not holder.startswith(f"{self.identity()}#")
