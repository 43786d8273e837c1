"""Locust's side of the load test: `make load`, or plain `locust -f scenarios/load/locustfile.py`.

Whoever leads (the only process, or Locust's master) deals the practices to the workers, opens one phase
after the other, and ends the run when all is done. A worker's users take what is due in its own practices.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, ClassVar

import gevent
import requests
from locust import LoadTestShape, User, constant, events, task
from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from scenarios.load.fakes import FakesError, begin_phase, prepare, silent
from scenarios.load.lead import Lead, few_users
from scenarios.load.measuring import fire, measured_session, rows_of
from scenarios.load.observed import observe
from scenarios.load.plan import PlanError, from_json, read
from scenarios.load.pool import Pool, Turn
from scenarios.load.schedule import Kind, items_of, phases
from scenarios.load.usage import processes_of, this_process
from scenarios.load.work import TROUBLE, House, Lane, make_house

REST = 0.02
"""Seconds that a user with nothing to do waits before it looks again."""


class Share:
    """This process's part of a run."""

    def __init__(self) -> None:
        self.pool = Pool(time.perf_counter)
        self.house: House | None = None
        self.lanes: dict[int, Lane] = {}

    def deal(self, environment: Any, msg: Any) -> None:
        """Take the practices that are this process's."""
        for lane in self.lanes.values():
            lane.close()
        plan = from_json(msg.data["plan"])
        self.house = make_house(plan, lambda: measured_session(environment), _aside)
        self.lanes = {}
        for number in msg.data["practices"]:
            self.lanes[number] = Lane(self.house, number)
            gevent.sleep(0)
        self.pool.deal(self.lanes)

    def open(self, environment: Any, msg: Any) -> None:
        """Open a phase."""
        number = msg.data["phase"]
        if self.house is None:
            return
        plan = self.house.plan
        for lane in self.lanes.values():
            lane.begin(phases(plan.days)[number].passes)
        for idle in self.pool.open(number, {one: items_of(plan, one, number) for one in self.lanes}):
            self.report(environment, idle, number, "")

    def report(self, environment: Any, practice: int, phase: int, failed: str) -> None:
        """Tell who leads that a practice is through with a phase."""
        document = {
            "practice": practice,
            "phase": phase,
            "failed": failed,
            "process": this_process(),
            **vars(self.lanes[practice].record),
        }
        _tell_statistics(environment)
        environment.runner.send_message("load.through", document)


def _tell_statistics(environment: Any) -> None:
    """Tell whoever leads what was measured: a run may be over before Locust's next report, which comes every 3 s."""
    runner = environment.runner
    if isinstance(runner, WorkerRunner):
        measured: dict[str, Any] = {}
        environment.events.report_to_master.fire(client_id=runner.client_id, data=measured)
        runner.send_message("stats", measured)


SHARE = Share()
LEADS: list[Lead] = []
"""The run that this process leads, if it leads one."""


class Worker(User):
    """Takes what is due for its kind of work, one practice at a time."""

    abstract = True
    wait_time = constant(0)
    kind: ClassVar[Kind]

    def on_start(self) -> None:
        """Be there for a kind of work."""
        SHARE.pool.serve(self.kind, 1)

    def on_stop(self) -> None:
        """Be there no more."""
        SHARE.pool.serve(self.kind, -1)

    @task
    def work(self) -> None:
        """Do the next item, or wait a moment for one."""
        turn = SHARE.pool.take(self.kind)
        if turn is None:
            gevent.sleep(REST)
            return
        failure = _do(self.environment, turn)
        if SHARE.pool.give_back(turn, failed=bool(failure)):
            SHARE.report(self.environment, turn.practice, turn.phase, failure)


class PracticeSync(Worker):
    """Syncs practices with the real syncer."""

    kind = "sync"
    weight = 3


class Engagement(Worker):
    """A person who sends proposals, and a client who accepts them."""

    kind = "engage"
    weight = 1


class Browser(Worker):
    """A third party's program that reads."""

    kind = "browse"
    weight = 1


def _do(environment: Any, turn: Turn) -> str:
    started = time.perf_counter()
    failure: BaseException | None = None
    try:
        SHARE.lanes[turn.practice].do(turn.item, turn.phase, turn.intended)
    except TROUBLE as error:
        failure = error
    ended = time.perf_counter()
    kind = "sync" if "sync" in turn.item.what else "work"
    fire(environment, kind, turn.item.what, ended - started, 0, failure)
    if turn.item.due or turn.item.what in {"daily sync", "acceptance"}:
        fire(environment, kind, f"{turn.item.what}, from its moment", ended - turn.intended, 0, failure)
    return f"{type(failure).__name__}: {failure}" if failure else ""


class Conductor(LoadTestShape):
    """Opens the phases, says how far the run is, and ends it when all is done or its time is over."""

    def tick(self) -> tuple[int, float] | None:
        """Look once a second; None ends the run."""
        if not LEADS:
            plan = read()
            return (plan.users, float(plan.users))
        lead = LEADS[-1]
        runner = self.runner
        if isinstance(runner, MasterRunner):
            lead.miss(one.id for one in runner.clients.values() if one.state != STATE_MISSING)
        gone = silent(lead.plan)
        if gone:
            lead.break_off(f"the fakes are down: {gone}")
        if time.perf_counter() - lead.started > lead.plan.seconds:
            lead.break_off(f"its {lead.plan.seconds:.0f} s were over in “{lead.progress()}”")
        print(lead.progress(), file=sys.stderr, flush=True)  # noqa: T201  # progress is told while it runs
        return None if lead.ended else (lead.plan.users, float(lead.plan.users))


def _aside(work: Callable[..., Any], *given: Any) -> Any:
    """Do a longer piece of work in a thread of its own: a process that shows no life for 3 s counts as dead."""
    return gevent.get_hub().threadpool.apply(work, given)


def begin(environment: Environment, **_others: Any) -> None:
    """Begin a run, where this process leads: worlds anew, practices dealt, the first phase."""
    runner: Any = environment.runner
    if isinstance(runner, WorkerRunner):
        return
    plan = read()
    lead = Lead(plan, time.perf_counter)
    LEADS[:] = [lead]
    plan.records_path.unlink(missing_ok=True)
    try:
        prepare(plan)
    except FakesError as error:
        # The shape ends at its next look: a page that is up stays up, and can be asked again.
        lead.break_off(str(error))
        return
    names = [one.id for one in runner.clients.ready] if isinstance(runner, MasterRunner) else ["local"]
    if too_few := few_users(plan.users, len(names)):
        lead.break_off(too_few)
        return
    document = vars(plan)
    for name, practices in lead.deal_to(names).items():
        runner.send_message("load.deal", {"plan": document, "practices": practices}, client_id=name)
    gevent.spawn(_conduct, environment, lead)


def _conduct(environment: Any, lead: Lead) -> None:
    """Open the phases as they come."""
    runner = environment.runner
    while not lead.ended:
        try:
            _close_phase(lead)
            phase = lead.next_phase()
            if phase is not None:
                begin_phase(lead.plan, phase)
        except (requests.RequestException, FakesError) as error:
            lead.break_off(f"the fakes are down: {error}")
            return
        except Exception as error:
            # Nobody else would open a phase again: the run would go on until its time is over.
            lead.break_off(f"a mistake of the load test: {type(error).__name__}: {error}")
            raise
        if phase is not None:
            # What there is so far is kept: this process may be killed.
            write(lead, environment, over=False)
            lead.opened()
            runner.send_message("load.phase", {"phase": phase})
        gevent.sleep(REST)


def _close_phase(lead: Lead) -> None:
    """Look at a phase that all are through with, before the next one begins."""
    if not lead.is_through:
        return
    lead.closed()
    lead.processes |= processes_of(lead.plan) | this_process()
    if lead.day is not None:
        lead.saw(_aside(observe, lead.plan, lead.edits(), lead.lost))


def enlist(environment: Environment, **_others: Any) -> None:
    """Say at once, in one line, when there is nothing to run against; learn the messages."""
    runner: Any = environment.runner
    if not isinstance(runner, WorkerRunner):
        try:
            read()
        except PlanError as error:
            environment.process_exit_code = 1
            raise SystemExit(str(error)) from error
    if not isinstance(runner, MasterRunner):
        runner.register_message("load.deal", SHARE.deal)
        runner.register_message("load.phase", SHARE.open)
    if not isinstance(runner, WorkerRunner):
        runner.register_message("load.through", _hear)


def _hear(environment: Any, msg: Any) -> None:  # noqa: ARG001  # Locust names its arguments
    LEADS[-1].through(msg.data)


def keep_results(environment: Environment, **_others: Any) -> None:
    """Write what came of the run, whole or partial, where the summary reads it, and have Locust's exit code say it."""
    for lead in LEADS:
        lead.break_off("the run was broken off")
        write(lead, environment, over=True)
        # A call that fails under faults is what they are for: what became of the work is judged afterwards.
        failed = lead.plan.faults == "none" and environment.stats.total.num_failures
        environment.process_exit_code = 1 if lead.why_partial or lead.lost or failed else 0


def say_partial(**_others: Any) -> None:
    """Say at the end, in one line, that the run is not whole."""
    for lead in LEADS:
        if lead.why_partial:
            print(f"PARTIAL: {lead.why_partial}", file=sys.stderr, flush=True)  # noqa: T201  # as progress is


def write(lead: Lead, environment: Any, *, over: bool) -> None:
    """Write what is known of a run; whoever reads it meets a whole file."""
    path = lead.plan.results_path
    path.parent.mkdir(parents=True, exist_ok=True)
    with lead.plan.records_path.open("a", encoding="utf-8") as records:
        records.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in lead.to_write())
    beside = path.with_suffix(".new")
    beside.write_text(lead.as_json(*rows_of(environment.stats), over=over), "utf-8")
    beside.replace(path)


# Locust's hooks carry no types.
hooks: Any = events
hooks.init.add_listener(enlist)
hooks.test_start.add_listener(begin)
hooks.test_stop.add_listener(keep_results)
hooks.quitting.add_listener(keep_results)
hooks.quitting.add_listener(say_partial)
