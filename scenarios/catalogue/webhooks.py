"""Webhooks that are lost, late, doubled, out of order or forged."""

import requests

from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story

HOUR, DAY = 3_600.0, 86_400.0
FAULTS = (
    # what becomes of the webhook, and the fault
    ("lost", {"kind": "webhook_lost"}),
    ("sent five times", {"kind": "webhook_duplicated", "copies": 4}),
    ("an hour late", {"kind": "webhook_delayed", "seconds": HOUR}),
)


def play(story: Story) -> None:
    """Accept a proposal for each thing that may become of its webhook; then forge one."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    for what, fault in FAULTS:
        with story.step(
            f"A proposal is accepted, and its webhook is {what}: it is deployed once, by the daily sync at the latest (E11, E12)"
        ):
            story.stage.ignition.post("faults", {**fault, "event": "proposal.accepted"})
            slug = _engaged(practice, f"Webhook {what.title()} Ltd")
            practice.deliver_webhooks()
            story.stage.pass_time(HOUR)
            practice.deliver_webhooks()
            story.note(f"After an hour it shows: {practice.ignition.shown(slug).get('status', 'nothing')}")
            story.stage.ignition.delete("faults")
            story.stage.pass_time(DAY)
            practice.sync()
            practice.deliver_webhooks()
            _expect_one(story, practice, slug, f"Webhook {what.title()} Ltd")
    _out_of_order(story, practice)
    _forged(story, practice)
    story.expect_rest(practice, after=1)


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
        answer = _forge(story, practice, row["slug"])
        story.expect("how it is answered", 401, answer.status_code)
        practice.deliver_webhooks()
        practice.sync()
        story.expect("XPM clients of that name (R10)", 0, len(practice.xpm.named("Never Accepted Ltd")))
    with story.step("Not even one who asks for it by name has a lead pushed that did not accept (R10)"):
        story.note(refusal(lambda: practice.deploy(row["slug"])))
        story.expect("XPM clients of that name (R10)", 0, len(practice.xpm.named("Never Accepted Ltd")))


def _forge(story: Story, practice: PracticeStage, slug: str) -> requests.Response:
    event = {"id": "evt_forged", "type": "proposal.accepted", "created_at": "2026-07-01T00:00:00Z"}
    body = {**event, "data": {"proposal_slug": slug, "client_slug": "cli_x"}}
    moment = int(story.stage.runtime.now().timestamp())
    url = f"{story.stage.config.serve.public_url}/webhooks/ignition/{practice.name}"
    headers = {"X-Ignition-Signature": f"t={moment},v1={'0' * 64}"}
    return story.stage.session.post(url, json=body, headers=headers, timeout=60)


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
