"""The fault plan: which call, or which delivery, fails how. This room chooses; others do what was chosen.

Chance is a hash of the seed, the fault, the request, and how often that same request came before,
so that calls may arrive in any order and the same ones are met. Of a delivery it is the practice, the
subscription, the event and the attempt's number.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mock_kit.faults_rule import Asked, Attempted, Rule
from mock_kit.ids import hash_of


class FaultError(ValueError):
    """There is no such fault in the plan."""


class PlanError(ValueError):
    """The plan cannot have this fault; the message says why, and the way out."""


def chance(seed: int, label: str, asked: Asked | Attempted, earlier: int) -> float:
    """Return a number from 0 to 1 (excluded) that depends on the seed, the fault and the request alone."""
    drawn = hash_of("fault", seed, label, *asked.same, earlier)
    return float(int.from_bytes(drawn[:6], "big") / (1 << 48))


def is_named(parts: Sequence[str], name: str) -> bool:
    """Tell whether a name fits a pattern, given as the texts between its stars: in one walk, however many."""
    first, *rest = parts
    if not rest:
        return name == first
    if not (name.startswith(first) and name.endswith(rest[-1]) and len(name) >= len(first) + len(rest[-1])):
        return False
    at, end = len(first), len(name) - len(rest[-1])
    for part in rest[:-1]:
        found = name.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def is_met(fault: Rule, drawn: str, seed: int, asked: Asked | Attempted, matched: int, attempt: int) -> bool:
    """Tell whether a call that matches meets a fault.

    `drawn` is the fault's own name in the draw; `matched` counts the calls that matched the fault,
    `attempt` those that were this same request, both with this one.
    """
    if fault.every is not None:
        return matched % fault.every == 0
    if fault.attempts is not None:
        return attempt in fault.attempts
    if fault.probability is not None:
        used = seed if fault.seed is None else fault.seed
        return chance(used, drawn, asked, attempt - 1) < fault.probability
    return True


@dataclass
class Armed:
    """A fault of the plan, and what it has counted."""

    fault: Rule
    twin: int = 0
    """How many faults of the same label stand before it: each has chances of its own."""
    matched: int = 0
    applied: int = 0
    attempts: dict[bytes, int] = field(default_factory=dict)
    """How often each request came, by its digest: there may be very many."""

    def __post_init__(self) -> None:
        self.parts = self.fault.pattern.split("*")
        self.looks_closely = self.fault.looks_closely
        label = self.fault.label
        self.drawn = f"{label} #{self.twin + 1}" if self.twin else label

    def meets(self, asked: Asked | Attempted, seed: int) -> bool:
        """Count a call or a delivery's attempt, and tell whether it meets this fault."""
        fault = self.fault
        if (
            fault.tenant not in (None, asked.tenant_id)
            or not fault.concerns(asked)
            or not is_named(self.parts, asked.name)
        ):
            return False
        attempt = 0
        if isinstance(asked, Attempted):
            attempt = asked.attempt
        elif self.looks_closely:
            if asked.query is None:
                return False  # the call was on its way before the fault was there
            same = asked.digest
            attempt = self.attempts[same] = self.attempts.get(same, 0) + 1
        self.matched += 1
        spent = fault.times is not None and self.applied >= fault.times
        return not spent and is_met(fault, self.drawn, seed, asked, self.matched, attempt)


class Plan:
    """The faults of one fake, in the order they were added."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self.armed: list[Armed] = []
        """Empty: no call needs to ask."""

    def add(self, faults: Sequence[Any]) -> None:
        """Add faults behind those that are there. Raises PlanError, and adds none, for one that cannot be had."""
        for fault in faults:
            if fault.times is not None and fault.probability is not None:
                raise PlanError(
                    f"the fault {fault.label} has times and probability: which calls it met would depend on the "
                    "order they arrive in; leave one of them out"
                )
        with self._lock:
            armed = list(self.armed)
            for fault in faults:
                armed.append(Armed(fault, sum(one.fault.label == fault.label for one in armed)))
            self.armed = armed

    @property
    def looks_closely(self) -> bool:
        """Whether a fault of the plan tells a call's request from others."""
        return any(armed.looks_closely for armed in self.armed)

    def choose(self, asked: Asked | Attempted) -> Any:
        """Return the fault that a call, or a delivery, meets: the first of the plan; None: it meets none.

        Every fault counts it, so that what `every`, `probability` and `attempts` name never depends on the
        other faults. `times` counts what happened: a fault that stands behind another waits its turn, and
        one that can do nothing to a call (a page that drifts, where no page is asked for) is not used up.
        """
        with self._lock:
            met = [armed for armed in self.armed if armed.meets(asked, self._seed)]
            if not met:
                return None
            fault = met[0].fault
            if not fault.happens_later:
                met[0].applied += 1
            return fault

    def strike(self, fault: Rule) -> None:
        """Count a chosen fault that was left open until now: it did something to its call."""
        with self._lock:
            for armed in self.armed:
                if armed.fault is fault:
                    armed.applied += 1

    def told(self) -> list[dict[str, Any]]:
        """Return the faults, each with how many calls matched it and how often it was applied."""
        with self._lock:
            return [
                {
                    **armed.fault.model_dump(exclude_none=True),
                    "matched": armed.matched,
                    "applied": armed.applied,
                }
                for armed in self.armed
            ]

    def clear(self, name: str | None = None) -> None:
        """Remove all faults, or those of a name. Raises FaultError when there is none of that name."""
        with self._lock:
            left = [armed for armed in self.armed if name is not None and armed.fault.label != name]
            if name is not None and len(left) == len(self.armed):
                raise FaultError(f"no fault is called {name!r}; GET /_control/faults lists the plan")
            self.armed = left

    def restart(self) -> None:
        """Keep the faults and begin to count anew."""
        with self._lock:
            self.armed = [Armed(armed.fault, armed.twin) for armed in self.armed]
