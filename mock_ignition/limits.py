"""The one rate limit of the product, and how a call that is stopped is answered."""

import json
from math import ceil
from typing import Any

from flask import Response

from mock_ignition.errors import CODES
from mock_kit.refusal import Refusal
from mock_kit.throttle import Limit

TOO_MANY, UNAUTHORIZED = 429, 401
LIMITS = (
    Limit(
        "hour",
        calls=1000,
        seconds=3600,
        per="practice",
        remaining="X-RateLimit-Remaining",
        total="X-RateLimit-Limit",
        resets="X-RateLimit-Reset",
    ),
)
"""1,000 calls in a rolling hour of a practice, whatever apps make them. `X-RateLimit-Reset` is the moment
at which the oldest of the counted calls leaves the hour (ours; the contract says Unix seconds only); of a 429
it is when there is a place again, which is its `retryAfter`."""


def refuse(refusal: Refusal) -> Response:
    """Answer a stopped call as the product answers errors; a 429 says when to come again."""
    error: dict[str, Any] = {"code": CODES[refusal.status], "message": refusal.message}
    headers = {}
    if refusal.status == TOO_MANY:
        headers["Retry-After"] = str(refusal.retry_after)
        again = refusal.again or refusal.at
        error |= {"retryAfter": ceil(again.timestamp())}
    else:
        error |= {"details": []}
    if refusal.status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    body = json.dumps({"error": error}, ensure_ascii=False, separators=(",", ":"))
    return Response(body, refusal.status, headers, mimetype="application/json")
