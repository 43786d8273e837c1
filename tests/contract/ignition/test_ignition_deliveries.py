"""How far each delivery is, for programs and for people; what is kept."""

import pytest
from hook_steps import BROWSER, change, changes, deliveries, looked_at, one_delivery, plan, run, subscribe
from ignition_support import Fake, Receiver

from mock_kit import delivery_queue

pytestmark = pytest.mark.usefixtures("no_plan_is_left")


def seqs(fake: Fake, query: str) -> list[int]:
    return [row["seq"] for row in deliveries(fake, query)]


# As JSON


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("outcome=received", 400, "BAD_QUERY"),
        ("outcome=given%20up&colour=red", 400, "BAD_QUERY"),
        ("tenant=prc_none", 404, "NO_TENANT"),
    ],
)
def test_a_filter_that_could_find_nothing_is_refused(fake: Fake, query: str, status: int, code: str) -> None:
    for accept in (None, BROWSER):
        answer = looked_at(fake, f"?{query}", accept)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_delivery_tells_its_whole_life(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    hook = subscribe(fake)
    event_id = change(fake)
    known = {
        "seq": 1,
        "tenant_id": "prc_kea",
        "event_id": event_id,
        "type": "client.updated",
        "created_at": "2026-07-01T09:30:00Z",
        "subscription": hook["slug"],
    }
    fresh = {"until": None, "behind": None, "copies_left": None}
    assert one_delivery(fake) == {
        **known,
        **fresh,
        "outcome": "waiting",
        "attempts": 0,
        "due_at": "2026-07-01T09:30:00Z",
        "next_attempt": 1,
        "last": None,
        "history": [],
    }
    run(fake)
    first = {"attempt": 1, "at": "2026-07-01T09:30:00Z", "result": "500", "fault": None}
    assert one_delivery(fake) == {
        **known,
        **fresh,
        "outcome": "waiting",
        "attempts": 1,
        "due_at": "2026-07-01T09:30:10Z",
        "next_attempt": 2,
        "last": "500",
        "until": "2026-07-02T09:30:00Z",
        "history": [first],
    }
    fake.advance(15)
    run(fake)
    second = {"attempt": 2, "at": "2026-07-01T09:30:15Z", "result": "200", "fault": None}
    assert one_delivery(fake) == {
        **known,
        **fresh,
        "outcome": "delivered",
        "attempts": 2,
        "due_at": None,
        "next_attempt": None,
        "last": "200",
        "until": "2026-07-02T09:30:00Z",
        "history": [first, second],
    }


def test_deliveries_are_paged_by_their_place(fake: Fake) -> None:
    subscribe(fake)
    changes(fake, 5)
    seen, since = [], 0
    while since is not None:
        page = fake.control("GET", f"/deliveries?limit=2&since={since}")
        seen.append([row["seq"] for row in page["data"]])
        since = page["next"]
    assert seen == [[1, 2], [3, 4], [5]]
    assert fake.control("GET", "/deliveries?limit=5")["next"] is None
    assert fake.control("GET", "/deliveries?limit=0") == {"data": [], "next": None}
    assert (seqs(fake, "?before=3"), seqs(fake, "?since=1&before=4")) == ([1, 2], [2, 3])
    assert seqs(fake, "") == [1, 2, 3, 4, 5]


def test_deliveries_are_filtered_by_practice_event_subscription_and_outcome(
    fake: Fake, receiver: Receiver
) -> None:
    tui = fake.connect("prc_tui")
    one = subscribe(fake, "client.updated", "client.created")["slug"]
    subscribe(tui)
    first = change(fake)
    run(fake)
    fake.do("POST", "/clients", {"name": "New"}, 201)
    tui.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    for query, expected in (
        ("?tenant=prc_kea", [1, 2]),
        ("?tenant=prc_tui", [3]),
        (f"?subscription={one}", [1, 2]),
        ("?event=client.created", [2]),
        ("?event=client.*", [1, 2, 3]),
        ("?event=*.updated", [1, 3]),
        ("?event=client", []),
        ("?event=client.update?", []),
        ("?event=client.update[d]", []),
        (f"?event={first}", [1]),
        ("?outcome=delivered", [1]),
        ("?outcome=waiting&tenant=prc_kea", [2]),
        ("?tenant=&event=&subscription=", [1, 2, 3]),
    ):
        assert (query, seqs(fake, query)) == (query, expected)


@pytest.mark.parametrize(
    "query", ["?limit=-1", "?limit=x", "?since=1.5", "?before=" + "9" * 19, "?event=" + "*" * 201]
)
def test_a_query_that_says_nothing_is_a_400(fake: Fake, query: str) -> None:
    for accept in (BROWSER, "application/json"):
        answer = looked_at(fake, query, accept)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_QUERY")


# As a page


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html;q=0.9, application/json;q=0.8", True),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html;q=0.5, application/json", False),
        ("*/*", False),
        ("text/plain", False),
        (None, False),
    ],
)
def test_a_browser_gets_a_page_and_a_program_json(fake: Fake, accept: str | None, page: bool) -> None:  # noqa: FBT001
    answer = looked_at(fake, accept=accept)
    assert answer.mimetype == ("text/html" if page else "application/json")
    assert answer.headers["Vary"] == "Accept"


def test_the_page_shows_what_the_json_tells_and_asks_for_nothing_else(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    hook = subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_delayed", "seconds": 60, "name": "a slow network", "attempts": [2]})
    run(fake)
    fake.advance(10)
    run(fake)
    text = looked_at(fake).text
    for told in (event_id, "client.updated", hook["slug"], "prc_kea", "500", "a slow network", "delayed"):
        assert told in text
    assert "2026-07-01T09:31:10Z" in text  # the next attempt
    for foreign in ("src=", "@import", "url(", "<script", "<link", "http://", "https://"):
        assert foreign not in text
    assert "default-src 'none'" in looked_at(fake).headers["Content-Security-Policy"]


def test_nothing_that_is_put_into_the_page_is_markup(fake: Fake, receiver: Receiver) -> None:
    evil = "<script>alert('x')</script>\"&"
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_lost", "name": evil})
    run(fake)
    for text in (
        looked_at(fake).text,
        looked_at(fake, "?event=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text,
    ):
        assert "<script" not in text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&#34;&amp;" in looked_at(fake).text


def test_the_page_begins_with_the_newest_and_leads_to_the_older_ones(fake: Fake) -> None:
    subscribe(fake)
    events = changes(fake, 5)
    text = looked_at(fake, "?limit=2&tenant=prc_kea").text
    assert [event_id in text for event_id in events] == [False, False, False, True, True]
    assert text.index(events[4]) < text.index(events[3])
    (link,) = (part.split('"')[0] for part in text.split('<a href="')[1:])
    older = looked_at(fake, link.replace("&amp;", "&")).text
    assert [event_id in older for event_id in events] == [False, True, True, False, False]
    assert "tenant=prc_kea" in link


def test_an_empty_page_says_so(fake: Fake) -> None:
    assert "There is nothing to show." in looked_at(fake).text


def test_a_web_page_from_elsewhere_does_not_get_the_page(fake: Fake) -> None:
    answer = fake.app.test_client().get(
        "/_control/deliveries", headers={"Accept": BROWSER, "Host": "evil.example"}
    )
    assert answer.status_code == 403


# What is kept


def test_of_deliveries_that_have_ended_the_last_ones_are_kept(
    fake: Fake, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_queue, "KEPT", 3)
    lasting = subscribe(fake, "client.created", url="http://nobody.test/")
    subscribe(fake)
    for number in range(4):
        fake.do("POST", "/clients", {"name": f"New {number}"}, 201)
    events = changes(fake, 10)
    run(fake)
    rows = deliveries(fake)
    assert [row["event_id"] for row in rows if row["outcome"] == "delivered"] == events[-3:]
    assert len([row for row in rows if row["subscription"] == lasting["slug"]]) == 4
    assert len(fake.state()["events"]) == 14


def test_more_than_are_kept_go_little_by_little(
    fake: Fake, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(fake)
    changes(fake, 6)
    run(fake)
    monkeypatch.setattr(delivery_queue, "KEPT", 2)
    left = []
    for number in range(4):
        change(fake, f"{number}")
        run(fake)
        left.append(len(deliveries(fake)))
    assert left == [5, 4, 3, 2]
