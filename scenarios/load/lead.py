"""Leading a run: who has which practices, which phase it is, what came of it, and what is lost. No Locust here."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scenarios.load.plan import LoadPlan
from scenarios.load.schedule import Phase, deal, phases

Json = dict[str, Any]


def few_users(users: int, processes: int) -> str:
    """Say that there are fewer users than processes: one without a user would never do what it was dealt; else nothing."""
    if users >= processes:
        return ""
    return f"{users} users are too few for {processes} processes: give --users {processes} or more, or fewer processes"


@dataclass
class Lead:
    """What the leading process knows. `now` is a clock in seconds."""

    plan: LoadPlan
    now: Callable[[], float]
    shares: dict[str, list[int]] = field(default_factory=dict)
    """Each worker's practices, by its id."""
    workers: int = 0
    """How many there were when the practices were dealt."""
    phase: int = -1
    waiting: set[int] = field(default_factory=set)
    """Practices that are not through with the phase."""
    lost: dict[int, str] = field(default_factory=dict)
    """Practices that do no more, and why."""
    records: list[Json] = field(default_factory=list)
    """What practices came to in the last phases: those before are written, and kept no longer."""
    unwritten: list[Json] = field(default_factory=list)
    """Those of them that have not been asked for."""
    ledgers: dict[int, str] = field(default_factory=dict)
    spans: dict[str, float] = field(default_factory=dict)
    """How many seconds each phase took."""
    processes: dict[str, Json] = field(default_factory=dict)
    """What each process of the run has used so far: its seconds of CPU and its memory, by its name."""
    before: dict[str, Json] = field(default_factory=dict)
    """The same when the phase began."""
    days: list[Json] = field(default_factory=list)
    """What was seen of each measured day."""
    began: float = 0.0
    started: float = field(init=False)
    why_partial: str = ""
    ended: bool = False

    def __post_init__(self) -> None:
        self.started = self.began = self.now()

    def deal_to(self, workers: Iterable[str]) -> dict[str, list[int]]:
        """Deal the practices to workers, by id, and return the shares."""
        names = list(workers)
        self.shares = dict(zip(names, deal(self.plan.practices, len(names)), strict=True))
        self.workers = len(names)
        return self.shares

    def next_phase(self) -> int | None:
        """Return the phase that begins now: None where one is under way, or there is no further one."""
        if self.ended or self.waiting:
            return None
        if self.phase + 1 == len(phases(self.plan.days)) or len(self.lost) == self.plan.practices:
            self.ended = True
            return None
        self.phase += 1
        self.waiting = set(range(self.plan.practices)) - self.lost.keys()
        return self.phase

    def opened(self) -> None:
        """Note that the phase has begun, once all is ready for it."""
        self.began, self.before = self.now(), dict(self.processes)

    @property
    def is_through(self) -> bool:
        """Whether all are through with the phase that is open."""
        return self.phase >= 0 and not self.waiting and self.name not in self.spans

    @property
    def _open(self) -> Phase:
        return phases(self.plan.days)[max(self.phase, 0)]

    @property
    def name(self) -> str:
        """The phase that is open."""
        return self._open.name

    def closed(self) -> None:
        """Note that the phase is over, before anything else is done."""
        self.spans[self.name] = self.now() - self.began

    @property
    def day(self) -> int | None:
        """The measured day that is open, from 0; None where the phase is none."""
        return self._open.day

    def saw(self, seen: Json) -> None:
        """Keep what was seen of the measured day that is over."""
        used = {
            name: {
                "cpu_s": round(one["cpu_s"] - self.before.get(name, {"cpu_s": 0.0})["cpu_s"], 3),
                "rss": one["rss"],
            }
            for name, one in sorted(self.processes.items())
        }
        self.days.append({"day": self.day, "span": self.spans[self.name], "processes": used, **seen})

    def edits(self) -> list[Json]:
        """Return the records of the phase before the one that is open: what people did."""
        return [one for one in self.records if one["phase"] == self.phase - 1]

    def through(self, message: Json) -> None:
        """Hear that a practice is through with the phase, or does no more."""
        number = message["practice"]
        self.processes |= message.pop("process", {})
        if number in self.lost:
            return  # of a worker that was given up, and shows life again
        self.waiting.discard(number)
        self.records.append(message)
        self.unwritten.append(message)
        if message.get("failed"):
            self.lost[number] = message["failed"]
        if message.get("ledger"):
            self.ledgers[number] = message["ledger"]

    def miss(self, present: Iterable[str]) -> None:
        """Hear which workers are there: what those who are gone had to do is lost."""
        if self.ended:
            return
        for name in sorted(self.shares.keys() - set(present)):
            gone = [number for number in self.shares.pop(name) if number not in self.lost]
            self.lost |= dict.fromkeys(gone, "its worker died")
            self.waiting -= set(gone)
            self.why_partial = self.why_partial or f"worker {name} died; practices {sorted(gone)} are lost"

    def break_off(self, why: str) -> None:
        """End before all is done."""
        if not self.ended:
            self.ended, self.why_partial = True, self.why_partial or why

    def progress(self) -> str:
        """Say in a line how far the run is."""
        done = self.plan.practices - len(self.waiting)
        return f"{self.name}: {done} of {self.plan.practices} practices, {self.now() - self.began:.0f} s"

    def to_write(self) -> list[Json]:
        """Return the records that have not been asked for yet, and let go of what nobody asks for any more."""
        found, self.unwritten = self.unwritten, []
        self.records = [one for one in self.records if one["phase"] >= self.phase - 1]
        return found

    def as_json(self, rows: list[Json], failures: list[str], *, over: bool = True) -> str:
        """Return all that is known but the records, for the results' file; `over` says that nothing comes after it."""
        why = self.why_partial or ("" if self.ended else "the run was broken off")
        known = {
            "partial": why,
            "over": over,
            "workers": self.workers,
            "phase": self.name,
            "lost": {str(number): why for number, why in sorted(self.lost.items())},
            "ledgers": {str(number): digest for number, digest in sorted(self.ledgers.items())},
            "spans": self.spans,
            "days": self.days,
            "rows": rows,
            "failures": failures,
        }
        return json.dumps(known, ensure_ascii=False, indent=1)
