"""E11: the audit is a pure comparison; each way a job can come to be there is a cell."""

from datetime import date, timedelta

import pytest
from syncer_desk import contact

from syncer.audit import (
    Double,
    MadeClient,
    MadeContact,
    MadeJob,
    doubled_clients,
    doubled_contacts,
    doubled_jobs,
    mark,
    mark_of,
    spans,
)
from syncer.match import Known
from syncer.model import Contact, Job, Standing

START = "2026-07-01"
TAX = mark("PROP-1042", "Tax return", START)


def there(number: str, name: str = "Tax return", order: str = "PROP-1042", start: str = START) -> Job:
    return Job(number, name, "x1", order, start, "Planned")


def made(*numbers: str, name: str = "Tax return") -> list[MadeJob]:
    return [MadeJob(number, mark("PROP-1042", name, START)) for number in numbers]


def found(makes: list[MadeJob], *jobs: Job, others: tuple[str, ...] = ()) -> list[Double]:
    return doubled_jobs(makes, jobs, frozenset({*(one.number for one in makes), *others}))


def test_e11_a_second_job_of_a_mark_that_was_made_once_is_a_double() -> None:
    (double,) = found(made("J1"), there("J1"), there("J9"))
    assert double == Double("job “Tax return” of PROP-1042, starting 2026-07-01", ("J1",), ("J9",))
    assert double.say() == "XPM has J9 beside J1, which alone was made"


def test_e11_marks_count_with_multiplicity() -> None:
    assert found(made("J1", "J2"), there("J1"), there("J2")) == []
    (double,) = found(made("J1", "J2"), there("J1"), there("J2"), there("J3"))
    assert (double.made, double.extra) == (("J1", "J2"), ("J3",))


NO_DOUBLE: dict[str, tuple[list[MadeJob], list[Job]]] = {
    "as it was made": (made("J1"), [there("J1")]),
    "shown in two lists": (made("J1"), [there("J1"), there("J1")]),
    "deleted": (made("J1"), []),
    "renamed": (made("J1"), [there("J1", name="Renamed")]),
    "moved to another day": (made("J1"), [there("J1", start="2026-08-01")]),
    "deleted, and made by hand in its place": (made("J1"), [there("J7")]),
    "renamed, and made by hand in its place": (made("J1"), [there("J1", name="Old"), there("J7")]),
    "another job of the same reference number": (made("J1"), [there("J1"), there("J7", name="Extra")]),
    "another period's job of the same name": (made("J1"), [there("J1"), there("J7", start="2026-08-01")]),
    "another proposal's job of the same name": (made("J1"), [there("J1"), there("J7", order="PROP-9")]),
}


@pytest.mark.parametrize("case", NO_DOUBLE)
def test_e11_what_a_person_does_with_a_job_is_no_double(case: str) -> None:
    makes, jobs = NO_DOUBLE[case]
    assert found(makes, *jobs) == []


def test_e11_a_job_of_ours_that_was_renamed_to_anothers_name_is_no_double() -> None:
    assert found([*made("J1"), *made("J2", name="Payroll")], there("J1"), there("J2")) == []
    assert found(made("J1"), there("J1"), there("J5"), others=("J5",)) == []


def test_e11_white_space_is_folded_before_marks_are_compared() -> None:
    assert mark_of(there("J1", name=" Tax \n return", order="PROP-1042 ")) == TAX


def test_e11_of_several_doubles_each_mark_is_told_once() -> None:
    makes = [*made("J1"), *made("J2", name="Payroll")]
    doubles = found(
        makes, there("J1"), there("J3"), there("J4"), there("J5", name="Payroll"), there("J2", name="Payroll")
    )
    assert [(one.made, one.extra) for one in doubles] == [(("J1",), ("J3", "J4")), (("J2",), ("J5",))]


def client(
    uuid: str, name: str = "Kea", standing: Standing = Standing.LIVE, linked: str | None = None
) -> Known:
    return Known(uuid, name, standing, linked)


KEA = MadeClient("x1", "Kea", frozenset({"x0"}), "2026-07-02T00:00:00Z")


def test_e11_a_second_client_of_the_name_that_appeared_beside_ours_is_told() -> None:
    (double,) = doubled_clients([KEA], [client("x1", linked="cli_1"), client("x2"), client("x0")])
    assert double == Double("client “Kea”", ("x1",), ("x2",))


@pytest.mark.parametrize(
    "other",
    [
        client("x0"),
        client("x2", name="Kea Ltd"),
        client("x2", standing=Standing.DELETED),
        client("x2", standing=Standing.ARCHIVED),
        client("x2", linked="cli_2"),
    ],
    ids=["there before", "another name", "deleted", "archived", "another Ignition client's"],
)
def test_e11_a_client_that_is_somebody_elses_or_gone_is_no_double(other: Known) -> None:
    assert doubled_clients([KEA], [client("x1", linked="cli_1"), other]) == []


def test_days_are_looked_at_in_as_few_spans_of_less_than_a_year_as_there_can_be() -> None:
    first = date(2026, 7, 1)
    assert spans([]) == []
    assert spans([first, first]) == [(first, first)]
    a_year_on = first + timedelta(days=365)
    assert spans([a_year_on - timedelta(days=1), first]) == [(first, a_year_on - timedelta(days=1))]
    assert spans([first, a_year_on]) == [(first, first), (a_year_on, a_year_on)]
    decade = [first + timedelta(days=day) for day in range(3650)]
    assert len(spans(decade)) == 10
    assert all((last - begin).days < 365 for begin, last in spans(decade))


@pytest.mark.parametrize(
    ("imported_at", "doubled"),
    [
        (None, True),  # a ledger from before 0007 does not know
        ("2026-07-02T00:00:00Z", True),
        ("2026-07-03T00:00:00Z", True),
        ("2026-07-01T23:59:59Z", False),
    ],
)
def test_e11_a_client_that_a_sync_made_a_lead_of_since_is_a_double_and_no_other_that_is_linked(
    imported_at: str | None, *, doubled: bool
) -> None:
    directory = [client("x1", linked="cli_1"), client("x2", linked="cli_2"), client("x3", linked="cli_3")]
    found = doubled_clients([KEA], directory, {"x1": None, "x2": imported_at})
    assert [(one.made, one.extra) for one in found] == ([(("x1",), ("x2",))] if doubled else [])


IVY = MadeContact("Ivy", "ivy@example.com", frozenset({"c-0"}), "c-1")


def ivy(one: str, **values: str) -> Contact:
    return contact(one, values.pop("name", "Ivy"), **{"email": "ivy@example.com", **values})


def test_e11_a_second_contact_of_name_and_e_mail_that_appeared_beside_ours_is_told() -> None:
    (double,) = doubled_contacts([IVY], "Kea", [ivy("c-0"), ivy("c-2"), ivy("c-1"), ivy("c-3", phone="7")])
    assert double == Double("contact “Ivy” of “Kea”", ("c-1",), ("c-2", "c-3"))
    assert double.say() == "XPM has c-2, c-3 beside c-1, which alone was made"


def test_e11_where_none_of_them_is_known_as_ours_the_first_counts_as_made() -> None:
    for uuid in (None, "c-9"):
        made = MadeContact("Ivy", "ivy@example.com", frozenset(), uuid)
        (double,) = doubled_contacts([made], "Kea", [ivy("c-1"), ivy("c-2")])
        assert (double.made, double.extra) == (("c-1",), ("c-2",))


@pytest.mark.parametrize(
    "others",
    [
        [],
        [ivy("c-1")],
        [ivy("c-1"), ivy("c-1")],
        [ivy("c-1"), ivy("c-0")],
        [ivy("c-1"), ivy("c-2", email="other@example.com")],
        [ivy("c-1"), ivy("c-2", name="Ivo")],
        [ivy("c-2")],
    ],
    ids=[
        "gone",
        "alone",
        "shown twice",
        "there before",
        "another e-mail",
        "another name",
        "made again by hand",
    ],
)
def test_e11_a_contact_that_is_there_once_is_no_double(others: list[Contact]) -> None:
    assert doubled_contacts([IVY], "Kea", others) == []
