"""What `run` and `all` say of a scenario that was played: to people on a terminal, and to programs as JSON."""

import json
from pathlib import Path
from typing import Any

from scenarios.report.compare import shown
from scenarios.report.visible import escaped
from scenarios.runner import Result
from scenarios.story import Expectation, Step


def said(step: Step) -> list[str]:
    """Return a step's lines for a terminal, whatever is in its names."""
    lines = [f"{'✗' if step.bad else '✓'} {step.title}"]
    lines += [f"    {note}" for note in step.notes]
    lines += [f"    broke off: {step.failure}"] if step.failure else []
    lines += [
        f"    ✗ {one.what}: expected {one.expected!r}, found {one.found!r}"
        for one in step.expectations
        if not one.holds
    ]
    return [escaped(line) for line in lines]


def summary(result: Result, report: Path | None) -> dict[str, Any]:
    """Return what came of a scenario as JSON has it: values as they are, not as Python writes them."""
    return {
        "scenario": result.scenario.name,
        "purpose": result.scenario.purpose,
        "seed": result.seed,
        "size": result.size,
        "mode": result.mode,
        "passed": result.passed,
        "expectations": result.expectations,
        "failed": [
            {"step": step.title, **_values(one)}
            for step in result.steps
            for one in step.expectations
            if not one.holds
        ]
        + [{"step": step.title, "what": step.failure} for step in result.steps if step.failure],
        "steps": [_step(number, step) for number, step in enumerate(result.steps, start=1)],
        "rules": result.scenario.rules,
        "state": f"sha256:{result.state}",
        "report": str(report) if report else None,
    }


def _step(number: int, step: Step) -> dict[str, Any]:
    return {
        "number": number,
        "title": step.title,
        "passed": not step.bad,
        "notes": step.notes,
        "expectations": [{**_values(one), "holds": one.holds} for one in step.expectations],
        "failure": step.failure,
    }


def _values(one: Expectation) -> dict[str, Any]:
    return {"what": one.what, "expected": _plain(one.expected), "found": _plain(one.found)}


def _plain(value: object) -> Any:
    """Return a value as JSON knows it: as the report shows it."""
    return json.loads(shown(value))
