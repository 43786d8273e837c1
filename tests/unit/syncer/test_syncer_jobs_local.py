"""E15: the lead time is counted from the practice's local date, whatever its clocks do that day."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from syncer_jobs_desk import jobs, line

from syncer.practice import Practice

AUCKLAND, LOS_ANGELES = "Pacific/Auckland", "America/Los_Angeles"
# The local day on which a job that starts 14 days later becomes due, and the moment that day begins.
MIDNIGHTS = [
    pytest.param(AUCKLAND, "2026-07-02", "2026-07-01T12:00:00+00:00", id="Auckland in winter"),
    pytest.param(AUCKLAND, "2027-01-01", "2026-12-31T11:00:00+00:00", id="Auckland at New Year"),
    pytest.param(AUCKLAND, "2026-09-27", "2026-09-26T12:00:00+00:00", id="Auckland, the day of 23 hours"),
    pytest.param(AUCKLAND, "2026-09-28", "2026-09-27T11:00:00+00:00", id="Auckland, the day after it"),
    pytest.param(AUCKLAND, "2026-04-05", "2026-04-04T11:00:00+00:00", id="Auckland, the day of 25 hours"),
    pytest.param(AUCKLAND, "2026-04-06", "2026-04-05T12:00:00+00:00", id="Auckland, the day after that"),
    pytest.param(LOS_ANGELES, "2026-07-02", "2026-07-02T07:00:00+00:00", id="Los Angeles in summer"),
    pytest.param(LOS_ANGELES, "2027-01-01", "2027-01-01T08:00:00+00:00", id="Los Angeles at New Year"),
    pytest.param(LOS_ANGELES, "2026-03-08", "2026-03-08T08:00:00+00:00", id="Los Angeles, 23 hours"),
    pytest.param(LOS_ANGELES, "2026-03-09", "2026-03-09T07:00:00+00:00", id="Los Angeles, the day after it"),
    pytest.param(LOS_ANGELES, "2026-11-01", "2026-11-01T07:00:00+00:00", id="Los Angeles, 25 hours"),
    pytest.param(LOS_ANGELES, "2026-11-02", "2026-11-02T08:00:00+00:00", id="Los Angeles, the day after that"),
    pytest.param(LOS_ANGELES, "2028-02-29", "2028-02-29T08:00:00+00:00", id="Los Angeles on a leap day"),
]  # fmt: skip


def today(zone: str, now: datetime) -> date:
    practice: Any = SimpleNamespace(
        runtime=SimpleNamespace(now=lambda: now), section=SimpleNamespace(timezone=zone)
    )
    return Practice.today(practice)


@pytest.mark.parametrize(("zone", "day", "moment"), MIDNIGHTS)
@pytest.mark.parametrize("cadence", ["weekly", "monthly"])
def test_e15_a_job_is_due_from_the_second_on_which_the_local_day_of_its_lead_begins(
    zone: str, day: str, moment: str, cadence: str
) -> None:
    begins = datetime.fromisoformat(moment)
    starts = date.fromisoformat(day) + timedelta(days=14)
    for now, count in ((begins - timedelta(seconds=1), 0), (begins, 1)):
        found = jobs(line("svc_books", cadence), start_date=starts.isoformat(), today=today(zone, now))
        assert len(found) == count, now


@pytest.mark.parametrize("zone", [AUCKLAND, LOS_ANGELES])
def test_e15_a_year_of_days_makes_each_weekly_job_once_whatever_the_clocks_do(zone: str) -> None:
    made: tuple[Any, ...] = ()
    now = datetime.fromisoformat("2026-06-10T02:00:00+00:00")
    for _ in range(400):
        made += jobs(line("svc_pay", "weekly"), made=made, today=today(zone, now), term_months=12)
        now += timedelta(days=1)
    assert [one.number for one in made] == list(range(53))
    assert [one.start for one in made] == [date(2026, 7, 1) + timedelta(days=7 * n) for n in range(53)]
