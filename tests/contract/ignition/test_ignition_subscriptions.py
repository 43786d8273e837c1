"""Webhook subscriptions: listed, made once, refused with the field's name, removed."""

from typing import Any

import pytest
from hook_steps import change, deliveries, run, subscribe
from ignition_support import HOOK, SECRET, Fake, Receiver

BODY: dict[str, Any] = {"url": HOOK, "types": ["client.updated"], "secret": SECRET}
TYPES = [
    "proposal.sent",
    "proposal.accepted",
    "proposal.lost",
    "proposal.revoked",
    "client.created",
    "client.updated",
    "contact.updated",
    "user.created",
    "user.deleted",
]


def listed(fake: Fake) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = fake.call("GET", "/webhooks?limit=100").get_json()["data"]
    return rows


def test_a_subscription_is_listed_and_can_be_removed(fake: Fake) -> None:
    made = subscribe(fake, "proposal.accepted", "user.deleted", "proposal.accepted")
    assert list(made) == ["slug", "url", "types", "created_at", "etag"]
    assert (made["url"], made["types"]) == (HOOK, ["proposal.accepted", "user.deleted"])
    assert made["slug"].startswith("whk_")
    page = fake.call("GET", "/webhooks?limit=100").get_json()
    assert page["data"] == [made]
    assert page["meta"]["pagination"] == {"has_more": False, "next_cursor": None, "limit": 100}
    fake.do("DELETE", f"/webhooks/{made['slug']}", status=204)
    assert listed(fake) == []
    assert fake.call("DELETE", f"/webhooks/{made['slug']}").status_code == 404


def test_every_type_of_the_contract_can_be_subscribed_to(fake: Fake) -> None:
    assert subscribe(fake, *TYPES)["types"] == TYPES


def test_subscriptions_are_walked_page_by_page_in_the_order_they_were_made(fake: Fake) -> None:
    made = []
    for kind in TYPES[:5]:
        made.append(subscribe(fake, kind))
        fake.advance(1)
    seen, query = [], "?limit=2"
    while query:
        page = fake.call("GET", f"/webhooks{query}").get_json()
        seen += page["data"]
        cursor = page["meta"]["pagination"]["next_cursor"]
        query = f"?limit=2&cursor={cursor}" if cursor else ""
    assert seen == made


def test_a_parameter_that_no_list_has_is_a_400(fake: Fake) -> None:
    answer = fake.call("GET", "/webhooks?colour=red")
    assert answer.status_code == 400
    assert [one["field"] for one in answer.get_json()["error"]["details"]] == ["colour"]


def test_a_url_may_have_2000_characters(fake: Fake) -> None:
    url = "http://receiver.test/".ljust(2000, "x")
    subscribe(fake, url=url)
    assert [row["url"] for row in listed(fake)] == [url]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": None}, "url"),
        ({"url": ""}, "url"),
        ({"url": "receiver.test/hooks"}, "url"),
        ({"url": "ftp://receiver.test/"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http:///path"}, "url"),
        ({"url": "http://[::1/"}, "url"),
        ({"url": "http://receiver.test:99999/"}, "url"),
        ({"url": "http://receiver.test:port/"}, "url"),
        ({"url": "http://receiver.test:0/"}, "url"),
        ({"url": "http://receiver .test/"}, "url"),
        ({"url": "http://receiver.test/\r\nX-Evil: 1"}, "url"),
        ({"url": "http://ana:pw@receiver.test/"}, "url"),
        ({"url": "http://:pw@receiver.test/"}, "url"),
        ({"url": "http://" + "a" * 64 + ".test/"}, "url"),
        ({"url": "http://receiver.test/".ljust(2001, "x")}, "url"),
        ({"url": 7}, "url"),
        ({"types": None}, "types"),
        ({"types": []}, "types"),
        ({"types": "client.updated"}, "types"),
        ({"types": ["client.updated", "moon.full"]}, "types.1"),
        ({"types": ["client.updated", 7]}, "types.1"),
        ({"types": ["client.updated"] * 101}, "types"),
        ({"secret": None}, "secret"),
        ({"secret": ""}, "secret"),
        ({"secret": "s" * 201}, "secret"),
        ({"secret": 7}, "secret"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_subscription_is_refused_by_the_name_of_its_field(
    fake: Fake, change: dict[str, Any], field: str
) -> None:
    before = fake.digest()
    answer = fake.call("POST", "/webhooks", {**BODY, **change})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (422, "VALIDATION_FAILED")
    assert [one["field"] for one in error["details"]] == [field]
    assert SECRET not in answer.text
    assert "pw@" not in answer.text
    assert (fake.digest(), listed(fake)) == (before, [])


@pytest.mark.parametrize("missing", ["url", "types", "secret"])
def test_a_subscription_needs_all_three_members(fake: Fake, missing: str) -> None:
    answer = fake.call("POST", "/webhooks", {name: BODY[name] for name in BODY if name != missing})
    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["error"]["details"]] == [missing]


def test_a_key_makes_one_subscription_however_often_it_is_sent(fake: Fake, receiver: Receiver) -> None:
    first = fake.call("POST", "/webhooks", BODY, Idempotency_Key="k")
    again = fake.call("POST", "/webhooks", BODY, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert listed(fake) == [first.get_json()["data"]]
    other = fake.call("POST", "/webhooks", {**BODY, "secret": "another"}, Idempotency_Key="k")
    assert other.status_code == 409
    assert len(listed(fake)) == 1
    change(fake)
    assert len(run(fake)) == len(receiver.got) == 1


def test_a_subscription_of_another_practice_is_a_404_and_stays(fake: Fake) -> None:
    tui = fake.connect("prc_tui")
    theirs = subscribe(tui)
    answer = fake.call("DELETE", f"/webhooks/{theirs['slug']}")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "NOT_FOUND"
    assert (listed(fake), listed(tui)) == ([], [theirs])


def test_a_removal_heeds_if_match(fake: Fake) -> None:
    made = subscribe(fake)
    path = f"/webhooks/{made['slug']}"
    assert fake.call("DELETE", path, If_Match='"another"').status_code == 412
    assert listed(fake) == [made]
    fake.do("DELETE", path, status=204, If_Match=made["etag"])
    assert listed(fake) == []


def test_the_state_does_not_depend_on_where_a_subscription_goes(fake: Fake) -> None:
    first = subscribe(fake, url="http://127.0.0.1:1111/a")
    one = fake.digest()
    fake.control("POST", "/reset")
    second = subscribe(fake, url="http://127.0.0.1:2222/b")
    assert (second["slug"], fake.digest()) == (first["slug"], one)


def test_a_removed_subscription_gets_nothing_more_and_the_others_do(fake: Fake, receiver: Receiver) -> None:
    gone, stays = subscribe(fake), subscribe(fake)
    change(fake)
    fake.do("DELETE", f"/webhooks/{gone['slug']}", status=204)
    assert [made["subscription"] for made in run(fake)] == [stays["slug"]]
    assert [row["subscription"] for row in deliveries(fake)] == [stays["slug"]]
    change(fake, "2")
    assert [made["subscription"] for made in run(fake)] == [stays["slug"]]


def test_a_subscription_that_is_removed_while_it_is_called_leaves_nothing(
    fake: Fake, receiver: Receiver
) -> None:
    hook = subscribe(fake)
    change(fake)
    receiver.during = lambda: fake.do("DELETE", f"/webhooks/{hook['slug']}", status=204)
    assert [made["status"] for made in run(fake)] == [200]
    assert deliveries(fake) == []


def test_a_removal_is_undone_by_a_snapshot_with_what_was_on_its_way(fake: Fake, receiver: Receiver) -> None:
    hook = subscribe(fake)
    change(fake)
    before = fake.digest()
    for body in ({"name": "whole"}, {"name": "one", "tenant": "prc_kea"}):
        fake.control("POST", "/snapshots", body)
    for name in ("whole", "one"):
        fake.do("DELETE", f"/webhooks/{hook['slug']}", status=204)
        assert deliveries(fake) == []
        fake.control("POST", f"/snapshots/{name}/restore")
        assert (listed(fake), fake.digest()) == ([hook], before)
        assert [row["outcome"] for row in deliveries(fake)] == ["waiting"]
    assert [made["status"] for made in run(fake)] == [200]


def test_a_stale_read_shows_a_subscription_as_it_was_before_it_was_removed(fake: Fake) -> None:
    hook = subscribe(fake)
    change(fake)
    fake.do("DELETE", f"/webhooks/{hook['slug']}", status=204)
    fake.control("POST", "/faults", {"kind": "stale", "operation": "GET /webhooks", "times": 1})
    assert listed(fake) == [hook]
    assert listed(fake) == []
    fake.control("DELETE", "/faults")
