"""What the judge says of an outcome, and outcomes in which something is otherwise."""

from typing import Any

from scenarios.simulation.invariants import Invariant, judge
from scenarios.simulation.oracle import Case
from scenarios.simulation.outcome import Outcome


def said(invariant: Invariant, outcome: Outcome) -> list[str]:
    """What an invariant has against an outcome; it puts something to the test."""
    judged = judge(Case(outcome), (invariant,))
    assert judged.tested[invariant.__name__] > 0
    return [text for _, text in judged.violations]


def with_rows(rows: list[dict[str, Any]], key: str, one: object, **members: Any) -> list[dict[str, Any]]:
    """Rows, of which those of a key say something else."""
    assert [row for row in rows if row[key] == one]
    return [{**row, **members} if row[key] == one else row for row in rows]
