"""A sync of one practice: read both sides, plan, look once more, apply, deploy what was accepted."""

from datetime import datetime

from syncer import ledger_tables as t
from syncer import memory
from syncer.apply import Applier
from syncer.client_making import adopt_clients
from syncer.confirming import read_noted
from syncer.conflicts import names_of
from syncer.contact_making import adopt
from syncer.deploy import Deployer
from syncer.errors import LimitError
from syncer.explain import Explainer
from syncer.lead_making import adopt_leads, give_up_leads
from syncer.ledger import RUNNING
from syncer.once import SETTLE_SECONDS
from syncer.plan import Plan, View, XpmWrite, make_plan, unsure, writes_xpm
from syncer.practice import Practice, connected_text, show_connected
from syncer.preview import Preview
from syncer.reading import (
    Progress,
    Reading,
    look_again,
    read,
    report_left_out,
    settings_text,
    silent,
    view_of,
)
from syncer.relinking import recall_links
from syncer.report import CUT_SHORT, Report, not_done
from syncer.resting import foreseen, settle_agreed, settling
from syncer.runtime import iso
from syncer.unheard import forget_past
from syncer.waits import wait

LOOKS = 3
"""How often a plan is made anew because XPM changed meanwhile; what still changes then waits for the next sync."""


def sync(
    practice: Practice, *, dry_run: bool = False, force: bool = False, progress: Progress = silent
) -> Report:
    """Bring both sides in step; with `dry_run` only say what would be done.

    Reading is remembered in the ledger either way, marked as not yet dealt with. A side that shows none of the
    clients it had stops the sync (SuddenlyEmptyError), unless `force` is given. A limit that lifts
    too late stops it too: the report tells what is left, and the next sync goes on there (E19).
    """
    with practice.lease.hold():
        ledger = practice.ledger
        # Whoever has the lease is the only one at work: what else looks as if it ran was killed.
        ledger.change(t.runs, {"outcome": CUT_SHORT}, outcome=RUNNING)
        run = ledger.start_run("plan" if dry_run else "sync", iso(practice.runtime.now()))
        report = practice.report()
        try:
            if dry_run:
                _plan(practice, report, force=force, progress=progress)
            else:
                _sync(practice, report, run, force=force, progress=progress)
        except BaseException as error:
            ledger.end_run(run, iso(practice.runtime.now()), not_done(error), report.as_json())
            raise
        # The rows say what the lines say, to programs; of 15,000 clients they would fill the ledger.
        kept = {**report.as_json(), "planned": []}
        ledger.end_run(run, iso(practice.runtime.now()), _outcome(report, dry_run=dry_run), kept)
        return report


def _outcome(report: Report, *, dry_run: bool) -> str:
    return "planned" if dry_run and report.stopped is None else report.outcome


def _plan(practice: Practice, report: Report, *, force: bool, progress: Progress) -> None:
    reading = _read(practice, report, force=force, progress=progress, patient=False)
    # What was read is kept. What would follow from it is written into the ledger, looked at, and taken back.
    with practice.ledger.ledger.rehearsal():
        report.warnings += recall_links(practice.ledger, reading.proposals)
        plan = make_plan(view_of(practice, reading.lists))
        _tell(report, plan)
        deployer = _taken_in(practice, report, reading)
        explainer = Explainer({one.uuid: one.name for one in reading.lists.staff})
        for action in plan.actions:
            report.did[type(action).__name__] += 1
            report.foresee(explainer.step(action))
        names = names_of(practice.ledger)
        for conflict, why in foreseen(practice.ledger, plan.actions):
            report.foresee(settling(conflict, why, names))
        Preview(practice, report, deployer, plan, reading.lists).show()


def _sync(practice: Practice, report: Report, run: int, *, force: bool, progress: Progress) -> None:
    ledger = practice.ledger
    reading = _read(practice, report, force=force, progress=progress)
    report.warnings += recall_links(ledger, reading.proposals)
    applier = Applier(practice, report, run)
    count = _Count(progress)
    # Before anything is written: what a limit leaves undone is known then.
    deployer = _taken_in(practice, report, reading)
    try:
        _carry_over(practice, report, reading, applier, count)
        deployer.work(progress=progress)
        _follow_up(practice, report, reading, applier, count)
        _settle_conflicts(practice, report)
        forget_past(ledger, datetime.fromisoformat(reading.began), practice.runtime.now())
        _show_status(practice)
    except LimitError as error:
        report.stopped, report.left = error, count.left
        report.left_proposals = len(deployer.waiting())
        return
    ledger.put(
        t.cursors,
        {"name": "settings", "value": settings_text(practice)},
        {"name": "first_sync", "value": ledger.cursor("first_sync") or reading.began},
    )


def _read(
    practice: Practice, report: Report, *, force: bool, progress: Progress, patient: bool = True
) -> Reading:
    reading = read(practice, force=force, progress=progress)
    # What was being made when a program died is linked as what it was made to be, before a plan finds it.
    adopt_clients(practice.ledger)
    read_noted(practice)
    missing = adopt_leads(practice.ledger, practice.runtime.now())
    unknown = f"what came of making {missing} leads is not known"
    if missing and patient:
        wait(practice.runtime, SETTLE_SECONDS, f"{unknown}, and they may still land (E11)")
        practice.xpm.left_out.clear()  # they are met again
        practice.ignition.left_out.clear()
        reading = read(practice, force=force, progress=progress)
        read_noted(practice)
        adopt_leads(practice.ledger, practice.runtime.now())
        give_up_leads(practice.ledger)
    elif missing:
        report.warnings.append(f"{unknown}: a sync waits for them before it makes them anew (E11)")
    adopt(practice)
    report.warnings += reading.warnings
    report.problems += reading.problems
    report_left_out(practice, report)
    return reading


def _tell(report: Report, plan: Plan) -> None:
    report.warnings += [line for line in plan.warnings if line not in report.warnings]
    report.attention += [line for line in plan.attention if line not in report.attention]


def _taken_in(practice: Practice, report: Report, reading: Reading) -> Deployer:
    """Return a deployer that knows the proposals just read; only then does their cursor move (E12)."""
    templates = {one.uuid for one in reading.lists.templates}
    deployer = Deployer(practice, report, templates, reading.services)
    deployer.take_in(reading.proposals)
    practice.ledger.put(t.cursors, {"name": "proposals", "value": reading.proposals_until})
    return deployer


def _carry_over(
    practice: Practice, report: Report, reading: Reading, applier: Applier, count: "_Count"
) -> None:
    """Plan, look once more where XPM is written to (E23), and apply. The plan is gone when this is done."""
    view, looked = view_of(practice, reading.lists), None
    plan = make_plan(view)
    held: list[XpmWrite] = []
    for _ in range(LOOKS):
        if not writes_xpm(plan):
            break
        looked = practice.runtime.now()
        if not look_again(practice, reading):
            break
        before, view = view, view_of(practice, reading.lists)
        meant, plan = plan, make_plan(view)
        held = unsure((before, meant), (view, plan), held)
    applier.hold(held, view)
    _tell(report, plan)
    count.run(applier, plan, view)
    if looked is not None:
        report.window_seconds = (practice.runtime.now() - looked).total_seconds()


class _Count:
    """Runs plans, and counts how much of them is done."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._of = 0

    @property
    def left(self) -> int:
        return self._of - self._done

    def run(self, applier: Applier, plan: Plan, view: View) -> None:
        self._of += len(plan.actions)
        applier.run(plan, view, self._add)

    def _add(self, number: int) -> None:
        self._done += number
        self._progress("applying the plan", self._done, self._of)


def _follow_up(practice: Practice, report: Report, reading: Reading, applier: Applier, count: _Count) -> None:
    """Plan once more for clients that a deployment linked or read anew, so that a next sync finds nothing (E4)."""
    if memory.news(practice.ledger, memory.XPM) or memory.news(practice.ledger, memory.IGNITION):
        view = view_of(practice, reading.lists)
        plan = make_plan(view)
        _tell(report, plan)
        count.run(applier, plan, view)


def _settle_conflicts(practice: Practice, report: Report) -> None:
    """Let those conflicts rest about which both sides agree on something else by now (E3)."""
    lines = settle_agreed(practice.ledger, iso(practice.runtime.now()))
    if lines:
        report.did["conflicts settled"] += len(lines)
        report.lines += lines


def _show_status(practice: Practice) -> None:
    """Tell Ignition that the connection lives; only when it did not know, so that an idle sync writes nothing (E4)."""
    row = practice.ledger.row(t.connections, system="xpm") or {}
    if practice.ledger.cursor("integration") != connected_text(row["tenant_id"]):
        show_connected(practice)
