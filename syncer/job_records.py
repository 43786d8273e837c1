"""Proposals and planned jobs as JSON, for the ledger; what an older version kept is still read."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from syncer.jobs import Note, PlannedJob
from syncer.model import Proposal, ProposalLine, Workflow, WorkflowJob


def proposal_to_json(proposal: Proposal) -> str:
    """Return a proposal as JSON text, without what Ignition shows of its deployment."""
    kept = asdict(proposal)
    del kept["deployed"]
    return json.dumps(kept, ensure_ascii=False)


def proposal_from_json(text: str) -> Proposal:
    """Return a proposal from its JSON text."""
    kept = json.loads(text)
    lines = tuple(ProposalLine(**line) for line in kept.pop("lines"))
    workflow = kept.pop("workflow", None)
    return Proposal(**kept, lines=lines, workflow=_workflow(workflow) if workflow else Workflow())


def job_to_json(job: PlannedJob) -> dict[str, Any]:
    """Return a planned job as JSON can hold it."""
    days = {name: getattr(job, name).isoformat() for name in DAYS}
    return {**asdict(job), **days, "notes": notes_to_json(job.notes)}


def job_from_json(kept: dict[str, Any]) -> PlannedJob:
    """Return a planned job from its JSON form."""
    days = {name: date.fromisoformat(kept[name]) for name in DAYS}
    tuples = {name: tuple(kept[name]) for name in ("lines", "template_uuids", "staff_slugs")}
    return PlannedJob(**{**kept, **days, **tuples, "notes": notes_from_json(kept["notes"])})


def notes_to_json(notes: tuple[Note, ...]) -> list[list[str]]:
    """Return notes as JSON can hold them."""
    return [[note.text, note.rule] for note in notes]


def notes_from_json(kept: list[list[str]]) -> tuple[Note, ...]:
    """Return notes from their JSON form."""
    return tuple(Note(text, rule) for text, rule in kept)


DAYS = ("start", "last", "due")


def _workflow(kept: dict[str, Any]) -> Workflow:
    jobs = ({**job, "staff_slugs": tuple(job["staff_slugs"])} for job in kept["jobs"])
    return Workflow(kept["mode"], tuple(WorkflowJob(**job) for job in jobs))
