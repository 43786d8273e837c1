"""What may stand in the query of a control call: a misspelt filter would be taken for one that finds nothing."""

from flask import request

from mock_kit.control_errors import ControlError

QUERIES = {
    "GET /state": ("tenant",),
    "GET /digest": ("tenant",),
    "GET /journal": ("tenant", "operation", "since", "limit"),
    "DELETE /faults": ("name",),
    "GET /deliveries": ("tenant", "event", "subscription", "outcome", "since", "before", "limit"),
}
"""THE table of what each call takes; one that is not here takes nothing."""


def refuse_unknown_query() -> None:
    """Refuse a query with a member that the call does not take. Raises ControlError."""
    name = (request.endpoint or "").partition(".")[2]
    if not request.args or name == "unknown":
        return
    known = QUERIES.get(name, ())
    for member in request.args:
        if member not in known:
            there = f"there are {', '.join(known)}" if known else "it takes none"
            message = f"{name} has no parameter {member[:40]!r}: {there}"
            raise ControlError(400, "BAD_QUERY", message, [{"field": member, "message": message}])
