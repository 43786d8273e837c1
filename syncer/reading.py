"""Reading both sides: what changed since last time, kept in the ledger until it is dealt with."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncer import ledger_tables as t
from syncer import memory
from syncer.confirming import Listed, client_of_ignition, clients_of_ignition, clients_of_xpm, read_unseen
from syncer.lead_making import are_under_way
from syncer.model import Client, Contact, Link, Proposal, Service
from syncer.plan import UserLink, View, people_changed
from syncer.practice import Practice
from syncer.report import Problem, Report
from syncer.runtime import iso
from syncer.seeing import BornLeads, Seen, assemble, readable_contacts, see, see_again, with_latest
from syncer.small_lists import Lists, lists_of
from syncer.sweeping import TITLES, gone_from, is_sweep_due, note_sweep
from syncer.words import counted

OVERLAP = timedelta(minutes=5)
"""Each list is read again from this long before its last reading: clocks differ, and writes land late."""

LOOK_BACK = timedelta(days=2)
"""A look before a write asks for what changed in so long, at the least."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Reading:
    """What a sync read: the lists that a plan is made from, and what only deployments need.

    The clients of both sides are in the ledger.
    """

    began: str
    """When, by our clock."""
    lists: Lists
    services: dict[str, Service]
    proposals: list[Proposal]
    proposals_until: str
    """From when on the next sync asks for proposals."""
    warnings: tuple[str, ...]
    since: datetime
    """From when on a further look asks what changed in XPM."""
    problems: tuple[Problem, ...] = ()


def read(practice: Practice, *, force: bool = False, progress: Progress = silent) -> Reading:
    """Read what changed on both sides, or everything where that is due, and return what a plan is made from.

    Raises SuddenlyEmptyError when a side that had clients shows none of them, unless `force` is given.
    """
    ledger, xpm, ignition = practice.ledger, practice.xpm, practice.ignition
    practice.connected_at()
    began = practice.runtime.now()
    clocks = {memory.XPM: xpm.transport.their_clock, memory.IGNITION: ignition.transport.their_clock}
    for clock in clocks.values():
        clock.begin()
    whole = is_sweep_due(practice)
    since_xpm, since_ignition = (
        None if whole else _since(practice, cursor) for cursor in ("xpm_clients", "ignition_clients")
    )
    since_proposals = None if whole else _since(practice, "proposals")
    if are_under_way(ledger):
        since_ignition = None

    def see_clients() -> list[Seen]:
        return see(ignition, ignition.clients(since_ignition))

    def read_contacts() -> dict[str, Contact]:
        return readable_contacts(practice, ignition.contacts(since_ignition))

    calls: list[Callable[[], object]] = [
        lambda: clients_of_xpm(practice, since_xpm),
        xpm.staff,
        xpm.templates,
        see_clients,
        read_contacts,
        ignition.users,
        ignition.services,
        lambda: ignition.proposals(since_proposals),
    ]
    progress("reading both sides", 0, 1)
    answers = practice.runtime.gather(calls)
    until = {side: iso(clock.began(began)) for side, clock in clocks.items()}
    progress("reading both sides", 1, 1)
    of_xpm, staff, templates, seen, contacts, users, services, proposals = answers
    clients = of_xpm.clients
    answers.clear()  # what is kept in the ledger need not stay in memory: there may be 15,000 of each
    lists, warnings = lists_of(practice, staff, users, templates, force=force)
    warnings += see_again(practice, seen, clients, since_ignition)
    gone = _gone(practice, clients, seen, force=force) if whole else {}
    warnings += tuple(
        f"{counted(len(ids), 'client')} no longer in {TITLES[side]}'s list: nothing is concluded from that (E5)"
        for side, ids in gone.items()
        if ids
    )
    _keep(practice, memory.XPM, of_xpm, until[memory.XPM])
    problems = of_xpm.problems
    del clients, of_xpm
    proposals = with_latest(practice, seen, proposals)
    born = BornLeads(practice, seen, proposals)
    of_ignition = clients_of_ignition(
        practice,
        assemble(practice, seen, contacts),
        lambda: assemble(practice, see_clients(), read_contacts()),
    )
    _keep(practice, memory.IGNITION, of_ignition, until[memory.IGNITION], born)
    problems += (*of_ignition.problems, *read_unseen(practice))
    del seen, contacts, of_ignition
    if whole:
        note_sweep(practice, gone, until[memory.XPM])
    since = _look_since(practice, until[memory.XPM])
    until_proposals = until[memory.IGNITION]
    return Reading(iso(began), lists, services, proposals, until_proposals, warnings, since, problems)


def _gone(
    practice: Practice, clients: Iterable[Client], seen: Iterable[Seen], *, force: bool
) -> dict[str, set[str]]:
    """Return the ids of the clients that whole lists show no more, by side."""
    shown = {memory.XPM: [one.id for one in clients], memory.IGNITION: [one.slug for one in seen]}
    return {side: gone_from(practice, side, ids, force=force) for side, ids in shown.items()}


def _look_since(practice: Practice, began: str) -> datetime:
    """Return from when on a look before a write asks: since all was last read, and for two days at the least.

    What the lists of changes missed since, because an answer was an old one or our clock was ahead, is seen before
    it is overwritten (E23).
    """
    swept = datetime.fromisoformat(practice.ledger.cursor("swept") or began) - OVERLAP
    return min(swept, datetime.fromisoformat(began) - LOOK_BACK)


def look_again(practice: Practice, reading: Reading) -> bool:
    """Look at what changed in XPM since it was read, in one call; tells whether anything did (E23)."""
    before = memory.news(practice.ledger, memory.XPM)
    memory.remember(practice.ledger, memory.XPM, clients_of_xpm(practice, reading.since).clients, None)
    return memory.news(practice.ledger, memory.XPM) != before


def view_of(practice: Practice, lists: Lists) -> View:
    """Return what a plan is made from: the lists given, and what the ledger remembers of both sides."""
    ledger = practice.ledger
    links = tuple(memory.links(ledger))
    news = {side: memory.news(ledger, side) for side in (memory.XPM, memory.IGNITION)}
    names = {side: memory.live_names(ledger, side) for side in (memory.XPM, memory.IGNITION)}
    view = View(
        xpm={},
        ignition={},
        news_xpm=news[memory.XPM],
        news_ignition=news[memory.IGNITION],
        links=links,
        staff=lists.staff,
        users=lists.users,
        user_links=tuple(
            UserLink(row["staff_uuid"], row["user_slug"], row["name"], row["standing"])
            for row in ledger.rows(t.user_links)
        ),
        templates=lists.templates,
        pushed_templates=ledger.cursor("templates"),
        pushed_candidates=ledger.cursor("candidates"),
        first=lists.first,
        import_new_clients=practice.config.sync.import_new_clients,
        policy=practice.config.sync.policy,
        everything=ledger.cursor("settings") != settings_text(practice),
    )
    needed = _needed(links, news, names, everything=view.everything or people_changed(view))
    records = {
        side: {one.id: one for one in memory.some_mirrored(ledger, side, sorted(ids))}
        for side, ids in needed.items()
    }
    others = {
        side: tuple((one, name) for one, name in names[side].items() if one not in records[side])
        for side in names
    }
    return replace(
        view,
        xpm=records[memory.XPM],
        ignition=records[memory.IGNITION],
        others_xpm=others[memory.XPM],
        others_ignition=others[memory.IGNITION],
    )


def _needed(
    links: Iterable[Link],
    news: Mapping[str, Mapping[str, int]],
    names: Mapping[str, Mapping[str, str]],
    *,
    everything: bool,
) -> dict[str, set[str]]:
    """Return the ids of the records that a plan may need, by side.

    That is what is news, its partners, the partners that share a contact with it (E6), and what has
    no link; with `everything`, every linked pair.
    """
    linked = list(links)
    there = set(news[memory.XPM]) | (names[memory.XPM].keys() - {link.xpm_id for link in linked})
    here = set(news[memory.IGNITION]) | (
        names[memory.IGNITION].keys() - {link.ignition_id for link in linked}
    )
    asked = [link for link in linked if everything or link.xpm_id in there or link.ignition_id in here]
    shared = {contact.xpm_id for link in asked for contact in link.contacts}
    asked += [link for link in linked if any(contact.xpm_id in shared for contact in link.contacts)]
    there |= {link.xpm_id for link in asked}
    here |= {link.ignition_id for link in asked}
    return {memory.XPM: there, memory.IGNITION: here}


def settings_text(practice: Practice) -> str:
    """Return the settings that decide what is synced, as one text that tells whether they changed (E9)."""
    settings = practice.config.sync
    return f"{settings.direction} {settings.level} {settings.winner}"


def report_left_out(practice: Practice, report: Report) -> None:
    """Report the records that could not be read; everything else goes on (E20)."""
    for api in (practice.xpm, practice.ignition):
        for error in api.left_out:
            way_out = "it is left out until it changes; look at it in the system it came from"
            report.problems.append(Problem(error.operation, error.what, way_out))
        api.left_out.clear()


def refresh_directory(practice: Practice, *, whole: bool = False) -> None:
    """Read what changed among XPM's clients, so that names are looked up in what is true now (E10).

    `whole`: read them all, because something that was just made must not be overlooked (E11): a cursor
    goes by what XPM says of its clock, and it may say nothing.
    """
    began, clock = practice.runtime.now(), practice.xpm.transport.their_clock
    clock.begin()
    listed = clients_of_xpm(practice, None if whole else _since(practice, "xpm_clients"))
    _keep(practice, memory.XPM, listed, iso(clock.began(began)))


def read_one(practice: Practice, slug: str, accepted: Iterable[Proposal] = ()) -> Client:
    """Read one Ignition client with its contacts, and keep it; the next sync deals with what is new.

    `accepted` is what it is known to have accepted: a list that is asked now may be an old one, and would
    make it a client that never was a lead (E10).
    """
    client, row = client_of_ignition(practice, slug)
    born = BornLeads(practice, see(practice.ignition, [row]), accepted)
    memory.remember(practice.ledger, memory.IGNITION, [client], None, born)
    return client


def _keep(
    practice: Practice,
    side: str,
    listed: Listed,
    until: str,
    born_lead: Callable[[Client], bool] = memory.is_lead,
) -> None:
    """Keep what a list showed; its cursor moves where all of that is settled."""
    cursor = (f"{side}_clients", until) if listed.is_settled else None
    memory.remember(practice.ledger, side, listed.clients, cursor, born_lead)


def _since(practice: Practice, cursor: str) -> datetime | None:
    text = practice.ledger.cursor(cursor)
    return datetime.fromisoformat(text) - OVERLAP if text else None
