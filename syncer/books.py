"""What the writes of one run mean: for the ledger's bases, and for the report."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from syncer import memory
from syncer.actions import WriteClient
from syncer.errors import ApiError, MalformedError, RefusedError, StaleError
from syncer.heard import without
from syncer.ledger import PracticeLedger
from syncer.model import ContactLink, Link, Sent, Values, known_only
from syncer.report import Problem, Report
from syncer.runtime import iso

ContactMoves = Sequence[tuple[str, str, Values]]
"""(XPM id, Ignition id, values) of contacts whose base moves."""

Sending = tuple[str, str, Values]
"""(XPM client, record on either side, values): to which record of a pair something is sent."""


class Books:
    """Keeps links and bases as writes succeed, and notes what failed."""

    def __init__(self, ledger: PracticeLedger, report: Report) -> None:
        self.ledger = ledger
        self.report = report
        self.failed: set[str] = set()
        """Clients of either side for which nothing more is done in this run."""
        self.left: set[str] = set()
        """Clients of which something is left over: they stay news for the next sync, as the failed ones do."""
        self.missed: set[str] = set()
        """XPM contacts that were to be written first, and were not: what follows from them waits."""
        self.given_up: set[tuple[str, ...]] = set()
        """What was tried about a contact in this run and failed: a second plan does not try it again."""

    def is_left(self, one: str) -> bool:
        """Tell whether a client has to be looked at again."""
        return one in self.failed or one in self.left

    def put_off(self, xpm_id: str, ignition_id: str, *, all_of_it: bool) -> None:
        """Leave a pair, or what is left over of it, to the next sync.

        It is news from now on: what asked for the writes (a new user, another setting) may be none by then.
        """
        (self.failed if all_of_it else self.left).update((xpm_id, ignition_id))
        memory.look_again_at(self.ledger, xpm_id, ignition_id)

    def link(self, xpm_id: str) -> Link:
        """Return the link of an XPM client."""
        return memory.links(self.ledger, xpm_id=xpm_id)[0]

    def move(self, xpm_id: str, values: Values, contacts: ContactMoves = (), etag: str | None = None) -> None:
        """Move the base of a link to values that both sides now have.

        A pair of contacts that is new takes the place of those in which either was before.
        """
        link = self.link(xpm_id)
        sent = without(link.sent, (link.xpm_id, link.ignition_id), values)
        pairs = {(one.xpm_id, one.ignition_id): one.base for one in link.contacts}
        for theirs, ours, moved in contacts:
            sent = without(sent, (theirs, ours), moved)
            pairs = {
                pair: base
                for pair, base in pairs.items()
                if pair == (theirs, ours) or (pair[0] != theirs and pair[1] != ours)
            }
            pairs[theirs, ours] = {**pairs.get((theirs, ours), {}), **known_only(moved)}
        kept = tuple(ContactLink(*pair, base) for pair, base in pairs.items())
        base = {**link.base, **known_only(values)}
        moved_on = replace(link, base=base, contacts=kept, etag=etag or link.etag, sent=sent)
        memory.save_links(self.ledger, [moved_on])

    def send(self, at: datetime, given: Iterable[Sending]) -> None:
        """Note what is about to be sent, and when.

        It is kept until the base moves over it, as no answer may come (E11).
        """
        changed: dict[str, Link] = {}
        for xpm_id, record, values in given:
            known = known_only(values)
            if not known:
                continue
            link = changed.get(xpm_id) or self.link(xpm_id)
            others = tuple(one for one in link.sent if (one.record, one.values) != (record, known))
            changed[xpm_id] = replace(link, sent=(*others, Sent(record, iso(at), known)))
        memory.save_links(self.ledger, list(changed.values()))

    def forget(self, xpm_id: str, gone: Iterable[tuple[str, str]], *, touched: bool = False) -> None:
        """Drop pairs of contacts; `touched`: Ignition's client is another version now."""
        link, pairs = self.link(xpm_id), set(gone)
        kept = tuple(one for one in link.contacts if (one.xpm_id, one.ignition_id) not in pairs)
        ids = {one for pair in pairs for one in pair}
        sent = tuple(one for one in link.sent if one.record not in ids)
        etag = None if touched else link.etag
        memory.save_links(self.ledger, [replace(link, contacts=kept, etag=etag, sent=sent)])

    def did(self, kind: str, line: str) -> None:
        """Report something done."""
        self.report.did[kind] += 1
        self.report.lines.append(line)

    def fail_write(self, action: WriteClient, error: ApiError) -> None:
        """Report a client whose write came to nothing."""
        self.fail(action.xpm_id, action.ignition_id, f"client “{action.name}”", error)

    def fail(self, xpm_id: str, ignition_id: str, record: str, error: ApiError) -> None:
        """Report a client that nothing more is done about in this run."""
        self.put_off(xpm_id, ignition_id, all_of_it=True)
        self.report.problems.append(Problem(record, str(error), way_out(error)))

    def leave(
        self, xpm_id: str, ignition_id: str, record: str, what: tuple[str, ...], error: ApiError
    ) -> None:
        """Report what is left over of a client; the rest of it goes on."""
        self.put_off(xpm_id, ignition_id, all_of_it=False)
        self.given_up.add(what)
        self.report.problems.append(Problem(record, str(error), way_out(error)))


def way_out(error: ApiError) -> str:
    """Say what to do about an error."""
    if isinstance(error, StaleError):
        return "the next sync plans it anew"
    if isinstance(error, RefusedError):
        return "correct the record in the system it came from; every sync tries again"
    if isinstance(error, MalformedError):
        return "nothing was concluded from it; the next sync reads again"
    return "the next sync looks whether it took effect and goes on from there"
