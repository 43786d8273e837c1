"""Runs a plan, action by action: the call, then what it means for the ledger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from syncer import actions as a
from syncer import ledger_tables as t
from syncer import memory
from syncer.apply_contacts import ContactWriter
from syncer.apply_ignition import IgnitionWriter
from syncer.books import Books, sending
from syncer.conflict_records import save_conflict
from syncer.conflicts import conflict, names_of
from syncer.contact_actions import SYSTEMS
from syncer.errors import ApiError, LimitError, RefusedError, UnreachableError
from syncer.fields import CONTACT_FIELDS, DAILY_CLIENT_FIELDS
from syncer.ignition import Json, write_fields
from syncer.lead_making import drop_leads, lead_link, note_leads
from syncer.model import ContactLink, Link
from syncer.plan import Plan, View, XpmWrite, fingerprint
from syncer.practice import Practice
from syncer.report import Problem, Report
from syncer.resting import superseded_lines
from syncer.runtime import iso

BATCH = 100
OF_ONE_CLIENT = (
    a.WriteClient, a.RemoveContact, a.AdvanceBase, a.RecordConflict, a.RecordRemoval, a.MarkLink,
)  # fmt: skip
DAILY = tuple(field.name for field in DAILY_CLIENT_FIELDS)


class Applier:
    """Applies one practice's plan. A record that fails is reported and skipped; the others go on (E20)."""

    def __init__(self, practice: Practice, report: Report, run: int) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._books = Books(practice.ledger, report)
        self._ignition = IgnitionWriter(practice, self._books, run)
        self._contacts = ContactWriter(practice, self._books)

    def run(self, plan: Plan, view: View, progress: Callable[[int], None] = lambda _count: None) -> None:
        """Do everything in the plan; ids that failed stay news for the next sync."""
        self._ignition.begin(plan, view)
        # The same applier may run a second plan in one sync: what failed in the first is left alone.
        by_kind: dict[type[Any], Callable[[Any], None]] = {
            a.PushTemplates: self._push_templates,
            a.PushCandidates: self._push_candidates,
            a.AddLink: self._add_link,
            a.WriteClient: self._write_client,
            a.WriteShared: self._contacts.write_shared,
            a.ShareContact: self._contacts.share,
            a.RemoveContact: self._remove_contact,
            a.AdvanceBase: self._advance,
            a.RecordConflict: self._record_conflict,
            a.RecordRemoval: self._record_conflict,
            a.MarkLink: self._mark_link,
            a.MarkUserLink: self._mark_user,
        }
        news = self._news(plan, view)
        waiting: list[a.WriteClient] = []

        def send() -> None:
            self._ignition.write([one for one in waiting if one.xpm_id not in self._books.failed])
            progress(len(waiting))
            waiting.clear()

        for group in _grouped(plan.actions):
            if len(waiting) == BATCH or any(not _may_overtake(group[0], one) for one in waiting):
                send()
            if isinstance(group[0], a.WriteClient) and group[0].side == memory.IGNITION:
                waiting.append(group[0])
                continue
            if isinstance(group[0], a.ImportLead):
                leads = (one for one in group if isinstance(one, a.ImportLead))
                self._import([one for one in leads if one.client.id not in self._books.failed])
            else:
                by_kind[type(group[0])](group[0])
            progress(len(group))
        send()
        half_known = _half_known(view)
        for side, versions in news.items():
            dealt_with = {
                one: version
                for one, version in versions.items()
                if one not in half_known and not self._books.is_left(one)
            }
            memory.settle(self._ledger, side, dealt_with)

    def _news(self, plan: Plan, view: View) -> dict[str, dict[str, int]]:
        """Return the clients that the plan deals with, by side, with the versions that it is made from.

        Links of users are noted first, and every pair is looked at because of them (R6): all pairs are news from then
        on, or those whose turn had not come when a sync ended early would never be looked at again.
        """
        news = {memory.XPM: dict(view.news_xpm), memory.IGNITION: dict(view.news_ignition)}
        if any(isinstance(one, a.MarkUserLink) for one in plan.actions):
            linked = {
                memory.XPM: [link.xpm_id for link in view.links],
                memory.IGNITION: [link.ignition_id for link in view.links],
            }
            for side, ids in linked.items():
                # What was read anew since the view was made is left to the next plan.
                news[side] = memory.unsettle(self._ledger, side, ids) | news[side]
        return news

    def hold(self, writes: Sequence[XpmWrite], view: View) -> None:
        """Leave writes to XPM to the next sync, as it is not sure what they overwrite (E23); their clients stay news."""
        for one in writes:
            if one.xpm_id not in self._books.failed:
                what = "what XPM just showed of it is there no more: somebody edits it, or the answer is an old one (E23)"
                record = f"client “{view.xpm[one.xpm_id].name}”"
                self._books.report.problems.append(Problem(record, what, "the next sync looks again"))
            self._books.failed.add(one.xpm_id)
            if isinstance(one, a.WriteShared | a.ShareContact):
                self._contacts.hold(one)

    def _push_templates(self, action: a.PushTemplates) -> None:
        self._practice.ignition.put_templates(action.templates)
        self._ledger.put(t.cursors, {"name": "templates", "value": fingerprint(action.templates)})
        self._books.did("job templates listed", action.say())

    def _push_candidates(self, action: a.PushCandidates) -> None:
        self._practice.ignition.put_candidates(action.staff)
        self._ledger.put(t.cursors, {"name": "candidates", "value": fingerprint(action.staff)})
        self._books.did("staff offered", action.say())

    def _import(self, leads: list[a.ImportLead]) -> None:
        if not leads:
            return
        written = [
            replace(one.client, values={name: one.values[name] for name in DAILY if name in one.values})
            for one in leads
        ]
        began = iso(self._practice.runtime.now())
        noted = note_leads(self._ledger, written, began)
        answers = self._ignition.batch(
            [self._lead_item(one) for one in leads], [one.client.id for one in leads]
        )
        made: list[Link] = []
        refused: list[tuple[a.ImportLead, RefusedError]] = []
        for lead, one, answer in zip(leads, written, answers, strict=True):
            if answer is None:
                self._books.failed.add(lead.client.id)
                continue
            if answer.row is None:
                what = f"{answer.status} {answer.error}"
                error = RefusedError("Ignition", "POST /clients/batch", what, answer.status)
                refused.append((lead, error))
                continue
            contacts = tuple(
                ContactLink(theirs.id, row["slug"], dict(theirs.values))
                for theirs, row in zip(one.contacts or (), answer.row["contacts"], strict=True)
            )
            link = lead_link(one, answer.row["slug"], contacts, began)
            made.append(replace(link, etag=answer.row.get("etag")))
            self._books.did("leads imported", lead.say())
        memory.save_links(self._ledger, made)
        if None not in answers:  # else it is not known whether they were made: the next sync looks
            drop_leads(self._ledger, noted)
        self._import_alone(refused)

    def _import_alone(self, refused: list[tuple[a.ImportLead, RefusedError]]) -> None:
        """Import clients without the contacts with which they were refused; the next sync adds those that go (E20)."""
        for lead, error in refused:
            if not lead.client.contacts:
                self._books.fail(lead.client.id, "", f"client “{lead.client.name}”", error)
        others = [(lead, error) for lead, error in refused if lead.client.contacts]
        self._import([replace(lead, client=replace(lead.client, contacts=())) for lead, _ in others])
        for lead, error in others:
            if lead.client.id not in self._books.failed:
                what = f"contacts of “{lead.client.name}”"
                self._books.leave(lead.client.id, "", what, ("contacts", lead.client.id), error)

    def _lead_item(self, lead: a.ImportLead) -> Json:
        return {
            **self._ignition.fields(lead.values),
            "external_client_id": lead.client.id,
            "contacts": [write_fields(CONTACT_FIELDS, one.values) for one in lead.client.contacts or ()],
        }

    def _add_link(self, action: a.AddLink) -> None:
        contacts = tuple(ContactLink(theirs, ours, {}) for theirs, ours in action.contact_pairs)
        link = Link(
            action.xpm_id, action.ignition_id, action.origin, "live", action.receives_only, contacts=contacts
        )
        memory.save_links(self._ledger, [link])
        how = "clients linked by name" if action.origin == "named" else "links found again"
        self._books.did(how, action.say())

    def _write_client(self, action: a.WriteClient) -> None:
        if action.xpm_id in self._books.failed:
            return
        try:
            self._write_xpm(action)
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._books.fail_write(action, error)

    def _write_xpm(self, action: a.WriteClient) -> None:
        if action.changes:
            values = {change.field: change.new for change in action.changes}
            sent = sending(action.xpm_id, action.xpm_id, action.changes)
            with self._books.sent(self._practice.runtime.now(), sent):
                self._practice.xpm.update_client(action.xpm_id, values)
            memory.note_written(self._ledger, memory.XPM, action.xpm_id, values)
            self._books.move(action.xpm_id, values)
        done = self._contacts.write_all(action)
        if done.changes or done.contacts:
            self._books.did("clients written to XPM", done.say())

    def _remove_contact(self, action: a.RemoveContact) -> None:
        if action.xpm_id not in self._books.failed:
            self._contacts.remove(action)

    def _advance(self, action: a.AdvanceBase) -> None:
        if action.xpm_id not in self._books.failed:
            self._books.move(action.xpm_id, action.values, action.contacts)
            if action.gone:
                self._books.forget(action.xpm_id, action.gone)

    def _record_conflict(self, action: a.RecordConflict | a.RecordRemoval) -> None:
        number = save_conflict(self._ledger, action, iso(self._practice.runtime.now()))
        found = conflict(self._ledger, number)
        had = f"{SYSTEMS[found.loser]} had “{found.words(found.loser, names_of(self._ledger))}”"
        self._books.did("conflicts", f"{action.say()}; {had}: `syncer conflicts take {number}` applies that")
        self._books.report.lines += superseded_lines(self._ledger, number)

    def _mark_link(self, action: a.MarkLink) -> None:
        memory.save_links(self._ledger, [replace(self._books.link(action.xpm_id), standing=action.standing)])
        self._books.did("links marked", action.say())

    def _mark_user(self, action: a.MarkUserLink) -> None:
        row = {"staff_uuid": action.staff_uuid, "user_slug": action.user_slug, "name": action.name}
        self._ledger.put(t.user_links, {**row, "standing": action.standing})
        self._books.did("user links noted", action.say())


def _half_known(view: View) -> set[str]:
    """Return the clients of which nothing could be planned: their partner on the other side was never read."""
    pairs = ((link.xpm_id in view.xpm, link.ignition_id in view.ignition, link) for link in view.links)
    return {one for there, here, link in pairs if there != here for one in (link.xpm_id, link.ignition_id)}


def _may_overtake(action: a.Action, waiting: a.WriteClient) -> bool:
    """Tell whether an action may be done before a write to Ignition that waits for company: it is another client's."""
    if isinstance(action, OF_ONE_CLIENT):
        return action.xpm_id != waiting.xpm_id
    return False


def _grouped(actions: Sequence[a.Action]) -> Iterator[list[a.Action]]:
    """Yield actions one by one, but imports in batches of up to 100."""
    for is_import, run in groupby(actions, lambda action: isinstance(action, a.ImportLead)):
        rest = list(run)
        size = BATCH if is_import else 1
        for start in range(0, len(rest), size):
            yield rest[start : start + size]
