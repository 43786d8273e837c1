from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from syncer_desk import APP, PAIR, START, FakeRuntime, Script, Step, answer, connected, ledger

from syncer import ledger_tables as t
from syncer.errors import (
    LedgerError,
    NotConnectedError,
    OutcomeUnknownError,
    ReconnectNeededError,
    RefusedError,
    UnreachableError,
)
from syncer.ledger import PracticeLedger
from syncer.tokens import Tokens, ask_for_tokens

EXPIRED = {**PAIR, "expires_at": "2026-07-01T09:30:00Z"}
NEW = {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 1800, "token_type": "Bearer"}
DEAD = {"error": "invalid_grant"}


def tokens(own: PracticeLedger, *steps: Step) -> tuple[Tokens, Script, FakeRuntime]:
    script = Script(steps)
    runtime = FakeRuntime(script)
    return Tokens(APP, own, runtime, runtime.session(), {}), script, runtime


def form(script: Script, number: int = 0) -> dict[str, str]:
    body: Any = script.asked[number].body
    return {name: values[0] for name, values in parse_qs(str(body)).items()}


def status(own: PracticeLedger) -> str:
    row = own.row(t.connections, system="xpm") or {}
    return str(row["status"])


def test_a_token_that_is_good_for_a_while_is_used_as_it_is() -> None:
    live, script, _ = tokens(connected())
    assert live.access() == "access-1"
    assert script.asked == []


@pytest.mark.parametrize(("left", "refreshed"), [(61, False), (60, True), (0, True), (-9, True)])
def test_a_token_is_refreshed_a_minute_before_it_expires(left: int, *, refreshed: bool) -> None:
    until = (START + timedelta(seconds=left)).strftime("%Y-%m-%dT%H:%M:%SZ")
    live, script, _ = tokens(connected(pair={**PAIR, "expires_at": until}), answer(200, NEW))
    assert live.access() == ("access-2" if refreshed else "access-1")
    assert len(script.asked) == int(refreshed)


def test_a_refresh_asks_in_the_words_of_the_contract() -> None:
    live, script, _ = tokens(connected(pair=EXPIRED), answer(200, NEW))
    live.access()
    assert (script.asked[0].method, script.asked[0].url) == ("POST", "http://xpm.test/connect/token")
    assert form(script) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
        "client_id": "the-client",
        "client_secret": "the-app-secret",
    }


def test_a_new_pair_is_kept_before_it_is_used(tmp_path: Path) -> None:
    own = connected(tmp_path / "l.db", EXPIRED)
    live, _, _ = tokens(own, answer(200, NEW))
    assert live.access() == "access-2"
    own.ledger.close()
    kept = ledger(tmp_path / "l.db").of("north").tokens("xpm")
    assert kept == {
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "expires_at": "2026-07-01T10:00:00Z",
    }


def full(own: PracticeLedger, times: int) -> list[int]:
    """Let a ledger fail at its next writes of tokens; returns those that are left."""
    keep, left = own.replace_tokens, list(range(times))

    def fail(system: str, sealed: str, before: str | None) -> str:
        if left:
            left.pop()
            raise LedgerError("the disk is full")
        return keep(system, sealed, before)

    own.replace_tokens = fail  # type: ignore[method-assign]  # a disk that is full
    return left


def test_a_pair_that_could_not_be_kept_is_not_used_and_kept_as_soon_as_that_can_be_done() -> None:
    own = connected(pair=EXPIRED)
    live, script, _ = tokens(own, answer(200, NEW))
    full(own, times=6)
    for _ in range(2):
        with pytest.raises(LedgerError, match="the disk is full"):
            live.access()
    assert own.tokens("xpm") == EXPIRED
    assert live.access() == "access-2"
    assert (own.tokens("xpm") or {})["refresh_token"] == "refresh-2"
    assert len(script.asked) == 1


def test_a_disk_that_is_full_for_a_moment_costs_no_connection() -> None:
    """Ignition's refresh token is dead once it was used: the new pair is all there is (E24)."""
    own = connected(pair=EXPIRED)
    live, script, runtime = tokens(own, answer(200, NEW))
    left = full(own, times=2)
    assert live.access() == "access-2"
    assert (left, len(script.asked), runtime.slept) == ([], 1, [2.0, 4.0])
    assert (own.tokens("xpm") or {})["refresh_token"] == "refresh-2"


def test_who_connected_anew_while_a_refresh_was_under_way_keeps_that_connection() -> None:
    own = connected(pair=EXPIRED)
    theirs = {**PAIR, "access_token": "theirs", "refresh_token": "refresh-9"}

    live, script, _ = tokens(own, answer(200, NEW))
    send = script.send

    def connect_anew(request: requests.PreparedRequest, **options: Any) -> requests.Response:
        own.save_connection("xpm", theirs, tenant_id="tenant-south", tenant_name="South")
        return send(request, **options)

    script.send = connect_anew  # type: ignore[method-assign]  # another program, while this one waits
    assert live.access() == "theirs"
    assert own.tokens("xpm") == theirs


def test_an_answer_without_a_refresh_token_keeps_the_old_one() -> None:
    own = connected(pair=EXPIRED)
    live, _, _ = tokens(own, answer(200, {"access_token": "access-2", "expires_in": 1800}))
    live.access()
    assert (own.tokens("xpm") or {})["refresh_token"] == "refresh-1"


def test_a_refused_token_is_refreshed_and_one_that_was_replaced_meanwhile_is_not() -> None:
    live, script, _ = tokens(connected(), answer(200, NEW))
    live.refresh("access-1")
    live.refresh("access-1")
    assert live.access() == "access-2"
    assert len(script.asked) == 1


def test_a_pair_that_another_process_refreshed_is_taken_over() -> None:
    own = connected(pair=EXPIRED)
    live, script, _ = tokens(own)
    own.save_tokens("xpm", {**PAIR, "access_token": "theirs", "refresh_token": "refresh-2"})
    assert live.access() == "theirs"
    assert script.asked == []


def test_a_pair_of_another_process_that_is_old_by_now_is_refreshed_with_its_own_refresh_token() -> None:
    own = connected(pair=EXPIRED)
    live, script, _ = tokens(own, answer(200, {**NEW, "refresh_token": "refresh-3"}))
    own.save_tokens("xpm", {**EXPIRED, "access_token": "theirs", "refresh_token": "refresh-2"})
    assert live.access() == "access-2"
    assert form(script)["refresh_token"] == "refresh-2"


def test_of_two_refreshes_at_once_the_loser_takes_over_the_winners_pair() -> None:
    own = connected(pair=EXPIRED)
    live, _, runtime = tokens(own, answer(400, DEAD))
    sleep = runtime.sleep

    def meanwhile(seconds: float) -> None:
        own.save_tokens("xpm", {**PAIR, "access_token": "winners"})
        sleep(seconds)

    runtime.sleep = meanwhile  # type: ignore[method-assign]  # the other process, while this one waits
    assert live.access() == "winners"
    assert status(own) == "connected"


def test_a_dead_refresh_token_is_told_noted_and_asked_for_once() -> None:
    own = connected(pair=EXPIRED)
    live, script, _ = tokens(own, answer(400, DEAD))
    with pytest.raises(ReconnectNeededError) as dead:
        live.access()
    assert str(dead.value) == (
        "XPM, practice “north”: the connection can no longer refresh its tokens; run `syncer connect` again (E24)"
    )
    assert (status(own), len(script.asked)) == ("reconnect_needed", 1)


def test_a_connection_without_a_refresh_token_is_dead_when_its_token_expires() -> None:
    own = connected(pair={"access_token": "access-1", "expires_at": "2026-07-01T09:30:00Z"})
    live, script, _ = tokens(own)
    with pytest.raises(ReconnectNeededError):
        live.access()
    assert (status(own), script.asked) == ("reconnect_needed", [])


def test_one_practices_dead_connection_leaves_the_others_alone() -> None:
    own = connected(pair=EXPIRED)
    other = own.ledger.of("south")
    other.save_connection("xpm", dict(PAIR), tenant_id="tenant-south", tenant_name="South")
    live, _, _ = tokens(own, answer(400, DEAD))
    with pytest.raises(ReconnectNeededError):
        live.access()
    assert (status(own), status(other)) == ("reconnect_needed", "connected")


def test_a_lost_answer_is_asked_for_again_with_the_same_refresh_token() -> None:
    live, script, runtime = tokens(
        connected(pair=EXPIRED), requests.ReadTimeout("lost"), answer(503), answer(200, NEW)
    )
    assert live.access() == "access-2"
    assert [form(script, number)["refresh_token"] for number in range(3)] == ["refresh-1"] * 3
    assert runtime.slept == [2.0, 4.0]


def test_a_lost_answer_without_a_grace_period_ends_the_connection() -> None:
    own = connected(pair=EXPIRED)
    live, _, _ = tokens(own, requests.ReadTimeout("lost"), answer(400, DEAD))
    with pytest.raises(ReconnectNeededError):
        live.access()
    assert status(own) == "reconnect_needed"


def test_a_token_endpoint_that_stays_away_leaves_the_connection_as_it_is() -> None:
    own = connected(pair=EXPIRED)
    live, script, _ = tokens(own, *[requests.ConnectTimeout("away") for _ in range(3)])
    with pytest.raises(UnreachableError, match=r"token \(refresh_token\): no connection within the time-out"):
        live.access()
    assert (status(own), len(script.asked)) == ("connected", 3)
    assert own.tokens("xpm") == EXPIRED


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {},
        {"access_token": "a"},
        {"access_token": "a", "expires_in": "soon"},
        {"expires_in": 1800},
    ],
)
def test_an_answer_that_holds_no_tokens_is_no_answer(body: object) -> None:
    live, _, _ = tokens(connected(pair=EXPIRED), answer(200, body))
    with pytest.raises(UnreachableError, match="the answer holds no tokens"):
        live.access()


def test_an_app_that_is_refused_is_told_where_to_look() -> None:
    live, _, _ = tokens(connected(pair=EXPIRED), answer(401, {"error": "invalid_client"}))
    with pytest.raises(
        RefusedError, match=r"XPM, token \(refresh_token\): invalid_client: check client_id and client_secret"
    ):
        live.access()


@pytest.mark.parametrize("body", [b"<html>", [1]])
def test_a_refusal_that_gives_no_reason_says_that(body: object) -> None:
    live, _, _ = tokens(connected(pair=EXPIRED), answer(400, body))
    with pytest.raises(RefusedError, match="no reason given"):
        live.access()


def test_a_practice_that_was_never_connected_is_told_how() -> None:
    live, _, _ = tokens(ledger().of("south"))
    with pytest.raises(
        NotConnectedError, match="practice “south” is not connected to XPM: run `syncer connect`"
    ):
        live.access()


def test_a_redirect_of_the_token_endpoint_is_not_followed() -> None:
    script = Script([answer(302, headers={"Location": "http://elsewhere.test/"})])
    runtime = FakeRuntime(script)
    with pytest.raises(OutcomeUnknownError):
        ask_for_tokens(APP, runtime.session(), runtime, {"grant_type": "authorization_code", "code": "c"})
    assert [one.url for one in script.asked] == ["http://xpm.test/connect/token"]


def test_a_code_is_exchanged_for_tokens_with_their_moment_of_expiry() -> None:
    script = Script([answer(200, {**NEW, "scope": "practicemanager"})])
    runtime = FakeRuntime(script)
    found = ask_for_tokens(
        APP, runtime.session(), runtime, {"grant_type": "authorization_code", "code": "the-code"}
    )
    assert found == {
        "access_token": "access-2", "refresh_token": "refresh-2", "scope": "practicemanager", "expires_at": "2026-07-01T10:00:00Z",
    }  # fmt: skip
    assert form(script)["code"] == "the-code"
    assert datetime.fromisoformat(found["expires_at"]) == START + timedelta(seconds=1800)
