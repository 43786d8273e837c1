import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from syncer_desk import Script, Step, answer, thrice, transport
from syncer_rows import CLIENT, CONTACT, PROPOSAL, WORKFLOW

from syncer.errors import MalformedError, OutcomeUnknownError, RefusedError, StaleError
from syncer.ignition import BatchAnswer, Ignition, other_page
from syncer.model import Service, Staff, Template, User

ROOT = "http://ignition.test/external/api/v1/"


def api(*steps: Step, page_size: int = 100) -> tuple[Ignition, Script]:
    way, script, _ = transport(steps, title="Ignition")
    return Ignition("http://ignition.test/", way, page_size), script


def page(*rows: Any, cursor: str | None = None) -> requests.Response:
    paging = {"has_more": cursor is not None, "next_cursor": cursor, "limit": 100}
    return answer(200, {"data": list(rows), "meta": {"pagination": paging}})


def asked(script: Script) -> list[tuple[str | None, str]]:
    return [(one.method, str(one.url).removeprefix(ROOT)) for one in script.asked]


def test_a_report_is_read_page_by_page() -> None:
    ignition, script = api(page({"slug": "cli_1"}, cursor="abc"), page({"slug": "cli_2"}))
    assert ignition.clients() == [{"slug": "cli_1"}, {"slug": "cli_2"}]
    assert asked(script) == [
        ("GET", "reporting/clients?limit=100"),
        ("GET", "reporting/clients?limit=100&cursor=abc"),
    ]


@pytest.mark.parametrize("size", range(5, 101))
def test_the_pages_of_two_readings_begin_together_late(size: int) -> None:
    """Where both begin a page, a row that drifts is passed over twice, and its client imported twice (E1)."""
    other = other_page(size)
    assert 1 <= other <= 100
    begin_together = next(row for row in range(size, 10_000, size) if row % other == 0)
    assert begin_together == size * other
    assert abs(size - other) >= size // 6


@pytest.mark.parametrize(("size", "other"), [(100, 83), (60, 49), (50, 41), (49, 99), (12, 25), (5, 11)])
def test_pages_have_the_length_that_is_asked_for_and_another_when_a_list_is_read_again(
    size: int, other: int
) -> None:
    ignition, script = api(page(), page(), page(), page(), page_size=size)
    ignition.clients()
    ignition.clients(again=True)
    ignition.contacts(again=True)
    ignition.webhooks()
    assert asked(script) == [
        ("GET", f"reporting/clients?limit={size}"),
        ("GET", f"reporting/clients?limit={other}"),
        ("GET", f"reporting/contacts?limit={other}"),
        ("GET", f"webhooks?limit={size}"),
    ]


def test_a_row_that_shows_up_on_two_pages_counts_once_as_it_was_last() -> None:
    ignition, _ = api(
        page({"slug": "con_1", "v": 1}, {"slug": "con_2"}, cursor="abc"), page({"slug": "con_1", "v": 2})
    )
    assert ignition.contacts() == [{"slug": "con_1", "v": 2}, {"slug": "con_2"}]


def test_rows_updated_since_a_moment_are_asked_for_in_utc() -> None:
    ignition, script = api(page())
    assert ignition.clients(datetime(2026, 7, 1, 9, 30, tzinfo=UTC)) == []
    assert asked(script) == [("GET", "reporting/clients?limit=100&updated_from=2026-07-01T09%3A30%3A00Z")]


def test_services_proposals_and_users_are_read_into_records() -> None:
    service = {"slug": "svc_1", "name": "Books", "job_template": None}
    user = {"slug": "usr_1", "name": "Ann", "email": "a@p.test", "xpm_staff_uuid": None}
    ignition, script = api(page(service), page(PROPOSAL), page(user))
    assert list(ignition.services()) == ["svc_1"]
    assert [one.reference for one in ignition.proposals()] == ["PROP-1042"]
    assert ignition.users() == [User("usr_1", "Ann", "a@p.test", None)]
    assert [url for _, url in asked(script)] == [
        "reporting/services?limit=100", "proposals?limit=100", "users?limit=100",
    ]  # fmt: skip


def test_proposals_changed_since_a_moment_are_asked_of_the_practice_api_which_shows_the_workflow() -> None:
    row = {**PROPOSAL, "workflow": WORKFLOW, "options": [], "deployment": None, "etag": '"1"'}
    ignition, script = api(page(row, cursor="abc"), page())
    (found,) = ignition.proposals(datetime(2026, 7, 1, 9, 30, tzinfo=UTC))
    assert found.workflow.mode == "job_per_service"
    since = "limit=100&updated_from=2026-07-01T09%3A30%3A00Z"
    assert asked(script) == [("GET", f"proposals?{since}"), ("GET", f"proposals?{since}&cursor=abc")]


def test_one_record_is_read_by_its_slug() -> None:
    ignition, script = api(
        answer(200, {"data": PROPOSAL}),
        answer(200, {"data": CLIENT}, {"ETag": '"v1"'}),
        answer(200, {"data": CONTACT}, {"ETag": '"v2"'}),
    )
    assert ignition.proposal("prop_1").reference == "PROP-1042"
    assert ignition.client("cli_1") == (CLIENT, '"v1"')
    assert ignition.contact("con_1") == (CONTACT, '"v2"')
    assert [url for _, url in asked(script)] == ["proposals/prop_1", "clients/cli_1", "contacts/con_1"]


@pytest.mark.parametrize("cursor", [None, ""])
def test_more_pages_without_a_cursor_are_malformed(cursor: str | None) -> None:
    broken = {"data": [], "meta": {"pagination": {"has_more": True, "next_cursor": cursor}}}
    ignition, _ = api(*thrice(broken))
    with pytest.raises(MalformedError, match="there is more, and no new cursor to go on with"):
        ignition.clients()


def test_a_cursor_that_leads_back_to_itself_is_malformed_and_no_loop() -> None:
    ignition, script = api(*[page({"slug": "cli_1"}, cursor="abc") for _ in range(9)])
    with pytest.raises(MalformedError, match="no new cursor"):
        ignition.clients()
    assert len(script.asked) == 4


NO_PAGES: list[dict[str, Any]] = [
    {},
    {"meta": None},
    {"meta": []},
    {"meta": {}},
    {"meta": {"pagination": None}},
    {"meta": {"pagination": {}}},
    {"meta": {"pagination": {"has_more": None}}},
]


@pytest.mark.parametrize("meta", NO_PAGES)
@pytest.mark.parametrize("rows", [[], [{"slug": "cli_1"}]], ids=["empty", "a row"])
def test_e5_a_list_that_does_not_say_whether_there_is_more_is_not_the_whole_list(
    meta: dict[str, Any], rows: list[Any]
) -> None:
    ignition, _ = api(*thrice({"data": rows, **meta}))
    with pytest.raises(MalformedError, match="the answer does not say whether there are more pages"):
        ignition.clients()


def test_a_page_that_cannot_be_understood_is_asked_for_again_and_no_page_before_it() -> None:
    html = answer(200, b"<html>one moment</html>")
    ignition, script = api(page({"slug": "cli_1"}, cursor="abc"), html, page({"slug": "cli_2"}))
    assert ignition.clients() == [{"slug": "cli_1"}, {"slug": "cli_2"}]
    assert [url for _, url in asked(script)] == [
        "reporting/clients?limit=100",
        "reporting/clients?limit=100&cursor=abc",
        "reporting/clients?limit=100&cursor=abc",
    ]


def test_a_record_that_cannot_be_understood_is_asked_for_again() -> None:
    ignition, script = api(answer(200, {}), answer(200, {"data": CLIENT}, {"ETag": '"v1"'}))
    assert ignition.client("cli_1") == (CLIENT, '"v1"')
    assert len(script.asked) == 2


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<html>", "the answer is no JSON"),
        (b"", "the answer is no JSON"),
        ([], "the answer is no JSON object"),
        ({}, "the answer has no list “data”"),
        ({"data": {}}, "the answer has no list “data”"),
    ],
)
def test_a_report_that_is_not_what_the_contract_says_is_malformed(body: object, what: str) -> None:
    ignition, _ = api(*thrice(body))
    with pytest.raises(MalformedError) as malformed:
        ignition.clients()
    assert str(malformed.value) == f"Ignition, reporting/clients: {what}"


@pytest.mark.parametrize("body", [{}, {"data": []}, {"data": None}])
@pytest.mark.parametrize("read", [Ignition.client, Ignition.proposal, Ignition.contact])
def test_a_record_that_is_not_there_is_malformed(
    read: Callable[[Ignition, str], object], body: object
) -> None:
    ignition, _ = api(*thrice(body))
    with pytest.raises(MalformedError, match=r"Ignition, GET /\w+/\{slug\}: the answer has no record “data”"):
        read(ignition, "prop_1")


@pytest.mark.parametrize("row", [{}, {"slug": None}, {"slug": 7}, {"slug": ""}, "cli_1", None])
def test_e20_a_row_without_a_slug_is_left_out_and_kept_for_the_report(row: object) -> None:
    ignition, _ = api(page(row, {"slug": "cli_1"}))
    assert ignition.clients() == [{"slug": "cli_1"}]
    (error,) = ignition.left_out
    assert str(error) == "Ignition, client without a slug: nobody can tell which it is"


def test_e20_a_member_of_the_team_that_cannot_be_read_is_left_out_and_kept_for_the_report() -> None:
    user = {"slug": "usr_1", "name": "Ann", "email": "a@p.test", "xpm_staff_uuid": None}
    ignition, _ = api(page({"slug": "usr_0"}, user))
    assert ignition.users() == [User("usr_1", "Ann", "a@p.test", None)]
    assert [one.operation for one in ignition.left_out] == ["user usr_0"]


def test_e20_a_service_that_cannot_be_read_is_known_to_be_there() -> None:
    service = {"slug": "svc_1", "name": "Books", "job_template": None}
    broken = {"slug": "svc_0", "name": "Tax", "job_template": "t-1"}
    ignition, _ = api(page(broken, service))
    found = ignition.services()
    assert found["svc_1"] == Service("svc_1", "Books", None, None)
    assert found["svc_0"] == Service("svc_0", "Tax", None, None, unreadable=True)
    assert [one.operation for one in ignition.left_out] == ["service svc_0"]


def test_a_slug_cannot_lead_out_of_its_path() -> None:
    ignition, script = api(answer(200, {"data": CLIENT}))
    ignition.client("cli_1?x=1#y")
    assert asked(script) == [("GET", "clients/cli_1%3Fx%3D1%23y")]


def test_clients_are_written_in_a_batch_that_answers_for_each() -> None:
    created = {"slug": "cli_9", "contacts": []}
    problem = {
        "code": "INVALID",
        "message": "not valid",
        "details": [{"field": "name", "message": "is needed"}],
    }
    ignition, script = api(
        answer(200, {"data": [{"status": 201, "data": created}, {"status": 422, "error": problem}]})
    )
    items = [{"name": "A"}, {"name": ""}]
    assert ignition.write_clients(items, "key-1") == [
        BatchAnswer(201, created, ""),
        BatchAnswer(422, None, "not valid (name: is needed)"),
    ]
    assert asked(script) == [("POST", "clients/batch")]
    assert json.loads(script.asked[0].body or b"") == {"items": items}
    assert script.asked[0].headers["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {},
        {"data": []},
        {"data": [{"status": 200}, {"status": 200}]},
        {"data": [{}]},
        {"data": ["ok"]},
    ],
)
def test_a_batch_whose_answer_cannot_be_understood_may_have_happened(body: object) -> None:
    ignition, _ = api(answer(200, body))
    with pytest.raises(OutcomeUnknownError, match="Ignition, POST /clients/batch: "):
        ignition.write_clients([{"name": "A"}], "key-1")


def test_a_batch_is_sent_again_with_the_same_key_after_a_lost_answer() -> None:
    ignition, script = api(requests.ReadTimeout("lost"), answer(200, {"data": [{"status": 200, "data": {}}]}))
    ignition.write_clients([{"slug": "cli_1"}], "key-1")
    assert [one.headers["Idempotency-Key"] for one in script.asked] == ["key-1", "key-1"]


WRITES: list[tuple[Callable[[Ignition], object], str, str, object]] = [
    (
        lambda api: api.put_templates([Template("t-1", "Tax")]),
        "PUT",
        "job_templates",
        {"job_templates": [{"name": "Tax", "xpm_template_uuid": "t-1"}]},
    ),
    (
        lambda api: api.put_candidates([Staff("s-1", "Ann", "a@p.test")]),
        "PUT",
        "users/xpm_candidates",
        {"candidates": [{"uuid": "s-1", "name": "Ann", "email": "a@p.test"}]},
    ),
    (
        lambda api: api.put_integration("connected", "t", "North", None, "hello"),
        "PUT",
        "integrations/xpm",
        {
            "status": "connected",
            "tenant_id": "t",
            "tenant_name": "North",
            "last_synced_at": None,
            "message": "hello",
        },
    ),
    (
        lambda api: api.put_deployment("prop_1", {"status": "deployed"}),
        "PUT",
        "proposals/prop_1/deployment",
        {"status": "deployed"},
    ),
    (
        lambda api: api.subscribe("http://me.test/hook", ("proposal.accepted",), "s3cret", "key-2"),
        "POST",
        "webhooks",
        {"url": "http://me.test/hook", "types": ["proposal.accepted"], "secret": "s3cret"},
    ),
]


@pytest.mark.parametrize(("write", "method", "path", "body"), WRITES)
def test_each_write_is_sent_as_the_contract_has_it(
    write: Callable[[Ignition], object], method: str, path: str, body: object
) -> None:
    ignition, script = api(answer(200, {"data": {}}))
    write(ignition)
    assert asked(script) == [(method, path)]
    assert json.loads(script.asked[0].body or b"") == body


@pytest.mark.parametrize("write", [row[0] for row in WRITES])
def test_a_write_whose_answer_cannot_be_understood_may_have_happened(
    write: Callable[[Ignition], object],
) -> None:
    ignition, _ = api(answer(200, b"<html>"))
    with pytest.raises(
        OutcomeUnknownError, match="the answer is no JSON, so what the write did is not known"
    ):
        write(ignition)


def test_e6_a_contact_is_removed_unless_it_changed() -> None:
    ignition, script = api(answer(204))
    ignition.remove_contact("con_1", '"v2"')
    assert asked(script) == [("DELETE", "contacts/con_1")]
    assert script.asked[0].headers["If-Match"] == '"v2"'


def test_e6_a_contact_that_is_gone_already_is_removed() -> None:
    ignition, script = api(
        requests.ReadTimeout("lost"), answer(404, {"error": {"message": "no such contact"}})
    )
    ignition.remove_contact("con_1", None)
    assert len(script.asked) == 2
    assert "If-Match" not in script.asked[0].headers


def test_a_contact_that_changed_is_not_removed() -> None:
    ignition, _ = api(answer(412, {"error": {"message": "it changed"}}))
    with pytest.raises(StaleError, match="412 it changed"):
        ignition.remove_contact("con_1", '"v1"')


def test_a_contact_is_added_under_a_key() -> None:
    ignition, script = api(answer(201, {"data": CONTACT}))
    assert ignition.add_contact("cli_1", {"name": "Al"}, "key-3") == CONTACT
    assert asked(script) == [("POST", "clients/cli_1/contacts")]
    assert script.asked[0].headers["Idempotency-Key"] == "key-3"
    assert json.loads(script.asked[0].body or b"") == {"name": "Al"}


def test_webhook_subscriptions_are_listed() -> None:
    ignition, script = api(page({"slug": "wh_1", "url": "http://me.test/hook"}))
    assert ignition.webhooks() == [{"slug": "wh_1", "url": "http://me.test/hook"}]
    assert asked(script) == [("GET", "webhooks?limit=100")]


def test_a_refusal_says_what_ignition_said() -> None:
    ignition, _ = api(
        answer(409, {"error": {"code": "CONFLICT", "message": "the key was used for another body"}})
    )
    with pytest.raises(
        RefusedError, match=r"Ignition, POST /clients/batch: 409 the key was used for another body"
    ):
        ignition.write_clients([], "key-1")
