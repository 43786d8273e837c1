"""What the writes of one run mean: for the ledger's bases, and for the report."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syncer import memory
from syncer.actions import WriteClient
from syncer.contact_actions import FieldChange
from syncer.errors import ApiError, MalformedError, RefusedError, StaleError
from syncer.heard import acknowledged, without
from syncer.ledger import PracticeLedger
from syncer.model import ContactLink, Link, Sent, Unknown, Values, known_only
from syncer.once import SETTLE_SECONDS
from syncer.report import Problem, Report
from syncer.runtime import iso

ContactMoves = Sequence[tuple[str, str, Values]]
"""(XPM id, Ignition id, values) of contacts whose base moves."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What is about to be sent to a record of a pair, by XPM's client, and what was agreed on of it before."""

    xpm_id: str
    record: str
    values: Values
    agreed: Values


def sending(xpm_id: str, record: str, changes: Iterable[FieldChange]) -> Sending:
    """Return what some changes send to a record."""
    told = tuple(changes)
    agreed = {one.field: one.base for one in told if not isinstance(one.base, Unknown)}
    return Sending(xpm_id, record, {one.field: one.new for one in told}, agreed)


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
        self._sent: dict[tuple[str, str], Sent] = {}
        """What this run sent last, by XPM's client and record."""

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
        sent = acknowledged(link.sent, (link.xpm_id, link.ignition_id), values)
        pairs = {(one.xpm_id, one.ignition_id): one.base for one in link.contacts}
        for theirs, ours, moved in contacts:
            sent = acknowledged(sent, (theirs, ours), moved)
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

    def send(self, now: datetime, given: Iterable[Sending]) -> None:
        """Note what is about to be sent, as no answer may come (E11): it is kept until the base moves over it.

        What was sent before and is there was agreed on (`heard`), and is kept as that. What was sent so long ago
        that it must have landed is not there, or is that.
        """
        changed: dict[str, Link] = {}
        for one in given:
            values = known_only(one.values)
            if values:
                link = _agreed(changed.get(one.xpm_id) or self.link(one.xpm_id), one)
                in_flight = iso(now - timedelta(seconds=SETTLE_SECONDS))
                kept = [old for old in link.sent if old.at >= in_flight]
                gone = [old for old in link.sent if old.at < in_flight]
                fresh = Sent(one.record, iso(now), values)
                known = any((old.record, old.values) == (fresh.record, fresh.values) for old in kept)
                sent = (*without(gone, {one.record}, values), *kept, *(() if known else (fresh,)))
                changed[one.xpm_id] = replace(link, sent=sent)
                self._sent.pop((one.xpm_id, one.record), None)
                if not known:
                    self._sent[one.xpm_id, one.record] = fresh
        memory.save_links(self.ledger, list(changed.values()))

    def refused(self, given: Iterable[Sending]) -> None:
        """Note that what was sent just now was refused, and is not there."""
        for one in given:
            fresh = self._sent.pop((one.xpm_id, one.record), None)
            if fresh is not None:
                link = self.link(one.xpm_id)
                sent = tuple(old for old in link.sent if old != fresh)
                memory.save_links(self.ledger, [replace(link, sent=sent)])

    @contextmanager
    def sent(self, now: datetime, *given: Sending) -> Iterator[None]:
        """Note what the block sends, and where it is refused that it is not there."""
        self.send(now, given)
        try:
            yield
        except (RefusedError, StaleError):
            self.refused(given)
            raise

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


def _agreed(link: Link, one: Sending) -> Link:
    """Return a link whose base is what the plan found agreed on of a record."""
    if one.record in (link.xpm_id, link.ignition_id):
        return replace(link, base={**link.base, **one.agreed})
    contacts = tuple(
        replace(each, base={**each.base, **one.agreed})
        if one.record in (each.xpm_id, each.ignition_id)
        else each
        for each in link.contacts
    )
    return replace(link, contacts=contacts)
