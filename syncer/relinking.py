"""Links that a lost ledger had and Ignition still shows: they are linked again (E10, E11)."""

from collections.abc import Iterable

from syncer import memory
from syncer.ledger import PracticeLedger
from syncer.model import Link, Proposal, Standing


def recall_links(ledger: PracticeLedger, proposals: Iterable[Proposal]) -> list[str]:
    """Link again what a ledger that is lost had linked, by what Ignition shows of deployments, and say so.

    Both sides have been read before. Else a client that was made for an acceptance and renamed since
    would come in as another one.
    """
    said = []
    for proposal in proposals:
        uuid, slug = proposal.deployed.client_uuid if proposal.deployed else None, proposal.client_slug
        if uuid is None or memory.links(ledger, xpm_id=uuid) or memory.links(ledger, ignition_id=slug):
            continue
        pair = ((memory.XPM, uuid), (memory.IGNITION, slug))
        both = [client for side, one in pair for client in memory.some_mirrored(ledger, side, [one])]
        if [client.standing for client in both] == [Standing.LIVE, Standing.LIVE]:
            memory.save_links(ledger, [Link(uuid, slug, "deployed")])
            memory.look_again_at(ledger, uuid, slug)
            said.append(
                f"“{proposal.client_name}” is XPM client {uuid} again, as {proposal.reference} shows (E10)"
            )
    return said
