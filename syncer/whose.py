"""Whose an accepted proposal is: what a person picked, or else who the client is (E10). A pure decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from syncer.match import Accepting, Identity, Known, Step, identify
from syncer.model import Client, Link, Standing

NEW = "new"
"""What a person picks to have a client made where none of the candidates is the one."""


@dataclass(frozen=True, slots=True)
class Question:
    """The Ignition client of an accepted proposal, its link, and what a person picked, if anything.

    `was_lead`: the client is a lead, or was one when it was first seen. `create_unmatched` is the setting
    `unmatched_existing = create`.
    """

    client: Client
    link: Link | None
    picked: str | None
    was_lead: bool
    create_unmatched: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Who it is; whether a person's pick says so, or was not needed."""

    identity: Identity
    by_pick: bool = False
    pick_unneeded: bool = False


def whose(asked: Question, directory: Iterable[Known]) -> Answer:
    """Return which XPM client an accepted proposal belongs to (E10).

    A client archived in Ignition takes no jobs (E7). What a person picked comes next, where the link does
    not live or is the same; then the order of `identify`.
    """
    client, link, picked = asked.client, asked.link, asked.picked
    if client.standing is not Standing.LIVE:
        return Answer(
            Identity(Step.PARK, reason="the client is archived in Ignition: it takes no more jobs (E7)")
        )
    if picked and (link is None or link.standing != "live" or link.xpm_id == picked):
        step = Step.CREATE if picked == NEW else Step.USE
        return Answer(
            Identity(step, uuid=None if picked == NEW else picked, reason="a person's pick"), by_pick=True
        )
    accepting = Accepting(
        slug=client.id,
        name=client.name,
        lead=client.lead or asked.was_lead,
        linked_uuid=link.xpm_id if link else None,
        create_unmatched=asked.create_unmatched,
    )
    return Answer(identify(accepting, directory), pick_unneeded=bool(picked))
