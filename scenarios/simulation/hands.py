"""What people do in a simulation, each thing put down in the diary."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from scenarios.desks import DeskError, XpmDesk
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Diary, Known, Typed
from scenarios.simulation.drawing import CLIENT_FIELDS
from scenarios.simulation.fields import OF_CLIENT, OF_CONTACT, typed
from scenarios.simulation.sales import Sales
from scenarios.simulation.scheduler import Scheduler
from scenarios.simulation.script import Item
from scenarios.simulation.team import Team

Json = dict[str, Any]


class NobodyError(DeskError):
    """Nobody is in the system that somebody works in."""


class Hands:
    """Does items. Everything goes over HTTP, as a person's browser does it."""

    def __init__(self, scheduler: Scheduler, xpm: XpmDesk, ignition: IgnitionDesk, diary: Diary) -> None:
        self._scheduler = scheduler
        self._xpm = xpm
        self._ignition = ignition
        self.diary = diary
        self.team = Team(scheduler, xpm, ignition, diary)
        self.sales = Sales(scheduler, ignition, diary)

    def do(self, item: Item) -> None:
        """Do one thing, or note why it could not be done, and do something else."""
        try:
            self._do(item)
        except DeskError as error:
            self.diary.skipped.append((item.number, str(error)))
            if not self._do_something_else(item):
                return
        self.diary.edits += 1

    def _do_something_else(self, item: Item) -> bool:
        """Have who finds no user, no contact or no client type into a field of another client in XPM; False: they did not."""
        place, value = item.how.get("client", 0), item.how.get("value")
        if value is None or "practice" in item.how:
            return False
        field = CLIENT_FIELDS[value % len(CLIENT_FIELDS)]
        try:
            self._client_field(
                replace(item, who="xpm", how={"client": place + 1, "value": value, "field": field})
            )
        except DeskError:
            return False
        return True

    def _do(self, item: Item) -> None:
        deeds: dict[str, Callable[[Item], object]] = {
            "client field": self._client_field,
            "contact field": self._contact_field,
            "add a contact": self._add_contact,
            "remove a contact": self._remove_contact,
            "set the partner": lambda one: self._set_person(one, "partner"),
            "set the manager": lambda one: self._set_person(one, "manager"),
            "somebody leaves": lambda one: self.team.leave(one.who, one.how["person"]),
            "new client": lambda one: self._new_client(one, f"New {one.how['value']} Limited"),
            "namesake": lambda one: self._new_client(one, self._client(one).name),
            "archive": self._archive,
            "delete": self._delete,
            "accept": lambda one: self.sales.accept(one, self._client(one)),
            "offer": lambda one: self.sales.offer(one, self._client(one)),
            "revoke": self.sales.revoke,
            "engage": self._engage,
        }
        try:
            deeds[item.what](item)
        except NobodyError:
            if item.who == "xpm" or item.what in ("accept", "offer"):
                raise
            # Where nothing has come across yet, the work is done in XPM.
            deeds[item.what](replace(item, who="xpm"))

    def _client(self, item: Item) -> Known:
        """Return the client an item is about: by its place among those there are by now.

        Where nobody can tell which it is in the system that they work in, it is the next one whom they know there.
        """
        known = list(self.diary.clients.values())
        place = item.how["client"] % len(known)
        client: Known = known[place]
        if getattr(client, item.who) is None:
            self._look_around(item.who)
        if getattr(client, item.who) is None:
            there = [one for one in known[place:] + known[:place] if getattr(one, item.who)]
            if not there:
                raise NobodyError(f"people know nobody in {item.who} yet")
            return there[0]
        return client

    def _look_around(self, side: str) -> None:
        """See which clients have come into the other system: by the ids they show, else by names that nobody shares."""
        there, rows = self._xpm.index(), self._ignition.clients()
        names = {row["UUID"]: row["Name"] for row in there} | {row["slug"]: row["name"] for row in rows}
        theirs, ours = defaultdict(list), defaultdict(list)
        for row in there:
            if row["IsDeleted"] == "No":
                theirs[row["Name"]].append(row["UUID"])
        for row in rows:
            ours[row["name"]].append(row["slug"])
        shown = {row["slug"]: row["external_client_id"] for row in rows}
        taken = {getattr(one, side) for one in self.diary.clients.values()}
        bearers = self.diary.names()
        for client in self.diary.clients.values():
            if getattr(client, side) is not None:
                continue
            name = names.get(str(client.ignition if side == "xpm" else client.xpm), "")
            if name in self.diary.making:
                continue  # who is there of that name may be the one that somebody else has just made
            if side == "xpm":
                is_sole = len(ours[name]) == 1 and not bearers[name] - {client.key}
                found = theirs[name] if is_sole else []
            else:
                showing = [slug for slug, uuid in shown.items() if uuid == client.xpm]
                # Who shows another's id is that one's, whatever name it still has.
                free = [slug for slug in ours[name] if shown[slug] is None]
                found = showing or (free if len(theirs[name]) == len(ours[name]) == 1 else [])
            if len(found) == 1 and found[0] not in taken:
                setattr(client, side, found[0])
                taken.add(found[0])

    def _row(self, client: Known, side: str) -> Json:
        if side == "xpm":
            return self._xpm.client(str(client.xpm))
        found: Json = self._ignition.call("GET", f"clients/{client.ignition}")["data"]
        return found

    def _client_field(self, item: Item) -> None:
        client, spelling = self._client(item), OF_CLIENT[item.how["field"]]
        new = typed(spelling.name, item.how["value"])
        row = self._row(client, item.who)
        began = self._scheduler.now
        if item.who == "xpm":
            old = spelling.in_xpm(row)
            self._xpm.update_client(row["UUID"], **{_request(spelling.xpm): new})
        else:
            old = spelling.in_ignition(row)
            self._ignition.update_client(row["slug"], **spelling.patch(new))
        self._note(item, client, None, spelling.name, old, new, began)

    def _contact(self, item: Item) -> tuple[Known, str, Json]:
        """Return the client, the contact's first name and its row on the side of who acts."""
        client, first = self._copy(item) or self._any_contact(item)
        rows = self._contacts_of(client, item.who)
        ids = self.diary.contacts.setdefault((client.key, first), {})
        if item.who not in ids:
            fitting = [
                one for one, row in rows.items() if row["Name" if item.who == "xpm" else "name"] == first
            ]
            if not fitting:
                raise DeskError(f"{first} of {client.name} is not in {item.who} yet")
            ids[item.who] = fitting[0]
        row = rows.get(ids[item.who])
        if row is None:
            raise DeskError(f"{first} of {client.name} is gone from {item.who}")
        return client, first, row

    def _any_contact(self, item: Item) -> tuple[Known, str]:
        client = self._client(item)
        if not client.contacts:
            raise DeskError(f"{client.name} has no contact")
        return client, client.contacts[item.how["contact"] % len(client.contacts)]

    def _copy(self, item: Item) -> tuple[Known, str] | None:
        """Return a client with a contact that others have as well: the one of this place among them (E6)."""
        if "copy" not in item.how or not self.diary.shared:
            return None
        whole = min(self.diary.shared.values())
        copies = sorted(one for one, first in self.diary.shared.items() if first == whole)
        key, first = copies[item.how["copy"] % len(copies)]
        client = self.diary.known(key)
        if client.ignition is None:
            self._look_around("ignition")
        if getattr(client, item.who) is None:
            raise NobodyError(f"people know nobody in {item.who} yet")
        return client, first

    def _contacts_of(self, client: Known, side: str) -> dict[str, Json]:
        if side == "xpm":
            return {row["UUID"]: row for row in self._row(client, "xpm")["Contacts"] or []}
        return {row["slug"]: row for row in self._ignition.contacts(str(client.ignition))}

    def _contact_field(self, item: Item) -> None:
        client, first, row = self._contact(item)
        spelling = OF_CONTACT[item.how["field"]]
        new = (
            f"Person {item.how['value']}"
            if spelling.name == "name"
            else typed(spelling.name, item.how["value"])
        )
        began = self._scheduler.now
        if item.who == "xpm":
            old = spelling.in_xpm(row)
            self._xpm.update_contact(row["UUID"], str(client.xpm), **{spelling.xpm: new})
        else:
            old = spelling.in_ignition(row)
            self._ignition.update_contact(row["slug"], **spelling.patch(new))
        self._note(item, client, first, spelling.name, old, new, began)

    def _add_contact(self, item: Item) -> None:
        client, name = self._client(item), f"Newcomer {item.how['value']}"
        if item.who == "xpm":
            one = self._xpm.add_contact(str(client.xpm), name)["UUID"]
        else:
            one = self._ignition.add_contact(str(client.ignition), name)["slug"]
        client.contacts.append(name)
        self.diary.tell(self._scheduler.now, item, f"{client.name}: contact {name} added")
        self.diary.contacts[client.key, name] = {item.who: one}

    def _remove_contact(self, item: Item) -> None:
        client, first, row = self._contact(item)
        if item.who == "xpm":
            self._xpm.remove_contact(row["UUID"], str(client.xpm))
        else:
            self._ignition.remove_contact(row["slug"])
        self.diary.removed.append((self._scheduler.now, item.who, client.key, first))

    def _set_person(self, item: Item, member: str) -> None:
        client, began = self._client(item), self._scheduler.now
        old, new = self.team.choose(self._row(client, item.who), item.who, member, item.how["person"])
        self._note(item, client, None, member, old, new, began)

    def _new_client(self, item: Item, name: str) -> Known:
        key = f"n{item.number}"
        made = Known(key, name, born=item.who, at=self._scheduler.now)
        self.diary.making.append(name)
        try:
            if item.who == "xpm":
                made.xpm = self._xpm.add_client(name, Phone=f"{item.number}")["UUID"]
            else:
                person = f"Signer {item.how['value']}"
                made.ignition = self._ignition.add_lead(name, person, phone=f"{item.number}")["slug"]
                made.contacts.append(person)
        finally:
            self.diary.making.remove(name)
        self.diary.clients[key] = made
        return made

    def _archive(self, item: Item) -> None:
        client = self._client(item)
        if item.who == "xpm":
            self._xpm.archive_client(str(client.xpm))
        else:
            self._ignition.call("POST", f"clients/{client.ignition}/archive")
        client.archived.add(item.who)
        self.diary.tell(self._scheduler.now, item, f"{client.name} archived")

    def _delete(self, item: Item) -> None:
        client = self._client(item)
        self._xpm.delete_client(str(client.xpm))
        client.archived.add("xpm")
        self.diary.tell(self._scheduler.now, item, f"{client.name} deleted")

    def _engage(self, item: Item) -> None:
        """Make a lead whose client accepts at once: of a new name, of another client's, or nearly so."""
        known = list(self.diary.clients.values())
        other = known[item.how["client"] % len(known)].name
        names = {"new": f"Engaged {item.how['value']} Limited", "namesake": other, "near": other.upper()}
        self.sales.accept(item, self._new_client(item, names[item.how["called"]]))

    def _note(
        self, item: Item, client: Known, contact: str | None, name: str, old: str, new: str, began: datetime
    ) -> None:
        self.diary.typed.append(
            Typed(began, item.number, item.who, client.key, contact, name, old, new, self._scheduler.now)
        )


def _request(element: str) -> str:
    """Return an element as requests spell it."""
    return "WebSite" if element == "Website" else element
