"""The fields of one record on both sides, held against what was last agreed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from syncer.actions import FieldChange
from syncer.decide import Policy, Side, Verdict
from syncer.fields import Field, effective
from syncer.model import NO_BASE, UNKNOWN, MaybeValue, Values
from syncer.shared import Copy, Part, settle


@dataclass(frozen=True, slots=True)
class Clash:
    """A field of which a value is lost: what was agreed, Ignition's and XPM's value, and the side that wins."""

    field: Field
    base: MaybeValue
    ignition: MaybeValue
    xpm: MaybeValue
    winner: Side


@dataclass
class Outcome:
    """What the fields of one record ask for."""

    to_xpm: list[FieldChange] = field(default_factory=list)
    to_ignition: list[FieldChange] = field(default_factory=list)
    advance: dict[str, MaybeValue] = field(default_factory=dict)
    conflicts: list[Clash] = field(default_factory=list)

    def take(self, row: Field, copy: Copy, part: Part) -> None:
        """Add what one field asks for."""
        if part.winner is not None:
            self.conflicts.append(Clash(row, copy.base, copy.ignition, part.rival, part.winner))
        if part.verdict is Verdict.ADVANCE:
            self.advance[row.name] = part.value
        elif part.verdict is Verdict.WRITE_XPM:
            self.to_xpm.append(
                FieldChange(row.name, copy.xpm, part.value, row.rule, copy.base, changed_in(copy))
            )
        elif part.verdict is Verdict.WRITE_IGNITION:
            self.to_ignition.append(
                FieldChange(row.name, copy.ignition, part.value, row.rule, copy.base, changed_in(copy))
            )


def changed_in(copy: Copy) -> tuple[str, ...]:
    """Return the sides on which a field is another than was last agreed; none where nothing ever was."""
    if copy.base is NO_BASE:
        return ()
    sides = ((Side.IGNITION, copy.ignition), (Side.XPM, copy.xpm))
    return tuple(side.value for side, value in sides if value not in (copy.base, UNKNOWN))


@dataclass(frozen=True, slots=True)
class Halves:
    """Both halves of a linked record: the last agreed values, Ignition's and XPM's."""

    base: Values
    ignition: Values
    xpm: Values
    receives_only: bool

    def is_quiet(self, row: Field) -> bool:
        """Tell whether nobody changed a field; whatever the direction, it then asks for nothing (E4)."""
        return self.base.get(row.name, NO_BASE) == self.ignition[row.name] == self.xpm[row.name]

    def copy(self, row: Field, policy: Policy) -> Copy:
        """Return one field of them."""
        way = effective(row, policy.direction, receives_only=self.receives_only)
        return Copy(way, self.base.get(row.name, NO_BASE), self.ignition[row.name], self.xpm[row.name])


def compare(fields: Iterable[Field], halves: Halves, policy: Policy) -> Outcome:
    """Return what each field of a record asks for, by the table in `decide`."""
    found = Outcome()
    for row in fields:
        is_asked = policy.level == "everything" or (policy.level == "client_name" and row.name == "name")
        if is_asked and not halves.is_quiet(row):
            copy = halves.copy(row, policy)
            (part,) = settle((copy,), policy.winner)
            found.take(row, copy, part)
    return found
