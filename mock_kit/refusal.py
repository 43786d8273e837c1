"""How a call that a limit or a fault stops is answered: each product has its own form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response


@dataclass(frozen=True)
class Refusal:
    """Why a call is not answered as asked; a product says it in its own form."""

    status: int
    """401 (the token is dead), 429, 500 or 503."""
    message: str
    at: datetime
    """The fake's present moment."""
    retry_after: int = 0
    """Of a 429: whole seconds."""
    problem: str = ""
    """Of a 429: the limit that it names."""
    again: datetime | None = None
    """Of a 429: the moment at which there is a place again."""


Refuse = Callable[[Refusal], Response]


def plain_refusal(refusal: Refusal) -> Response:
    """Say a refusal in no product's form: a 429 is empty but for its headers, others are a sentence."""
    response = Response(refusal.message, refusal.status, mimetype="text/plain")
    if refusal.status == 429:  # noqa: PLR2004  # Too Many Requests
        response.set_data(b"")
        response.headers["Retry-After"] = str(refusal.retry_after)
        if refusal.problem:
            response.headers["X-Rate-Limit-Problem"] = refusal.problem
    return response


class StoppedError(Exception):
    """A call that a limit or a fault stops; carries the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response
