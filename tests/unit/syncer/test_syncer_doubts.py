"""E11: what was in doubt is kept with the moment from which an audit can see all that came of it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syncer_desk import FakeRuntime, ledger

from syncer import ledger_tables as t
from syncer.doubts import keep_doubt
from syncer.errors import OutcomeUnknownError, RefusedError, UnreachableError
from syncer.ledger import PracticeLedger
from syncer.once import came_of, exactly_once

UNKNOWN = OutcomeUnknownError("XPM", "job.api/add", "no answer within the time-out")


class Desk:
    """A program that makes one thing; what becomes of each call, and each look, is given."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runtime = FakeRuntime()
        self.own = ledger(path).of("north")
        self.calls: list[BaseException | str] = []
        self.looks: list[str | None] = []
        self.begun = 0

    @property
    def practice(self) -> Any:
        return SimpleNamespace(ledger=self.own, runtime=self.runtime)

    def make(self, kind: str = "job") -> str:
        def evidence() -> int:
            self.begun += 1
            return self.begun

        def act() -> str:
            self.runtime.sleep(30)
            outcome = self.calls.pop(0)
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome

        return exactly_once(self.practice, f"{kind}/1", kind, evidence=evidence, act=act, look_up=self._look)

    def settle(self) -> str | None:
        return came_of(self.practice, "job/1", self._look)

    def _look(self, _evidence: Any) -> str | None:
        return self.looks.pop(0) if self.looks else None

    def doubt(self) -> tuple[str, str, str, bool] | None:
        """Return what is kept as in doubt, as another program reads it."""
        rows = ledger(self.path).of("north").rows(t.doubts)
        assert len(rows) <= 1
        return next(((row["key"], row["evidence"], row["settles_at"], row["audited"]) for row in rows), None)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "l.db")


def test_what_was_answered_is_not_in_doubt(desk: Desk) -> None:
    desk.calls = ["J1"]
    desk.make()
    assert desk.doubt() is None


@pytest.mark.parametrize("error", [RefusedError, UnreachableError])
def test_what_was_refused_or_never_arrived_is_not_in_doubt(desk: Desk, error: Any) -> None:
    desk.calls = [error("XPM", "job.api/add", "no")]
    with pytest.raises(error):
        desk.make()
    assert desk.doubt() is None


def test_a_lost_answer_is_in_doubt_before_anything_is_looked_up(desk: Desk) -> None:
    desk.calls = [UNKNOWN]
    seen: list[Any] = []
    desk._look = lambda _evidence: seen.append(desk.doubt()) or "J1"  # type: ignore[method-assign, func-returns-value]
    assert desk.make() == "J1"
    assert seen == [("job/1", "1", "2026-07-01T09:33:30Z", False)]


@pytest.mark.parametrize("second", ["J1", UNKNOWN], ids=["answered", "lost too"])
def test_a_repeat_is_audited_180_s_after_it_ended_and_against_what_was_there_before_the_first(
    desk: Desk, second: Any
) -> None:
    desk.calls, desk.looks = [UNKNOWN, second], [None, None, None, "J1"]
    assert desk.make() == "J1"
    # The first call ends at 9:30:30, the second at 9:34.
    assert desk.doubt() == ("job/1", "1", "2026-07-01T09:37:00Z", False)


def test_while_a_repeat_is_under_way_no_audit_looks_and_none_right_after_a_crash_in_it(desk: Desk) -> None:
    desk.calls = [UNKNOWN, KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        desk.make()
    assert desk.doubt() == ("job/1", "1", "2026-07-01T11:36:30Z", False)
    desk.looks = ["J1"]
    assert desk.settle() == "J1"
    assert desk.doubt() == ("job/1", "1", "2026-07-01T09:37:00Z", False)


def test_what_a_crash_left_behind_is_in_doubt(desk: Desk) -> None:
    desk.calls = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        desk.make()
    assert desk.doubt() is None
    assert desk.settle() is None
    assert desk.doubt() == ("job/1", "1", "2026-07-01T09:33:30Z", False)


def test_a_doubt_that_an_audit_has_settled_is_not_reopened_by_a_call_that_is_answered(desk: Desk) -> None:
    desk.calls, desk.looks = [UNKNOWN], ["J1"]
    desk.make()
    desk.own.change(t.doubts, {"audited": True}, key="job/1")
    before = desk.doubt()
    desk.own.remove(t.intents, key="job/1")
    desk.calls = ["J2"]
    desk.make()
    assert desk.doubt() == before
    desk.own.remove(t.intents, key="job/1")
    desk.calls, desk.looks = [UNKNOWN], ["J3"]
    desk.make()
    assert desk.doubt() == ("job/1", "3", "2026-07-01T09:34:30Z", False)


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("client", True), ("job", True), ("contact", True), ("conflict", True), ("template", False)],
)
def test_doubts_are_kept_of_what_audits_look_for(kind: str, *, kept: bool) -> None:
    own: PracticeLedger = ledger().of("north")
    keep_doubt(own, {"key": f"{kind}/1", "kind": kind, "evidence": json.dumps([])}, "2026-07-01T09:33:30Z")
    assert len(own.rows(t.doubts)) == kept
