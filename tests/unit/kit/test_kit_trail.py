"""Which rows were written since each of several marks."""

from typing import Any

import tiny_fake
from hypothesis import example, given
from hypothesis import strategies as st

from mock_kit import trail
from mock_kit.trail import Trail

NAMES = ("a", "b", "c")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, 5)),
        st.tuples(st.just("sweep"), st.just(0)),
        st.tuples(st.just("mark"), st.sampled_from(NAMES)),
        st.tuples(st.just("drop"), st.sampled_from(NAMES)),
    ),
    max_size=40,
)


def row(number: int) -> Any:
    return tiny_fake.THINGS, ("t1", str(number))


@given(steps=STEPS)
@example(steps=[("mark", "a"), ("mark", "b"), ("write", 1), ("drop", "b")])
@example(steps=[("mark", "a"), ("mark", "b"), ("write", 1), ("mark", "b"), ("write", 2)])
@example(steps=[("mark", "a"), ("mark", "b"), ("sweep", 0), ("mark", "b"), ("mark", "c")])
def test_a_trail_knows_what_a_list_for_each_mark_would(steps: list[tuple[str, Any]]) -> None:
    walked = Trail()
    told: dict[str, set[Any] | None] = {}
    for kind, what in steps:
        if kind == "mark":
            walked.mark(what)
            told[what] = set()
        elif kind == "drop":
            walked.drop(what)
            told.pop(what, None)
        else:
            walked.write([row(what)] if kind == "write" else None)
            for name, rows in told.items():
                told[name] = rows | {row(what)} if rows is not None and kind == "write" else None
        assert {name: walked.since(name) for name in NAMES} == {name: told.get(name) for name in NAMES}
        assert walked.marked == bool(told)
        assert len(walked._stretches) == len(told)


def test_rows_beyond_many_are_any(monkeypatch: Any) -> None:
    monkeypatch.setattr(trail, "MANY", 2)
    walked = Trail()
    walked.mark("a")
    walked.write([row(1), row(2)])
    walked.mark("b")
    walked.write([row(2), row(1)])
    assert walked.since("a") == walked.since("b") == {row(1), row(2)}
    walked.write([row(3)])
    assert walked.since("b") is None
    walked.mark("b")
    assert (walked.since("a"), walked.since("b")) == (None, set())
