"""The control calls for rate limits and for the fault plan."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request
from pydantic import TypeAdapter

from mock_kit.control_errors import ControlError, read_as, read_body
from mock_kit.faults import FaultError, PlanError
from mock_kit.faults_kinds import ONE, Faults
from mock_kit.faults_rule import Rule
from mock_kit.faults_webhooks import OfWebhooks
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
    several = _is_list(request.get_data())
    faults: Sequence[Rule] = read_body(Faults).faults if several else [read_as(ONE)]
    if not kit().product.webhooks:
        _refuse_webhooks(faults, several=several)
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


def _refuse_webhooks(faults: Sequence[Rule], *, several: bool) -> None:
    """Refuse the kinds that happen to webhooks, of which this fake sends none. Raises ControlError."""
    places = [place for place, fault in enumerate(faults) if isinstance(fault, OfWebhooks)]
    if places:
        message = f"{kit().product.name} sends no webhooks for a fault to meet: choose a kind that calls meet"
        fields = [f"faults.{place}.kind" if several else "kind" for place in places]
        details = [{"field": field, "message": message} for field in fields]
        raise ControlError(422, "NO_WEBHOOKS", message, details)


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
