"""Which XPM client an accepted proposal belongs to: linked, matched, picked by a person, or made (E10)."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import client_intent, client_mark, link_created
from syncer.errors import RefusedError
from syncer.fields import CLIENT_FIELDS, Direction
from syncer.lead_making import adopt_lead, being_made
from syncer.lease import Lease
from syncer.ledger import Row
from syncer.match import Identity, Known, Step
from syncer.model import Client, Link, Proposal, Values, known_only
from syncer.once import exactly_once
from syncer.plan import PEOPLE, People
from syncer.practice import Practice
from syncer.reading import read_one, refresh_directory
from syncer.records import client_from_json, client_to_json
from syncer.report import Report
from syncer.whose import Question, whose
from syncer.words import counted

WRITTEN = tuple(field for field in CLIENT_FIELDS if field.direction is Direction.TWO_WAY)
"""What a client made in XPM is written with; the other fields only ever come from there (R7)."""


def question(practice: Practice, row: Row, client: Client, link: Link | None) -> Question:
    """Return what is asked about the client of a deployment."""
    was_lead = memory.was_lead(practice.ledger, client.id)
    create = practice.config.sync.unmatched_existing == "create"
    return Question(client, link, row["chosen_uuid"], was_lead, create)


def values_to_write(client: Client, people: People) -> dict[str, Any]:
    """Return what a new XPM client is written with: two-way fields, people as linked staff (R11)."""
    known = known_only(people.ignition(client).values)
    return {field.name: known[field.name] for field in WRITTEN if field.name in known}


class ParkedError(Exception):
    """A deployment that only a person can go on with (E10)."""

    def __init__(self, reason: str, candidates: Iterable[Known] = ()) -> None:
        super().__init__(reason)
        self.candidates = tuple(candidates)


class ClientFinder:
    """Finds or makes the XPM client for one practice's proposals."""

    def __init__(self, practice: Practice, report: Report) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._report = report

    def client_of(self, row: Row, proposal: Proposal) -> str:
        """Return the XPM client of a proposal: found, picked by a person, or made (E10)."""
        client = read_one(self._practice, proposal.client_slug, [proposal])
        adopt_lead(self._ledger, client)
        links = memory.links(self._ledger, ignition_id=client.id)
        link = links[0] if links else None
        asked = question(self._practice, row, client, link)
        answer = whose(asked, self._directory(client))
        identity = answer.identity
        if answer.by_pick:
            for old in links:
                self._ledger.remove(t.links, xpm_id=old.xpm_id)
        elif answer.pick_unneeded and link and link.xpm_id != asked.picked:
            self._report.warnings.append(
                f"the pick for {proposal.reference} was not needed: “{client.name}” is linked to XPM client {link.xpm_id}"
            )
        if identity.step is Step.PARK:
            raise ParkedError(identity.reason, identity.candidates)
        if identity.step is Step.CREATE:
            return self._create(client, identity)
        uuid = identity.uuid or ""
        if answer.by_pick or link is None:
            return self._link(client, uuid, "picked" if answer.by_pick else "deployed")
        if link.receives_only:
            memory.save_links(self._ledger, [replace(link, receives_only=False)])
            memory.look_again_at(self._ledger, uuid, client.id)
        return uuid

    def _directory(self, client: Client) -> tuple[Known, ...]:
        """Return XPM's clients; one whose lead may be there already, unseen, is that lead's and nobody else's (R1, E10)."""
        directory = memory.directory(self._ledger)
        waiting = being_made(self._ledger) - {client.xpm_uuid}
        if not waiting:
            return directory
        return tuple(
            replace(known, linked_to=known.linked_to or f"lead/{known.uuid}")
            if known.uuid in waiting
            else known
            for known in directory
        )

    def _link(self, client: Client, uuid: str, origin: str) -> str:
        """Link a client with the XPM client it was found to be; the next sync compares their fields (E1)."""
        memory.save_links(self._ledger, [Link(uuid, client.id, origin)])
        memory.look_again_at(self._ledger, uuid, client.id)
        self._report.did["clients linked"] += 1
        self._report.lines.append(f"“{client.name}” is XPM client {uuid} ({origin})")
        return uuid

    def _create(self, client: Client, identity: Identity) -> str:
        """Make a new XPM client with its contacts, Partner and Manager (R11), and link it."""
        values = self._values(client)
        try:
            uuid = self._made_once(client, values)
        except RefusedError:
            staff = {one.uuid for one in self._practice.xpm.staff()}
            gone = [role for role in PEOPLE if values.get(role) and values[role] not in staff]
            if not gone:
                raise
            values = {name: value for name, value in values.items() if name not in gone}
            uuid = self._made_once(client, values)
            self._report.warnings.append(
                f"“{client.name}” is made without {' and '.join(gone)}: deleted from XPM's staff (E16)"
            )
        link_created(self._ledger, self._written(client, values), uuid)
        self._report.did["clients created in XPM"] += 1
        count = counted(len(client.contacts or ()), "contact")
        self._report.lines.append(f"XPM: new client “{client.name}” with {count} (R11)")
        for near in identity.near:
            self._report.warnings.append(
                f"“{client.name}” was created; XPM also has “{near.name}”, which is near (E10)"
            )
        return uuid

    def _made_once(self, client: Client, values: Values) -> str:
        """Make a client exactly once; its mark is its name, and the UUIDs that had it before (E11).

        All that it is written with is kept with the intent: it may be edited before the outcome is known.
        """

        def seen() -> dict[str, Any]:
            before = [known.uuid for known in memory.directory(self._ledger) if known.name == client.name]
            written = client_to_json(replace(client, values=values))
            return {"name": client.name, "before": before, "written": written}

        def look_up(evidence: Any) -> str | None:
            name, before = client_mark(evidence, client.name)
            refresh_directory(self._practice, whole=True)
            new = [
                known
                for known in memory.directory(self._ledger)
                if known.name == name and known.uuid not in before
            ]
            if len(new) > 1:
                raise ParkedError("several XPM clients of this name appeared while one was being made", new)
            return new[0].uuid if new else None

        def act() -> str:
            made = self._practice.xpm.add_client(values, [one.values for one in client.contacts or ()])
            memory.remember(self._ledger, memory.XPM, [made], None)
            return made.id

        # Two practices of the configuration may be one and the same in XPM: then the name is what both might make.
        tenant = (self._ledger.row(t.connections, system=memory.XPM) or {}).get("tenant_id")
        name = Lease(self._ledger.ledger, self._practice.runtime, "client", f"{tenant} {client.name}")
        with name.hold():
            key = client_intent(client.id)
            return exactly_once(self._practice, key, "client", evidence=seen, act=act, look_up=look_up)

    def _written(self, client: Client, values: Values) -> Client:
        """Return a client as it was written to XPM, which may have been by an earlier run."""
        (intent,) = self._ledger.rows(t.intents, key=client_intent(client.id))
        evidence = json.loads(intent["evidence"])
        if isinstance(evidence, dict):
            return client_from_json(evidence["written"])
        return replace(client, values=values)

    def _values(self, client: Client) -> dict[str, Any]:
        """Return what a new XPM client is written with: two-way fields, people as linked staff."""
        return values_to_write(client, self._people())

    def _people(self) -> People:
        rows = self._ledger.rows(t.user_links, standing="live")
        return People({row["staff_uuid"]: row["user_slug"] for row in rows})
