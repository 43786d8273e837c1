"""Characters that break programs, in every text that a body can hold: what made-up calls seldom try."""

from collections.abc import Iterator
from typing import Any

import pytest
from ignition_support import Fake
from openapi_document import at, operations
from openapi_support import fill, restore, slugs_of

from mock_ignition.app import create_app
from mock_kit.kit import Config

STRANGE = "ab\x1f\x7f\u2028\ufffe\U0001f9d1\u0301"
"""Controls, a line's end that is none, no character at all, one beyond 16 bits, an accent alone."""
WITH_NUL = f"a\0{STRANGE}"
BODIES = {
    (method, path): operation["requestBody"]["content"]["application/json"]
    for method, path, operation in operations()
    if "requestBody" in operation
}
LISTS = [path for method, path, operation in operations() if method == "GET" and "{" not in path]


def shapes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the shapes that a value may have, each without references."""
    found = at(schema)
    for name in ("anyOf", "oneOf", "allOf"):
        for part in found.get(name, ()):
            yield from shapes(part)
    types = found.get("type", ())
    for kind in [types] if isinstance(types, str) else types:
        yield {**found, "type": kind}


def least(schema: dict[str, Any]) -> Any:
    """Return a small value that a schema takes."""
    shape = next(shapes(schema))
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    if shape["type"] == "object":
        members = shape.get("properties", {})
        return {name: least(members[name]) for name in shape.get("required", ())}
    if shape["type"] == "array":
        return [least(shape["items"])] if shape.get("minItems") else []
    return shape.get("examples", [{"string": "a", "boolean": True}.get(shape["type"], 1)])[0]


def planted(schema: dict[str, Any], value: Any, text: str = STRANGE) -> Iterator[tuple[str, Any]]:
    """Yield a value with the strange text at each place, given or not, that may hold a text."""
    for shape in shapes(schema):
        if shape["type"] == "string" and "enum" not in shape and "const" not in shape:
            yield "", text
        elif shape["type"] == "object":
            given = value if isinstance(value, dict) else least(shape)
            for name, part in shape.get("properties", {}).items():
                for place, strange in planted(part, given.get(name), text):
                    yield f"{name}.{place}", {**given, name: strange}
        elif shape["type"] == "array":
            given = value[0] if isinstance(value, list) and value else None
            for place, strange in planted(shape["items"], given, text):
                yield f"0.{place}", [strange]


@pytest.fixture(scope="module")
def rich() -> Fake:
    return fill(Fake(create_app(Config(limits={"hour": None}))))


@pytest.mark.parametrize("text", [STRANGE, WITH_NUL], ids=["without NUL", "with NUL"])
@pytest.mark.parametrize(("method", "path"), BODIES)
def test_a_strange_text_wherever_a_body_has_one_breaks_neither_the_call_nor_a_list_after_it(
    rich: Fake, method: str, path: str, text: str
) -> None:
    body = BODIES[method, path]
    restore(rich)
    known = slugs_of(rich).get(path.split("/")[1], [""])
    for place, strange in planted(body["schema"], body.get("example"), text):
        restore(rich)
        answer = rich.call(method, path.replace("{slug}", known[0]), strange)
        assert answer.status_code < 500, place
        for listed in LISTS:
            assert rich.call("GET", listed).status_code == 200, (place, listed)


def test_a_candidate_s_uuid_with_a_nul_is_refused_and_named(rich: Fake) -> None:
    restore(rich)
    before = rich.digest()
    named = {"candidates": [{"uuid": "staff-\0", "name": "Nobody"}]}
    answer = rich.call("PUT", "/users/xpm_candidates", named)
    assert answer.status_code == 422
    assert [told["field"] for told in answer.get_json()["error"]["details"]] == ["candidates.0.uuid"]
    assert rich.digest() == before


def test_every_text_of_a_client_is_tried() -> None:
    body = BODIES["POST", "/clients"]
    tried = {place.rstrip(".") for place, _strange in planted(body["schema"], body.get("example"))}
    assert {
        "name",
        "email",
        "fax",
        "address.line",
        "postal_address.country",
        "tags.0",
        "manager_slug",
    } <= tried
