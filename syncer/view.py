"""What a plan is made from and what it consists of; who is who among staff and users."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from syncer.actions import Action
from syncer.decide import Policy
from syncer.model import UNKNOWN, Client, Link, MaybeValue, Staff, Template, User

PEOPLE = ("partner", "manager")


@dataclass(frozen=True, slots=True)
class UserLink:
    """A user picked from XPM staff, and whether both are still there (R2, E18)."""

    staff_uuid: str
    user_slug: str
    name: str
    standing: str = "live"


@dataclass(frozen=True)
class View:
    """Everything a plan is made from: both sides as last read, and the ledger.

    `xpm` and `ignition` hold the records that a plan may need: what is news, its partners, what has no
    link. Of the other clients, which are linked and quiet, id and name are enough.
    """

    xpm: Mapping[str, Client]
    ignition: Mapping[str, Client]
    news_xpm: Mapping[str, int]
    """Clients read since the last sync and not yet dealt with: id and the version that was read."""
    news_ignition: Mapping[str, int]
    links: tuple[Link, ...]
    staff: tuple[Staff, ...]
    users: tuple[User, ...]
    user_links: tuple[UserLink, ...]
    templates: tuple[Template, ...]
    pushed_templates: str | None = None
    """The list as last pushed, as `fingerprint` writes it."""
    pushed_candidates: str | None = None
    first: bool = False
    import_new_clients: bool = True
    policy: Policy = field(default_factory=Policy)
    everything: bool = False
    """Every link is looked at: the settings changed since the last sync (E9)."""
    others_xpm: tuple[tuple[str, str], ...] = ()
    """Id and name of live XPM clients whose records are not here."""
    others_ignition: tuple[tuple[str, str], ...] = ()


@dataclass
class Plan:
    """The whole plan: actions in order, and sentences for the report."""

    actions: list[Action] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    """What only a person can settle."""
    unlinked_staff: Counter[str] = field(default_factory=Counter)
    """XPM staff who are a Partner or Manager and no linked user, with how many clients name them."""
    unlinked_users: Counter[str] = field(default_factory=Counter)
    people: "People" = field(default_factory=lambda: People({}))
    """Who is who: by this the plan's Partner and Manager are translated when they are written."""


class People:
    """Translates Partner and Manager: known only where a staff member is a linked user (R6)."""

    def __init__(self, user_of: Mapping[str, str]) -> None:
        self._user_of = user_of
        self._staff_of = {slug: uuid for uuid, slug in user_of.items()}

    def xpm(self, client: Client) -> Client:
        """Return an XPM client in which staff who are no linked users are unknown."""
        return self._with(client, lambda uuid: uuid if uuid in self._user_of else UNKNOWN)

    def ignition(self, client: Client) -> Client:
        """Return an Ignition client with staff UUIDs for user slugs; users without staff are unknown."""
        return self._with(client, lambda slug: self._staff_of.get(slug, UNKNOWN))

    def has(self, staff_uuid: str) -> bool:
        """Tell whether a staff member is a linked user."""
        return staff_uuid in self._user_of

    def slug(self, staff_uuid: MaybeValue) -> MaybeValue:
        """Return the user of a staff member, None for none."""
        return self._user_of[staff_uuid] if isinstance(staff_uuid, str) else None

    def for_ignition(self, client: Client) -> dict[str, MaybeValue]:
        """Return an XPM client's values as comparable ones: what an import writes, unknown ones left out."""
        return {name: value for name, value in self.xpm(client).values.items() if value is not UNKNOWN}

    def count_unlinked(self, client: Client, names: Counter[str]) -> None:
        """Count the people of a client, as read, who have no partner on the other side."""
        known = self._user_of.keys() | self._staff_of.keys()
        for one in {client.values[role] for role in PEOPLE}:
            if isinstance(one, str) and one not in known:
                names[one] += 1

    @staticmethod
    def _with(client: Client, read: Callable[[str], MaybeValue]) -> Client:
        people = {
            name: read(value) if isinstance(value, str) else value
            for name in PEOPLE
            if (value := client.values[name]) is not UNKNOWN
        }
        return replace(client, values={**client.values, **people})
