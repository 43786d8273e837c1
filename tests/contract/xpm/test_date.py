"""Every answer says what time it is on the fake's side (`Date`; RFC 9110, 6.6.1)."""

import requests

from tests.contract.xpm.caller import Caller

MONTHS_LATER = {"now": "2026-10-09T08:07:06Z", "mode": "frozen"}


def test_an_answer_has_the_fakes_time_once_as_it_is_set(net: tuple[requests.Session, str]) -> None:
    session, url = net
    first = session.get(f"{url}/_control/health", timeout=10)
    assert first.headers["Date"] == "Wed, 01 Jul 2026 09:30:00 GMT"
    before = session.get(f"{url}/_control/clock", timeout=10).json()
    session.put(f"{url}/_control/clock", json=MONTHS_LATER, timeout=10)
    later = session.get(f"{url}/_control/health", timeout=10)
    session.put(f"{url}/_control/clock", json=before, timeout=10)
    assert later.headers["Date"] == "Fri, 09 Oct 2026 08:07:06 GMT"


def test_refusals_and_answers_of_the_api_have_it_too(xpm: Caller) -> None:
    told = [
        xpm.send("GET", "client.api/list").headers,
        xpm.send("GET", "client.api/get/none").headers,
        xpm.send("GET", "no.api/such").headers,
        xpm.http.get("/practicemanager/3.1/client.api/list").headers,
    ]
    assert [one.getlist("Date") for one in told] == [["Wed, 01 Jul 2026 09:30:00 GMT"]] * 4
