"""E3: an old answer to a reading of everything, which a sync does once a week, is no edit."""

import json
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, small_world

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"
LISTS = {"xpm": "client.api/list", "ignition": "reporting/clients"}
FAXES = {"xpm": b"<Fax>%d</Fax>", "ignition": b'"fax":"%d"'}


def types(bench: Bench, side: str, fax: str) -> None:
    """Have a person type a fax number."""
    if side == "xpm":
        bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Fax=fax)
    else:
        bench.one.ignition.update_client(bench.one.ignition.named(KEA)[0]["slug"], fax=fax)


def faxes(bench: Bench) -> tuple[Any, Any]:
    """Return what both sides have."""
    return bench.one.xpm.named(KEA)[0]["Fax"], bench.one.ignition.named(KEA)[0]["fax"]


def shows_as_before(bench: Bench, side: str, now: int, before: int) -> list[int]:
    """Have a side's lists show what was before an edit; returns a list that grows with each that did."""
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

    bench.faults.on(LISTS[side], rewrite=answer, times=99)
    return old


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_an_edit_that_was_carried_over_is_not_undone_by_an_old_answer_a_week_later(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        bench.one.sync()
        bench.one.sync()
        types(bench, side, "7")
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert faxes(bench) == ("7", "7")
        bench.stage.pass_time(8 * DAY)
        old = shows_as_before(bench, side, now=7, before=2)
        report = bench.one.sync()
        assert old
        assert (report.writes, report.problems) == (0, [])
        assert faxes(bench) == ("7", "7")
        assert bench.stage.ledger.dump()["conflicts"] == []


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_e3_an_old_answer_of_between_two_edits_that_no_reading_ever_gave_undoes_neither(
    raise_bench: Raise, side: str
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        bench.one.sync()
        bench.one.sync()
        types(bench, side, "7")
        if side == "xpm":
            bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Phone="3")
        else:
            bench.one.ignition.update_client(bench.one.ignition.named(KEA)[0]["slug"], phone="3")
        bench.stage.pass_time(DAY)
        bench.one.sync()
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
