"""The Ignition API: published reads, and the practice API for writes; one practice."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import gcd
from typing import TypeVar
from urllib.parse import quote

from requests import Response

from syncer.config import LONGEST_PAGE
from syncer.errors import MalformedError, OutcomeUnknownError, RefusedError
from syncer.ignition_json import (
    IGNITION,
    Json,
    read_client,
    read_contact,
    read_proposal,
    read_service,
    read_user,
    write_fields,
)
from syncer.model import Proposal, Service, Staff, Template, User
from syncer.runtime import iso
from syncer.transport import Request, Transport, said

Read = TypeVar("Read")
NOT_FOUND = 404
__all__ = ["BatchAnswer", "Ignition", "Json", "read_client", "read_contact", "write_fields"]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of one item of a batch: the row with its contacts and tag, or an error's text."""

    status: int
    row: Json | None
    error: str


def other_page(page: int) -> int:
    """Return another length of pages, for a second reading of a list: long are all its rows before both begin one.

    A row that a page passes over stands where that page begins. The two lengths have no divisor in common.
    """
    if 2 * page < LONGEST_PAGE:
        return 2 * page + 1
    return next(length for length in range(page * 5 // 6, 0, -1) if gcd(length, page) == 1)


class Ignition:
    """Calls of one practice."""

    def __init__(self, url: str, transport: Transport, page: int) -> None:
        self._base = f"{url.rstrip('/')}/external/api/v1"
        self._transport = transport
        self.page = page
        """How many rows of a list are asked for at a time."""
        self.left_out: list[MalformedError] = []
        """Rows of lists that could not be read (E20); whoever reports them empties this."""

    @property
    def transport(self) -> Transport:
        """The way the calls take."""
        return self._transport

    def clients(self, updated_from: datetime | None = None, *, again: bool = False) -> list[Json]:
        """Return client rows, those updated since a moment, or all. A row may come twice: the last counts.

        `again`: in other pages, so that a second reading of a list is divided elsewhere than the first.
        """
        return self._changed("reporting/clients", updated_from, again=again)

    def tagged_clients(self) -> list[Json]:
        """Return the rows of all clients, each with its entity tag as `etag`, which the Reporting API does not show."""
        return self._changed("clients", None)

    def contacts(self, updated_from: datetime | None = None, *, again: bool = False) -> list[Json]:
        """Return contact rows; `again` as for clients."""
        return self._changed("reporting/contacts", updated_from, again=again)

    def services(self) -> dict[str, Service]:
        """Return services by slug; one that cannot be read is among them, as that (E20)."""
        return {
            row["slug"]: self.or_none("service", read_service, row)
            or Service(row["slug"], str(row.get("name")), None, None, unreadable=True)
            for row in self._changed("reporting/services", None)
        }

    def service(self, slug: str) -> Service | None:
        """Return one service, or None where there is none."""
        return if_there(lambda: read_service(self._one(f"services/{_part(slug)}")))

    def proposals(self, updated_from: datetime | None = None) -> list[Proposal]:
        """Return proposals with their workflow, which only the practice API shows; those that can be read."""
        rows = (
            self.or_none("proposal", read_proposal, row) for row in self._changed("proposals", updated_from)
        )
        return [row for row in rows if row]

    def or_none(self, kind: str, read: Callable[[Json], Read], row: Json) -> Read | None:
        """Return a row's record, or None for one that cannot be read: it is kept in `left_out` (E20)."""
        try:
            return read(row)
        except MalformedError as error:
            named = f"{kind} {row['slug']}"
            self.left_out.append(MalformedError(IGNITION, named, error.what))
            return None

    def proposal(self, slug: str) -> Proposal:
        """Return one proposal."""
        return read_proposal(self._one(f"proposals/{_part(slug)}"))

    def client(self, slug: str) -> tuple[Json, str | None]:
        """Return one client's row with its entity tag."""
        return self._tagged(f"clients/{_part(slug)}")

    def has_client(self, slug: str) -> bool:
        """Tell whether there is a client, archived or not."""
        return if_there(lambda: self.client(slug)) is not None

    def contact(self, slug: str) -> tuple[Json, str | None]:
        """Return one contact's row with its entity tag."""
        return self._tagged(f"contacts/{_part(slug)}")

    def add_contact(self, client_slug: str, values: Json, key: str) -> Json:
        """Add a contact to a client and return its row; `key` makes a repeat harmless."""
        path = f"clients/{_part(client_slug)}/contacts"
        return _row(self._call("POST", path, values, {"Idempotency-Key": key}), _operation("POST", path))

    def remove_contact(self, slug: str, etag: str | None) -> None:
        """Remove a contact that has not changed since; one that is gone already is no failure."""
        self._remove(f"contacts/{_part(slug)}", {"If-Match": etag} if etag else None)

    def users(self) -> list[User]:
        """Return the team, those members that can be read."""
        rows = (self.or_none("user", read_user, row) for row in self._changed("users", None))
        return [row for row in rows if row]

    def write_clients(self, items: list[Json], key: str) -> list[BatchAnswer]:
        """Create (no `slug`) or patch clients, up to 100 at a time; `key` makes a repeat harmless."""
        operation = "POST /clients/batch"
        answer = self._call("POST", "clients/batch", {"items": items}, {"Idempotency-Key": key})
        try:
            rows = _member(answer, "data", operation)
            found = [BatchAnswer(row["status"], row.get("data"), _problem(row.get("error"))) for row in rows]
        except (MalformedError, KeyError, TypeError, AttributeError) as error:
            raise OutcomeUnknownError(IGNITION, operation, f"an answer without {error}") from error
        if len(found) != len(items):
            raise OutcomeUnknownError(IGNITION, operation, f"{len(items)} items, {len(found)} answers")
        return found

    def put_templates(self, templates: Iterable[Template]) -> None:
        """Replace the list of job templates (R3)."""
        rows = [{"name": one.name, "xpm_template_uuid": one.uuid} for one in templates]
        self._call("PUT", "job_templates", {"job_templates": rows})

    def put_candidates(self, staff: Iterable[Staff]) -> None:
        """Replace the list of XPM staff in the linking dropdown (R2)."""
        rows = [{"uuid": one.uuid, "name": one.name, "email": one.email} for one in staff]
        self._call("PUT", "users/xpm_candidates", {"candidates": rows})

    def put_integration(
        self, status: str, tenant_id: str, tenant_name: str, at: str | None, message: str | None
    ) -> None:
        """Say how the XPM connection fares."""
        body = {"status": status, "tenant_id": tenant_id, "tenant_name": tenant_name}
        self._call("PUT", "integrations/xpm", {**body, "last_synced_at": at, "message": message})

    def remove_integration(self) -> None:
        """Say that XPM is disconnected."""
        url = f"{self._base}/integrations/xpm"
        self._transport.call(Request("DELETE /integrations/xpm", "DELETE", url, safe=True))

    def put_deployment(self, proposal_slug: str, deployment: Json) -> None:
        """Say on the proposal what became of it (E17)."""
        self._call("PUT", f"proposals/{_part(proposal_slug)}/deployment", deployment)

    def webhooks(self) -> list[Json]:
        """Return the webhook subscriptions."""
        return list(self._pages("webhooks", {"limit": str(self.page)}))

    def subscribe(self, url: str, types: Iterable[str], secret: str, key: str) -> None:
        """Subscribe to webhooks."""
        body = {"url": url, "types": list(types), "secret": secret}
        self._call("POST", "webhooks", body, {"Idempotency-Key": key})

    def unsubscribe(self, slug: str) -> None:
        """End a webhook subscription; one that is gone already is no failure."""
        self._remove(f"webhooks/{_part(slug)}")

    def _remove(self, path: str, headers: Mapping[str, str] | None = None) -> None:
        operation = _operation("DELETE", path)
        request = Request(operation, "DELETE", f"{self._base}/{path}", safe=True, headers=headers)
        if_there(lambda: self._transport.call(request))

    def _changed(self, path: str, updated_from: datetime | None, *, again: bool = False) -> list[Json]:
        params = {"limit": str(other_page(self.page) if again else self.page)}
        if updated_from:
            params["updated_from"] = iso(updated_from)
        rows: dict[str, Json] = {}
        for row in self._pages(path, params):
            slug = row.get("slug") if isinstance(row, dict) else None
            if isinstance(slug, str) and slug:
                rows[slug] = row
            else:
                kind = path.rpartition("/")[2].removesuffix("s")
                self.left_out.append(
                    MalformedError(IGNITION, f"{kind} without a slug", "nobody can tell which it is")
                )
        return list(rows.values())

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            asked = {**params, **({"cursor": cursor} if cursor else {})}
            rows, cursor = self._get(path, partial(_page, path, cursor), asked)
            yield from rows
            if cursor is None:
                return

    def _get(
        self,
        path: str,
        understand: Callable[[Json], Read],
        params: Mapping[str, str] | None = None,
    ) -> Read:
        request = Request(_operation("GET", path), "GET", f"{self._base}/{path}", safe=True, params=params)
        return self._transport.understood(request, lambda answer: understand(_object(request, answer)))

    def _call(self, method: str, path: str, body: Json, headers: Mapping[str, str] | None = None) -> Json:
        # Every write of the syncer is a PUT of a whole thing, or carries an idempotency key.
        operation = _operation(method, path)
        url = f"{self._base}/{path}"
        try:
            request = Request(operation, method, url, safe=True, json=body, headers=headers)
            return _object(request, self._transport.call(request))
        except MalformedError as error:
            what = f"{error.what}, so what the write did is not known"
            raise OutcomeUnknownError(IGNITION, operation, what) from error

    def _one(self, path: str) -> Json:
        return self._get(path, lambda body: _row(body, _operation("GET", path)))

    def _tagged(self, path: str) -> tuple[Json, str | None]:
        request = Request(_operation("GET", path), "GET", f"{self._base}/{path}", safe=True)

        def understand(answer: Response) -> tuple[Json, str | None]:
            return _row(_object(request, answer), request.operation), answer.headers.get("ETag")

        return self._transport.understood(request, understand)


def _part(slug: str) -> str:
    """Return a slug as one part of a path, whatever it holds: a webhook's is anybody's text."""
    return quote(slug, safe="")


def _object(request: Request, answer: Response) -> Json:
    try:
        body: Json = answer.json()
    except ValueError as error:
        raise MalformedError(IGNITION, request.operation, "the answer is no JSON") from error
    if not isinstance(body, dict):
        raise MalformedError(IGNITION, request.operation, "the answer is no JSON object")
    return body


def _page(path: str, cursor: str | None, body: Json) -> tuple[list[Json], str | None]:
    """Return a page's rows and the cursor of the next, None for the last page.

    Raises MalformedError for one that does not say whether there is more: it would pass for the last (E5).
    """
    rows = _member(body, "data", path)
    meta = body.get("meta")
    paging = meta.get("pagination") if isinstance(meta, dict) else None
    has_more = paging.get("has_more") if isinstance(paging, dict) else None
    if not isinstance(paging, dict) or not isinstance(has_more, bool):
        raise MalformedError(IGNITION, path, "the answer does not say whether there are more pages")
    if not has_more:
        return rows, None
    following = paging.get("next_cursor")
    if not isinstance(following, str) or following in ("", cursor):
        raise MalformedError(IGNITION, path, "there is more, and no new cursor to go on with")
    return rows, following


def if_there(ask: Callable[[], Read]) -> Read | None:
    """Return what is asked for, or None where Ignition has no such record."""
    try:
        return ask()
    except RefusedError as error:
        if error.status != NOT_FOUND:
            raise
        return None


def _operation(method: str, path: str) -> str:
    parts = ["{slug}" if "_" in part and part not in PLAIN else part for part in path.split("/")]
    name = "/".join(parts)
    return name if name.startswith("reporting/") else f"{method} /{name}"


PLAIN = {"job_templates", "xpm_candidates"}


def _member(body: Json, name: str, operation: str) -> list[Json]:
    found = body.get(name)
    if not isinstance(found, list):
        raise MalformedError(IGNITION, operation, f"the answer has no list “{name}”")
    return found


def _row(body: Json, operation: str) -> Json:
    found = body.get("data")
    if not isinstance(found, dict):
        raise MalformedError(IGNITION, operation, "the answer has no record “data”")
    return found


def _problem(error: Json | None) -> str:
    return said(error) if error else ""
