"""The published document, and whether an answer is what it says."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator
from werkzeug.test import TestResponse

from mock_ignition.app import create_app

FAULTS = {500, 501, 503}
"""What a fault may make of any call, or what is not built: no part of the document."""


@cache
def document() -> dict[str, Any]:
    """Return the published document."""
    document: dict[str, Any] = create_app().test_client().get("/openapi.json").get_json()
    return document


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield method, path and the rest of each operation of the document."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def at(place: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference stands for; anything else stands for itself."""
    found = place
    if "$ref" in place:
        found = document()
        for part in place["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found


def broken(method: str, path: str, answer: TestResponse) -> list[str]:
    """Return what about an answer is not as the document says; `path` is below the base."""
    operation = operation_at(method, path.partition("?")[0])
    if operation is None or answer.status_code in FAULTS:
        return []
    if str(answer.status_code) not in operation["responses"]:
        return [f"{answer.status_code} is no answer of {operation['operationId']}"]
    told = at(operation["responses"][str(answer.status_code)])
    return [*_broken_headers(told, answer), *_broken_body(told, answer)]


@cache
def operation_at(method: str, path: str) -> dict[str, Any] | None:
    """Return the operation that serves a path; one without a slug goes first."""
    for template in sorted(document()["paths"], key=lambda template: "{" in template):
        if re.fullmatch(template.replace("{slug}", "[^/]+"), path):
            found: dict[str, Any] | None = document()["paths"][template].get(method.lower())
            return found
    return None


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what tells whether a value is as a schema of the document says."""
    return _validator(json.dumps(schema))


def _broken_headers(told: dict[str, Any], answer: TestResponse) -> Iterator[str]:
    for name, place in told.get("headers", {}).items():
        header, text = at(place), answer.headers.get(name)
        if text is None:
            if header.get("required"):
                yield f"the header {name} is missing"
        else:
            value = int(text) if header["schema"].get("type") == "integer" else text
            if not validator(header["schema"]).is_valid(value):
                yield f"the header {name} cannot be {text!r}"


def _broken_body(told: dict[str, Any], answer: TestResponse) -> Iterator[str]:
    if "content" not in told:
        if answer.data:
            yield "there is a body"
    elif answer.content_type not in told["content"]:
        yield f"the content is {answer.content_type}"
    else:
        schema = told["content"][answer.content_type]["schema"]
        for error in validator(schema).iter_errors(answer.get_json()):
            yield f"{error.instance_path}: {error.message}"


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = {"components": document()["components"], **json.loads(schema)}
    return Draft202012Validator(whole, validate_formats=True)
