"""What is still amiss with a client, for its card: an open conflict, what the syncer said of it, what failed and names it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scenarios.report.compare import shown
from scenarios.report.notices import Notice
from scenarios.report.records import Card, Practice
from scenarios.report.steps import Played
from syncer.conflicts import Conflict

LOOKS = {"failure": "bad", "conflict": "warn", "needs attention": "warn", "problem": "warn", "note": ""}
"""How each kind is shown, the most pressing first."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is to be said: of which kind, what, and where in the page there is more of it."""

    kind: str
    what: str
    place: str

    @property
    def look(self) -> str:
        """How it is shown; empty where nobody has to do anything about it."""
        return LOOKS[self.kind]


class Concerns:
    """Says of each client what failed, is open or was said about it."""

    def __init__(
        self,
        practices: Sequence[Practice],
        steps: Iterable[Played],
        conflicts: Iterable[tuple[str, Conflict, object]],
        notices: Iterable[Notice],
    ) -> None:
        self._open = [(practice, one) for practice, one, _ in conflicts if one.is_open]
        self._said: dict[str, dict[Concern, None]] = {}
        """By the name that is named; each once, in the order in which it was said."""
        names = {card.name for practice in practices for card in practice.cards if card.name}
        # The longest first: who is called “Rata Ltd” is not “Rata”.
        self._names = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")
        for step in steps:
            self._fails(step)
        for notice in notices:
            self._names_of(
                notice.text, Concern(notice.kind, f"{notice.kind}, step {notice.steps[-1]}", "notices")
            )

    def of(self, practice: str, card: Card) -> list[Concern]:
        """Return what there is to say of a client, what failed first."""
        found = [
            Concern("conflict", f"open conflict {one.number}", "notices")
            for where, one in self._open
            if where == practice
            and (one.row["xpm_id"] == card.xpm_id or one.row["ignition_id"] == card.ignition_id)
        ]
        return sorted([*found, *self._said.get(card.name, ())], key=lambda one: list(LOOKS).index(one.kind))

    def is_amiss(self, practice: str, card: Card) -> bool:
        """Whether somebody has to look at a client."""
        return any(one.look for one in self.of(practice, card))

    def parted(self, practice: Practice) -> tuple[list[Card], list[Card]]:
        """Return the clients to be looked at, those first that the story is about; and all others."""
        told = [card for card in practice.cards if card.is_told_of]
        rest = [card for card in practice.cards if not card.is_told_of]
        amiss = [card for card in rest if card.differs or self.is_amiss(practice.name, card)]
        return told + amiss, [card for card in rest if card not in amiss]

    def _fails(self, step: Played) -> None:
        concern = Concern("failure", f"failed in step {step.number}", f"step-{step.number}")
        texts = [
            text
            for one in step.step.expectations
            if not one.holds
            for text in (one.what, shown(one.expected), shown(one.found))
        ]
        for text in [*texts, step.step.failure or ""]:
            self._names_of(text, concern)

    def _names_of(self, text: str, concern: Concern) -> None:
        for found in self._names.finditer(text):
            self._said.setdefault(found[0], {})[concern] = None
