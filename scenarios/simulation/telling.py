"""Tells what happened in a run: what people did, to whom, and what could not be done."""

from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import datetime

from scenarios.house import XPM_URL
from scenarios.simulation.diary import Diary
from scenarios.simulation.oracle import Case
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.script import Script

Moment = tuple[datetime, str]


def lines_of(script: Script, outcome: Outcome, *, with_calls: bool) -> list[str]:
    """Return what people did, in the order of simulated time, then what could not be done, and why."""
    happened = list(_happened(outcome.diary))
    if outcome.neighbour:
        happened += [(at, f"{text} (other practice)") for at, text in _happened(outcome.neighbour.diary)]
    if with_calls:
        happened += _calls(outcome)
    told = [f"{at:%Y-%m-%d %H:%M:%S}  {text}" for at, text in sorted(happened, key=lambda one: one[0])]
    there = {item.number: item for item in script.items}
    skipped = [*outcome.diary.skipped, *(outcome.neighbour.diary.skipped if outcome.neighbour else [])]
    return [
        *told,
        *(
            f"skipped: {number} {there[number].who}: {there[number].what}: {why}"
            for number, why in sorted(skipped)
        ),
    ]


def _happened(diary: Diary) -> Iterator[Moment]:
    for one in diary.typed:
        whose = f"{one.contact} of {_name(diary, one.client)}" if one.contact else _name(diary, one.client)
        yield one.at, f"{one.item} {one.side}: {whose}: {one.field} {one.old!r} -> {one.new!r}"
    for made in diary.clients.values():
        if made.at is not None:
            yield made.at, f"{made.key.removeprefix('n')} {made.born}: new client {made.name}"
    for accepted in diary.accepted:
        client = _name(diary, accepted.client)
        yield (
            accepted.at,
            f"{accepted.item} ignition: {client}: {accepted.name} ({accepted.reference}) accepted",
        )
    for at, side, client, contact in diary.removed:
        yield at, f"{side}: {contact} of {_name(diary, client)} removed"
    yield from diary.deeds
    for left in diary.left:
        yield left.at, f"{left.side}: {left.staff} deleted"


def _name(diary: Diary, key: str) -> str:
    return diary.known(key).name


def _calls(outcome: Outcome) -> Iterator[Moment]:
    """Yield the syncer's calls, each with the fault it met, by the journals: their entries have whole seconds."""
    met: dict[tuple[str, str, str, str], deque[str]] = defaultdict(deque)
    for system, entries in outcome.journals.items():
        for one in entries:
            met[system, one["at"], one["method"], one["path"]].append(one["fault"] or "")
    for call in Case(outcome).every_syncer_call:
        system = "XPM" if call.url.startswith(XPM_URL) else "Ignition"
        path = "/" + call.url.partition("://")[2].partition("/")[2]
        there = met[system, f"{call.at:%Y-%m-%dT%H:%M:%SZ}", call.method, path.partition("?")[0]]
        fault = there.popleft() if there else ""
        told = f"    {call.actor}: {system} {call.method} {path} {call.status or 'no answer'}"
        yield call.at, f"{told}  ← {fault}" if fault else told
