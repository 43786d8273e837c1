"""What a run leaves to people: conflicts, what needs attention, problems and warnings, each once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.report.steps import Played
from syncer.conflicts import REMOVED, Conflict

WAYS_OUT = {
    "needs attention": "decide, then run the syncer again; `syncer resolve` lists deployments that wait",
    "problem": "",
    "note": "",
}
RULE = re.compile(r"\b[RE][1-9]\d?\b")


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
        return ", ".join(dict.fromkeys(RULE.findall(self.text)))


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
            said = [("needs attention", text, WAYS_OUT["needs attention"]) for text in report.attention]
            said += [("problem", f"{one.record}: {one.what}", one.way_out) for one in report.problems]
            if report.stopped is not None:
                said.append(("problem", str(report.stopped), "the next sync goes on there"))
            said += [("note", text, "") for text in report.warnings]
            for kind, text, way_out in said:
                notice = found.setdefault((kind, text), Notice(kind, text, way_out, []))
                if step.number not in notice.steps:
                    notice.steps.append(step.number)
    order = list(WAYS_OUT)
    return sorted(found.values(), key=lambda one: order.index(one.kind))


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
