"""Practices of typical sizes: how many clients and staff, what they sell, and which knobs they are turned by."""

from dataclasses import dataclass, replace
from typing import Any

from scenarios.knobs import Knobs, refuse_nonsense, turn
from scenarios.people import COUNTRIES
from scenarios.price_lists import OFFERS
from scenarios.world import Worlds, build


@dataclass(frozen=True)
class Profile:
    """A row: a practice of a typical size, in one sentence, with its figures."""

    name: str
    what: str
    clients: int
    staff: int
    knobs: Knobs
    sells: str = "usual"
    """One of `price_lists.OFFERS`."""

    @property
    def services(self) -> int:
        """How many services it sells; as many in each country."""
        return len(OFFERS[self.sells](COUNTRIES[0]).services)

    @property
    def job_templates(self) -> int:
        """How many job templates it has; as many in each country."""
        return len(OFFERS[self.sells](COUNTRIES[0]).templates)


_USUAL = Knobs(archived=0.06, deleted=0.01, no_email=0.1, no_phone=0.15)

PROFILES: tuple[Profile, ...] = (
    Profile(
        "sole-trader", "One accountant who knows every client by name.", 12, 1,
        replace(_USUAL, archived=0.0, deleted=0.0, shared_contacts=0.25, in_ignition=0.25, leads=0.1),
        sells="few",
    ),
    Profile(
        "small", "A partner, a manager and two accountants in a country town.", 80, 4,
        replace(_USUAL, shared_contacts=0.15, in_ignition=0.3, differing=0.2, engaged=0.3, near_misses=0.03, leads=0.05),
    ),
    Profile(
        "medium", "A dozen people, who took over another practice's clients once.", 400, 12,
        replace(
            _USUAL, duplicates=0.01, near_misses=0.03, shared_contacts=0.12, in_ignition=0.25, differing=0.2,
            engaged=0.3, leads=0.04,
        ),
        sells="many",
    ),
    Profile(
        "large", "Several offices, one list of clients, and its share of namesakes.", 2_500, 40,
        replace(
            _USUAL, duplicates=0.02, near_misses=0.03, shared_contacts=0.1, in_ignition=0.2, differing=0.15,
            engaged=0.3, leads=0.03,
        ),
        sells="many",
    ),
    Profile(
        "firm", "A firm's 15,000 clients: what a first sync has to bear.", 15_000, 120,
        replace(_USUAL, duplicates=0.02, near_misses=0.02, shared_contacts=0.08, in_ignition=0.05, engaged=0.5, leads=0.01),
        sells="many",
    ),
    Profile(
        "messy", "Everything that goes wrong in lists of clients, in one of 150.", 150, 6,
        Knobs(
            duplicates=0.12, near_misses=0.2, long_names=0.04, odd_names=0.04, archived=0.1, deleted=0.06,
            no_email=0.35, no_phone=0.4, shared_contacts=0.3, in_ignition=0.4, differing=0.5, engaged=0.4, leads=0.1,
        ),
        sells="muddled",
    ),
)  # fmt: skip
BY_NAME = {one.name: one for one in PROFILES}


def make(
    profile: Profile, seed: int, practices: int = 1, clients: int | None = None, **turned: float
) -> Worlds:
    """Return the worlds of practices of a profile. `clients` and `turned` (knobs by name) take the place of its own.

    A practice depends on the seed, its number and what is asked of it, and not on how many there are.
    Raises ValueError for a share that is none.
    """
    knobs = replace(profile.knobs, **turned)
    refuse_nonsense(knobs)
    wanted: dict[str, Any] = {
        "clients": profile.clients if clients is None else clients,
        "practices": practices,
    }
    worlds = build(seed, **wanted, staff=profile.staff, offer=OFFERS[profile.sells])
    for number in range(practices):
        turn(worlds.tenant(number), worlds.practice(number), knobs, (seed, number, profile.name))
    return worlds
