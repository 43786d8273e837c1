"""What the document forbids in a body the fake refuses, and names the member."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from ignition_support import Fake
from openapi_document import at, operation_at, operations, validator
from openapi_support import fill, restore

from mock_ignition.app import create_app
from mock_kit.kit import Config

ROOT = "(the document)"
WRONG = {"string": 7, "integer": "7", "number": "7", "boolean": "yes", "array": {}, "object": []}
"""A value of another type, for each type."""
PROPOSALS = {"accept": "prop_awaiting1", "deployment": "prop_accepted1"}
"""Proposals in the state for an act."""
SLUGS = {"clients": "cli_kauri", "contacts": "con_hana", "services": "svc_annual", "users": "usr_ana"}
"""Records of the demo. A proposal is judged last: one in the wrong state still shows that a body came first."""


SPOILT: dict[str, Callable[[Any], Any]] = {
    "enum": lambda _values: "moon",
    "pattern": lambda _pattern: "moon",
    "maxLength": lambda length: "x" * (length + 1),
    "minLength": lambda length: "x" * (length - 1),
    "minimum": lambda least: least - 1,
    "maximum": lambda most: most + 1,
}
"""A value that breaks a keyword, given what the keyword says."""
Spoilt = Iterator[tuple[tuple[str | int, ...], Any]]


def least(schema: dict[str, Any]) -> Any:
    """Return the smallest value that a schema of the document takes."""
    schema = at(schema)
    if "anyOf" in schema and "type" not in schema:
        return least(schema["anyOf"][0])
    kind = _kind(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        needed = schema.get("required") or schema.get("anyOf", [{}])[0].get("required", ())
        return {name: least(schema["properties"][name]) for name in needed}
    if kind == "array":
        return [least(schema["items"])] * schema.get("minItems", 0)
    if kind == "string":
        return schema["examples"][0] if "examples" in schema else "x" * schema.get("minLength", 0)
    return {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": False}[kind]


def spoiled(schema: dict[str, Any]) -> Spoilt:
    """Yield values that a schema forbids, most of them, each with the path of what is at fault."""
    schema = at(schema)
    if "anyOf" in schema and "type" not in schema:
        yield from spoiled(schema["anyOf"][0])
        return
    kind = _kind(schema)
    for value in (WRONG[kind], None, 1.5):
        yield (), value
    for keyword, spoil in SPOILT.items():
        if keyword in schema:
            yield (), spoil(schema[keyword])
    if kind == "array":
        yield from _spoiled_list(schema)
    if kind == "object":
        yield from _spoiled_object(schema)


def _spoiled_list(schema: dict[str, Any]) -> Spoilt:
    if schema.get("minItems"):
        yield (), []
    if "maxItems" in schema:
        yield (), [least(schema["items"])] * (schema["maxItems"] + 1)
    if "anyOf" not in schema["items"]:  # what is judged for itself: below
        for path, item in spoiled(schema["items"]):
            yield (0, *path), [item]


def _spoiled_object(schema: dict[str, Any]) -> Spoilt:
    whole = least(schema)
    yield ("moon",), {**whole, "moon": 1}
    for name in schema.get("required", ()):
        yield (name,), {member: value for member, value in whole.items() if member != name}
    for name, member in schema["properties"].items():
        for path, value in spoiled(member):
            yield (name, *path), {**deepcopy(whole), name: value}


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return str(next(kind for kind in kinds if kind != "null"))


BODIES = {
    f"{method} {path}": operation["requestBody"]["content"]["application/json"]["schema"]
    for method, path, operation in operations()
    if "requestBody" in operation
}


@pytest.fixture(scope="module")
def rich() -> Fake:
    return fill(Fake(create_app(Config(limits={"hour": None}))))


@pytest.mark.parametrize("label", BODIES)
def test_what_a_body_must_not_be_is_refused_by_the_member_s_name(rich: Fake, label: str) -> None:
    (method, path), schema = label.split(), BODIES[label]
    path = path.replace("{slug}", SLUGS.get(path.split("/")[1], "prop_draft1"))
    before = rich.digest()
    tried = 0
    for place, body in spoiled(schema):
        if not validator(schema).is_valid(body):  # 1.5 is a good number, and null clears some members
            tried += 1
            answer = rich.call(method, path, raw=json.dumps(body).encode())
            assert answer.status_code == 422, (body, answer.text)
            fields = [detail["field"] for detail in answer.get_json()["error"]["details"]]
            assert fields == [".".join(map(str, place)) or ROOT], body
    assert tried > 3
    assert rich.digest() == before


def test_what_an_item_of_a_batch_must_not_be_is_refused_by_the_member_s_name(rich: Fake) -> None:
    schema = at(BODIES["POST /clients/batch"])["properties"]["items"]["items"]["anyOf"][0]
    before = rich.digest()
    spoilt = [(place, item) for place, item in spoiled(schema) if not validator(schema).is_valid(item)]
    assert len(spoilt) > 50
    for place, item in spoilt:
        (done,) = rich.do("POST", "/clients/batch", {"items": [item]})
        assert (done["status"], done["data"]) == (422, None), item
        fields = [detail["field"] for detail in done["error"]["details"]]
        assert fields == [".".join(map(str, place)) or ROOT], item
    assert rich.digest() == before


DUE = {"due_date": "2027-01-01", "due_after_days": 3}
WORKFLOW = "PUT /proposals/{slug}/workflow"


@pytest.mark.parametrize(
    ("label", "body", "field"),
    [
        (WORKFLOW, {"mode": "one_job", "jobs": [DUE]}, "jobs.0.due_after_days"),
        (
            WORKFLOW,
            {"mode": "one_job", "jobs": [{"due_date": "2027-01-01", "recurrence": "monthly"}]},
            "jobs.0.recurrence",
        ),
        (
            WORKFLOW,
            {"mode": "one_job", "jobs": [{"due_after_days": 3, "recurrence": "once_off"}]},
            "jobs.0.recurrence",
        ),
        (WORKFLOW, {"mode": "one_job", "jobs": [{}, {}]}, "jobs"),
        (
            WORKFLOW,
            {"mode": "one_job", "jobs": [{"proposal_service_slug": "pss_x"}]},
            "jobs.0.proposal_service_slug",
        ),
        (WORKFLOW, {"mode": "job_per_service", "jobs": [{}]}, "jobs.0.proposal_service_slug"),
        ("POST /users", {"name": "X"}, "email"),
        ("POST /users", {"email": "x@example.com"}, "name"),
        ("POST /users", {"xpm_staff_uuid": None}, "name"),
    ],
)
def test_members_that_do_not_go_together_are_refused_by_the_document_too(
    rich: Fake, label: str, body: Any, field: str
) -> None:
    assert not validator(BODIES[label]).is_valid(body)
    method, path = label.split()
    answer = rich.call(method, path.replace("{slug}", "prop_draft1"), body)
    assert answer.status_code == 422
    assert [detail["field"] for detail in answer.get_json()["error"]["details"]] == [field]


@pytest.mark.parametrize("label", [label for label, schema in BODIES.items() if at(schema)["properties"]])
def test_there_is_an_example_of_a_body_and_the_fake_takes_it(rich: Fake, label: str) -> None:
    (method, path), schema = label.split(), BODIES[label]
    operation = operation_at(method, path)
    assert operation is not None
    example = operation["requestBody"]["content"]["application/json"]["example"]
    assert validator(schema).is_valid(example)
    proposal = PROPOSALS.get(path.rpartition("/")[2], "prop_draft1")
    try:
        answer = rich.call(method, path.replace("{slug}", SLUGS.get(path.split("/")[1], proposal)), example)
        assert answer.status_code in {200, 201}
    finally:
        restore(rich)
