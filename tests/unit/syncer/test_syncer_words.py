import json
import logging
from typing import Any

import pytest
from syncer_desk import FakeRuntime

from syncer.transport import said
from syncer.waits import told_of_waits, wait
from syncer.words import plain, plain_json, quote, shorten

TRICK = "Smith\n\x1b[2Jevil\N{RIGHT-TO-LEFT OVERRIDE}gpj\N{LINE SEPARATOR}\ud800"


def test_a_line_shows_what_is_not_to_be_seen_by_its_code() -> None:
    assert plain(TRICK) == "Smith\\u000a\\u001b[2Jevil\\u202egpj\\u2028\\ud800"
    assert plain("Kea Cafés 茶 \N{ZERO WIDTH JOINER}") == "Kea Cafés 茶 \N{ZERO WIDTH JOINER}"


def test_a_long_name_is_shortened_in_a_line_and_the_rest_of_it_stays() -> None:
    line = f"client “{'x' * 600}”: too long – correct “{'y' * 80}”"
    assert plain(line) == f"client “{'x' * 79}…”: too long – correct “{'y' * 80}”"


def test_json_means_the_same_and_holds_nothing_that_turns_text_around() -> None:
    text = plain_json(json.dumps({"name": TRICK}, ensure_ascii=False, indent=2))
    assert text.isprintable() is False
    assert text.replace("\n", "").isprintable()
    assert json.loads(text) == {"name": TRICK}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1", "“1”"), ("", "(empty)"), (None, "(nothing)"), (True, "yes"), (["a", "", "b"], "“a, b”"),
        (["", ""], "(empty)"), ("s-1", "“Ann”"), ("x" * 61, f"“{'x' * 59}…”"),
    ],
)  # fmt: skip
def test_a_value_is_quoted_where_it_is_text(value: Any, words: str) -> None:
    assert quote(value, {"s-1": "Ann"}) == words


def test_a_text_as_long_as_may_be_is_not_shortened() -> None:
    assert (shorten("abc", 3), shorten("abcd", 3)) == ("abc", "ab…")


def test_a_refusal_says_its_reason_once() -> None:
    name = {"field": "name", "message": "too long"}
    assert said({"message": "name: too long", "details": [name]}) == "name: too long"
    email = {"field": "email", "message": "no e-mail"}
    assert (
        said({"message": "name: too long", "details": [name, email]}) == "name: too long (email: no e-mail)"
    )
    assert said({"message": "invalid", "details": [name]}) == "invalid (name: too long)"


class Desk:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def note(self, text: str) -> None:
        self.heard.append(text)


def test_a_long_wait_is_said_with_its_reason_and_a_short_one_is_not() -> None:
    desk, runtime = Desk(), FakeRuntime()
    with told_of_waits(desk):
        wait(runtime, 180, "it may still land")
        wait(runtime, 4.9, "nobody minds")
    wait(runtime, 60, "nobody listens")
    assert desk.heard == ["it may still land: waiting 180 s"]
    assert runtime.slept == [180, 4.9, 60]
    assert logging.getLogger("syncer.waits").handlers == []
