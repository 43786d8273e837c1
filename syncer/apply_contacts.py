"""Writes contacts to XPM, one by one, and removes them on either side (E6)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from syncer import memory
from syncer.actions import ContactWrite, RemoveContact, ShareContact, WriteClient, WriteShared
from syncer.books import Books, Sending, sending
from syncer.contact_making import Making, drop_making, make_in_xpm
from syncer.errors import ApiError, LimitError, RefusedError, StaleError, UnreachableError
from syncer.ignition import if_there, read_contact
from syncer.model import Contact, Values
from syncer.practice import Practice
from syncer.tagging import STALE_STATUS, is_same


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is tried about one contact: of which pair of clients, by name, on which side, and by which id."""

    xpm_id: str
    ignition_id: str
    contact: str
    client: str
    side: str
    id: str

    @property
    def what(self) -> tuple[str, ...]:
        """What tells one attempt from another."""
        return self.side, self.xpm_id, self.id


class ContactWriter:
    """Writes one practice's contacts in one run. One that fails is reported; the others go on (E20)."""

    def __init__(self, practice: Practice, books: Books) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._books = books

    def write_all(self, action: WriteClient) -> WriteClient:
        """Write a client's contacts to XPM, and return the action with those that were written."""
        done = []
        for write in action.contacts:
            attempt = Attempt(
                action.xpm_id, action.ignition_id, write.name, action.name, memory.XPM, write.other_id
            )
            if self._try(attempt, partial(self._write, action, write)):
                done.append(write)
        return replace(action, contacts=tuple(done))

    def hold(self, action: WriteShared | ShareContact) -> None:
        """Leave a contact that several clients share to the next sync, as if writing it had failed."""
        self._books.given_up.add((memory.XPM, action.xpm_id, action.xpm_contact))

    def write_shared(self, action: WriteShared) -> None:
        """Write a contact that several clients share, once; without that, its copies do not follow."""
        values = {change.field: change.new for change in action.changes}
        uuid, first = action.xpm_contact, self._books.link(action.xpm_id)
        attempt = Attempt(first.xpm_id, first.ignition_id, action.name, action.clients[0], memory.XPM, uuid)
        if not self._try(attempt, partial(self._write_once, action, values)):
            self._books.missed.add(uuid)
            for copy in action.copies:
                ignition_id = self._books.link(copy.xpm_id).ignition_id
                self._books.put_off(copy.xpm_id, ignition_id, all_of_it=False)
            return
        for copy in action.copies:
            memory.note_written(self._ledger, memory.XPM, copy.xpm_id, {}, [Contact(uuid, copy.values)])
            self._books.move(copy.xpm_id, {}, [(uuid, copy.ignition_contact, copy.values)])
        self._books.did("shared contacts written to XPM", action.say())

    def share(self, action: ShareContact) -> None:
        """Link a contact to a client in XPM again; what changed of it meanwhile is planned next."""
        ids = action.xpm_id, self._books.link(action.xpm_id).ignition_id
        attempt = Attempt(*ids, action.name, action.client, memory.XPM, action.xpm_contact)
        if self._try(attempt, partial(self._share, action)):
            self._books.did("contacts linked again in XPM", action.say())

    def remove(self, action: RemoveContact) -> None:
        """Take a contact from a client on one side."""
        take = self._remove_there if action.side == memory.XPM else self._remove_here
        ids = action.xpm_id, action.ignition_id, action.name, action.client
        if self._try(Attempt(*ids, action.side, action.xpm_contact), partial(take, action)):
            self._books.did("contacts removed", action.say())

    def _try(self, attempt: Attempt, call: Callable[[], object]) -> bool:
        """Do something about one contact, unless that failed before; tells whether it could be done."""
        if attempt.what in self._books.given_up:
            return False
        try:
            call()
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            ids = attempt.xpm_id, attempt.ignition_id
            self._books.leave(*ids, f"contact “{attempt.contact}” of “{attempt.client}”", attempt.what, error)
            return False
        return True

    def _write(self, action: WriteClient, write: ContactWrite) -> None:
        if write.id:
            with self._books.sent(
                self._practice.runtime.now(), sending(action.xpm_id, write.id, write.changes)
            ):
                self._practice.xpm.update_contact(write.id, action.xpm_id, write.values)
            written = Contact(write.id, write.values)
            memory.note_written(self._ledger, memory.XPM, action.xpm_id, {}, [written])
            self._books.move(action.xpm_id, {}, [(write.id, write.other_id, write.values)])
            return
        making = Making(memory.XPM, action.xpm_id, action.ignition_id, write.other_id, write.values)
        made = make_in_xpm(self._practice, making)
        self._books.move(action.xpm_id, {}, [(made.id, write.other_id, write.values)])
        drop_making(self._ledger, making)

    def _write_once(self, action: WriteShared, values: Values) -> None:
        # With each copy that alone is agreed on which it has itself; the rest is XPM's news to it.
        sent = [Sending(copy.xpm_id, action.xpm_contact, copy.values, {}) for copy in action.copies]
        with self._books.sent(self._practice.runtime.now(), *sent):
            self._practice.xpm.update_contact(action.xpm_contact, action.xpm_id, values)

    def _share(self, action: ShareContact) -> None:
        self._practice.xpm.share_contact(action.xpm_contact, action.xpm_id)
        self._read(action.xpm_id)

    def _remove_there(self, action: RemoveContact) -> None:
        """Take a contact from a client in XPM; when it was the primary one, see who is now (E6)."""
        read_again = self._is_primary(action)
        try:
            self._practice.xpm.remove_contact(action.xpm_contact, action.xpm_id)
        except RefusedError:
            # Somebody was faster, or it was a repeat after a lost answer: then it is gone.
            present = self._practice.xpm.client(action.xpm_id).contacts or ()
            if any(one.id == action.xpm_contact for one in present):
                raise
        memory.note_removed(self._ledger, memory.XPM, action.xpm_id, action.xpm_contact)
        self._books.forget(action.xpm_id, [(action.xpm_contact, action.ignition_contact)])
        if read_again:
            self._read(action.xpm_id)

    def _is_primary(self, action: RemoveContact) -> bool:
        """Tell whether a contact is the primary one in XPM, as far as is known now: an earlier removal may have made it so."""
        return any(
            one.id == action.xpm_contact and one.values["is_primary"] is True
            for client in memory.some_mirrored(self._ledger, memory.XPM, [action.xpm_id])
            for one in client.contacts or ()
        )

    def _remove_here(self, action: RemoveContact) -> None:
        """Remove a contact in Ignition that still is what the plan saw (E23)."""
        ignition, slug = self._practice.ignition, action.ignition_contact
        found = if_there(lambda: ignition.contact(slug))
        if found is not None:
            row, etag = found
            if not is_same(read_contact(row), action.values):
                what = "it changed while the sync was running"
                raise StaleError("Ignition", "GET /contacts/{slug}", what, STALE_STATUS)
            ignition.remove_contact(slug, etag)
        memory.note_removed(self._ledger, memory.IGNITION, action.ignition_id, slug)
        self._books.forget(action.xpm_id, [(action.xpm_contact, slug)], touched=True)

    def _read(self, xpm_id: str) -> None:
        """Read a client of XPM again; what is new of it is planned once more in the same sync."""
        memory.remember(self._ledger, memory.XPM, [self._practice.xpm.client(xpm_id)], None)
