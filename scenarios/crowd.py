"""Many calls at the same time, in a story that else makes one after the other: how many are let through at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

PATIENCE = 30.0
"""Seconds of real time that are waited, at the most, for as many calls as ought to be under way."""
A_MOMENT = 0.3
"""Seconds of real time that are waited, with so many under way, for one more."""


class Narrows:
    """Where calls are held up on their way until `many` are there, and a moment longer: how many came, `most` says.

    So a slow machine changes nothing: `many` are waited for long, and whoever is one too many has time to come.
    """

    def __init__(self, many: int) -> None:
        self.most = 0
        self._many = many
        self._there = 0
        self._changed = threading.Condition()

    def hold(self, session: requests.Session) -> None:
        """Have the calls of a session pass here."""
        send = session.send

        def held(request: requests.PreparedRequest, **options: Any) -> requests.Response:
            with self._changed:
                self._there += 1
                self.most = max(self.most, self._there)
                self._changed.notify_all()
                self._changed.wait_for(lambda: self.most >= self._many, PATIENCE)
                self._changed.wait_for(lambda: self.most > self._many, A_MOMENT)
            try:
                return send(request, **options)
            finally:
                with self._changed:
                    self._there -= 1

        session.send = held  # type: ignore[method-assign]  # a session of the story's own


def crowd(call: Callable[[], object], callers: int) -> list[object]:
    """Make a call from so many threads at once, and return all answers."""
    with ThreadPoolExecutor(callers) as pool:
        return [one.result() for one in [pool.submit(call) for _ in range(callers)]]
