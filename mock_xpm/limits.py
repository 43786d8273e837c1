"""The rate limits of the API, and how a call that a limit or a fault stops is answered."""

from flask import Response, request

from mock_kit.ids import uuid_of
from mock_kit.kit import kit
from mock_kit.refusal import Refusal
from mock_kit.throttle import Limit, Per
from mock_xpm.errors import ApiError, unauthorized

_PRACTICE: Per = "practice and app"
LIMITS = (
    Limit("concurrent", 5, None, _PRACTICE, problem="concurrent"),
    Limit("minute", 60, 60, _PRACTICE, problem="minute", remaining="X-MinLimit-Remaining"),
    Limit("day", 5_000, 86_400, _PRACTICE, problem="day", remaining="X-DayLimit-Remaining"),
    Limit("app_minute", 10_000, 60, "app", problem="appminute", remaining="X-AppMinLimit-Remaining"),
)
"""As documented; the spelling of the problems `concurrent` and `appminute` is ours."""
TOO_MANY = 429


def refuse(refusal: Refusal) -> Response:
    """Answer a stopped call as Xero does: a 429 has an empty body, the others are JSON."""
    if refusal.status == TOO_MANY:
        headers = {"Retry-After": str(refusal.retry_after), "X-Rate-Limit-Problem": refusal.problem}
        empty = Response(b"", TOO_MANY, headers)
        del empty.headers["Content-Type"]
        return empty
    return _error(refusal).response(correlation(refusal.status, refusal.message))


def correlation(status: int, detail: str) -> str:
    """Return the UUID that an error carries: it depends on the call, the time and the error alone."""
    return uuid_of("correlation", kit().ids.seed, request.method, request.path, kit().now(), status, detail)


def _error(refusal: Refusal) -> ApiError:
    match refusal.status:
        case 401:
            return unauthorized(f"TokenExpired: token expired at {refusal.at:%m/%d/%Y %H:%M:%S}")
        case 503:
            return ApiError(503, "Unavailable", "ServiceNotAvailable")
    return ApiError(refusal.status, "Internal Server Error", refusal.message)
