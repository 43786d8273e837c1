"""What the ledger keeps of jobs: read back as it was written, and told to people in few words."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from syncer_desk import ledger
from syncer_jobs_desk import jobs, line, one_job, per_service, proposal

from syncer import ledger_tables as t
from syncer.job_records import job_from_json, job_to_json, proposal_from_json, proposal_to_json
from syncer.jobbook import (
    LISTED,
    LONGEST_MESSAGE,
    JobBook,
    job_intent,
    made_of,
    shown_jobs,
    told,
    told_before,
)
from syncer.jobs import Made, Note, PlannedJob
from syncer.ledger import PracticeLedger
from syncer.model import Workflow

HOW: dict[str, Any] = {
    "name": "Books",
    "category_uuid": "c-1",
    "budget": 12.5,
    "staff_slugs": ("usr_a", "usr_b"),
    "due_after_days": 3,
}


@pytest.fixture
def own() -> PracticeLedger:
    return ledger().of("north")


def planned(**how: Any) -> PlannedJob:
    (job,) = jobs(line("svc_tax"), line("svc_pay"), live=("t-pay",), workflow=one_job(**how))
    return job


def intend(own: PracticeLedger, key: str) -> None:
    row = {"key": job_intent(key), "kind": "job", "state": "open", "at": "2026-07-01T00:00:00Z"}
    own.put(t.intents, {**row, "evidence": "{}", "outcome": None})


@pytest.mark.parametrize(
    "workflow", [Workflow(), one_job(**HOW), per_service(pss_tax=HOW, pss_pay={"recurrence": "weekly"})]
)
def test_a_proposal_is_read_back_with_its_workflow(workflow: Workflow) -> None:
    kept = proposal(line("svc_tax"), line("svc_pay", selected=False), workflow=workflow)
    assert proposal_from_json(proposal_to_json(kept)) == kept


def test_a_planned_job_is_read_back_with_its_notes() -> None:
    job = planned(**HOW)
    assert job.notes != ()
    assert job_from_json(json.loads(json.dumps(job_to_json(job)))) == job


def test_a_job_that_was_entered_counts_as_made_for_its_lines_and_period(own: PracticeLedger) -> None:
    book = JobBook(own)
    begun = book.enter(planned(recurrence="monthly"), "J000007")
    assert (begun.number, begun.steps, begun.last_step) == ("J000007", 0, 1)
    assert made_of(book.rows("prop_1"), proposal()) == [
        Made("monthly", 0, frozenset({"pss_tax", "pss_pay"}), date(2026, 7, 1), date(2026, 7, 31))
    ]
    assert book.numbers() == {"J000007"}


def test_e11_a_job_is_unfinished_until_its_last_step_and_goes_on_from_the_step_it_had(
    own: PracticeLedger,
) -> None:
    book = JobBook(own)
    job = replace(planned(), template_uuids=("t-1", "t-2", "t-3"))
    begun = book.enter(job, "J000007")
    for step in (0, 1, 2):
        assert [(one.steps, one.last_step) for one in book.unfinished("prop_1")] == [(step, 3)]
        book.advance(begun, step + 1)
    assert book.unfinished("prop_1") == []


def test_e11_unfinished_jobs_are_finished_in_the_order_they_start(own: PracticeLedger) -> None:
    book = JobBook(own)
    weekly = jobs(line("svc_pay", "weekly"), line("svc_books", "weekly", own="pss_0"), workflow=per_service())
    for place, job in enumerate(reversed(weekly)):
        book.enter(job, f"J{place:06}")
    starts = [one.job.start for one in book.unfinished("prop_1")]
    assert starts == sorted(starts)
    assert len(starts) == 6


def test_e11_an_intent_is_unsettled_until_its_job_is_entered_and_is_its_own_proposals_only(
    own: PracticeLedger,
) -> None:
    book, job = JobBook(own), planned()
    for key in (
        job.key,
        "prop_10/monthly/0/pss_tax",
        "prop_1x/monthly/0/pss_tax",
        "prop_0/monthly/0/pss_tax",
    ):
        intend(own, key)
    ledger_of_others = own.ledger.of("south")
    intend(ledger_of_others, "prop_1/monthly/0/pss_tax")
    assert [row["key"] for row in book.unsettled("prop_1")] == [f"job/{job.key}"]
    book.enter(job, "J000007")
    assert book.unsettled("prop_1") == []
    assert len(book.unsettled("prop_10")) == 1


def test_notes_are_kept_once_each(own: PracticeLedger) -> None:
    book, note = JobBook(own), Note("it is without Max", "E16")
    begun = book.enter(planned(), "J000007")
    for _ in range(2):
        book.advance(begun, 1, [note])
    (row,) = book.rows("prop_1")
    assert told([row]) == (
        "template “Tax template” was deleted in XPM: its tasks are not made (J000007); it is without Max (J000007)"
    )


def row(number: str, *notes: str) -> dict[str, Any]:
    return {"number": number, "name": f"Job {number}", "notes": json.dumps([[text, "E13"] for text in notes])}


def test_e17_what_several_jobs_are_without_is_told_once_with_the_first_of_them() -> None:
    rows = [
        row(f"J{number}", "no tasks", *(("no Max",) if number == 2 else ())) for number in (5, 4, 3, 2, 1)
    ]
    assert told(rows) == "no tasks (J1, J2, J3 and 2 more); no Max (J2)"
    assert told([], [Note("revoked", "E15")]) == "revoked"
    assert told([row("J1")]) == ""


def test_e17_a_message_and_a_list_of_jobs_are_no_longer_than_ignition_takes() -> None:
    rows = [row(f"J{number:06}", "x" * 50 + str(number)) for number in range(1200)]
    assert len(told(rows)) == LONGEST_MESSAGE + 1
    assert told(rows).endswith("…")
    shown = shown_jobs(reversed(rows))
    assert len(shown) == LISTED == 1000
    assert [shown[0], shown[-1]] == [
        {"number": "J000200", "name": "Job J000200"},
        {"number": "J001199", "name": "Job J001199"},
    ]


MESSAGE = (
    "template “T” was deleted in XPM: its tasks are not made (J1); it is without “Al”, who is no user any more "
    "(J1, J2, J3 and 2 more); it is without its Manager, “Mo”, who was refused by XPM (no such staff) (J2); revoked"
)


@pytest.mark.parametrize(
    ("number", "lacks"),
    [
        ("J1", ["it is without “Al”, who is no user any more"]),
        (
            "J2",
            [
                "it is without “Al”, who is no user any more",
                "it is without its Manager, “Mo”, who was refused by XPM (no such staff)",
            ],
        ),
        ("J4", []),
        ("J", []),
    ],
)
def test_e16_who_a_job_is_without_is_known_from_what_was_told_of_it(number: str, lacks: list[str]) -> None:
    assert [(note.text, note.rule) for note in told_before(MESSAGE, number)] == [
        (one, "E16") for one in lacks
    ]
