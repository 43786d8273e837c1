"""E3: an old answer to a reading of everything, which a sync does once a week, is no edit."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, small_world

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"
ALONE = {"xpm": "client.api/get", "ignition": "api/v1/clients/cli_"}
LISTS = {"xpm": "client.api/list", "ignition": "reporting/clients"}
FAXES = {"xpm": b"<Fax>%d</Fax>", "ignition": b'"fax":"%d"'}


def types(bench: Bench, side: str, value: str, name: str = KEA, field: str = "fax") -> None:
    """Have a person type a fax number, or into another field."""
    if side == "xpm":
        bench.one.xpm.update_client(bench.one.xpm.named(name)[0]["UUID"], **{field.title(): value})
    else:
        bench.one.ignition.update_client(bench.one.ignition.named(name)[0]["slug"], **{field: value})


def carried_over(bench: Bench, edit: Callable[[], None]) -> None:
    """Have both sides linked and read, something edited, and that carried over a day later."""
    bench.one.sync()
    bench.one.sync()
    edit()
    bench.stage.pass_time(DAY)
    bench.one.sync()


def faxes(bench: Bench) -> tuple[Any, Any]:
    """Return what both sides have."""
    return bench.one.xpm.named(KEA)[0]["Fax"], bench.one.ignition.named(KEA)[0]["fax"]


def shows_as_before(bench: Bench, side: str, now: int, before: int) -> list[int]:
    """Have a side's lists show what was before an edit; returns a list that grows with each that did."""
    return shows(bench, LISTS[side], side, now, before)


def shows(bench: Bench, at: str, side: str, now: int, before: int, times: int = 99) -> list[int]:
    """Have some answers show another fax number; returns a list that grows with each that did."""
    old: list[int] = []

    def answer(request: requests.PreparedRequest) -> requests.Response:
        answered = bench.faults.real(request)
        # Ignition's JSON may have a space behind its colons.
        content = json.dumps(answered.json(), separators=(",", ":")).encode() if side == "ignition" else None
        content = answered.content if content is None else content
        if FAXES[side] % now in content:
            old.append(now)
        answered._content = content.replace(FAXES[side] % now, FAXES[side] % before)
        return answered

    bench.faults.on(at, rewrite=answer, times=times)
    return old


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@pytest.mark.parametrize("old_alone", [0, 1], ids=["a list", "a list and an answer by itself"])
def test_e3_an_edit_that_was_carried_over_is_not_undone_by_old_answers_a_week_later(
    raise_bench: Raise, side: str, old_alone: int
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        carried_over(bench, lambda: types(bench, side, "7"))
        assert faxes(bench) == ("7", "7")
        bench.stage.pass_time(8 * DAY)
        old = shows_as_before(bench, side, now=7, before=2)
        alone = shows(bench, ALONE[side], side, now=7, before=2, times=1) if old_alone else []
        report = bench.one.sync()
        assert old
        assert len(alone) == old_alone
        assert (report.writes, report.problems) == (0, [])
        assert faxes(bench) == ("7", "7")
        assert bench.stage.ledger.dump()["conflicts"] == []


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_an_old_answer_of_between_two_edits_that_no_reading_ever_gave_undoes_neither(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:

        def edit() -> None:
            types(bench, side, "7")
            types(bench, side, "3", field="phone")

        carried_over(bench, edit)
        bench.stage.pass_time(8 * DAY)
        old = shows_as_before(bench, side, now=7, before=2)
        assert bench.one.sync().writes == 0
        assert old
        assert faxes(bench) == ("7", "7")


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_what_a_person_puts_back_is_an_edit_like_any_other(raise_bench: Raise, side: str) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        bench.one.sync()
        for fax in ("7", "2", "7"):
            types(bench, side, fax)
            bench.stage.pass_time(DAY)
            assert bench.one.sync().writes == 1
            assert faxes(bench) == (fax, fax)
        assert bench.one.sync().writes == 0


def put_back(bench: Bench, side: str) -> None:
    """Have a fax number typed, carried over, and put back."""
    carried_over(bench, lambda: types(bench, side, "7"))
    types(bench, side, "2")
    bench.stage.pass_time(DAY)


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@pytest.mark.parametrize(
    "how", [{"status": 404, "body": b"{}"}, {"status": 500, "body": b""}], ids=["refused", "broken"]
)
def test_e20_who_cannot_be_asked_for_waits_alone_and_is_looked_at_again(
    raise_bench: Raise, side: str, how: dict[str, Any]
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        put_back(bench, side)
        bench.one.xpm.update_client(bench.one.xpm.named(MOA)[0]["UUID"], Fax="5")
        bench.faults.on(ALONE[side], times=99, **how)
        report = bench.one.sync()
        (problem,) = [one.say() for one in report.problems]
        assert problem.startswith(
            f"client “{KEA}”: a list shows what it was before, and it cannot be asked for"
        )
        assert bench.one.ignition.named(MOA)[0]["fax"] == "5"
        assert faxes(bench) == (("2", "7") if side == "xpm" else ("7", "2"))
        bench.faults.plan.clear()
        bench.stage.pass_time(DAY)
        assert bench.one.sync().problems == []
        assert faxes(bench) == ("2", "2")


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_what_was_put_back_is_carried_over_the_next_day_where_the_answer_by_itself_was_the_old_one(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        put_back(bench, side)
        shows(bench, ALONE[side], side, now=2, before=7, times=1)
        bench.apart[f"“{KEA}”: fax"] = "the one answer was an old one"
        report = bench.one.sync()
        assert (report.writes, report.problems) == (0, [])
        bench.apart.clear()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert faxes(bench) == ("2", "2")
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@pytest.mark.parametrize("old", ["an old list", "all put back"])
def test_e3_of_many_clients_a_few_tell_whether_the_list_is_an_old_one(
    raise_bench: Raise, side: str, old: str
) -> None:
    names = [f"Client {number:02} Limited" for number in range(25)]

    def typed(bench: Bench, fax: str) -> None:
        for name in names:
            types(bench, side, fax, name)

    def others() -> set[str]:
        rows = bench.one.ignition.clients() if side == "xpm" else bench.one.xpm.clients()
        return {row["fax" if side == "xpm" else "Fax"] for row in rows}

    with raise_bench(small_world([known(name, fax="2") for name in names])) as bench:
        carried_over(bench, lambda: typed(bench, "7"))
        bench.stage.pass_time(8 * DAY)
        if old == "an old list":
            shows_as_before(bench, side, now=7, before=2)
        else:
            typed(bench, "2")
        problems = [one.say() for one in bench.one.sync().problems]
        assert others() == ({"7"} if old == "an old list" else {"2"})
        assert len(problems) == (old == "an old list")
        assert all(one.startswith("5 clients: a list shows what they were before") for one in problems)
