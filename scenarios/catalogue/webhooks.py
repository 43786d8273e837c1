"""Webhooks that are lost, late, doubled, out of order or forged."""

import json
from datetime import datetime
from typing import Any, NamedTuple

import requests

from mock_kit.delivery_attempt import sign
from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story
from scenarios.watch import IGNITION
from syncer.connect import webhook_secret

HOUR, DAY, FIVE_MINUTES = 3_600.0, 86_400.0, 300
NOTHING, DEPLOYED = "nothing", "deployed"


class Fate(NamedTuple):
    """What becomes of a webhook, and by which fault."""

    what: str
    fault: dict[str, Any]
    comes: list[int]
    """How many seconds after it was due it reaches the syncer, each time."""
    shown: list[str]
    """What the proposal shows at once, and after an hour."""
    when: str
    """When it is deployed."""


FATES = (
    Fate("lost", {"kind": "webhook_lost"}, [], [NOTHING, NOTHING], "by the daily sync"),
    Fate(
        "sent five times",
        {"kind": "webhook_duplicated", "copies": 4},
        [0] * 5,
        [DEPLOYED, DEPLOYED],
        "when the first comes",
    ),
    Fate(
        "an hour late",
        {"kind": "webhook_delayed", "seconds": HOUR},
        [3_600],
        [NOTHING, DEPLOYED],
        "when it comes",
    ),
)


def play(story: Story) -> None:
    """Accept a proposal for each thing that may become of its webhook; then forge one."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    for fate in FATES:
        _meet(story, practice, fate)
    _out_of_order(story, practice)
    _too_old(story, practice)
    _forged(story, practice)
    story.expect_rest(practice, after=1)


def _meet(story: Story, practice: PracticeStage, fate: Fate) -> None:
    name = f"Webhook {fate.what.title()} Ltd"
    with story.step(
        f"A proposal is accepted, and its webhook is {fate.what}: it is deployed once, {fate.when} (E11, E12)"
    ):
        story.stage.ignition.post("faults", {**fate.fault, "event": "proposal.accepted"})
        since, due = len(story.stage.watch), story.stage.runtime.now()
        slug = _engaged(practice, name)
        worked = practice.deliver_webhooks()
        shown = [_shown(practice, slug)]
        story.stage.pass_time(HOUR)
        worked += practice.deliver_webhooks()
        shown.append(_shown(practice, slug))
        story.expect("how often the fault struck", [1], _struck(story))
        story.expect("after how many seconds the webhook comes", fate.comes, _came(story, since, due))
        story.expect("how often it is worked on (E11)", min(1, len(fate.comes)), len(worked))
        story.expect("what the proposal shows at once, and after an hour (E11)", fate.shown, shown)
        story.stage.ignition.delete("faults")
        story.stage.pass_time(DAY)
        practice.sync()
        practice.deliver_webhooks()
        _expect_one(story, practice, slug, name)


def _struck(story: Story) -> list[int]:
    """Return how often each fault of Ignition's plan did something."""
    return [one["applied"] for one in story.stage.ignition.get("faults")["faults"]]


def _came(story: Story, since: int, due: datetime) -> list[int]:
    """Return how many seconds after a moment Ignition called the syncer, of the calls begun since."""
    calls = [one for one in story.stage.watch.since(since) if one.caller == IGNITION]
    return [round((datetime.fromisoformat(one.at) - due).total_seconds()) for one in calls]


def _shown(practice: PracticeStage, slug: str) -> str:
    return str(practice.ignition.shown(slug).get("status", NOTHING))


def _out_of_order(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Two are accepted, and their webhooks come in the other order: each is deployed once (E11)"
    ):
        # Behind two, of which one comes: it is held back for the whole hour. Two that came at the same moment
        # would have no order.
        held = {"kind": "webhook_reordered", "behind": 2, "seconds": HOUR}
        story.stage.ignition.post("faults", {**held, "event": "proposal.accepted"})
        names = ("First Comes Last Ltd", "Last Comes First Ltd")
        slugs = [_engaged(practice, name) for name in names]
        made = [_made(practice, names)]
        story.stage.pass_time(HOUR)
        made.append(_made(practice, names))
        story.expect("how often the fault struck", [1], _struck(story))
        story.stage.ignition.delete("faults")
        story.expect("whose clients are made at once, and after an hour", [[names[1]], [names[0]]], made)
        for slug, name in zip(slugs, names, strict=True):
            _expect_one(story, practice, slug, name)


def _made(practice: PracticeStage, names: tuple[str, ...]) -> list[str]:
    """Have what is due delivered, and return for whom of `names` a client is made, in that order."""
    lines = [line for report in practice.deliver_webhooks() for line in report.lines if "new client" in line]
    return [next((name for name in names if name in line), line) for line in lines]


def _forged(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Somebody forges a webhook for a proposal that was never accepted: it is turned away (R10)"
    ):
        lead = practice.ignition.add_lead("Never Accepted Ltd", "Nell Never")
        row = practice.ignition.propose(lead["slug"], "Engagement", practice.ignition.services()[0]["slug"])
        answer = _send(story, practice, row["slug"])
        story.expect("how it is answered", 401, answer.status_code)
        practice.deliver_webhooks()
        practice.sync()
        story.expect("XPM clients of that name (R10)", 0, len(practice.xpm.named("Never Accepted Ltd")))
    with story.step("Not even one who asks for it by name has a lead pushed that did not accept (R10)"):
        story.note(refusal(lambda: practice.deploy(row["slug"])))
        story.expect("XPM clients of that name (R10)", 0, len(practice.xpm.named("Never Accepted Ltd")))


def _too_old(story: Story, practice: PracticeStage) -> None:
    name = "Overheard Ltd"
    with story.step(
        "Of one that is lost a copy comes, signed as it should be five minutes ago: too old; signed just now it is taken (E11)"
    ):
        story.stage.ignition.post("faults", {"kind": "webhook_lost", "event": "proposal.accepted"})
        slug = _engaged(practice, name)
        practice.deliver_webhooks()
        story.stage.ignition.delete("faults")
        for seconds, status, shown in ((FIVE_MINUTES + 1, 401, NOTHING), (FIVE_MINUTES - 1, 200, DEPLOYED)):
            answer = _send(story, practice, slug, ago=seconds, signed_with=_secret(story, practice))
            story.expect(f"how it is answered, signed {seconds} s ago (E11)", status, answer.status_code)
            practice.deliver_webhooks()
            story.expect("what the proposal shows", shown, _shown(practice, slug))
        _expect_one(story, practice, slug, name)


def _send(
    story: Story, practice: PracticeStage, slug: str, *, ago: int = 0, signed_with: str = "a guess"
) -> requests.Response:
    """Send the syncer a webhook about a proposal that is not Ignition's, signed so many seconds ago."""
    event = {"id": f"evt_{slug}", "type": "proposal.accepted", "created_at": "2026-07-01T00:00:00Z"}
    body = json.dumps({**event, "data": {"proposal_slug": slug, "client_slug": "cli_x"}}).encode()
    moment = int(story.stage.runtime.now().timestamp()) - ago
    url = f"{story.stage.config.serve.public_url}/webhooks/ignition/{practice.name}"
    headers = {"Content-Type": "application/json", "X-Ignition-Signature": sign(signed_with, moment, body)}
    return story.stage.session.post(url, data=body, headers=headers, timeout=60)


def _secret(story: Story, practice: PracticeStage) -> str:
    """Return what Ignition signs this practice's webhooks with."""
    return str(webhook_secret(story.stage.ledger.of(practice.name)))


def _engaged(practice: PracticeStage, name: str) -> str:
    lead = practice.ignition.add_lead(name, "Wendy Webhook")
    return str(practice.ignition.engage(lead["slug"])["slug"])


def _expect_one(story: Story, practice: PracticeStage, slug: str, name: str) -> None:
    story.expect(f"jobs of each XPM client “{name}” (E11, E12)", [1], practice.xpm.job_counts(name))
    story.expect("the proposal shows", "deployed", practice.ignition.shown(slug).get("status"))


WEBHOOKS = Scenario(
    name="webhooks",
    purpose="A webhook that is lost, doubled, late or overtaken costs nothing, and a forged one is turned away.",
    rules=("R9", "R10", "E4", "E11", "E12"),
    play=play,
)
