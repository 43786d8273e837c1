"""The workflow of a proposal: which jobs it becomes, written once and read back."""

from typing import Any

import pytest
from ignition_support import Fake, reopen

JOB = {
    "name": "Bookkeeping",
    "description": "Monthly books",
    "category_uuid": "cat-1",
    "budget": 1500.0,
    "staff_slugs": ["usr_ana", "usr_bo"],
    "start_date": "2026-08-01",
    "due_date": None,
    "due_after_days": 20,
    "recurrence": "monthly",
}
UNSET = {
    "proposal_service_slug": None,
    "name": None,
    "description": None,
    "category_uuid": None,
    "budget": None,
    "staff_slugs": [],
    "start_date": None,
    "due_date": None,
    "due_after_days": None,
    "recurrence": None,
}


def line(fake: Fake, place: int = 0) -> str:
    return str(fake.row("/proposals/prop_one")["services"][place]["slug"])


def test_a_proposal_has_no_workflow_until_one_is_set(fake: Fake) -> None:
    assert fake.row("/proposals/prop_one")["workflow"] is None


def test_one_job_for_the_whole_proposal_is_read_back_after_a_restart(on_file: list[Fake]) -> None:
    on_file[0].do("PUT", "/proposals/prop_one/workflow", {"mode": "one_job", "jobs": [JOB]})
    shown = reopen(on_file).row("/proposals/prop_one")["workflow"]
    assert shown == {"mode": "one_job", "jobs": [{"proposal_service_slug": None, **JOB}]}


def test_a_job_for_each_service_names_its_line(fake: Fake) -> None:
    first, second = line(fake), line(fake, 1)
    jobs = [{"proposal_service_slug": first, "name": "One"}, {"proposal_service_slug": second}]
    fake.advance(60)
    fake.do("PUT", "/proposals/prop_one/workflow", {"mode": "job_per_service", "jobs": jobs})
    row = fake.row("/proposals/prop_one")
    assert row["workflow"]["jobs"] == [UNSET | job for job in jobs]
    assert row["updated_at"] == "2026-07-01T09:31:00Z"


def test_replaced_lines_take_their_jobs_with_them(fake: Fake) -> None:
    body = {"mode": "job_per_service", "jobs": [{"proposal_service_slug": line(fake)}]}
    fake.do("PUT", "/proposals/prop_one/workflow", body)
    fake.do("PATCH", "/proposals/prop_one", {"services": [{"service_slug": "svc_gst"}]})
    assert fake.row("/proposals/prop_one")["workflow"] == {"mode": "job_per_service", "jobs": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "many"}, "mode"),
        ({"mode": "one_job", "jobs": [{}, {}]}, "jobs"),
        ({"mode": "one_job", "jobs": [{"proposal_service_slug": "pss_x"}]}, "jobs.0.proposal_service_slug"),
        ({"mode": "job_per_service", "jobs": [{}]}, "jobs.0.proposal_service_slug"),
        (
            {"mode": "job_per_service", "jobs": [{"proposal_service_slug": "pss_x"}]},
            "jobs.0.proposal_service_slug",
        ),
        ({"mode": "one_job", "jobs": [{"staff_slugs": ["usr_ana", "usr_tui"]}]}, "jobs.0.staff_slugs.1"),
        ({"mode": "one_job", "jobs": [{"budget": -1}]}, "jobs.0.budget"),
        (
            {"mode": "one_job", "jobs": [{"due_date": "2026-08-01", "due_after_days": 3}]},
            "jobs.0.due_after_days",
        ),
        (
            {"mode": "one_job", "jobs": [{"start_date": "2026-08-02", "due_date": "2026-08-01"}]},
            "jobs.0.due_date",
        ),
        (
            {"mode": "one_job", "jobs": [{"due_date": "2026-08-01", "recurrence": "weekly"}]},
            "jobs.0.recurrence",
        ),
        (
            {"mode": "one_job", "jobs": [{"due_after_days": 0, "recurrence": "once_off"}]},
            "jobs.0.recurrence",
        ),
        ({"mode": "one_job", "jobs": [{"recurrence": "daily"}]}, "jobs.0.recurrence"),
        ({"mode": "one_job", "jobs": [{"colour": "red"}]}, "jobs.0.colour"),
    ],
)
def test_a_workflow_that_does_not_fit_is_refused_by_its_field(
    fake: Fake, body: dict[str, Any], field: str
) -> None:
    before = fake.digest()
    answer = fake.call("PUT", "/proposals/prop_one/workflow", body)
    assert answer.status_code == 422
    assert answer.get_json()["error"]["details"][0]["field"] == field
    assert fake.digest() == before


@pytest.mark.parametrize(
    "job",
    [
        {"due_date": "2026-08-01", "start_date": "2026-08-01", "recurrence": "once_off"},
        {"due_after_days": 0, "recurrence": "yearly"},
        {"due_date": "2026-08-01", "due_after_days": None, "recurrence": None},
    ],
)
def test_members_that_go_together_are_taken(fake: Fake, job: dict[str, Any]) -> None:
    fake.do("PUT", "/proposals/prop_one/workflow", {"mode": "one_job", "jobs": [job]})
    assert fake.row("/proposals/prop_one")["workflow"]["jobs"] == [{**UNSET, **job}]


def test_two_jobs_for_one_line_are_refused(fake: Fake) -> None:
    one = {"proposal_service_slug": line(fake)}
    answer = fake.call("PUT", "/proposals/prop_one/workflow", {"mode": "job_per_service", "jobs": [one, one]})
    assert answer.get_json()["error"]["details"][0]["field"] == "jobs.1.proposal_service_slug"


def test_a_stale_workflow_is_refused(fake: Fake) -> None:
    etag = fake.row("/proposals/prop_one")["etag"]
    fake.do("PATCH", "/proposals/prop_one", {"name": "Changed"})
    answer = fake.call("PUT", "/proposals/prop_one/workflow", {"mode": "one_job"}, If_Match=etag)
    assert answer.status_code == 412


def test_a_whole_number_may_be_written_with_a_point(fake: Fake) -> None:
    draft = {"name": "P", "client_slug": "cli_bare", "contract_term": 6.0}
    slug = fake.do("POST", "/proposals", draft, 201)["slug"]
    fake.do("PUT", f"/proposals/{slug}/workflow", {"mode": "one_job", "jobs": [{"due_after_days": 3.0}]})
    row = fake.row(f"/proposals/{slug}")
    assert (row["contract_term"], row["workflow"]["jobs"][0]["due_after_days"]) == (6, 3)
    refused = fake.call("PATCH", f"/proposals/{slug}", {"contract_term": 6.5})
    assert refused.get_json()["error"]["details"][0]["field"] == "contract_term"
