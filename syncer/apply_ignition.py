"""Writes clients with their contacts to Ignition, under If-Match (E23)."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from syncer import memory
from syncer.actions import ContactWrite, WriteClient
from syncer.books import Books
from syncer.contact_making import Making, drop_making, note_making
from syncer.errors import ApiError, LimitError, RefusedError, StaleError, UnreachableError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, CONTACT_OWN_FIELDS
from syncer.ignition import BatchAnswer, Json, read_client, read_contact, write_fields
from syncer.model import Client, Contact, Values
from syncer.practice import Practice
from syncer.report import Problem
from syncer.view import PEOPLE, People, Plan, View

STALE_STATUS = 412


class IgnitionWriter:
    """Writes one practice's clients in one run."""

    def __init__(self, practice: Practice, books: Books, run: int) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._ignition = practice.ignition
        self._books = books
        self._run = run
        self._batches = 0
        self._etags: dict[str, str | None] = {}
        """The tags that this run's own writes left behind."""
        self._people = People({})
        self._news: Mapping[str, int] = {}
        self._seen: Mapping[str, Client] = {}

    def begin(self, plan: Plan, view: View) -> None:
        """Take up a plan."""
        self._people = plan.people
        self._news = view.news_ignition
        self._seen = view.ignition

    def fields(self, values: Values) -> Json:
        """Return the members of a write."""
        return write_fields(CLIENT_FIELDS, self._shown(values))

    def write(self, action: WriteClient) -> None:
        """Write a client; when the whole is refused, each of its parts for itself (E20)."""
        ready = tuple(one for one in action.contacts if not self._waits(action, one))
        if len(ready) < len(action.contacts):
            self._books.put_off(action.xpm_id, action.ignition_id, all_of_it=False)
        whole = replace(action, contacts=ready)
        parts = list(_parts(whole))
        if not parts:
            return
        answer = self._send(whole)
        if len(parts) > 1 and answer is not None and answer.row is None and answer.status != STALE_STATUS:
            for part in parts:
                self._finish(part, self._send(part))
        else:
            self._finish(whole, answer)

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
            self._books.failed.update(ids)
            way_out = "the next sync looks whether it took effect and goes on from there"
            self._books.report.problems.append(Problem(f"{len(items)} clients", str(error), way_out))
            return [None] * len(items)

    def _waits(self, action: WriteClient, one: ContactWrite) -> bool:
        """Tell whether a contact has to wait for another sync: XPM has not taken it, or Ignition refused it before."""
        missed = one.follows and one.other_id in self._books.missed
        return missed or _attempt(action, one) in self._books.given_up

    def _shown(self, values: Values) -> Values:
        """Return values as Ignition holds them: Partner and Manager as users."""
        return {**values, **{name: self._people.slug(values[name]) for name in PEOPLE if name in values}}

    def _send(self, action: WriteClient) -> BatchAnswer | None:
        values = {change.field: change.new for change in action.changes}
        rows = [
            {**write_fields(CONTACT_FIELDS, write.values), **({"slug": write.id} if write.id else {})}
            for write in action.contacts
        ]
        item = {"slug": action.ignition_id, **self.fields(values)}
        if rows:
            item["contacts"] = rows
        kept = self._etags.get(action.ignition_id)
        if kept is None and action.ignition_id not in self._news:
            kept = self._books.link(action.xpm_id).etag
        etag = kept or self._look(action)
        for making in _makings(action):
            note_making(self._practice, making)
        answer = self._patch(action, item, etag)
        if kept and answer is not None and answer.status == STALE_STATUS:
            # Something changed there that asked for no write of ours, such as the name of a Partner.
            answer = self._patch(action, item, self._look(action))
        return answer

    def _patch(self, action: WriteClient, item: Json, etag: str | None) -> BatchAnswer | None:
        (answer,) = self.batch([{**item, "if_match": etag}], [action.ignition_id])
        return answer

    def _look(self, action: WriteClient) -> str | None:
        """Return the tag under which the plan's picture of an Ignition client still holds (E23).

        The client is looked at once more, and with it the contacts that are to be changed; when they are
        no longer what the plan saw, StaleError leaves it all for the next sync.
        """
        row, etag = self._ignition.client(action.ignition_id)
        seen = self._seen[action.ignition_id]
        known = {one.id: one for one in seen.contacts or ()}
        same = read_client(row, None).values == seen.values
        if action.contacts:
            same = same and set(row["contact_slugs"]) == known.keys()
        for write in action.contacts:
            if same and write.id:
                same = is_same(read_contact(self._ignition.contact(write.id)[0]), known[write.id].values)
        if not same:
            what = "it changed while the sync was running"
            raise StaleError("Ignition", "GET /clients/{slug}", what, STALE_STATUS)
        return etag

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
        self._etags[action.ignition_id] = etag
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
            self._books.fail(action.xpm_id, action.ignition_id, f"client “{action.name}”", error)
        else:
            (one,) = action.contacts
            record = f"contact “{one.name}” of “{action.name}”"
            self._books.leave(action.xpm_id, action.ignition_id, record, _attempt(action, one), error)


def is_same(found: Contact, seen: Values) -> bool:
    """Tell whether a contact still is what was seen; who is the primary one changes by itself."""
    return all(found.values[row.name] == seen[row.name] for row in CONTACT_OWN_FIELDS)


def _attempt(action: WriteClient, one: ContactWrite) -> tuple[str, ...]:
    """Return what tells the writing of one contact from that of another."""
    return memory.IGNITION, action.xpm_id, one.other_id


def _parts(action: WriteClient) -> Iterator[WriteClient]:
    """Yield the parts of a write that can be done one without the other."""
    if action.changes:
        yield replace(action, contacts=())
    for one in action.contacts:
        yield replace(action, changes=(), contacts=(one,))


def _makings(action: WriteClient) -> Iterator[Making]:
    """Yield the contacts that a write makes."""
    ids = action.xpm_id, action.ignition_id
    for one in action.contacts:
        if one.id is None:
            yield Making(memory.IGNITION, *ids, one.other_id, one.values)
