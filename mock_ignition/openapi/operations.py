"""One endpoint as an operation of the document."""

import inspect
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from mock_ignition.bodies import MOMENT_SCHEMA
from mock_ignition.gateway import Endpoint
from mock_ignition.idempotency import MAX_KEY
from mock_ignition.lists import DEFAULT_LIMIT, MAX_LIMIT
from mock_ignition.openapi.examples import EXAMPLES
from mock_ignition.openapi.refusals import limit_headers, name_of, statuses
from mock_ignition.openapi.schemas import Schema, Schemas
from mock_ignition.records import Kind

SUMMARY = re.compile(r"[^.:;,]+")
"""A docstring's summary: its first words, up to where it begins to explain."""
VERBS = {"PATCH": "update", "PUT": "replace", "DELETE": "delete"}
SLUG = "<slug>"
CREATED = 201

_LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}


class Operations:
    """The operations of some endpoints, which refer to each other."""

    def __init__(self, endpoints: Sequence[Endpoint], schemas: Schemas) -> None:
        self._endpoints = endpoints
        self._schemas = schemas
        parts = [endpoint.path.split("/") for endpoint in endpoints]
        self.collections = {part[1] for part in parts if part[2:3] == [SLUG]}
        """The first parts of paths that go on with a slug."""

    def collection(self, endpoint: Endpoint) -> str:
        """Return what an endpoint is about: the last part of its path that is a collection, else the first."""
        parts = endpoint.path.split("/")[1:]
        return next((part for part in reversed(parts) if part in self.collections), parts[0])

    def id_of(self, endpoint: Endpoint) -> str:
        """Return an operation's id, such as `clients.list`, `clients.archive`, `clients.contacts.create`."""
        parts = endpoint.path.split("/")[1:]
        names = [part for part in parts if part != SLUG]
        if endpoint.method == "GET":
            names.append("get" if self._row(endpoint) else "list")
        elif endpoint.method in VERBS:
            names.append(VERBS[endpoint.method])
        elif len(parts) == 1 or parts[-1] in self.collections:
            names.append("create")
        return ".".join(names)

    def write(self, endpoint: Endpoint, tag: str) -> dict[str, Any]:
        """Return an operation."""
        summary, description = _told(endpoint)
        operation: dict[str, Any] = {
            "operationId": self.id_of(endpoint),
            "tags": [tag],
            "summary": summary,
            "description": description,
            "security": [{"oauth2": [endpoint.scope]}, {"token": [endpoint.scope]}],
        }
        parameters = self._parameters(endpoint)
        if parameters:
            operation["parameters"] = parameters
        if endpoint.body is not None:
            operation["requestBody"] = self._request_body(endpoint, endpoint.body)
        refusals = {
            str(status): {"$ref": f"#/components/responses/{name_of(status)}"}
            for status in statuses(endpoint)
        }
        operation["responses"] = {str(endpoint.reply.status): self._success(endpoint), **refusals}
        return operation

    def _row(self, endpoint: Endpoint) -> Schema | None:
        """Return the schema of the one row that an endpoint answers with, if it does."""
        if endpoint.reply.type is None:
            return None
        body = self._schemas.at(self._schemas.given(endpoint.reply.type))
        data = self._schemas.at(body["properties"]["data"])
        return data if data.get("type") == "object" else None

    def _slug_schema(self, collection: str) -> Schema:
        """Return the schema of a collection's slugs, as its rows tell it."""
        for endpoint in self._endpoints:
            if endpoint.path in {f"/{collection}", f"/{collection}/{SLUG}"}:
                row = self._row(endpoint)
                if row is not None:
                    return dict(row["properties"]["slug"])
        return {"type": "string"}

    def _parameters(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        names: list[str] = []
        found: list[dict[str, Any]] = []
        parts = endpoint.path.split("/")
        if SLUG in parts:
            schema = self._slug_schema(parts[1])
            example = schema.pop("examples", [])
            found.append(
                {
                    "name": "slug",
                    "in": "path",
                    "required": True,
                    "description": f"Which of the {parts[1]}.",
                    "schema": schema,
                    **({"example": example[0]} if example else {}),
                }
            )
        if endpoint.reply.paged:
            names += ["limit", "page_size", "cursor"]
            names += ["updated_from"] if endpoint.reply.since else []
        if endpoint.matches:
            names.append("If-Match")
        if endpoint.method == "POST":
            names.append("Idempotency-Key")
        return found + [{"$ref": f"#/components/parameters/{name}"} for name in names]

    def _request_body(self, endpoint: Endpoint, body: type[BaseModel]) -> dict[str, Any]:
        content: dict[str, Any] = {"schema": self._schemas.taken(body)}
        if body.__name__ in EXAMPLES:
            content["example"] = EXAMPLES[body.__name__]
        if endpoint.method == "PATCH":
            # What is not given stays as it is, whatever a new record would begin with.
            for member in self._schemas.at(content["schema"])["properties"].values():
                member.pop("default", None)
        needs = {"required", "anyOf"} & set(self._schemas.at(content["schema"]))
        # No body at all is read as `{}`.
        return {"required": bool(needs), "content": {"application/json": content}}

    def _success(self, endpoint: Endpoint) -> dict[str, Any]:
        reply = endpoint.reply
        headers: dict[str, Any] = limit_headers()
        row = self._row(endpoint)
        if row is not None and "etag" in row["properties"]:
            headers = {"ETag": {"$ref": "#/components/headers/ETag"}, **headers}
        if endpoint.method == "POST":
            headers["Idempotent-Replayed"] = {"$ref": "#/components/headers/Idempotent-Replayed"}
        success: dict[str, Any] = {"description": "Done.", "headers": headers}
        if reply.type is not None:
            success["description"] = inspect.getdoc(reply.type)
            success["content"] = {"application/json": {"schema": self._schemas.given(reply.type)}}
        if reply.status == CREATED:
            success["links"] = self._links(self.collection(endpoint))
        return success

    def _links(self, collection: str) -> dict[str, Any]:
        """Return where one can go from a new row: to each operation on it."""
        links: dict[str, Any] = {}
        for endpoint in self._endpoints:
            parts = endpoint.path.split("/")
            if parts[1:3] == [collection, SLUG]:
                parameters = {"slug": "$response.body#/data/slug"}
                if endpoint.matches:
                    parameters["If-Match"] = "$response.header.ETag"
                links[self.id_of(endpoint)] = {"operationId": self.id_of(endpoint), "parameters": parameters}
        return links


def parameters() -> dict[str, Any]:
    """Return the parameters that operations share."""
    return {
        "limit": {
            "name": "limit",
            "in": "query",
            "description": "How many rows the page has at most.",
            "schema": _LIMIT,
        },
        "page_size": {
            "name": "page_size",
            "in": "query",
            "description": "Another name for `limit`, which is heeded where both are given.",
            "schema": _LIMIT,
        },
        "cursor": {
            "name": "cursor",
            "in": "query",
            "description": "Where to go on: the `next_cursor` of the page before, of the same list.",
            "schema": {"type": "string", "minLength": 1},
        },
        "updated_from": {
            "name": "updated_from",
            "in": "query",
            "description": "Rows that were updated at this ISO 8601 moment or after it.",
            "schema": MOMENT_SCHEMA,
        },
        "If-Match": {
            "name": "If-Match",
            "in": "header",
            "description": "The ETag that the record must still have; several by commas; `*` for any.",
            "schema": {"type": "string"},
            "example": "*",
        },
        "Idempotency-Key": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "The call is done once: for a day the same key and body get the first answer again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
        },
    }


def _told(endpoint: Endpoint) -> tuple[str, str]:
    """Return an operation's summary and description: its handler's docstring."""
    text = inspect.getdoc(endpoint.handler) or endpoint.operation
    owner = getattr(endpoint.handler, "__self__", None)
    if isinstance(owner, Kind):
        text = text.replace("record", owner.what)
    found = SUMMARY.match(text)
    return (found.group() if found else text).strip(), text
