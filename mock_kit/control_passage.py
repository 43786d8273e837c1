"""The control calls for rate limits and for the fault plan."""

import json
from typing import Any

from flask import Response, jsonify, request
from pydantic import TypeAdapter

from mock_kit.control_errors import ControlError, read_as, read_body
from mock_kit.faults import FaultError, PlanError
from mock_kit.faults_kinds import ONE, Faults
from mock_kit.kit import kit
from mock_kit.throttle import LimitsError

SETTINGS: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def read_limits() -> Response:
    """Return the product's limits by name; null: switched off."""
    return jsonify(kit().passage.throttle.settings)


def set_limits() -> Response:
    """Put some limits to other values; null switches one off."""
    try:
        kit().passage.throttle.set(read_as(SETTINGS))
    except LimitsError as error:
        raise ControlError(422, "BAD_LIMIT", str(error)) from error
    return read_limits()


def read_faults() -> Response:
    """Return the plan, with how many calls each fault matched and how often it was applied."""
    return jsonify({"faults": kit().passage.plan.told()})


def add_faults() -> Response:
    """Add one fault, or a list of them as `{"faults": […]}`, behind those of the plan."""
    faults = read_body(Faults).faults if _is_list(request.get_data()) else [read_as(ONE)]
    try:
        kit().passage.plan.add(faults)
    except PlanError as error:
        raise ControlError(422, "BAD_FAULT", str(error)) from error
    return read_faults()


def clear_faults() -> Response:
    """Remove all faults of the plan, or those that `?name=` names (an unnamed one by its kind)."""
    try:
        kit().passage.plan.clear(request.args.get("name"))
    except FaultError as error:
        raise ControlError(404, "NO_FAULT", str(error)) from error
    return Response(status=204)


def _is_list(body: bytes) -> bool:
    try:
        return "faults" in json.loads(body or b"{}")
    except (ValueError, TypeError, RecursionError):
        return False  # read again as one fault, which says what is wrong with it


PASSAGE_ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/limits", read_limits),
    ("PUT", "/limits", set_limits),
    ("GET", "/faults", read_faults),
    ("POST", "/faults", add_faults),
    ("DELETE", "/faults", clear_faults),
)
