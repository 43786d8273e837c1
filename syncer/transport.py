"""Calls to an API: bearer tokens, budgets, time-outs, and repeating by a table."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from syncer.errors import (
    ApiError,
    LimitError,
    MalformedError,
    OutcomeUnknownError,
    RefusedError,
    StaleError,
    UnreachableError,
    translate,
)
from syncer.limits import LONGEST_WAIT, Budget, Meter, UsedUpError
from syncer.pauses import Pause
from syncer.runtime import Runtime
from syncer.their_clock import TheirClock
from syncer.tokens import Tokens
from syncer.waits import wait

TIMEOUT = (10.0, 30.0)
"""Seconds for the connection, and for the answer to begin or go on."""
PIECE = 64 * 1024
"""How many bytes of a long answer are taken at a time."""
Read = TypeVar("Read")
Take = Callable[[Iterator[bytes]], None]
UNAUTHORIZED, FORBIDDEN, STALE, TOO_MANY = 401, 403, 412, 429
SERVER_ERRORS = range(500, 600)


@dataclass(frozen=True, slots=True)
class Retry:
    """A row: after this error a call is repeated so often; `unsafe`: even one that must not happen twice."""

    error: type[ApiError]
    unsafe: bool
    waits: tuple[float, ...]


RETRIES: tuple[Retry, ...] = (
    Retry(UnreachableError, unsafe=True, waits=(1.0, 3.0)),
    Retry(OutcomeUnknownError, unsafe=False, waits=(1.0, 5.0, 20.0)),
    # Half a page or an HTML page of a proxy passes by. Only what a read makes of an answer is judged here.
    Retry(MalformedError, unsafe=False, waits=(1.0, 5.0)),
)
LIMIT_PATIENCE = 5


@dataclass(frozen=True)
class Request:
    """A call. `safe`: repeating it does no harm, because it reads, or because the API knows a repeat."""

    operation: str
    method: str
    url: str
    safe: bool
    params: Mapping[str, str] | None = None
    body: bytes | None = None
    json: Any = None
    headers: Mapping[str, str] | None = None


class Transport:
    """One practice's way to one API."""

    def __init__(
        self,
        system: str,
        runtime: Runtime,
        session: requests.Session,
        tokens: Tokens,
        budget: Budget,
        keep: Callable[[float], None] = lambda _seconds: None,
        pause: Pause | None = None,
    ) -> None:
        self.system = system
        self.meter = Meter()
        self.their_clock = TheirClock()
        self._runtime = runtime
        self._session = session
        self._tokens = tokens
        self._budget = budget
        self._keep = keep
        """Called before each call with how long it may take: whoever calls must be allowed to that long."""
        self._pause = pause

    def call(self, request: Request) -> requests.Response:
        """Return a 2xx answer, or raise the ApiError that fits; repeats as the table says."""
        return self._repeat(request, None)

    def read(self, request: Request, consume: Callable[[Iterator[bytes]], Read]) -> Read:
        """Return what a function makes of a 2xx answer's bytes as they come; else as `call`.

        The function may be called more than once: an answer that breaks off, or that the function
        cannot understand (MalformedError), is asked for again.
        """
        taken: list[Read] = []

        def take(pieces: Iterator[bytes]) -> None:
            taken[:] = [consume(pieces)]

        self._repeat(request, take)
        return taken[0]

    def understood(self, request: Request, understand: Callable[[requests.Response], Read]) -> Read:
        """Return what a function makes of a whole 2xx answer; else as `read`."""
        taken: list[Read] = []

        def judge(answer: requests.Response) -> None:
            taken[:] = [understand(answer)]

        self._repeat(request, None, judge)
        return taken[0]

    def _repeat(
        self,
        request: Request,
        take: Take | None,
        judge: Callable[[requests.Response], None] = lambda _answer: None,
    ) -> requests.Response:
        tries: dict[type[ApiError], int] = {}
        while True:
            try:
                answer = self._once(request, take)
                judge(answer)
            except ApiError as error:
                row = next((row for row in RETRIES if isinstance(error, row.error)), None)
                tried = tries.get(row.error, 0) if row else 0
                if row is None or not (request.safe or row.unsafe) or tried == len(row.waits):
                    raise
                wait(self._runtime, row.waits[tried], f"{error}; it is tried again")
                tries[row.error] = tried + 1
            else:
                return answer

    def _once(self, request: Request, take: Take | None) -> requests.Response:
        refreshed = False
        for _ in range(LIMIT_PATIENCE):
            answer = self._send(request, take)
            if answer.status_code == UNAUTHORIZED and not refreshed:
                self._tokens.refresh(_bearer(answer))
                refreshed = True
            elif answer.status_code == TOO_MANY:
                self._wait_as_asked(request, answer)
            elif answer.status_code == FORBIDDEN:
                self._tokens.turned_away()
                return self._judge(request, answer)
            else:
                return self._judge(request, answer)
        raise LimitError(self.system, request.operation, "it keeps asking to wait", LONGEST_WAIT)

    def _heed_pause(self, request: Request) -> None:
        """Wait until a pause is over that an earlier run was told of. Raises LimitError when that takes too long."""
        left = self._pause.seconds() if self._pause else 0.0
        if left > LONGEST_WAIT:
            what = f"its calls were used up before; they are granted again in {left:.0f} s"
            raise LimitError(self.system, request.operation, what, left)
        if left:
            wait(self._runtime, left, f"{self.system} asked to wait, its limit was used up (E19)")

    def _limit(self, request: Request, what: str, seconds: float) -> LimitError:
        """Return the error of a limit that lifts too late, and have it heeded by further runs, too."""
        if self._pause:
            self._pause.begin(seconds)
        return LimitError(self.system, request.operation, what, seconds)

    def _send(self, request: Request, take: Take | None) -> requests.Response:
        self._heed_pause(request)
        headers = {
            "Authorization": f"Bearer {self._tokens.access()}",
            **self._tokens.headers,
            **(request.headers or {}),
        }
        received: list[int] = []
        try:
            with self._budget:
                self._keep(sum(TIMEOUT))
                answer = self._session.request(
                    request.method,
                    request.url,
                    params=request.params,
                    data=request.body,
                    json=request.json,
                    headers=headers,
                    timeout=TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                )
                self._budget.learn(answer.headers)
                if answer.status_code == UNAUTHORIZED:
                    self._budget.uncount()
                self.their_clock.hear(answer.headers)
                with answer:
                    if take is not None and _is_good(answer):
                        take(_counted(answer, received))
                    else:
                        received.append(len(answer.content))
        except UsedUpError as error:
            raise self._limit(request, str(error), error.seconds) from error
        except requests.RequestException as error:
            self.meter.add(sent=0, received=sum(received), write=request.method != "GET")
            raise translate(error, self.system, request.operation) from error
        sent = len(answer.request.body or b"")
        self.meter.add(sent=sent, received=sum(received), write=request.method != "GET")
        return answer

    def _wait_as_asked(self, request: Request, answer: requests.Response) -> None:
        asked = answer.headers.get("Retry-After", "")
        seconds = float(asked) if asked.isdecimal() else 1.0
        which = answer.headers.get("X-Rate-Limit-Problem", "rate")
        if seconds > LONGEST_WAIT:
            raise self._limit(request, f"the {which} limit lifts in {seconds:.0f} s", seconds)
        self.meter.waited(seconds)
        wait(self._runtime, seconds, f"{self.system} asks to wait, its {which} limit is used up (E19)")

    def _judge(self, request: Request, answer: requests.Response) -> requests.Response:
        status = answer.status_code
        if _is_good(answer):
            return answer
        if status in SERVER_ERRORS:
            raise OutcomeUnknownError(self.system, request.operation, f"server error {status}")
        if status == UNAUTHORIZED:
            # New tokens were refused as well: that says nothing of the record that was to be written.
            raise UnreachableError(self.system, request.operation, f"{status} {_reason(answer)}")
        kind = StaleError if status == STALE else RefusedError
        raise kind(self.system, request.operation, f"{status} {_reason(answer)}", status)


DESCRIPTION = re.compile(rb"<ErrorDescription>([^<]*)</ErrorDescription>")
LONGEST_REASON = 2000


def _is_good(answer: requests.Response) -> bool:
    return answer.status_code // 100 == 2  # noqa: PLR2004  # 2xx


def _counted(answer: requests.Response, received: list[int]) -> Iterator[bytes]:
    for piece in answer.iter_content(PIECE):
        received.append(len(piece))
        yield piece


def _reason(answer: requests.Response) -> str:
    """Return what an error answer says, from either API's JSON, else nothing but its length."""
    try:
        body = answer.json()
    except ValueError:
        told = DESCRIPTION.search(answer.content[:LONGEST_REASON])
        text = told.group(1).decode("utf-8", "replace").strip() if told else ""
        return text or f"({len(answer.content)} bytes that are no JSON)"
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    if isinstance(error, dict):
        return said(error)
    return str(body.get("Detail") or body.get("Title") or error or "")


def said(error: Mapping[str, Any]) -> str:
    """Return Ignition's error object as a sentence, whatever of it is there."""
    given = error.get("details")
    rows = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    message = str(error.get("message"))
    told = [f"{one.get('field')}: {one.get('message')}" for one in rows]
    # Of a refusal the message often is the first of the details.
    details = "; ".join(one for one in told if one != message)
    return message + (f" ({details})" if details else "")


def _bearer(answer: requests.Response) -> str:
    """Return the access token that a call was made with."""
    return str(answer.request.headers.get("Authorization", "")).removeprefix("Bearer ")
