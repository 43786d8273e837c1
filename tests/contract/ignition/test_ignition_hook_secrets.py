"""What is never told of webhooks: their secrets, and what stands in their URLs."""

import json
import logging
from typing import Any

import pytest
from hook_steps import change, looked_at, run, subscribe
from ignition_support import SECRET, Fake, Receiver

from mock_kit.server import running


@pytest.mark.parametrize(
    "url", ["http://receiver.test/hooks?token=hush-hush", "http://nobody.test/hooks?token=hush-hush"]
)
def test_no_secret_is_told_by_journal_state_page_error_or_log(
    fake: Fake, receiver: Receiver, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.statuses = [500]
    refused = fake.call("POST", "/webhooks", {"url": url, "types": ["moon.full"], "secret": SECRET})
    named = url.replace("http://", "http://ana:hush-hush@")
    credentials = fake.call(
        "POST", "/webhooks", {"url": named, "types": ["client.updated"], "secret": SECRET}
    )
    assert (refused.status_code, credentials.status_code) == (422, 422)
    hook = subscribe(fake, url=url)
    misspelt = {"url": url, "types": ["client.updated"], "secret": SECRET}
    fake.call("PUT", "/webhooks", misspelt)
    change(fake)
    made = run(fake)
    fake.control("PUT", "/clock", {"mode": "frozen"})
    told = [
        refused.text,
        credentials.text,
        json.dumps(made),
        json.dumps(fake.control("GET", "/deliveries")),
        looked_at(fake).text,
        json.dumps(fake.control("GET", "/journal")),
        json.dumps(fake.state()),
        json.dumps(fake.control("GET", "/faults")),
        caplog.text,
    ]
    for text in told:
        assert SECRET not in text
        assert "hush-hush" not in text
    assert fake.call("DELETE", f"/webhooks/{hook['slug']}").status_code == 204


def test_what_urllib3_logs_of_a_delivery_is_not_heard_and_what_it_logs_else_is(
    fake: Fake, caplog: pytest.LogCaptureFixture, receiver: Receiver
) -> None:
    caplog.set_level(logging.DEBUG)
    library: Any = logging.getLogger("urllib3.connectionpool")
    receiver.during = lambda: library.warning("Failed to parse headers (url=http://x/?token=hush-hush)")
    subscribe(fake)
    change(fake)
    run(fake)
    assert len(receiver.got) == 1
    assert "hush-hush" not in caplog.text
    library.warning("somebody else's line")
    assert "somebody else's line" in caplog.text


def test_over_a_real_socket_no_query_is_logged_either(
    on_file: list[Fake], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver = Receiver()
    with running(receiver) as url:
        subscribe(on_file[0], url=f"{url}/in?token=hush-hush")
        change(on_file[0])
        assert [made["status"] for made in run(on_file[0])] == [200]
    assert receiver.got[0][0]["QUERY_STRING"] == "token=hush-hush"
    assert "hush-hush" not in caplog.text
