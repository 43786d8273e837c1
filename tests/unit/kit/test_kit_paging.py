import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_kit.paging import CursorError, decode_cursor, encode_cursor

QUERY = {"resource": "clients", "updated_from": None}
HERE = ["2026-07-01T00:00:00Z", "cli_1"]


def _cursor_of(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_cursor_brings_back_its_place() -> None:
    cursor = encode_cursor(QUERY, HERE)
    assert decode_cursor(QUERY, cursor) == HERE
    assert cursor.isascii()
    assert "=" not in cursor


def test_a_cursor_of_another_query_is_refused() -> None:
    with pytest.raises(CursorError, match="the cursor belongs to another query"):
        decode_cursor({"resource": "contacts"}, encode_cursor(QUERY, HERE))


def test_a_cursor_whose_place_was_edited_is_refused() -> None:
    text = base64.urlsafe_b64decode(encode_cursor(QUERY, HERE) + "==").decode()
    with pytest.raises(CursorError, match="cannot be read"):
        decode_cursor(QUERY, _cursor_of(json.loads(text.replace("cli_1", "cli_2"))))


@pytest.mark.parametrize(
    "value", [None, 5, "text", [], {}, {"a": 1, "b": 2, "c": 3}, [1, 2, 3], ["a", "b", 3], ["a", "b", []]]
)
def test_a_cursor_of_another_shape_is_refused(value: Any) -> None:
    with pytest.raises(CursorError):
        decode_cursor(QUERY, _cursor_of(value))


def test_a_cursor_nested_beyond_reason_is_refused() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 200_000).decode()
    with pytest.raises(CursorError):
        decode_cursor(QUERY, deep)


@pytest.mark.parametrize("cursor", ["", "=", "é", "....", "AAAA", "\x00", "a" * 10_001, "💥"])
def test_junk_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(QUERY, cursor)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.text())
def test_no_text_at_all_breaks_the_reading_of_a_cursor(cursor: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(QUERY, cursor)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(JSON, st.lists(JSON))
def test_any_query_and_place_make_the_round_trip(query: Any, place: list[Any]) -> None:
    assert decode_cursor(query, encode_cursor(query, place)) == place
