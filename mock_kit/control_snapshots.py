"""The control calls for snapshots: take one, put one back, see and remove them."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from flask import Response, jsonify
from pydantic import Field, model_validator

from mock_kit.control_bodies import Body
from mock_kit.control_errors import ControlError, read_body
from mock_kit.control_tenants import refuse_unknown_tenant
from mock_kit.kit import kit
from mock_kit.snapshots import NoSnapshotError, SnapshotError


class SnapshotBody(Body):
    """The `name` of a snapshot; `tenant` narrows it to one practice.

    `connections`: the apps, the tokens and the loaded world too, for a state that another world takes the
    place of meanwhile.
    """

    name: Annotated[str, Field(min_length=1)]
    tenant: str | None = None
    connections: bool = False

    @model_validator(mode="after")
    def _connections_are_of_all(self) -> "SnapshotBody":
        if self.connections and self.tenant is not None:
            raise ValueError("connections belong to no one practice: leave tenant or connections out")
        return self


def _told(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer what cannot be done in the control plane's form."""

    @wraps(view)
    def answer(**parts: str) -> Response:
        try:
            return view(**parts)
        except NoSnapshotError as error:
            raise ControlError(404, "NO_SNAPSHOT", str(error)) from error
        except SnapshotError as error:
            raise ControlError(422, "BAD_SNAPSHOT", str(error)) from error

    return answer


@_told
def take_snapshot() -> Response:
    """Write the state to a file; one of the same name is replaced."""
    asked = read_body(SnapshotBody)
    if asked.tenant is not None:
        with kit().store.begin() as tx:
            refuse_unknown_tenant(kit(), tx, asked.tenant)
    taken = jsonify(kit().take_snapshot(asked.name, asked.tenant, connections=asked.connections).as_json())
    taken.status_code = 201
    return taken


@_told
def restore_snapshot(name: str) -> Response:
    """Put the state back to a snapshot; a whole one puts a frozen clock back too."""
    return jsonify({"ok": True, **kit().restore(name).as_json(), "now": kit().now()})


@_told
def list_snapshots() -> Response:
    """List the snapshots, by name."""
    return jsonify([snapshot.as_json() for snapshot in kit().snapshots.all()])


@_told
def drop_snapshot(name: str) -> Response:
    """Remove a snapshot."""
    kit().snapshots.drop(name)
    return Response(status=204)


SNAPSHOT_ROUTES: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/snapshots", list_snapshots),
    ("POST", "/snapshots", take_snapshot),
    ("DELETE", "/snapshots/<name>", drop_snapshot),
    ("POST", "/snapshots/<name>/restore", restore_snapshot),
)
