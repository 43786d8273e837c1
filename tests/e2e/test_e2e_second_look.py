"""E23: what the last look before a write shows otherwise than XPM showed it a moment ago."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, say, small_world

from scenarios.builders import contact

KEA, MOA = "Kea Cafés Limited", "Moa Ltd"
LIST, ONE = "client.api/list", "client.api/get"
JANE = contact("Jane Doe", email="jane@example.com", phone="1", is_primary=True)
HELD = (
    f"client “{KEA}”: what XPM just showed of it is there no more: somebody edits it, or the answer is an old one (E23)"
    " – the next sync looks again"
)


def started(bench: Bench) -> None:
    """Sync twice, and let a day pass."""
    bench.one.sync()
    bench.one.sync()
    bench.stage.pass_time(DAY)


def here(bench: Bench) -> dict[str, Any]:
    return bench.one.ignition.named(KEA)[0]


def there(bench: Bench) -> dict[str, Any]:
    return bench.one.xpm.named(KEA)[0]


def reading(bench: Bench, *acts: Callable[[], object]) -> None:
    """Have something done after each of the next readings of XPM's clients, in turn."""

    def answer(request: requests.PreparedRequest, act: Callable[[], object]) -> requests.Response:
        answered = bench.faults.real(request)
        assert answered.content
        act()
        return answered

    for act in acts:
        bench.faults.on(LIST, rewrite=lambda request, act=act: answer(request, act))


def shown_as_before(bench: Bench, now: bytes, before: bytes, *, alone: bool = True) -> None:
    """Have XPM show its clients as they were before an edit, in lists, and one by one where it is asked for `alone`."""

    def answer(request: requests.PreparedRequest) -> requests.Response:
        answered = bench.faults.real(request)
        assert now in answered.content or ONE in str(request.url)
        answered._content = answered.content.replace(now, before)
        return answered

    for shown in (LIST, ONE) if alone else (LIST,):
        bench.faults.on(shown, rewrite=answer, times=99)


def written_to_xpm(bench: Bench) -> None:
    """Have another client's fax changed in Ignition: what is written to XPM is looked at before."""
    (moa,) = bench.one.ignition.named(MOA)
    bench.one.ignition.update_client(moa["slug"], fax="5")


def after_a_day(bench: Bench) -> Any:
    """Sync the next day, when nothing goes wrong any more."""
    bench.faults.plan.clear()
    bench.stage.pass_time(DAY)
    return bench.one.sync()


def typed_and_shown_once(bench: Bench, readings: int = 1, *, alone: bool = True) -> None:
    """Have both sides' fax changed; XPM shows its own in one reading, and in the further ones what was before."""
    written_to_xpm(bench)
    bench.one.ignition.update_client(here(bench)["slug"], fax="7")

    def edit() -> None:
        bench.one.xpm.update_client(there(bench)["UUID"], Fax="9")

    def forget() -> None:
        shown_as_before(bench, b"<Fax>9</Fax>", b"<Fax>2</Fax>", alone=alone)

    if readings == 1:
        edit()
        reading(bench, forget)
    else:
        reading(bench, edit, forget)


@pytest.mark.parametrize("readings", [1, 2], ids=["seen by the reading", "seen by the first look"])
@pytest.mark.parametrize(("winner", "value"), [("xpm", "9"), ("ignition", "7")])
def test_e3_e23_what_xpm_showed_is_not_overwritten_where_old_answers_take_it_back_and_others_go_on(
    raise_bench: Raise, winner: str, value: str, readings: int
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)]), settings={"winner": winner}) as bench:
        started(bench)
        typed_and_shown_once(bench, readings)
        report = bench.one.sync()
        assert [one.say() for one in report.problems] == [HELD]
        assert (there(bench)["Fax"], here(bench)["fax"]) == ("9", "7")
        assert bench.one.xpm.named(MOA)[0]["Fax"] == "5"
        after_a_day(bench)
        after_a_day(bench)
        assert (there(bench)["Fax"], here(bench)["fax"]) == (value, value)
        (conflict,) = bench.stage.ledger.dump()["conflicts"]
        assert (conflict["ignition"], conflict["xpm"]) == ('"7"', '"9"')
        assert bench.one.sync().writes == 0


@pytest.mark.parametrize(("winner", "value"), [("xpm", "9"), ("ignition", "7")])
def test_e3_e23_what_lists_alone_take_back_is_asked_for_one_by_one_and_is_no_reason_to_wait(
    raise_bench: Raise, winner: str, value: str
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)]), settings={"winner": winner}) as bench:
        started(bench)
        typed_and_shown_once(bench, alone=False)
        assert bench.one.sync().problems == []
        assert (there(bench)["Fax"], here(bench)["fax"]) == (value, value)
        (conflict,) = bench.stage.ledger.dump()["conflicts"]
        assert (conflict["ignition"], conflict["xpm"]) == ('"7"', '"9"')


def test_e3_e23_what_somebody_takes_back_while_a_sync_looks_is_written_over_by_the_next(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, fax="2"), known(MOA)])) as bench:
        started(bench)
        written_to_xpm(bench)
        bench.one.ignition.update_client(here(bench)["slug"], fax="7")
        bench.one.xpm.update_client(there(bench)["UUID"], Fax="9")
        reading(bench, lambda: bench.one.xpm.update_client(there(bench)["UUID"], Fax="2"))
        assert [one.say() for one in bench.one.sync().problems] == [HELD]
        assert (there(bench)["Fax"], here(bench)["fax"]) == ("2", "7")
        after_a_day(bench)
        assert (there(bench)["Fax"], here(bench)["fax"]) == ("7", "7")
        assert bench.stage.ledger.dump()["conflicts"] == []


def test_e23_a_write_that_was_meant_before_the_look_is_made_though_another_field_is_edited_twice(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA, fax="2", phone="1")])) as bench:
        started(bench)
        bench.one.ignition.update_client(here(bench)["slug"], fax="7")
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="3")
        reading(bench, lambda: bench.one.xpm.update_client(there(bench)["UUID"], Phone="4"))
        assert bench.one.sync().problems == []
        assert (there(bench)["Fax"], here(bench)["phone"]) == ("7", "4")


def test_e6_e23_a_contact_of_several_clients_waits_with_its_copies(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(name, contacts=[JANE]) for name in (KEA, MOA)])) as bench:
        started(bench)
        written_to_xpm(bench)
        (mine,) = bench.one.ignition.contacts(here(bench)["slug"])
        bench.one.ignition.update_contact(mine["slug"], phone="7")
        bench.one.xpm.update_contact(JANE["uuid"], there(bench)["UUID"], Phone="9")
        reading(bench, lambda: shown_as_before(bench, b"<Phone>9</Phone>", b"<Phone>1</Phone>"))
        assert HELD in say(bench.one.sync())
        phones = sorted(row["phone"] for row in bench.one.ignition.all_contacts())
        assert (there(bench)["Contacts"][0]["Phone"], phones) == ("9", ["1", "7"])
        after_a_day(bench)
        phones = sorted(row["phone"] for row in bench.one.ignition.all_contacts())
        assert (there(bench)["Contacts"][0]["Phone"], phones) == ("9", ["9", "9"])


def test_e6_e23_a_contact_that_xpm_showed_as_edited_is_not_removed_there(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA, contacts=[JANE, contact("Bo")]), known(MOA)])) as bench:
        started(bench)
        written_to_xpm(bench)
        mine = {row["name"]: row["slug"] for row in bench.one.ignition.contacts(here(bench)["slug"])}
        bench.one.ignition.remove_contact(mine["Bo"])
        (bo,) = (row for row in there(bench)["Contacts"] if row["Name"] == "Bo")
        bench.one.xpm.update_contact(bo["UUID"], there(bench)["UUID"], Phone="9")
        reading(bench, lambda: shown_as_before(bench, b"<Phone>9</Phone>", b"<Phone></Phone>"))
        assert [one.say() for one in bench.one.sync().problems] == [HELD]
        after_a_day(bench)
        assert {row["Name"]: row["Phone"] for row in there(bench)["Contacts"]}["Bo"] == "9"
