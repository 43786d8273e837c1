"""The calls of a story in one sequence: who called whom, what came of it, and which were the same over and over."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from scenarios.watch import Noted

Json = dict[str, Any]
LATE = "late: landed"
LONGEST_BLOCK = 14
"""Of how many different calls in a row it is noticed that they are made again."""
REFUSED = 400
CONTROL = "/_control/"


@dataclass(frozen=True, slots=True)
class Call:
    """A call: who made it at which moment, to whom, which operation; what came of it.

    `status` 0: the caller got no answer. `fault` is what the fake did on purpose, `failure` what the caller
    met instead of an answer. `rows` says how many rows of which tables changed.
    """

    at: str
    caller: str
    callee: str
    operation: str
    method: str
    path: str
    query: str
    status: int
    fault: str = ""
    failure: str = ""
    rows: tuple[tuple[str, int], ...] = ()
    keys: frozenset[str] = frozenset()
    """Ids of the records that changed."""

    @property
    def is_late(self) -> bool:
        """Whether it is no call, but what a system made on its own of one that it had long been asked."""
        return self.fault.startswith(LATE)

    @property
    def between(self) -> str:
        """Who called whom."""
        return f"{self.callee}, of its own" if self.is_late else f"{self.caller} → {self.callee}"

    @property
    def is_bad(self) -> bool:
        """Whether something went wrong with it."""
        if self.is_late:
            return False
        return bool(self.fault or self.failure) or not 0 < self.status < REFUSED

    @property
    def outcome(self) -> str:
        """What came of it, in a word or two; empty where all was well."""
        if self.is_late:
            return "landed late, of an earlier call"
        if not self.is_bad:
            return ""
        return ", ".join(one for one in (str(self.status or "no answer"), self.fault or self.failure) if one)

    @property
    def changed(self) -> str:
        """What changed by it."""
        return ", ".join(f"{table} {count}" for table, count in self.rows)


class Told:
    """Tells calls as the journals know them, by what their callers noted."""

    def __init__(self, journals: Mapping[str, Iterable[Json]], origins: Mapping[str, str]) -> None:
        self._names = origins
        """Who answers at which address."""
        self._entries: dict[tuple[str, str, str], deque[tuple[int, Json]]] = defaultdict(deque)
        self._landed: dict[str, deque[tuple[int, Json]]] = {}
        for name, entries in journals.items():
            self._landed[name] = deque()
            for number, entry in enumerate(entries):
                if str(entry["fault"] or "").startswith(LATE):
                    self._landed[name].append((number, entry))
                else:
                    self._entries[name, entry["method"], unquote(entry["path"])].append((number, entry))

    def step(self, notes: Sequence[Noted]) -> list[Call]:
        """Return the calls of a step, those of the control plane left out; what landed late is among them."""
        found: list[Call] = []
        for note in notes:
            if note.path.startswith(CONTROL):
                continue
            callee = self._names.get(note.origin, note.origin)
            place, entry = self._entry(callee, note)
            found += self._landed_before(callee, place)
            found.append(_told(note, callee, entry))
        return found

    def rest(self) -> list[Call]:
        """Return what landed late after the last call."""
        return [call for name in self._landed for call in self._landed_before(name, None)]

    def _entry(self, callee: str, note: Noted) -> tuple[int, Json]:
        """Return the journal's entry of a call, and its place: rather one that was asked the same."""
        waiting = self._entries[callee, note.method, unquote(note.path)]
        if not waiting:
            return -1, {}
        same = next((one for one in waiting if one[1]["query"] == note.query), waiting[0])
        waiting.remove(same)
        return same

    def _landed_before(self, callee: str, place: int | None) -> list[Call]:
        landed = self._landed.get(callee, deque())
        found = []
        while landed and (place is None or landed[0][0] < place):
            _, entry = landed.popleft()
            note = Noted(entry["at"], callee, "", entry["method"], entry["path"], "", entry["status"])
            found.append(_told(note, callee, entry))
        return found


def _told(note: Noted, callee: str, entry: Json) -> Call:
    changes = entry.get("changes", ())
    tables: dict[str, int] = {}
    for one in changes:
        tables[one["table"]] = tables.get(one["table"], 0) + 1
    return Call(
        note.at, note.caller, callee, _operation(note, entry), note.method, note.path, entry.get("query", ""),
        note.status, entry.get("fault") or "", note.failure, tuple(sorted(tables.items())),
        frozenset(str(part) for one in changes for part in one["key"]),
    )  # fmt: skip


def _operation(note: Noted, entry: Json) -> str:
    operation = str(entry.get("operation") or note.path)
    return operation if operation.startswith(note.method) else f"{note.method} {operation}"


@dataclass(frozen=True, slots=True)
class Run:
    """The same call, so many times in a row."""

    call: Call
    count: int
    until: str
    """When the last of them was made."""

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """What makes two calls the same in a picture."""
        return _kind(self.call)


@dataclass(frozen=True, slots=True)
class Block:
    """Calls in a row that were made so many times over."""

    runs: tuple[Run, ...]
    times: int
    until: str

    @property
    def is_bad(self) -> bool:
        """Whether something went wrong with any of them."""
        return any(one.call.is_bad for one in self.runs)


def fold(calls: Iterable[Call]) -> list[Block]:
    """Return calls with those folded that were made again and again, alone or as a sequence."""
    runs = _runs(calls)
    found: list[Block] = []
    at = 0
    while at < len(runs):
        length, times = _repeated(runs, at)
        until = runs[at + length * times - 1].until
        found.append(Block(tuple(runs[at : at + length]), times, until))
        at += length * times
    return _joined(found)


def _runs(calls: Iterable[Call]) -> list[Run]:
    found: list[Run] = []
    for call in calls:
        if found and _kind(call) == found[-1].kind:
            found[-1] = replace(found[-1], count=found[-1].count + 1, until=call.at)
        else:
            found.append(Run(call, 1, call.at))
    return found


def _repeated(runs: Sequence[Run], at: int) -> tuple[int, int]:
    """Return how long the sequence is that saves most where it is folded, and how often it is there."""
    best = (1, 1)
    kinds = [one.kind for one in runs[at : at + 2 * LONGEST_BLOCK]]
    for length in range(2, LONGEST_BLOCK + 1):
        if kinds[:length] != kinds[length : 2 * length]:
            continue
        times = 2
        while _same(runs, at, at + times * length, length):
            times += 1
        if length * (times - 1) > best[0] * (best[1] - 1):
            best = (length, times)
    return best


def _same(runs: Sequence[Run], one: int, other: int, length: int) -> bool:
    if other + length > len(runs):
        return False
    return all(runs[one + nth].kind == runs[other + nth].kind for nth in range(length))


def _joined(blocks: Iterable[Block]) -> list[Block]:
    """Put what is there once only together, in the order in which it was."""
    found: list[Block] = []
    for block in blocks:
        if found and block.times == found[-1].times == 1:
            found[-1] = Block((*found[-1].runs, *block.runs), 1, block.until)
        else:
            found.append(block)
    return found


def _kind(call: Call) -> tuple[str, str, str, str]:
    return call.caller, call.callee, call.operation, call.outcome
