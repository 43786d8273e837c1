"""More calls than XPM takes at once, and more work than it grants in a minute."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from scenarios.crowd import Narrows, crowd
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.watch import SYNCER, Noted
from syncer.practice import open_practice

AT_ONCE, A_MINUTE = 5, 60
"""What XPM grants a practice, as it is documented: no number of the syncer's."""
CALLERS, LEADS = 12, 34
"""How many call at once, and how many leads accept: each costs two calls of XPM's minute."""
SHARED = 20
"""What is left of the minute where other programs use it too."""
MINUTE, DAY = timedelta(seconds=60), 86_400.0
TOO_MANY = 429


def play(story: Story) -> None:
    """Want too much at once, then too much in a minute: as XPM tells of it, and where it tells nothing."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    _at_once(story, practice)
    _accepted(
        story,
        practice,
        "Busy",
        LEADS,
        A_MINUTE,
        f"{LEADS} accept, more than a minute's {A_MINUTE} calls are enough for",
    )
    story.stage.xpm.put("limits", {"minute": None})
    _accepted(
        story,
        practice,
        "Untold",
        LEADS,
        A_MINUTE,
        f"{LEADS} accept, and XPM does not tell what is left of a minute",
    )
    story.stage.xpm.put("limits", {"minute": SHARED})
    _accepted(
        story,
        practice,
        "Shared",
        SHARED,
        SHARED,
        f"{SHARED} accept, and other programs leave us {SHARED} calls a minute",
    )
    story.stage.xpm.put("limits", {"minute": A_MINUTE})
    story.expect_rest(practice, after=1)


def _at_once(story: Story, practice: PracticeStage) -> None:
    stage = story.stage
    with story.step(
        f"{CALLERS} ask XPM for something at the same moment: {AT_ONCE} calls go, the others wait (E19)"
    ):
        # The access token is fresh since the sync: nobody refreshes it alone, while the others are waited for.
        stage.runtime.narrows = narrows = Narrows(AT_ONCE)
        opened, since = (
            open_practice(stage.config, stage.ledger, stage.runtime, practice.name),
            len(stage.watch),
        )
        stage.runtime.narrows = None
        answers = crowd(opened.xpm.staff, CALLERS)
        story.expect("who is answered", CALLERS, len(answers))
        story.expect("calls under way at once, at the most (E19)", AT_ONCE, narrows.most)
        story.expect("calls that XPM refused (E19)", 0, _refused(_calls(story, since)))


def _accepted(story: Story, practice: PracticeStage, kind: str, leads: int, most: int, what: str) -> None:
    """Have so many leads accept; a sync deploys them with `most` calls to XPM in any minute, as many as it may."""
    names = [f"{kind} {number:02} Pty Ltd" for number in range(leads)]
    with story.step(f"{what}: no minute has more than {most} calls, and all are deployed, each once (E19)"):
        story.stage.pass_time(DAY)
        service = practice.ignition.services()[0]["slug"]
        for name in names:
            lead = practice.ignition.add_lead(name, "Bella Busy")
            practice.ignition.engage(lead["slug"], "Engagement", service)
        since = len(story.stage.watch)
        report = practice.sync()
        calls = _calls(story, since)
        story.note(f"{len(calls)} calls; so many of them began in each minute: {_minute_by_minute(calls)}")
        story.expect("what ended the sync", None, report.stopped)
        story.expect("calls to XPM in any minute, at the most (E19)", most, _in_a_minute(calls))
        story.expect("calls that XPM refused (E19)", 0, _refused(calls))
        there = practice.xpm.uuids()
        made = [len(practice.xpm.jobs_of(there[name])) if name in there else 0 for name in names]
        story.expect("jobs for each", [1] * leads, made)


def _calls(story: Story, since: int) -> list[Noted]:
    """Return the syncer's calls of XPM that its limits are for, of those begun since."""
    xpm = story.stage.xpm.url
    calls = story.stage.watch.since(since)
    return [
        one for one in calls if (one.caller, one.origin) == (SYNCER, xpm) and "/practicemanager/" in one.path
    ]


def _refused(calls: Sequence[Noted]) -> int:
    return sum(one.status == TOO_MANY for one in calls)


def _in_a_minute(calls: Sequence[Noted]) -> int:
    """Return how many calls there are in the minute that has most."""
    moments = [datetime.fromisoformat(one.at) for one in calls]
    return max(sum(first <= one < first + MINUTE for one in moments) for first in moments)


def _minute_by_minute(calls: Sequence[Noted]) -> str:
    """Return how many calls began in each minute since the first."""
    moments = [datetime.fromisoformat(one.at) for one in calls]
    found = Counter((one - min(moments)) // MINUTE for one in moments)
    return ", ".join(str(found[number]) for number in range(max(found) + 1))


BUSY_MINUTES = Scenario(
    name="busy-minutes",
    purpose="More is wanted than XPM takes at once or grants in a minute: the syncer waits, and no call is refused.",
    rules=("R9", "E4", "E19"),
    play=play,
)
