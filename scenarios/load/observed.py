"""What the fakes' journals tell of a measured day: calls, bytes, the fakes' own time, delays, and what was written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from scenarios.load.fakes import FAULTS, steer
from scenarios.load.plan import LoadPlan
from scenarios.world import Worlds

Json = dict[str, Any]
Write = tuple[int, str, str, str]
"""A phone number that was written: practice, side, the client's id there, the number."""
XPM, IGNITION = "xpm", "ignition"
UPDATE = "client.api/update"


@dataclass
class Operation:
    """One operation of a fake, over a day. Times are milliseconds, summed over its calls."""

    calls: int = 0
    service_ms: float = 0.0
    """The fake's own time: from the request's arrival to its answer, without injected delay."""
    bytes: int = 0


@dataclass
class Side:
    """A fake's day."""

    operations: dict[str, Operation] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    """How often each kind of fault struck."""
    delay_ms: float = 0.0
    """Delay that faults injected, summed over the calls; no part of the service time."""
    dropped: int = 0
    """Calls that fell out of the journal: of those nothing is known."""

    def as_json(self) -> Json:
        """Return the day for the results' file, with its sums."""
        rows = self.operations.values()
        return {
            "calls": sum(row.calls for row in rows),
            "service_ms": round(sum(row.service_ms for row in rows), 3),
            "delay_ms": self.delay_ms,
            "bytes": sum(row.bytes for row in rows),
            "faults": dict(sorted(self.faults.items())),
            "dropped": self.dropped,
            "operations": {name: asdict(row) for name, row in sorted(self.operations.items())},
        }


def side_of(journal: Mapping[str, Any], plan: LoadPlan) -> Side:
    """Sum up a fake's journal."""
    side = Side(dropped=journal["dropped"])
    delays = {rule["kind"]: rule["seconds"] * 1000 for rule in FAULTS[plan.faults] if "seconds" in rule}
    for entry in journal["entries"]:
        row = side.operations.setdefault(entry["operation"], Operation())
        row.calls += 1
        row.service_ms += entry["service_ms"]
        row.bytes += entry["request_bytes"] + entry["response_bytes"]
        if entry["fault"]:
            side.faults[entry["fault"]] += 1
            side.delay_ms += delays.get(entry["fault"], 0.0)
    return side


def phones_written(journal: Mapping[str, Any], side: str, tenants: Mapping[str, int]) -> Iterable[Write]:
    """Return the phone numbers that a day's calls put on clients that were there before."""
    for entry in journal["entries"]:
        for change in entry["changes"]:
            if change["table"] == "clients" and change["op"] == "update" and "phone" in change["values"]:
                tenant, client = change["key"]
                yield (tenants[tenant], side, client, change["values"]["phone"])


def phones_planned(records: Iterable[Mapping[str, Any]]) -> Iterable[Write]:
    """Return the writes that follow from what people edited: each on the other side, once."""
    for record in records:
        for edit in record["edits"]:
            side = IGNITION if edit["side"] == XPM else XPM
            yield (record["practice"], side, edit[side], edit["phone"])


def wrong_writes(planned: Iterable[Write], written: Iterable[Write]) -> list[str]:
    """Return what was planned and not written, and what was written and not planned or more than once."""
    wanted, found = Counter(planned), Counter(written)
    return [
        f"practice {number}: phone {text} of {client} {what} in {side}"
        for what, lot in (("was not written", wanted - found), ("was written unasked", found - wanted))
        for number, side, client, text in sorted(lot.elements())
    ]


def repeated_calls(
    planned: Iterable[Write], journal: Mapping[str, Any], tenants: Mapping[str, int]
) -> list[str]:
    """Return where XPM was asked more often to change clients than there were clients to change.

    Writing again what is there changes no row, and shows in the calls alone.
    """
    wanted = Counter(number for number, side, _, _ in planned if side == XPM)
    asked = Counter(
        tenants[entry["tenant_id"]]
        for entry in journal["entries"]
        if entry["operation"] == UPDATE and entry["tenant_id"] in tenants
    )
    return [
        f"practice {number}: {count} times too many calls of {UPDATE}"
        for number, count in sorted((asked - wanted).items())
    ]


def observe(plan: LoadPlan, records: Sequence[Mapping[str, Any]], lost: Iterable[int]) -> Json:
    """Return a measured day that is over, from both journals, and empty them.

    `records` are what the practices' people did in the phase before; those of `lost` practices count for nothing.
    """
    tenants = tenants_of(plan.outline())
    gone, told, written, journals = set(lost), {}, list[Write](), {}
    for name, url in ((XPM, plan.xpm_url), (IGNITION, plan.ignition_url)):
        journal = steer("GET", f"{url}/_control/journal")
        steer("DELETE", f"{url}/_control/journal")
        journals[name] = journal
        told[name] = side_of(journal, plan).as_json()
        written += phones_written(journal, name, tenants)
    planned = [write for write in phones_planned(records) if write[0] not in gone]
    written = [write for write in written if write[0] not in gone]
    wrong = wrong_writes(planned, written)
    if plan.faults == "none":
        # Under faults a call whose answer was lost is made again, and rightly so.
        kept = {tenant: number for tenant, number in tenants.items() if number not in gone}
        wrong += repeated_calls(planned, journals[XPM], kept)
    return {**told, "planned": len(planned), "wrong": wrong}


def tenants_of(worlds: Worlds) -> dict[str, int]:
    """Return which practice a tenant of either side is, by its number."""
    return {
        tenant: number
        for number, one in enumerate(worlds.practices)
        for tenant in (one.xpm_tenant_id, one.ignition_tenant_id)
    }
