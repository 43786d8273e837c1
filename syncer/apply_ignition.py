"""Writes clients with their contacts to Ignition, under If-Match (E23)."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from syncer import memory
from syncer.actions import ContactWrite, WriteClient
from syncer.books import Books, Sending, sending
from syncer.contact_making import Making, drop_making, note_making
from syncer.errors import ApiError, LimitError, RefusedError, StaleError, UnreachableError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS
from syncer.ignition import BatchAnswer, Json, read_contact, write_fields
from syncer.model import Contact, Values
from syncer.practice import Practice
from syncer.report import Problem
from syncer.tagging import STALE_STATUS, Tags
from syncer.view import PEOPLE, People, Plan, View

OF_AN_ITEM = frozenset({400, 413, 422})
"""What a whole call is refused with where one of its items may be to blame."""


class IgnitionWriter:
    """Writes one practice's clients in one run."""

    def __init__(self, practice: Practice, books: Books, run: int) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._ignition = practice.ignition
        self._books = books
        self._run = run
        self._batches = 0
        self._tags = Tags(practice, books)
        self._people = People({})

    def begin(self, plan: Plan, view: View) -> None:
        """Take up a plan."""
        self._people = plan.people
        self._tags.begin(view)

    def fields(self, values: Values) -> Json:
        """Return the members of a write."""
        return write_fields(CLIENT_FIELDS, self._shown(values))

    def write(self, actions: Sequence[WriteClient]) -> None:
        """Write up to 100 clients, each of them once, in one call; each answers for itself (E20)."""
        ready = [whole for whole in map(self._without_what_waits, actions) if whole.changes or whole.contacts]
        found, sent = self._tags.of(ready), list[tuple[WriteClient, str | None]]()
        for one in ready:
            tag = found[one.ignition_id]
            if isinstance(tag, ApiError):
                self._books.fail_write(one, tag)
            else:
                sent.append((one, tag))
        answers = self._patch(sent) if sent else []
        # What was done is noted first: what is tried again below may end the run.
        again = [
            (one, answer)
            for (one, _), answer in zip(sent, answers, strict=True)
            if not self._is_finished(one, answer)
        ]
        for one, answer in again:
            try:
                self._try_again(one, answer)
            except (LimitError, UnreachableError):
                raise
            except ApiError as error:
                self._books.fail_write(one, error)

    def batch(self, items: list[Json], ids: Sequence[str]) -> list[BatchAnswer | None]:
        """Write up to 100 items; answers None for each when the whole call came to nothing usable."""
        self._batches += 1
        # The same write in another run is another write; in this run it is a repeat. The body is in
        # the key because a ledger that was lost begins again at run 1.
        parts = [self._ledger.practice, self._run, self._batches, items]
        key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        try:
            return list(self._ignition.write_clients(items, key))
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            if isinstance(error, RefusedError) and error.status in OF_AN_ITEM:
                if len(items) == 1:
                    return [BatchAnswer(error.status, None, error.what.removeprefix(f"{error.status} "))]
                # One that makes the whole call bad costs the others nothing (E20).
                alone = zip(items, ids, strict=True)
                return [answer for item, one in alone for answer in self.batch([item], [one])]
            self._books.failed.update(ids)
            way_out = "the next sync looks whether it took effect and goes on from there"
            self._books.report.problems.append(Problem(f"{len(items)} clients", str(error), way_out))
            return [None] * len(items)

    def _without_what_waits(self, action: WriteClient) -> WriteClient:
        """Return a write without the contacts that have to wait for another sync."""
        ready = tuple(one for one in action.contacts if not self._waits(action, one))
        if len(ready) < len(action.contacts):
            self._books.put_off(action.xpm_id, action.ignition_id, all_of_it=False)
        return replace(action, contacts=ready)

    def _waits(self, action: WriteClient, one: ContactWrite) -> bool:
        """Tell whether a contact has to wait for another sync: XPM has not taken it, or Ignition refused it before."""
        missed = one.follows and one.other_id in self._books.missed
        return missed or _attempt(action, one) in self._books.given_up

    def _shown(self, values: Values) -> Values:
        """Return values as Ignition holds them: Partner and Manager as users."""
        return {**values, **{name: self._people.slug(values[name]) for name in PEOPLE if name in values}}

    def _item(self, action: WriteClient) -> Json:
        values = {change.field: change.new for change in action.changes}
        rows = [
            {**write_fields(CONTACT_FIELDS, write.values), **({"slug": write.id} if write.id else {})}
            for write in action.contacts
        ]
        return {"slug": action.ignition_id, **self.fields(values), **({"contacts": rows} if rows else {})}

    def _patch(self, sent: Sequence[tuple[WriteClient, str | None]]) -> list[BatchAnswer | None]:
        for action, _ in sent:
            for making in _makings(action):
                note_making(self._practice, making)
        self._books.send(
            self._practice.runtime.now(), [one for action, _ in sent for one in _sendings(action)]
        )
        items = [{**self._item(action), "if_match": tag} for action, tag in sent]
        answers = self.batch(items, [action.ignition_id for action, _ in sent])
        for (action, _), answer in zip(sent, answers, strict=True):
            if answer is not None and answer.row is None:
                self._books.refused(_sendings(action))
        return answers

    def _anew(self, action: WriteClient) -> BatchAnswer | None:
        """Write one client alone, as it is now (E23)."""
        (answer,) = self._patch([(action, self._tags.look(action))])
        return answer

    def _send(self, action: WriteClient) -> BatchAnswer | None:
        """Write one client alone; anew where the tag that is known of it is none or has grown old."""
        kept = self._tags.kept(action)
        if kept:
            (answer,) = self._patch([(action, kept)])
            if not _is_stale(answer):
                return answer
        return self._anew(action)

    def _is_finished(self, action: WriteClient, answer: BatchAnswer | None) -> bool:
        """Note what became of a write; False: it is to be tried once more, in another way."""
        if _is_stale(answer) or _goes_by_parts(action, answer):
            return False
        self._finish(action, answer)
        return True

    def _try_again(self, action: WriteClient, answer: BatchAnswer | None) -> None:
        """Write a client anew whose tag was old, and by its parts one that was refused as a whole (E20).

        A tag grows old with changes that ask for no write of ours, too, such as the name of a Partner.
        """
        if _is_stale(answer):
            answer = self._anew(action)
        if not _goes_by_parts(action, answer):
            self._finish(action, answer)
            return
        for part in _parts(action):
            self._finish(part, self._send(part))

    def _finish(self, action: WriteClient, answer: BatchAnswer | None) -> None:
        """Note what became of a write."""
        if answer is None or answer.row is None:
            self._refuse(action, answer)
            return
        values = {change.field: change.new for change in action.changes}
        written, moved = [], []
        for write, row in zip(action.contacts, answer.row.get("contacts") or [], strict=True):
            made = Contact(row["slug"], write.values) if write.id else read_contact(row)
            written.append(made)
            moved.append((write.other_id, made.id, write.values))
            if write.follows and write.id:
                theirs = Contact(write.other_id, write.values)
                memory.note_written(self._ledger, memory.XPM, action.xpm_id, {}, [theirs])
        memory.note_written(self._ledger, memory.IGNITION, action.ignition_id, self._shown(values), written)
        etag = answer.row.get("etag")
        self._tags.keep(action.ignition_id, etag)
        self._books.move(action.xpm_id, values, moved, etag=etag)
        for making in _makings(action):
            drop_making(self._ledger, making)
        self._books.did("clients written to Ignition", action.say())

    def _refuse(self, action: WriteClient, answer: BatchAnswer | None) -> None:
        if answer is None:
            self._books.put_off(action.xpm_id, action.ignition_id, all_of_it=True)
            return
        for making in _makings(action):
            drop_making(self._ledger, making)
        kind = StaleError if answer.status == STALE_STATUS else RefusedError
        error = kind("Ignition", "POST /clients/batch", f"{answer.status} {answer.error}", answer.status)
        if action.changes or len(action.contacts) != 1:
            self._books.fail_write(action, error)
        else:
            (one,) = action.contacts
            record = f"contact “{one.name}” of “{action.name}”"
            self._books.leave(action.xpm_id, action.ignition_id, record, _attempt(action, one), error)


def _is_stale(answer: BatchAnswer | None) -> bool:
    return answer is not None and answer.status == STALE_STATUS


def _goes_by_parts(action: WriteClient, answer: BatchAnswer | None) -> bool:
    """Tell whether a write was refused as a whole, for what it says, and has more than one part."""
    is_refused = answer is not None and answer.row is None and not _is_stale(answer)
    return is_refused and len(list(_parts(action))) > 1


def _attempt(action: WriteClient, one: ContactWrite) -> tuple[str, ...]:
    """Return what tells the writing of one contact from that of another."""
    return memory.IGNITION, action.xpm_id, one.other_id


def _parts(action: WriteClient) -> Iterator[WriteClient]:
    """Yield the parts of a write that can be done one without the other."""
    if action.changes:
        yield replace(action, contacts=())
    for one in action.contacts:
        yield replace(action, changes=(), contacts=(one,))


def _sendings(action: WriteClient) -> Iterator[Sending]:
    """Yield what a write sends to what is there already."""
    yield sending(action.xpm_id, action.ignition_id, action.changes)
    for one in action.contacts:
        if one.id is not None:
            yield sending(action.xpm_id, one.id, one.changes)


def _makings(action: WriteClient) -> Iterator[Making]:
    """Yield the contacts that a write makes."""
    ids = action.xpm_id, action.ignition_id
    for one in action.contacts:
        if one.id is None:
            yield Making(memory.IGNITION, *ids, one.other_id, one.values)
