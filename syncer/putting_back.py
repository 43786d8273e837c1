"""What lost a conflict is put back on the side where it was lost: a field's value, a contact, or its removal."""

import hashlib
from dataclasses import dataclass, replace

from syncer import ledger_tables as t
from syncer import memory
from syncer.books import Books
from syncer.conflicts import CONTACT_OF, Conflict, contact_of, halves_of, people_of
from syncer.contact_actions import SYSTEMS
from syncer.contact_making import Making, make_in_xpm
from syncer.errors import DecisionError, RefusedError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, CONTACT_OWN_FIELDS
from syncer.ignition import Json, read_client, read_contact, write_fields
from syncer.ledger import PracticeLedger
from syncer.model import Client, ContactLink, Link, Values, known_only
from syncer.practice import Practice
from syncer.tagging import is_same
from syncer.view import PEOPLE


@dataclass(frozen=True)
class Case:
    """A conflict of which the loser is taken: the pair it is about, both clients as they were just read."""

    practice: Practice
    conflict: Conflict
    books: Books
    run: int
    link: Link
    here: Client
    there: Client

    @property
    def ledger(self) -> PracticeLedger:
        """The practice's ledger."""
        return self.practice.ledger

    @property
    def loser(self) -> str:
        """The side that lost."""
        return self.conflict.loser

    def client(self, side: str) -> Client:
        """Return the client on a side."""
        return self.here if side == memory.IGNITION else self.there

    def note(self, side: str, client: Client) -> None:
        """Note how a client is now, to be dealt with."""
        memory.remember(self.ledger, side, [client], None)

    def refuse(self, why: str) -> DecisionError:
        """Return the error that says why nothing is taken."""
        return refusal(self.conflict, why)

    def key(self, more: str) -> str:
        """Return the idempotency key of a call to Ignition."""
        text = f"{self.ledger.practice} conflict {self.conflict.number} {self.conflict.row['at']} {more}"
        return hashlib.sha256(text.encode()).hexdigest()


def refusal(conflict: Conflict, why: str) -> DecisionError:
    """Return the error that says why what lost a conflict is not taken."""
    return DecisionError(f"conflict {conflict.number} ({conflict.title}) is not taken: {why}")


def put_back_value(case: Case) -> bool:
    """Put back the value of a field; tells whether that was needed. Raises DecisionError where it cannot be."""
    conflict, people = case.conflict, people_of(case.ledger)
    halves = halves_of(conflict, case.link, people.ignition(case.here), people.xpm(case.there))
    if halves is None:
        raise case.refuse("a side has the contact no longer")
    _, ours, theirs = halves
    now = {memory.IGNITION: ours[conflict.field], memory.XPM: theirs[conflict.field]}
    # Of one over which time has gone, what both sides have now stands for what won.
    won = conflict.value(conflict.winner) if conflict.is_open else now[conflict.winner]
    lost = conflict.value(case.loser)
    if set(now.values()) == {lost}:
        return False
    if now[conflict.winner] != won or now[case.loser] not in (won, lost):
        raise case.refuse("the record has changed again since; edit it as it should be, in either system")
    if conflict.field in PEOPLE and isinstance(lost, str) and not people.has(lost):
        raise case.refuse("that staff member is no linked user any more (R6)")
    contact = _pair(case)
    # What won is what was agreed: so what is put back is a change of one side alone.
    moved = [] if contact is None else [(contact.xpm_id, contact.ignition_id, {conflict.field: won})]
    case.books.move(case.link.xpm_id, {conflict.field: won} if contact is None else {}, moved)
    if now[case.loser] != lost:
        write = _write_there if case.loser == memory.XPM else _write_here
        write(case, {conflict.field: lost}, contact)
    return True


def put_back_contact(case: Case) -> bool:
    """Put back a contact that was removed all the same, or the removal of one that was made again."""
    kept = case.conflict.values(case.conflict.winner)
    if kept is None:
        _make_again(case, case.conflict.values(case.loser) or {})
    else:
        _remove_again(case, kept)
    return True


def _pair(case: Case) -> ContactLink | None:
    """Return the pair of contacts that a conflict is about, if it is about one."""
    ids = case.conflict.row["xpm_contact"], case.conflict.row["ignition_contact"]
    return next((one for one in case.link.contacts if (one.xpm_id, one.ignition_id) == ids), None)


def _write_there(case: Case, values: Values, contact: ContactLink | None) -> None:
    xpm, uuid = case.practice.xpm, case.link.xpm_id
    if contact is None:
        xpm.update_client(uuid, values)
        case.note(memory.XPM, replace(case.there, values={**case.there.values, **values}))
        return
    xpm.update_contact(contact.xpm_id, uuid, values)
    sharing = [
        link.xpm_id
        for link in memory.links(case.ledger)
        if any(one.xpm_id == contact.xpm_id for one in link.contacts)
    ]
    for client in memory.some_mirrored(case.ledger, memory.XPM, sharing):
        case.note(memory.XPM, _with(client, contact.xpm_id, values))


def _write_here(case: Case, values: Values, contact: ContactLink | None) -> None:
    slug, people = case.link.ignition_id, people_of(case.ledger)
    row, etag = case.practice.ignition.client(slug)
    if read_client(row, None).values != case.here.values:
        raise case.refuse("the client changed in Ignition just now; try again")
    item: Json = {"slug": slug, "if_match": etag}
    if contact is None:
        shown = {name: people.slug(value) if name in PEOPLE else value for name, value in values.items()}
        item |= write_fields(CLIENT_FIELDS, shown)
        after = replace(case.here, values={**case.here.values, **shown})
    else:
        item["contacts"] = [{"slug": contact.ignition_id, **write_fields(CONTACT_FIELDS, values)}]
        after = _with(case.here, contact.ignition_id, values)
    (answer,) = case.practice.ignition.write_clients([item], case.key(str(case.run)))
    if answer.row is None:
        raise RefusedError(
            "Ignition", "POST /clients/batch", f"{answer.status} {answer.error}", answer.status
        )
    case.note(memory.IGNITION, after)


def _make_again(case: Case, values: Values) -> None:
    """Make a contact where it was edited, and then removed; where it still is, it is news again."""
    row, at = case.conflict.row, case.client(case.loser)
    if contact_of(at, row[CONTACT_OF[case.loser]]):
        case.books.forget(case.link.xpm_id, [(row["xpm_contact"], row["ignition_contact"])])
        return
    present = [*(case.here.contacts or ()), *(case.there.contacts or ())]
    alike = [
        one for one in present if one.name == values["name"] or one.values["email"] == values["email"] != ""
    ]
    if alike:
        raise case.refuse(f"a contact “{alike[0].name}” is there again; edit it as it should be")
    primary = any(one.values["is_primary"] is True for one in at.contacts or ())
    made = {**known_only(values), **({"is_primary": False} if primary else {})}
    if case.loser == memory.IGNITION:
        shown = case.practice.ignition.add_contact(
            at.id, write_fields(CONTACT_FIELDS, made), case.key("contact")
        )
        case.note(memory.IGNITION, replace(at, contacts=(*(at.contacts or ()), read_contact(shown))))
    elif _is_shared(case, row["xpm_contact"]):
        case.practice.xpm.share_contact(row["xpm_contact"], at.id)
        case.note(memory.XPM, case.practice.xpm.client(at.id))
    else:
        making = Making(memory.XPM, case.link.xpm_id, case.link.ignition_id, "", made)
        key = f"conflict/{case.conflict.number}"
        make_in_xpm(case.practice, making, key=key, kind="conflict")
        case.ledger.remove(t.intents, key=key)


def _remove_again(case: Case, kept: Values) -> None:
    """Remove a contact on the side that had removed it, if it was made again there; the other side follows."""
    winner, row = case.conflict.winner, case.conflict.row
    pair = next((one for one in case.link.contacts if _half(one, winner) == row[CONTACT_OF[winner]]), None)
    stayed = pair and contact_of(case.client(winner), _half(pair, winner))
    if pair is None or stayed is None:
        raise case.refuse(f"the contact is gone from {SYSTEMS[winner]}")
    again = contact_of(case.client(case.loser), _half(pair, case.loser))
    if not all(is_same(one, kept) for one in (stayed, again) if one):
        raise case.refuse("the contact has changed again since; remove it in either system")
    agreed = {row.name: kept[row.name] for row in CONTACT_OWN_FIELDS}
    case.books.move(case.link.xpm_id, {}, [(pair.xpm_id, pair.ignition_id, agreed)])
    if again is None:
        return
    if case.loser == memory.XPM:
        case.practice.xpm.remove_contact(again.id, case.there.id)
    else:
        _, etag = case.practice.ignition.contact(again.id)
        case.practice.ignition.remove_contact(again.id, etag)
    memory.note_removed(case.ledger, case.loser, case.client(case.loser).id, again.id)


def _is_shared(case: Case, uuid: str) -> bool:
    """Tell whether other linked clients have a contact in XPM."""
    others = [link.xpm_id for link in memory.links(case.ledger) if link.xpm_id != case.link.xpm_id]
    found = memory.some_mirrored(case.ledger, memory.XPM, others)
    return any(contact_of(client, uuid) for client in found)


def _half(pair: ContactLink, side: str) -> str:
    return pair.xpm_id if side == memory.XPM else pair.ignition_id


def _with(client: Client, one: str, values: Values) -> Client:
    """Return a client of which one contact has other values."""
    contacts = tuple(
        replace(contact, values={**contact.values, **values}) if contact.id == one else contact
        for contact in client.contacts or ()
    )
    return replace(client, contacts=contacts)
