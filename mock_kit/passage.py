"""The way of a call through limits and faults: admitted or refused, and what a fault does to it.

A fake's gateway calls `enter` once the token, the practice and the operation are known; what a
fault does to the answer is done when the answer is there (`leave`). A call that is stopped raises
`StoppedError` with its answer: the transaction is rolled back, and the call is counted and noted
like any other.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask, Response

from mock_kit.asking import asked_of
from mock_kit.calls import Call, call, request_body
from mock_kit.clock import Clock, iso
from mock_kit.effects import KEY, Effects
from mock_kit.faults import Plan
from mock_kit.faults_kinds import (
    Cut,
    Drift,
    Fault,
    Late,
    Latency,
    Lost,
    Malformed,
    MissedBoundary,
    Refused,
    Reset,
    Stale,
    Status,
    TokenDead,
)
from mock_kit.hashing import hash_secret
from mock_kit.late import LANDING, LateWrites
from mock_kit.oauth import OAuth
from mock_kit.oauth_policy import Access
from mock_kit.refusal import Refusal, Refuse, StoppedError
from mock_kit.spoiling import has_body, place_of
from mock_kit.store import Store, Tx
from mock_kit.throttle import Headers, OverLimitError, Place, Throttle

PEOPLE = "(people)"
"""Whose tokens pass freely: people who work in the product itself, not over its API."""
HANG_SECONDS = 300.0
"""How long a caller that is left hanging is held, in real seconds."""
MADE = "a fault of the plan"
TOO_MANY = 429


@dataclass(slots=True)
class _Passed:
    """What is kept of a call between its entry and its answer."""

    place: Place | None = None
    """The call's place among those under way, as long as it has one."""
    handed_over: bool = False
    """There is an answer: the call is under way until that is closed."""
    headers: Headers | None = None
    fault: Fault | None = None
    effects: Effects | None = None


class Passage:
    """The limits, the fault plan and the late writes of one fake."""

    def __init__(
        self, throttle: Throttle, plan: Plan, store: Store, oauth: OAuth, clock: Clock, refuse: Refuse
    ) -> None:
        self.throttle = throttle
        self.plan = plan
        self.late = LateWrites(oauth.lent)
        self._store = store
        self._oauth = oauth
        self._clock = clock
        self._refuse = refuse
        self._moving = threading.Lock()

    def enter(self, tx: Tx, client_id: str, tenant_id: str) -> None:
        """Let a call in: raises StoppedError when a limit or a fault stops it.

        To be called in the call's transaction, before anything is read of the practice's rows.
        """
        noted = call()
        noted.tenant_id = tenant_id
        if noted.landing or client_id == PEOPLE:
            return
        try:
            headers, place = self.throttle.admit(client_id, tenant_id)
        except OverLimitError as over:
            noted.passed = _Passed(headers=over.headers)
            self._stop(429, str(over), over.retry_after, over.limit.problem, over.free_at)
        noted.passed = passed = _Passed(place, headers=headers)
        if self.plan.armed:
            self._meet(noted, passed, Access("", client_id, frozenset(), frozenset({tenant_id})), tx)

    def meet(self) -> None:
        """Let faults happen to a call that belongs to no practice, such as an OAuth one; as `enter`.

        To be called outside a transaction: who calls is looked up.
        """
        noted = call()
        if self.plan.armed and not noted.landing:
            noted.passed = passed = _Passed()
            self._meet(noted, passed, None, None)

    def begin(self, app: Flask, environ: Mapping[str, Any]) -> bool:
        """Before a call does anything: do the late writes that are due. Tells whether it is one itself."""
        if LANDING in environ:
            return True
        first = self.late.first
        if first is not None and first <= self._clock.now():
            self.late.land(app, self._clock.now)
        return False

    def leave(self, noted: Call, response: Response) -> Response:
        """Let an answer out: do what the call's fault does to it, and give it its headers."""
        passed: _Passed | None = noted.passed
        if passed is None:
            return response
        if passed.fault is not None:
            response = self._spoil(passed.fault, passed.effects, noted, response)
        for name, value in passed.headers or ():
            response.headers.add(name, value)
        if passed.place is not None:
            passed.handed_over = True
            response.call_on_close(partial(self._done, passed))
        return response

    def end(self, noted: Call) -> None:
        """After a call, however it went: one whose answer never came is not under way any more."""
        passed: _Passed | None = noted.passed
        if passed is not None and not passed.handed_over:
            self._done(passed)

    def move_clock(self, move: Callable[[Clock], None], app: Flask) -> None:
        """Put the clock elsewhere. Raises ClockError, and changes nothing, when it cannot be there.

        Each late write that is due on the way is done at its own moment, and not at that where the clock
        ends up. After a step back no window holds calls of the future.
        """
        with self._moving:
            before = self._clock.now()
            if self.late.first is not None:
                tried = Clock(before, self._clock.mode)
                move(tried)
                self.late.land_on_the_way(app, self._clock, tried.now)
            move(self._clock)
            if self._clock.now() < before:
                self.throttle.clear()

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """While the state is replaced: no late write lands, and nobody else moves the clock."""
        with self._moving, self.late.resting():
            yield

    def restart(self) -> None:
        """After the state was replaced: forget calls and late writes; settings and plan stay."""
        self.throttle.restart()
        self.late.clear()
        self.plan.restart()

    def _meet(self, noted: Call, passed: _Passed, access: Access | None, tx: Tx | None) -> None:
        asked = asked_of(noted, self._oauth, closely=self.plan.looks_closely)
        fault = self.plan.choose(asked)
        if fault is None:
            return
        if fault.happens_later:
            noted.strike = partial(self._strike, fault, noted)
        else:
            noted.fault = fault.label
        passed.effects = noted.request.environ.get(KEY)
        if passed.effects is None and _needs(fault):
            self._stop(
                500,
                f"the fault {fault.label} must {_needs(fault)}, which this transport cannot do: "
                f"serve the fake with its own server, or put Effects into the environ as {KEY}",
            )
        passed.fault = fault
        if tx is not None and access is not None:
            self._before_practice(fault, noted, access, tx)
        self._before(fault, noted)

    def _before_practice(self, fault: Fault, noted: Call, access: Access, tx: Tx) -> None:
        """Do what a fault does before the handler with a practice's data."""
        match fault:
            case Late():
                allowed = replace(access, scopes=frozenset(self._oauth.policy.scopes))
                due = self._clock.now() + timedelta(seconds=fault.seconds)
                self.late.keep(due, noted.request.environ, request_body(noted.request), allowed)
                self._stop(503, MADE)
            case Stale():
                (tenant_id,) = access.tenant_ids
                if self._store.as_before(tx, tenant_id, fault.writes):
                    noted.struck()
            case TokenDead():
                self._stop(401, MADE)

    def _before(self, fault: Fault, noted: Call) -> None:
        """Do what a fault does before the handler."""
        match fault:
            case Status(status=429):
                wait = 1 if fault.retry_after is None else fault.retry_after
                self._stop(429, MADE, wait, fault.problem or "minute")
            case Status(status=500, body=str(body)):
                raise StoppedError(Response(body, 500, content_type="application/json"))
            case Status():
                self._stop(fault.status, MADE)
            case Refused() | Reset():
                self._stop(503, MADE)
            case Drift():
                noted.drift = fault.rows
            case MissedBoundary():
                noted.missed_boundary = True

    def _spoil(self, fault: Fault, effects: Effects | None, noted: Call, response: Response) -> Response:
        """Do what a fault does to the answer."""
        match fault:
            case Lost(answer="500"):
                response.close()
                return self._refuse(Refusal(500, MADE, self._clock.now()))
            case Malformed() if has_body(noted.request.method, response):
                noted.struck()
                body = response.get_data()
                response.set_data(body[: len(body) * 2 // 3] + b"<<")
            case TokenDead():
                self._expire(noted.request.headers.get("Authorization", ""))
        if effects is None:
            return response
        match fault:
            case Latency():
                effects.delay = fault.seconds
            case Cut() if has_body(noted.request.method, response):
                noted.struck()
                effects.cut_after = place_of(fault, response)
            case Lost() | Reset() | Refused(answer="reset") | Late(answer="reset"):
                effects.reset = True
                noted.unanswered = True
            case Late(answer="hang"):
                effects.hang = HANG_SECONDS
                noted.unanswered = True
        return response

    def _strike(self, fault: Fault, noted: Call) -> None:
        """Count a fault that was left open, and note it: it has happened."""
        self.plan.strike(fault)
        noted.fault = fault.label

    def _done(self, passed: _Passed) -> None:
        place, passed.place = passed.place, None  # an answer may be closed more than once
        if place is not None:
            self.throttle.done(place)

    def _expire(self, authorization: str) -> None:
        """End the life of an access token; its grant stays, and may be refreshed."""
        token = authorization.partition(" ")[2].strip()
        with self._store.begin() as tx:
            values = {"expires_at": iso(self._clock.now())}
            tx.update(self._oauth.tables.tokens, (hash_secret(token),), values)

    def _stop(
        self,
        status: int,
        message: str,
        retry_after: int = 0,
        problem: str = "",
        free_at: datetime | None = None,
    ) -> Any:
        """Raise the answer in the product's own form; body and headers of a 429 tell the same moment."""
        now, passed = self._clock.now(), call().passed
        again = (free_at or now + timedelta(seconds=retry_after)) if status == TOO_MANY else None
        if again is not None and passed is not None and passed.headers:
            passed.headers = self.throttle.full_until(again, passed.headers)
        refusal = Refusal(status, message, now, retry_after, problem, again)
        raise StoppedError(self._refuse(refusal))


def _needs(fault: Fault) -> str:
    """Return what a fault asks of the transport; nothing when the answer alone does it."""
    match fault:
        case Latency():
            return "hold the answer back"
        case Cut():
            return "cut the answer short"
        case Late(answer="hang"):
            return "leave the caller hanging"
        case Reset() | Refused(answer="reset") | Lost(answer="reset") | Late(answer="reset"):
            return "reset the connection"
    return ""
