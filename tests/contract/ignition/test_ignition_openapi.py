"""The published document, and the page that shows it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from ignition_support import BASE, Fake
from openapi_document import document, operations
from openapi_spec_validator import OpenAPIV31SpecValidator

from mock_ignition import kinds
from mock_ignition.app import ENDPOINTS, POLICY, create_app
from mock_ignition.gateway import Endpoint
from mock_ignition.openapi.document import document as write
from mock_ignition.replies import page_of
from mock_ignition.shapes.base import Member, Shape
from mock_kit.kit import Config

CONTRACT = {
    "GET /reporting/clients",
    "GET /reporting/contacts",
    "GET /reporting/deal_stages",
    "GET /reporting/deals",
    "GET /reporting/services",
    "GET /reporting/proposals",
    "GET /reporting/invoices",
    "GET /reporting/payments",
    "GET /reporting/collections",
    "GET /clients",
    "POST /clients",
    "GET /clients/{slug}",
    "PATCH /clients/{slug}",
    "POST /clients/{slug}/archive",
    "POST /clients/{slug}/restore",
    "POST /clients/batch",
    "POST /clients/{slug}/contacts",
    "PATCH /contacts/{slug}",
    "DELETE /contacts/{slug}",
    "PUT /clients/{slug}/groups",
    "GET /services",
    "POST /services",
    "GET /services/{slug}",
    "PATCH /services/{slug}",
    "GET /job_templates",
    "PUT /job_templates",
    "GET /proposals",
    "POST /proposals",
    "GET /proposals/{slug}",
    "PATCH /proposals/{slug}",
    "POST /proposals/{slug}/send",
    "POST /proposals/{slug}/accept",
    "POST /proposals/{slug}/lose",
    "POST /proposals/{slug}/revoke",
    "POST /proposals/{slug}/archive",
    "POST /proposals/{slug}/renew",
    "PUT /proposals/{slug}/workflow",
    "GET /users",
    "POST /users",
    "GET /users/{slug}",
    "PATCH /users/{slug}",
    "DELETE /users/{slug}",
    "GET /users/xpm_candidates",
    "PUT /users/xpm_candidates",
    "GET /integrations/xpm",
    "PUT /integrations/xpm",
    "DELETE /integrations/xpm",
    "PUT /proposals/{slug}/deployment",
    "GET /webhooks",
    "POST /webhooks",
    "DELETE /webhooks/{slug}",
}
"""The lines of the contract's tables, one by one."""
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
WRITE_IT = (
    "from mock_ignition.app import create_app; print(create_app().test_client().get('/openapi.json').text)"
)


def labels() -> set[str]:
    return {f"{method} {path}" for method, path, _operation in operations()}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert document()["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_document_is_the_same_byte_for_byte_each_time(seed: str) -> None:
    """Also in another process, where sets have another order."""
    environ = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", WRITE_IT], capture_output=True, env=environ, check=True)
    assert done.stdout.strip() == create_app().test_client().get("/openapi.json").data


def test_every_line_of_the_contract_stands_in_the_document() -> None:
    assert labels() >= CONTRACT
    reported = {label.rpartition("/")[2] for label in labels() if "/reporting/" in label}
    assert reported == set(kinds.REPORTING)


def test_what_is_served_is_documented_and_what_is_documented_is_served(fake: Fake) -> None:
    served = {
        f"{method} {rule.rule.removeprefix(BASE).replace('<slug:slug>', '{slug}')}"
        for rule in fake.app.url_map.iter_rules()
        for method in METHODS & (rule.methods or set())
        if rule.rule.startswith(BASE)
    }
    assert served - {"GET /reporting/<resource>"} == labels()  # that one refuses what is none of them


def test_the_document_needs_no_token_and_counts_for_no_limit() -> None:
    app = create_app(Config(limits={"hour": 1}))
    for _call in range(3):
        for path in ("/openapi.json", "/docs/"):
            answer = app.test_client().get(path)
            assert answer.status_code == 200
            assert "X-RateLimit-Limit" not in answer.headers
    assert app.test_client().get("/openapi.json").content_type == "application/json"


def test_a_new_reporting_resource_gets_into_the_document_by_itself() -> None:
    shape = Shape("Moon", "A moon.", {"slug": Member(str, "slug"), "phase": Member(str | None, "phase")})
    moons = replace(kinds.REPORTING["clients"], what="moon", shape=shape)
    endpoint = Endpoint("GET", "/reporting/moons", moons.listing, page_of(moons.row), scope="reporting")
    whole = write((*ENDPOINTS, endpoint), POLICY)
    operation = whole["paths"]["/reporting/moons"]["get"]
    assert (operation["operationId"], operation["summary"]) == ("reporting.moons.list", "List the moons")
    assert operation["tags"] == ["Reporting"]
    assert operation["security"][0] == {"oauth2": ["reporting"]}
    place = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    page = whole["components"]["schemas"][place.rpartition("/")[2]]
    row = whole["components"]["schemas"][page["properties"]["data"]["items"]["$ref"].rpartition("/")[2]]
    assert row["properties"] == {"slug": {"type": "string"}, "phase": {"type": ["string", "null"]}}


# What a person reads


def test_each_operation_says_what_it_does_under_a_name_of_its_own() -> None:
    found = [operation for _method, _path, operation in operations()]
    assert len({operation["operationId"] for operation in found}) == len(found)
    described = {tag["name"] for tag in document()["tags"] if tag.get("description")}
    for operation in found:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", operation["operationId"])
        assert re.fullmatch(r"[A-Z][^`.:;]{5,60}", operation["summary"])
        assert operation["description"].startswith(operation["summary"])
        assert set(operation["tags"]) <= described


def test_the_names_of_schemas_can_be_read() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert re.fullmatch("([A-Z][a-z]+)+", name)
        assert schema["title"] == name
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False


def test_the_document_of_a_write_is_as_the_contract_has_it() -> None:
    """One operation in full, written by hand."""
    operation = document()["paths"]["/clients/{slug}/contacts"]["post"]
    limits = {
        name: {"$ref": f"#/components/headers/{name}"}
        for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    }
    links = operation["responses"]["201"].pop("links")
    assert operation == {
        "operationId": "clients.contacts.create",
        "tags": ["Contacts"],
        "summary": "Add a contact to a client",
        "description": "Add a contact to a client; `If-Match` names the client's version.",
        "security": [{"oauth2": ["practice"]}, {"token": ["practice"]}],
        "parameters": [
            {
                "name": "slug",
                "in": "path",
                "required": True,
                "description": "Which of the clients.",
                "schema": {"type": "string", "pattern": "^cli_"},
                "example": "cli_kauri",
            },
            {"$ref": "#/components/parameters/If-Match"},
            {"$ref": "#/components/parameters/Idempotency-Key"},
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/ContactCreate"},
                    "example": {"name": "Mere Tane", "email": "mere@kauri.example", "position": "Owner"},
                }
            },
        },
        "responses": {
            "201": {
                "description": "One row.",
                "headers": {
                    "ETag": {"$ref": "#/components/headers/ETag"},
                    **limits,
                    "Idempotent-Replayed": {"$ref": "#/components/headers/Idempotent-Replayed"},
                },
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/OneContact"}},
                },
            },
            "400": {"$ref": "#/components/responses/BadRequest"},
            "401": {"$ref": "#/components/responses/Unauthorized"},
            "403": {"$ref": "#/components/responses/Forbidden"},
            "404": {"$ref": "#/components/responses/NotFound"},
            "409": {"$ref": "#/components/responses/Conflict"},
            "412": {"$ref": "#/components/responses/PreconditionFailed"},
            "422": {"$ref": "#/components/responses/ValidationFailed"},
            "429": {"$ref": "#/components/responses/RateLimited"},
        },
    }
    assert links["contacts.update"] == {
        "operationId": "contacts.update",
        "parameters": {"slug": "$response.body#/data/slug", "If-Match": "$response.header.ETag"},
    }
    assert sorted(links) == ["contacts.delete", "contacts.get", "contacts.update"]


def test_a_list_says_what_it_may_be_asked() -> None:
    named = [place["$ref"] for place in document()["paths"]["/reporting/clients"]["get"]["parameters"]]
    assert named == [
        f"#/components/parameters/{name}" for name in ("limit", "page_size", "cursor", "updated_from")
    ]
    limit = document()["components"]["parameters"]["limit"]["schema"]
    assert limit == {"type": "integer", "minimum": 1, "maximum": 100, "default": 25}


def test_oauth_is_as_the_contract_has_it() -> None:
    scheme = document()["components"]["securitySchemes"]["oauth2"]
    flow = scheme["flows"]["authorizationCode"]
    assert (flow["authorizationUrl"], flow["tokenUrl"]) == ("/oauth2/authorize", "/oauth2/token")
    assert set(flow["scopes"]) == {"reporting", "practice"}


# The page


def test_the_page_is_whole_without_a_network() -> None:
    client = create_app().test_client()
    assert client.get("/docs").headers["Location"] == "/docs/"
    page = client.get("/docs/").text
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) > 4
    for path in named:
        assert path.startswith("/docs/")
        with client.get(path) as answer:
            assert answer.status_code == 200
            if path.endswith(".css"):
                assert re.findall(r"url\((?![\"\']?(?:data:|#))|@import", answer.text) == []
    assert '"url": "/openapi.json"' in page
    assert '"validatorUrl": null' in page  # else the page asks a server on the Internet for a badge


# Methods


@pytest.mark.parametrize("path", sorted(document()["paths"]))
def test_another_method_of_a_path_is_a_405_that_names_those_there_are(fake: Fake, path: str) -> None:
    there = {method.upper() for method in document()["paths"][path]}
    implied = {"OPTIONS"} | ({"HEAD"} if "GET" in there else set())
    for method in sorted(METHODS - there):
        answer = fake.call(method, path.replace("{slug}", "cli_acme"))
        assert answer.status_code == 405
        assert answer.headers["Allow"] == ", ".join(sorted(there | implied))
        error: dict[str, Any] = json.loads(answer.data)["error"]
        assert error["code"] == "METHOD_NOT_ALLOWED"
