"""The control calls for rate limits and for the fault plan."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, request
from pydantic import TypeAdapter

from mock_kit.control_errors import ControlError, read_as, read_body
from mock_kit.control_tenants import refuse_unknown_tenant
from mock_kit.faults import FaultError, PlanError, is_named
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
    _refuse_unknown(faults, several=several)
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


def _refuse_unknown(faults: Sequence[Rule], *, several: bool) -> None:
    """Refuse faults that nothing could ever meet. Raises ControlError."""
    _refuse_webhooks(faults, several=several)
    named = [fault.tenant for fault in faults if fault.tenant is not None]
    if named:
        with kit().store.begin() as tx:
            for tenant_id in named:
                refuse_unknown_tenant(kit(), tx, tenant_id)


def _refuse_webhooks(faults: Sequence[Rule], *, several: bool) -> None:
    """Refuse faults of webhooks where none are sent, or none of such a type. Raises ControlError."""
    told = [
        (place, _no_webhook(fault)) for place, fault in enumerate(faults) if isinstance(fault, OfWebhooks)
    ]
    found = [(f"faults.{place}." if several else "", problem) for place, problem in told if problem]
    if found:
        code, _member, message = found[0][1]
        details = [{"field": at + member, "message": text} for at, (_code, member, text) in found]
        raise ControlError(422, code, message, details)


def _no_webhook(fault: OfWebhooks) -> tuple[str, str, str] | None:
    """Return why no webhook can meet a fault: a code, the member at fault, a message; None: one can."""
    product = kit().product
    if not product.events:
        message = f"{product.name} sends no webhooks for a fault to meet: choose a kind that calls meet"
        return "NO_WEBHOOKS", "kind", message
    if any(is_named(fault.pattern.split("*"), event) for event in product.events):
        return None
    there = ", ".join(product.events)
    return "BAD_FAULT", "event", f"no event is called {fault.event!r}; there are {there}"


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
