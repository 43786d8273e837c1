"""Every answer says what time it is on the fake's side (`Date`; RFC 9110, 6.6.1)."""

from ignition_support import Fake


def test_an_answer_has_the_fakes_time_once(fake: Fake) -> None:
    told = [
        fake.call("GET", "/clients"),
        fake.call("GET", "/clients/cli_none"),
        Fake(fake.app).call("GET", "/clients"),
        fake.app.test_client().get("/_control/health"),
    ]
    assert [one.status_code for one in told] == [200, 404, 401, 200]
    assert [one.headers.getlist("Date") for one in told] == [["Wed, 01 Jul 2026 09:30:00 GMT"]] * 4
