"""What a run leaves to people: conflicts, what needs attention, problems and warnings, each once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.report.steps import Played
from syncer.conflicts import REMOVED, Conflict

KINDS = ("needs attention", "problem", "note")
"""What the syncer says, the most pressing first."""
DECIDE = "decide, then run the syncer again"
WAYS_OUT: dict[tuple[str, str], str] = {
    # of what kind, by which rule: what a person can do
    (
        "needs attention",
        "E1",
    ): "give the two different names, or archive the one that is there twice; then sync",
    ("needs attention", "E10"): "`syncer resolve` lists what waits, and takes the client that is picked",
    (
        "note",
        "R6",
    ): "nothing, if it is meant so; else pick the person as a user, or give the clients somebody who is one",
    ("note", "E7"): "nothing, if it is meant so; else put the client back where it was archived",
    ("note", "E8"): "nothing, if it is meant so; else set `import_new_clients = true`",
    ("note", "E9"): "nothing, if it is meant so; else set `sync.direction` or `sync.level` otherwise",
    ("note", "E10"): "look whether the two are one client; only an exact name counts as the same",
    ("note", "E13"): "add the tasks of this job in XPM, and link the service to a template that is there",
    ("note", "E16"): "put somebody else on the job in XPM",
}
RULE = re.compile(r"\b[RE][1-9]\d?\b")
NAME = re.compile(r"“[^”]*”")
"""Names stand in quotation marks, and may look like a rule."""


@dataclass
class Notice:
    """Something the syncer said, and in which steps."""

    kind: str
    text: str
    way_out: str
    steps: list[int]

    @property
    def rules(self) -> str:
        """The rules that its text names, each once; empty where it names none."""
        return ", ".join(_rules(self.text))


@dataclass(frozen=True, slots=True)
class Contested:
    """A conflict, as `syncer conflicts` shows it."""

    practice: str
    number: int
    title: str
    xpm: str
    ignition: str
    winner: str
    state: str
    rule: str
    way_out: str


def notices(steps: Iterable[Played]) -> list[Notice]:
    """Return what needs attention first, then problems, then notes; what is said again is there once."""
    found: dict[tuple[str, str], Notice] = {}
    for step in steps:
        for report in step.step.reports:
            said = [("needs attention", text, _way_out("needs attention", text)) for text in report.attention]
            said += [("problem", f"{one.record}: {one.what}", one.way_out) for one in report.problems]
            if report.stopped is not None:
                said.append(("problem", str(report.stopped), "the next sync goes on there"))
            said += [("note", text, _way_out("note", text)) for text in report.warnings]
            for kind, text, way_out in said:
                notice = found.setdefault((kind, text), Notice(kind, text, way_out, []))
                if step.number not in notice.steps:
                    notice.steps.append(step.number)
    return sorted(found.values(), key=lambda one: KINDS.index(one.kind))


def _rules(text: str) -> list[str]:
    return list(dict.fromkeys(RULE.findall(NAME.sub("", text))))


def _way_out(kind: str, text: str) -> str:
    """Return what a person can do, by the last rule that a text names."""
    by_default = DECIDE if kind == "needs attention" else ""
    return next(
        (WAYS_OUT[kind, one] for one in reversed(_rules(text)) if (kind, one) in WAYS_OUT), by_default
    )


def contested(found: Iterable[tuple[str, Conflict, dict[str, str]]]) -> list[Contested]:
    """Return conflicts for people to read."""
    return [
        Contested(
            practice, one.number, one.title, one.words("xpm", names), one.words("ignition", names),
            "XPM" if one.winner == "xpm" else "Ignition", one.state, "E6" if one.kind == REMOVED else "E3",
            f"syncer conflicts take {one.number}" if one.is_takeable else "",
        )
        for practice, one, names in found
    ]  # fmt: skip
