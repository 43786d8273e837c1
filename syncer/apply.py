"""Runs a plan, action by action: the call, then what it means for the ledger."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from syncer import actions as a
from syncer import ledger_tables as t
from syncer import memory
from syncer.errors import ApiError, LimitError, MalformedError, RefusedError, StaleError, UnreachableError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, DAILY_CLIENT_FIELDS
from syncer.ignition import BatchAnswer, Ignition, Json, read_client, read_contact, write_fields
from syncer.ledger import PracticeLedger
from syncer.model import Client, Contact, ContactLink, Link, Values, known_only
from syncer.plan import PEOPLE, People, Plan, View, fingerprint
from syncer.report import Problem, Report
from syncer.runtime import Runtime, iso
from syncer.xpm import Xpm

BATCH = 100
DAILY = tuple(field.name for field in DAILY_CLIENT_FIELDS)
STALE_STATUS = 412


class Applier:
    """Applies one practice's plan. A record that fails is reported and skipped; the others go on (E20)."""

    def __init__(
        self, ledger: PracticeLedger, xpm: Xpm, ignition: Ignition, runtime: Runtime, report: Report, run: int
    ) -> None:
        self._ledger = ledger
        self._xpm = xpm
        self._ignition = ignition
        self._runtime = runtime
        self._report = report
        self._run = run
        self._batches = 0
        self._failed: set[str] = set()
        self._people = People({})
        self._news: Mapping[str, int] = {}
        self._seen: Mapping[str, Client] = {}

    def run(self, plan: Plan, view: View, progress: Callable[[int], None] = lambda _count: None) -> None:
        """Do everything in the plan; ids that failed stay news for the next sync."""
        self._people = plan.people
        self._news = view.news_ignition
        self._seen = view.ignition
        # The same applier may run a second plan in one sync: what failed in the first is left alone.
        by_kind: dict[type[Any], Callable[[Any], None]] = {
            a.PushTemplates: self._push_templates,
            a.PushCandidates: self._push_candidates,
            a.AddLink: self._add_link,
            a.WriteClient: self._write_client,
            a.AdvanceBase: self._advance,
            a.RecordConflict: self._record_conflict,
            a.MarkLink: self._mark_link,
            a.MarkUserLink: self._mark_user,
        }
        for group in _grouped(plan.actions):
            if isinstance(group[0], a.ImportLead):
                leads = (one for one in group if isinstance(one, a.ImportLead))
                self._import([one for one in leads if one.client.id not in self._failed])
            else:
                by_kind[type(group[0])](group[0])
            progress(len(group))
        for side, news in ((memory.XPM, view.news_xpm), (memory.IGNITION, view.news_ignition)):
            dealt_with = {one: version for one, version in news.items() if one not in self._failed}
            memory.settle(self._ledger, side, dealt_with)

    def _push_templates(self, action: a.PushTemplates) -> None:
        self._ignition.put_templates(action.templates)
        self._ledger.put(t.cursors, {"name": "templates", "value": fingerprint(action.templates)})
        self._did("job templates listed", action.say())

    def _push_candidates(self, action: a.PushCandidates) -> None:
        self._ignition.put_candidates(action.staff)
        self._ledger.put(t.cursors, {"name": "candidates", "value": fingerprint(action.staff)})
        self._did("staff offered", action.say())

    def _import(self, leads: list[a.ImportLead]) -> None:
        if not leads:
            return
        answers = self._batch([self._lead_item(one) for one in leads], [one.client.id for one in leads])
        made: list[Link] = []
        for lead, answer in zip(leads, answers, strict=True):
            if answer is None or answer.row is None:
                self._refused(lead.client.id, f"client “{lead.client.name}”", answer)
                continue
            contacts = tuple(
                ContactLink(one.id, row["slug"], dict(one.values))
                for one, row in zip(lead.client.contacts or (), answer.row["contacts"], strict=True)
            )
            base = {name: value for name, value in known_only(lead.values).items() if name in DAILY}
            link = Link(lead.client.id, answer.row["slug"], "imported", base=base, contacts=contacts)
            made.append(replace(link, etag=answer.row.get("etag")))
            self._did("leads imported", lead.say())
        memory.save_links(self._ledger, made)

    def _lead_item(self, lead: a.ImportLead) -> Json:
        return {
            **self._ignition_fields(lead.values),
            "external_client_id": lead.client.id,
            "contacts": [write_fields(CONTACT_FIELDS, one.values) for one in lead.client.contacts or ()],
        }

    def _ignition_fields(self, values: Values) -> Json:
        return write_fields(CLIENT_FIELDS, self._for_ignition(values))

    def _for_ignition(self, values: Values) -> Values:
        """Return values as Ignition holds them: Partner and Manager as users."""
        return {**values, **{name: self._people.slug(values[name]) for name in PEOPLE if name in values}}

    def _add_link(self, action: a.AddLink) -> None:
        contacts = tuple(ContactLink(theirs, ours, {}) for theirs, ours in action.contact_pairs)
        link = Link(
            action.xpm_id, action.ignition_id, action.origin, "live", action.receives_only, contacts=contacts
        )
        memory.save_links(self._ledger, [link])
        self._did("clients linked by name" if action.origin == "named" else "links found again", action.say())

    def _write_client(self, action: a.WriteClient) -> None:
        if action.xpm_id in self._failed:
            return
        try:
            if action.side == "xpm":
                self._write_xpm(action)
            else:
                self._write_ignition(action)
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._fail(action.xpm_id, action.ignition_id, f"client “{action.name}”", error)
            return
        self._did(f"clients written to {'XPM' if action.side == 'xpm' else 'Ignition'}", action.say())

    def _write_xpm(self, action: a.WriteClient) -> None:
        if action.changes:
            values = {change.field: change.new for change in action.changes}
            self._xpm.update_client(action.xpm_id, values)
            memory.note_written(self._ledger, memory.XPM, action.xpm_id, values)
            self._move(action.xpm_id, values)
        for write in action.contacts:
            if write.id:
                contact = self._xpm.update_contact(write.id, action.xpm_id, write.values)
            else:
                contact = self._xpm.add_contact(action.xpm_id, write.values)
            written = Contact(contact.id, write.values if write.id else contact.values)
            memory.note_written(self._ledger, memory.XPM, action.xpm_id, {}, [written])
            self._move(action.xpm_id, {}, [(contact.id, write.other_id, write.values)])

    def _write_ignition(self, action: a.WriteClient) -> None:
        values = {change.field: change.new for change in action.changes}
        rows = [
            {**write_fields(CONTACT_FIELDS, write.values), **({"slug": write.id} if write.id else {})}
            for write in action.contacts
        ]
        item = {"slug": action.ignition_id, **self._ignition_fields(values)}
        if rows:
            item["contacts"] = rows
        kept = None if action.ignition_id in self._news else self._link(action.xpm_id).etag
        answer = self._patch(action, item, kept or self._look(action))
        if kept and answer is not None and answer.status == STALE_STATUS:
            # Something changed there that asked for no write of ours, such as the name of a Partner.
            answer = self._patch(action, item, self._look(action))
        if answer is None or answer.row is None:
            self._refused(action.xpm_id, f"client “{action.name}”", answer)
            self._failed.add(action.ignition_id)
            return
        rows = answer.row.get("contacts") or []
        pairs = [
            (write.other_id, row["slug"], write.values)
            for write, row in zip(action.contacts, rows, strict=True)
        ]
        written = [
            Contact(row["slug"], write.values if write.id else read_contact(row).values)
            for write, row in zip(action.contacts, rows, strict=True)
        ]
        shown = self._for_ignition(values)
        memory.note_written(self._ledger, memory.IGNITION, action.ignition_id, shown, written)
        self._move(action.xpm_id, values, pairs, etag=answer.row.get("etag"))

    def _patch(self, action: a.WriteClient, item: Json, etag: str | None) -> BatchAnswer | None:
        (answer,) = self._batch([{**item, "if_match": etag}], [action.ignition_id])
        return answer

    def _look(self, action: a.WriteClient) -> str | None:
        """Return the tag under which the plan's picture of an Ignition client still holds (E23).

        The client is looked at once more; when it is no longer what the plan saw, StaleError
        leaves it for the next sync.
        """
        row, etag = self._ignition.client(action.ignition_id)
        if read_client(row, None).values != self._seen[action.ignition_id].values:
            what = "it changed while the sync was running"
            raise StaleError("Ignition", "GET /clients/{slug}", what, STALE_STATUS)
        return etag

    def _batch(self, items: list[Json], ids: Sequence[str]) -> list[BatchAnswer | None]:
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
            self._failed.update(ids)
            way_out = "the next sync looks whether it took effect and goes on from there"
            self._report.problems.append(Problem(f"{len(items)} clients", str(error), way_out))
            return [None] * len(items)

    def _advance(self, action: a.AdvanceBase) -> None:
        if action.xpm_id not in self._failed:
            self._move(action.xpm_id, action.values, action.contacts)

    def _record_conflict(self, action: a.RecordConflict) -> None:
        memory.save_conflict(self._ledger, action, iso(self._runtime.now()))
        self._did("conflicts", action.say())

    def _mark_link(self, action: a.MarkLink) -> None:
        memory.save_links(self._ledger, [replace(self._link(action.xpm_id), standing=action.standing)])
        self._did("links marked", action.say())

    def _mark_user(self, action: a.MarkUserLink) -> None:
        row = {"staff_uuid": action.staff_uuid, "user_slug": action.user_slug, "name": action.name}
        self._ledger.put(t.user_links, {**row, "standing": action.standing})
        self._did("user links noted", action.say())

    def _link(self, xpm_id: str) -> Link:
        return memory.links(self._ledger, xpm_id=xpm_id)[0]

    def _move(
        self,
        xpm_id: str,
        values: Values,
        contacts: Sequence[tuple[str, str, Values]] = (),
        etag: str | None = None,
    ) -> None:
        """Move the base of a link to values that both sides now have."""
        link = self._link(xpm_id)
        pairs = {(one.xpm_id, one.ignition_id): one for one in link.contacts}
        for theirs, ours, moved in contacts:
            old = pairs.get((theirs, ours))
            pairs[theirs, ours] = ContactLink(
                theirs, ours, {**(old.base if old else {}), **known_only(moved)}
            )
        base = {**link.base, **known_only(values)}
        moved_link = replace(link, base=base, contacts=tuple(pairs.values()), etag=etag or link.etag)
        memory.save_links(self._ledger, [moved_link])

    def _did(self, kind: str, line: str) -> None:
        self._report.did[kind] += 1
        self._report.lines.append(line)

    def _fail(self, xpm_id: str, ignition_id: str, record: str, error: ApiError) -> None:
        self._failed |= {xpm_id, ignition_id}
        self._report.problems.append(Problem(record, str(error), _way_out(error)))

    def _refused(self, xpm_id: str, record: str, answer: BatchAnswer | None) -> None:
        self._failed.add(xpm_id)
        if answer is not None:
            stale = answer.status == STALE_STATUS
            kind = StaleError if stale else RefusedError
            error = kind("Ignition", "POST /clients/batch", f"{answer.status} {answer.error}", answer.status)
            self._report.problems.append(Problem(record, str(error), _way_out(error)))


def _way_out(error: ApiError) -> str:
    if isinstance(error, StaleError):
        return "the next sync plans it anew"
    if isinstance(error, RefusedError):
        return "correct the record in the system it came from; every sync tries again"
    if isinstance(error, MalformedError):
        return "nothing was concluded from it; the next sync reads again"
    return "the next sync looks whether it took effect and goes on from there"


def _grouped(actions: Sequence[a.Action]) -> Iterator[list[a.Action]]:
    """Yield actions one by one, but imports in batches of up to 100."""
    for is_import, run in groupby(actions, lambda action: isinstance(action, a.ImportLead)):
        rest = list(run)
        size = BATCH if is_import else 1
        for start in range(0, len(rest), size):
            yield rest[start : start + size]
