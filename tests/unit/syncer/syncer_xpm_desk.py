"""The XPM API over a script, and a planned job by hand: what the tests of its calls share."""

from datetime import date
from typing import Any

from syncer_desk import Script, Step, transport

from syncer.jobs import PlannedJob
from syncer.xpm import Xpm

ROOT = "http://xpm.test/practicemanager/3.1/"
PLANNED = PlannedJob(
    proposal_slug="prop_1",
    recurrence="once_off",
    number=0,
    lines=("pss_1",),
    name="Tax return",
    description="01 Jul, 2026",
    order_number="PROP-1042",
    start=date(2026, 7, 1),
    last=date(2026, 7, 1),
    due=date(2026, 7, 31),
    template_uuids=("t-1", "t-2"),
)


def api(*steps: Step) -> tuple[Xpm, Script]:
    way, script, _ = transport(steps)
    return Xpm("http://xpm.test/", way), script


def sent(script: Script) -> tuple[str | None, str, Any]:
    (asked,) = script.asked
    return asked.method, str(asked.url).removeprefix(ROOT), asked.body
