"""A sync of one practice: read both sides, plan, apply, deploy what was accepted."""

from syncer import ledger_tables as t
from syncer.apply import Applier
from syncer.deploy import Deployer
from syncer.plan import Plan, View, make_plan
from syncer.practice import Practice, connected_text, show_connected
from syncer.reading import Progress, read, report_left_out, settings_text, silent, view_of
from syncer.report import Report
from syncer.runtime import iso


def sync(practice: Practice, *, dry_run: bool = False, progress: Progress = silent) -> Report:
    """Bring both sides in step; with `dry_run` only say what would be done.

    Reading is remembered in the ledger either way, marked as not yet dealt with.
    """
    with practice.lease.hold():
        return _sync(practice, dry_run=dry_run, progress=progress)


def _sync(practice: Practice, *, dry_run: bool, progress: Progress) -> Report:
    report = practice.report()
    ledger = practice.ledger
    began = iso(practice.runtime.now())
    run = ledger.start_run("plan" if dry_run else "sync", began)
    try:
        view, services, proposals = read(practice, progress)
        report_left_out(practice, report)
        plan = make_plan(view)
        report.warnings += plan.warnings
        report.attention += plan.attention
        deployer = Deployer(practice, report, {one.uuid for one in view.templates}, services)
        deployer.take_in(proposals)
        ledger.put(t.cursors, {"name": "proposals", "value": began})
        if dry_run:
            _say_plan(report, plan, deployer)
        else:
            applier = Applier(practice.ledger, practice.xpm, practice.ignition, practice.runtime, report, run)
            _apply(applier, view, plan, progress)
            deployer.work()
            _follow_up(practice, report, applier, view, progress)
            _show_status(practice)
            ledger.put(
                t.cursors,
                {"name": "settings", "value": settings_text(practice)},
                {"name": "first_sync", "value": ledger.cursor("first_sync") or began},
            )
    except BaseException as error:
        ledger.end_run(
            run, iso(practice.runtime.now()), f"not done: {type(error).__name__}", report.as_json()
        )
        raise
    outcome = "planned" if dry_run else "done" if report.exit_code == 0 else "done with problems"
    ledger.end_run(run, iso(practice.runtime.now()), outcome, report.as_json())
    return report


def _follow_up(
    practice: Practice, report: Report, applier: Applier, before: View, progress: Progress
) -> None:
    """Plan once more for clients that a deployment linked or read anew, so that a next sync finds nothing (E4)."""
    view = view_of(practice, before)
    if view.news_xpm or view.news_ignition:
        plan = make_plan(view)
        report.warnings += [line for line in plan.warnings if line not in report.warnings]
        _apply(applier, view, plan, progress)


def _apply(applier: Applier, view: View, plan: Plan, progress: Progress) -> None:
    total = len(plan.actions)
    done = 0

    def count(number: int) -> None:
        nonlocal done
        done += number
        progress("applying the plan", done, total)

    applier.run(plan, view, count)


def _say_plan(report: Report, plan: Plan, deployer: Deployer) -> None:
    for action in plan.actions:
        report.did[type(action).__name__] += 1
        report.lines.append(action.say())
    report.lines += deployer.preview()


def _show_status(practice: Practice) -> None:
    """Tell Ignition that the connection lives; only when it did not know, so that an idle sync writes nothing (E4)."""
    row = practice.ledger.row(t.connections, system="xpm") or {}
    if practice.ledger.cursor("integration") != connected_text(row["tenant_id"]):
        show_connected(practice)
