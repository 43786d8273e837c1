"""Taking what lost a conflict after all: it is put back where it was lost, and goes from there as any change does.

So it goes the way that the direction allows, to all copies of a contact that several clients share; and when
the program dies in between, the next sync finishes what was begun.
"""

from syncer import memory
from syncer.apply import Applier
from syncer.books import Books
from syncer.conflict_records import AGREED, TAKEN
from syncer.conflicts import REMOVED, Conflict, close, people_of, takeable
from syncer.contact_actions import SYSTEMS
from syncer.errors import RefusedError
from syncer.ignition import NOT_FOUND
from syncer.model import Client, Link, Standing
from syncer.plan_links import in_order, plan_links
from syncer.practice import Practice
from syncer.putting_back import Case, put_back_contact, put_back_value, refusal
from syncer.reading import read_one
from syncer.report import DONE, Report
from syncer.runtime import iso
from syncer.view import Plan, View

ROUNDS = 2
"""How often the pair is planned: once more when a write has changed who is the primary contact."""


def take(practice: Practice, number: int) -> Report:
    """Have what lost a conflict after all, on both sides, and settle the conflict.

    So it goes too for one about a field over which time has gone: both sides agreed on something else, or
    a later conflict took its place. Raises DecisionError when somebody has settled it, or when the record has changed again since or is gone.
    """
    with practice.lease.hold():
        found = takeable(practice.ledger, number)
        report = practice.report()
        run = practice.ledger.start_run(f"conflicts take {number}", iso(practice.runtime.now()))
        outcome = "not done"
        try:
            _take(_case(practice, found, Books(practice.ledger, report), run))
            outcome = "done" if report.exit_code == DONE else "done with problems"
        finally:
            practice.ledger.end_run(run, iso(practice.runtime.now()), outcome, report.as_json())
        return report


def _case(practice: Practice, conflict: Conflict, books: Books, run: int) -> Case:
    """Read both clients of a conflict, and see that they are as they must be."""
    row = conflict.row
    links = memory.links(practice.ledger, xpm_id=row["xpm_id"], ignition_id=row["ignition_id"])
    if not links:
        raise refusal(conflict, "the two clients are no longer linked")
    link = links[0]
    here, there = _read_here(practice, conflict, link), practice.xpm.client(link.xpm_id)
    memory.remember(practice.ledger, memory.XPM, [there], None)
    for side, client in ((memory.IGNITION, here), (memory.XPM, there)):
        if client.standing is not Standing.LIVE:
            raise refusal(
                conflict, f"the client is {client.standing.value} in {SYSTEMS[side]}; restore it first"
            )
    return Case(practice, conflict, books, run, link, here, there)


def _read_here(practice: Practice, conflict: Conflict, link: Link) -> Client:
    try:
        return read_one(practice, link.ignition_id)
    except RefusedError as error:
        if error.status != NOT_FOUND:
            raise
        raise refusal(conflict, "the client is gone from Ignition") from error


def _take(case: Case) -> None:
    conflict, ledger, books = case.conflict, case.ledger, case.books
    # Whatever becomes of this, the next sync looks at the pair.
    memory.look_again_at(ledger, case.there.id, case.here.id)
    put_back = put_back_contact if conflict.kind == REMOVED else put_back_value
    what = f"conflict {conflict.number}, {conflict.title}"
    if not put_back(case):
        close(ledger, conflict.number, AGREED, iso(case.practice.runtime.now()))
        books.did("conflicts settled", f"{what}: both sides have it already")
        return
    _carry(case)
    if not books.report.problems:
        close(ledger, conflict.number, TAKEN, iso(case.practice.runtime.now()))
        books.did("conflicts taken", f"{what}: what {SYSTEMS[conflict.loser]} had is taken")


def _carry(case: Case) -> None:
    """Plan the pair as a sync does, with all copies of its contacts, and carry that out."""
    applier = Applier(case.practice, case.books.report, case.run)
    for _ in range(ROUNDS):
        view = _view(case)
        if view.news_xpm or view.news_ignition:
            plan = Plan(people=people_of(case.ledger))
            plan_links(view, plan, [link for link in view.links if link.xpm_id == case.link.xpm_id])
            plan.actions = in_order(plan.actions)
            case.books.report.warnings += plan.warnings
            applier.run(plan, view)


def _view(case: Case) -> View:
    """Return what a plan of the pair is made from: it, and those that share a contact with it."""
    everyone = memory.links(case.ledger)
    uuid, slug = case.link.xpm_id, case.link.ignition_id
    held = {one.xpm_id for link in everyone if link.xpm_id == uuid for one in link.contacts}
    held |= {one.id for one in case.there.contacts or ()}
    links = [
        link for link in everyone if link.xpm_id == uuid or any(one.xpm_id in held for one in link.contacts)
    ]
    ids = {memory.XPM: [one.xpm_id for one in links], memory.IGNITION: [one.ignition_id for one in links]}
    records = {side: memory.some_mirrored(case.ledger, side, some) for side, some in ids.items()}
    news_xpm, news_ignition = (memory.news(case.ledger, side) for side in (memory.XPM, memory.IGNITION))
    return View(
        xpm={one.id: one for one in records[memory.XPM]},
        ignition={one.id: one for one in records[memory.IGNITION]},
        news_xpm={one: version for one, version in news_xpm.items() if one == uuid},
        news_ignition={one: version for one, version in news_ignition.items() if one == slug},
        links=tuple(links),
        staff=(),
        users=(),
        user_links=(),
        templates=(),
        policy=case.practice.config.sync.policy,
    )
