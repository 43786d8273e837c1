"""What a load run left behind, judged over HTTP from outside: doubles, losses, and a digest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from scenarios.agreement import differences, is_live
from scenarios.desks import Control, XpmDesk
from scenarios.ignition_desk import IgnitionDesk
from scenarios.load.digest import hash_of_state, timeless
from scenarios.load.plan import LoadPlan


@dataclass
class Verdict:
    """What was found. `unfinished` are practices whose work the run's time did not suffice for."""

    doubles: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    unfinished: list[int] = field(default_factory=list)
    clients: int = 0
    jobs: int = 0
    digest: str = ""
    """Of all practices; empty where one was not finished: what is not whole compares with nothing."""


def judge(plan: LoadPlan, ledgers: Mapping[str, str]) -> Verdict:
    """Compare both sides of every practice that is through, and hash the state they and the ledgers ended in.

    `ledgers` are the hashes of the finished practices' ledgers, by number.
    """
    session = requests.Session()
    session.trust_env = False
    xpm, ignition = Control("XPM", plan.xpm_url, session), Control("Ignition", plan.ignition_url, session)
    verdict, parts = Verdict(), []
    for number, practice in enumerate(plan.outline().practices):
        if str(number) not in ledgers:
            verdict.unfinished.append(number)
            continue
        there = XpmDesk(xpm, practice.xpm_tenant_id)
        here = IgnitionDesk(ignition, practice.ignition_tenant_id)
        _judge_clients(verdict, practice.name, there, here)
        _judge_jobs(verdict, practice.name, there, here)
        verdict.losses += [f"{practice.name}: {one.say()}" for one in differences(there, here)]
        states: list[Any] = [
            timeless(control.get("state", tenant=desk.tenant_id))
            for control, desk in ((xpm, there), (ignition, here))
        ]
        parts.append([hash_of_state(states), ledgers[str(number)]])
    verdict.digest = "" if verdict.unfinished else hash_of_state(parts)
    return verdict


def _judge_clients(verdict: Verdict, practice: str, xpm: XpmDesk, ignition: IgnitionDesk) -> None:
    """Each live XPM client is one client in Ignition of the same name, and no name is there more often."""
    there = Counter(row["Name"] for row in xpm.clients() if is_live(row))
    here = Counter(row["name"] for row in ignition.clients())
    verdict.clients += there.total()
    verdict.doubles += [
        f"{practice}: client “{name}”, {count} times too many" for name, count in (here - there).items()
    ]
    verdict.losses += [
        f"{practice}: client “{name}”, {count} times missing" for name, count in (there - here).items()
    ]


def _judge_jobs(verdict: Verdict, practice: str, xpm: XpmDesk, ignition: IgnitionDesk) -> None:
    """Each accepted proposal has the one job it asked for."""
    uuids = {row["Name"]: row["UUID"] for row in xpm.clients()}
    for proposal in ignition.proposals():
        if proposal["state"] != "accepted":
            continue
        uuid = uuids.get(proposal["client_name"])
        jobs = (
            [job for job in xpm.jobs_of(uuid) if job["ClientOrderNumber"] == proposal["reference_number"]]
            if uuid
            else []
        )
        verdict.jobs += len(jobs)
        what = f"{practice}: job of {proposal['reference_number']}"
        verdict.doubles += [f"{what}, {len(jobs)} of them"] if len(jobs) > 1 else []
        verdict.losses += [what] if not jobs else []
