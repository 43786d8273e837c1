"""The worker's threads: practices side by side, each in one thread's hands."""

import threading
from typing import Any

import pytest

from syncer.config import PracticeSection, parse
from syncer.ledger import Ledger
from syncer.runtime import LiveRuntime
from syncer.vault import Vault
from syncer.worker import Worker

PATIENCE = 20.0
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
DOCUMENT: dict[str, Any] = {
    "xpm": {"client_id": "syncer", "client_secret": "secret"},
    "ignition": {"client_id": "syncer", "client_secret": "secret"},
    "serve": {"at_once": 2},
    "practices": [{"name": "harbour"}, {"name": "valley"}, {"name": "island"}],
}


def test_a_practice_that_waits_holds_up_no_other_and_is_in_one_threads_hands_e21(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[str] = []
    others_done, may_end = threading.Event(), threading.Event()

    def work(_worker: Worker, section: PracticeSection) -> None:
        begun.append(section.name)
        if section.name == "harbour":
            others_done.wait(PATIENCE)
        elif {"valley", "island"} <= set(begun):
            others_done.set()
        if begun.count("harbour") > 1:
            may_end.set()

    monkeypatch.setattr(Worker, "_lives", lambda *_given: True)
    monkeypatch.setattr(Worker, "_work", work)
    ledger = Ledger(None, Vault(KEY))
    worker = Worker(parse(DOCUMENT, {}), ledger, LiveRuntime())
    worker.start()
    try:
        worker.wake()
        assert others_done.wait(PATIENCE)  # while “harbour” is still under way
        assert begun.count("harbour") == 1
        worker.wake()
        assert may_end.wait(PATIENCE)  # and later on it has its turn again
    finally:
        others_done.set()
        worker.stop()
        ledger.close()
