"""What an action does and why, field by field: sentences for people, rows for programs (E3, E23).

A row tells what is done (`does`), where (`side`), to which record, by which rule; of a field its old and
new value, what was last agreed (`base`), which sides changed since (`changed_in`), and of a conflict both
values and the winner. What was never agreed or is not known is null.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatchmethod
from typing import Any

from syncer import actions as a
from syncer.actions import TITLES
from syncer.contact_actions import CONTACT_TITLES, SYSTEMS
from syncer.model import NO_BASE, UNKNOWN, MaybeValue, Values, is_empty, known_only
from syncer.records import value_to_json
from syncer.words import quote

Json = dict[str, Any]
COMMON: Json = {"does": None, "side": None, "client": None, "contact": None, "field": None, "rule": None}
"""What every row has."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is going to be done: a line on it, lines on its fields, and the same for programs."""

    line: str
    details: tuple[str, ...] = ()
    rows: tuple[Json, ...] = ()


class Explainer:
    """Explains actions; `names` are those of XPM's staff, by UUID."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def step(self, action: a.Action) -> Step:
        """Return what an action does, field by field."""
        told = list(self._tell(action))
        return Step(
            action.say(), tuple(line for line, _ in told if line), tuple({**COMMON, **row} for _, row in told)
        )

    @singledispatchmethod
    def _tell(self, action: Any) -> Iterable[tuple[str, Json]]:
        raise TypeError(f"no such action: {type(action).__name__}")

    @_tell.register
    def _(self, action: a.PushTemplates) -> Iterable[tuple[str, Json]]:
        names = [one.name for one in action.templates]
        yield "", {"does": "list job templates", "side": "ignition", "rule": "R3", "new": names}

    @_tell.register
    def _(self, action: a.PushCandidates) -> Iterable[tuple[str, Json]]:
        names = [one.name for one in action.staff]
        yield "", {"does": "offer staff", "side": "ignition", "rule": "R2", "new": names}

    @_tell.register
    def _(self, action: a.ImportLead) -> Iterable[tuple[str, Json]]:
        client = action.client
        contacts = client.contacts or ()
        row = {"does": "import", "side": "ignition", "client": client.name, "xpm_id": client.id, "rule": "R1"}
        yield (
            self.family(action.values, [one.values for one in contacts]),
            {**row, "new": plain(action.values), "contacts": [plain(one.values) for one in contacts]},
        )

    @_tell.register
    def _(self, action: a.AddLink) -> Iterable[tuple[str, Json]]:
        rule = "E1" if action.origin == "named" else "R1"
        yield "", {"does": "link", "side": None, **_ids(action), "rule": rule, "why": action.origin}

    @_tell.register
    def _(self, action: a.WriteClient) -> Iterable[tuple[str, Json]]:
        row = {"side": action.side, **_ids(action)}
        for change in action.changes:
            yield self._change(change, {"does": "write", **row})
        for write in action.contacts:
            if write.id is not None:
                for change in write.changes:
                    yield self._change(change, {"does": "write", **row, "contact": write.name})
            else:
                yield (
                    f"new contact {self.whole(write.values, CONTACT_TITLES)} (E6)",
                    {"does": "add contact", **row, "contact": write.name, "rule": "E6", "new": plain(write.values)},
                )  # fmt: skip

    @_tell.register
    def _(self, action: a.WriteShared) -> Iterable[tuple[str, Json]]:
        row = {"does": "write", "side": "xpm", "client": action.clients[0], "xpm_id": action.xpm_id}
        for change in action.changes:
            yield self._change(
                change, {**row, "contact": action.name, "shared_with": list(action.clients[1:])}
            )

    @_tell.register
    def _(self, action: a.ShareContact) -> Iterable[tuple[str, Json]]:
        row = {"does": "share contact", "side": "xpm", "client": action.client, "xpm_id": action.xpm_id}
        yield "", {**row, "contact": action.name, "rule": "E6"}

    @_tell.register
    def _(self, action: a.RemoveContact) -> Iterable[tuple[str, Json]]:
        other = "ignition" if action.side == "xpm" else "xpm"
        ids = {"client": action.client, "xpm_id": action.xpm_id, "ignition_id": action.ignition_id}
        yield (
            f"contact {self.whole(action.values, CONTACT_TITLES)}: gone from {SYSTEMS[other]} (E6)",
            {
                "does": "remove contact", "side": action.side, **ids, "contact": action.name,
                "rule": "E6", "old": plain(action.values), "new": None, "changed_in": [other],
            },
        )  # fmt: skip

    @_tell.register
    def _(self, action: a.AdvanceBase) -> Iterable[tuple[str, Json]]:
        row = {"does": "agree", "side": None, "client": action.name, "xpm_id": action.xpm_id}
        contacts = [
            {"xpm_id": one, "ignition_id": other, "values": plain(values)}
            for one, other, values in action.contacts
        ]
        yield "", {**row, "rule": "E3", "new": plain(action.values), "contacts": contacts}

    @_tell.register
    def _(self, action: a.RecordConflict) -> Iterable[tuple[str, Json]]:
        values = {"base": action.base, "ignition": action.ignition, "xpm": action.xpm}
        titles = TITLES if action.contact is None else CONTACT_TITLES
        before = "" if action.base is NO_BASE else self._quote(action.base)
        wins = f"the copy of “{action.through}”" if action.through else SYSTEMS[action.winner]
        values_said = both(before, self._quote(action.xpm), self._quote(action.ignition))
        yield (
            f"{titles[action.field]}: {values_said}; {wins} wins (E3)",
            {
                "does": "conflict", "side": None, **_ids(action), "contact": action.contact,
                "field": action.field, "rule": "E3",
                **{side: as_json(value) for side, value in values.items()}, "winner": action.winner,
            },
        )  # fmt: skip

    @_tell.register
    def _(self, action: a.RecordRemoval) -> Iterable[tuple[str, Json]]:
        values = {"base": action.base, "ignition": action.ignition, "xpm": action.xpm}
        said = {
            side: "removed" if one is None else self.whole(one, CONTACT_TITLES)
            for side, one in values.items()
        }
        ids = {"client": action.client, "xpm_id": action.xpm_id, "ignition_id": action.ignition_id}
        yield (
            f"{both(said['base'], said['xpm'], said['ignition'])}; {SYSTEMS[action.winner]} wins (E6)",
            {
                "does": "conflict", "side": None, **ids, "contact": action.contact, "rule": "E6",
                **{side: None if one is None else plain(one) for side, one in values.items()},
                "winner": action.winner,
            },
        )  # fmt: skip

    @_tell.register
    def _(self, action: a.MarkLink) -> Iterable[tuple[str, Json]]:
        ids = {"client": action.name, "xpm_id": action.xpm_id}
        yield "", {"does": "mark link", "side": None, **ids, "rule": "E7", "new": action.standing}

    @_tell.register
    def _(self, action: a.MarkUserLink) -> Iterable[tuple[str, Json]]:
        who = {"user": action.name, "staff_uuid": action.staff_uuid, "user_slug": action.user_slug}
        rule = "R2" if action.standing == "live" else "R13"
        yield "", {"does": "note user", "side": None, **who, "rule": rule, "new": action.standing}

    def family(self, values: Values, contacts: Iterable[Values]) -> str:
        """Say what a client that is made has beside its name, and its contacts; empty where that is nothing."""
        told = [", ".join(self._beside_name(values, TITLES))]
        told += [f"contact {self.whole(one, CONTACT_TITLES)}" for one in contacts]
        return "; ".join(one for one in told if one)

    def whole(self, values: Values, titles: Mapping[str, str]) -> str:
        """Say a record that is made or removed: its name, and what else it has."""
        has = self._beside_name(values, titles)
        name = self._quote(values.get("name"))
        return f"{name} with {', '.join(has)}" if has else name

    def _beside_name(self, values: Values, titles: Mapping[str, str]) -> list[str]:
        return [
            f"{titles[name]} {self._quote(value)}"
            for name, value in known_only(values).items()
            if name != "name" and value is not False and not is_empty(value)
        ]

    def _change(self, change: a.FieldChange, row: Json) -> tuple[str, Json]:
        contact = row.get("contact")
        title = f"contact “{contact}”: {CONTACT_TITLES[change.field]}" if contact else TITLES[change.field]
        why = how(change)
        return (
            f"{title}: {self._quote(change.old)} → {self._quote(change.new)} ({why}, {change.rule})",
            {
                **row, "field": change.field, "rule": change.rule, "old": as_json(change.old),
                "new": as_json(change.new), "base": as_json(change.base),
                "changed_in": list(change.changed_in), "why": why,
            },
        )  # fmt: skip

    def _quote(self, value: MaybeValue) -> str:
        if value is UNKNOWN or value is NO_BASE:
            return "(unknown)"
        return quote(value_to_json(value), self._names)


def both(before: str, there: str, here: str) -> str:
    """Say the three values of a conflict; before a first link there is no earlier one."""
    agreed = f"agreed before: {before}" if before else "never agreed"
    return f"{agreed}; XPM: {there}; Ignition: {here}"


def how(change: a.FieldChange) -> str:
    """Say how it comes that a field is written."""
    if change.base is NO_BASE:
        return "first link"
    if len(change.changed_in) > 1:
        return "changed on both sides"
    if change.changed_in:
        return f"changed in {SYSTEMS[change.changed_in[0]]}"
    return "changed at another client of this contact"


def as_json(value: MaybeValue) -> Any:
    """Return a value for programs; null where it is not known, or was never agreed."""
    return None if value is UNKNOWN or value is NO_BASE else value_to_json(value)


def plain(values: Values) -> Json:
    """Return a record's known values for programs."""
    return {name: as_json(value) for name, value in known_only(values).items()}


def _ids(action: a.AddLink | a.WriteClient | a.RecordConflict) -> Json:
    return {"client": action.name, "xpm_id": action.xpm_id, "ignition_id": action.ignition_id}
