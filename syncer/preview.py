"""What a sync would deploy: the decisions of a deployment, taken beforehand, with nothing written (R9 to R12, E10)."""

from collections.abc import Iterator
from dataclasses import replace

from syncer import ledger_tables as t
from syncer import memory
from syncer.actions import AddLink, ImportLead, MarkLink, WriteClient, counted
from syncer.client_making import client_intent
from syncer.deploy import ACCEPTED, UNREADABLE, Deployer, title
from syncer.errors import MalformedError
from syncer.explain import COMMON, Explainer, Json, Step, plain
from syncer.finder import question, values_to_write
from syncer.job_records import proposal_from_json
from syncer.jobs import PlannedJob
from syncer.ledger import Row
from syncer.match import Identity, Known
from syncer.match import Step as Way
from syncer.model import Client, Link, Proposal, Standing
from syncer.once import DONE
from syncer.plan import Plan
from syncer.practice import Practice
from syncer.report import Problem, Report
from syncer.whose import whose

NOT_YET = "not made yet"


class Preview:
    """Says what the deployments would do that have something left to do, once a plan is carried out."""

    def __init__(
        self, practice: Practice, report: Report, deployer: Deployer, plan: Plan, explainer: Explainer
    ) -> None:
        self._practice = practice
        self._report = report
        self._deployer = deployer
        self._plan = plan
        self._explainer = explainer

    def show(self) -> None:
        """Note in the report what would be deployed, in the order in which it would be done."""
        waiting = self._deployer.waiting()
        after = _After(self._practice, self._plan) if waiting else None
        for row in waiting:
            proposal = proposal_from_json(row["proposal"])
            before = len(self._report.attention) + len(self._report.problems) + len(self._report.lines)
            if after is None or proposal.state not in ACCEPTED:
                self._say(
                    f"{title(proposal)} is {proposal.state}: no more jobs are made (E15)",
                    "stop",
                    "E15",
                    proposal,
                )
            else:
                self._one(row, proposal, after)
            if before == len(self._report.attention) + len(self._report.problems) + len(self._report.lines):
                self._say(
                    f"Ignition: show on {title(proposal)} what became of it (E17)", "show", "E17", proposal
                )

    def _one(self, row: Row, proposal: Proposal, after: "_After") -> None:
        client = after.client(proposal.client_slug)
        if client is None:
            why = f"its client {proposal.client_slug} could not be read"
            self._report.problems.append(Problem(title(proposal), why, UNREADABLE))
            return
        link = after.link(client.id)
        answer = whose(question(self._practice, row, client, link), after.known.values())
        identity = after.made_before(client, answer.identity)
        if identity.step is Way.PARK:
            self._park(proposal, identity)
            return
        try:
            jobs = self._deployer.maker.missing(proposal)
        except MalformedError as error:
            self._report.problems.append(Problem(title(proposal), str(error), UNREADABLE))
            return
        if identity.step is Way.CREATE:
            self._create(proposal, client, identity, after)
        elif jobs or link is None or answer.by_pick:
            self._use(proposal, client, identity, after)
        self._begun(proposal)
        for job in jobs:
            self._job(proposal, job)

    def _park(self, proposal: Proposal, identity: Identity) -> None:
        row = self._row("park", "E10", proposal, why=identity.reason)
        row["candidates"] = [{"uuid": one.uuid, "name": one.name} for one in identity.candidates]
        self._report.attention.append(
            f"{title(proposal)}: {identity.reason} – nothing is deployed before one is picked with `syncer resolve` (E10)"
        )
        self._report.planned.append(row)

    def _create(self, proposal: Proposal, client: Client, identity: Identity, after: "_After") -> None:
        values, contacts = values_to_write(client, self._plan.people), client.contacts or ()
        told = self._explainer.family(values, [one.values for one in contacts])
        row = self._row("create client", "R11", proposal, why=identity.reason)
        row |= {"ignition_id": client.id, "new": plain(values)}
        row |= {"contacts": [plain(one.values) for one in contacts]}
        count = counted(len(contacts), "contact")
        line = f"XPM: new client “{client.name}” with {count} for {title(proposal)}: {identity.reason} (R11)"
        if self._practice.ledger.row(t.intents, key=client_intent(client.id)):
            line = f"XPM: see what came of making “{client.name}” before; only if nothing did: {line} (E11)"
        self._report.foresee(Step(line, (told,) if told else (), (row,)))
        self._report.warnings += [
            f"“{client.name}” would be created; XPM also has “{near.name}”, which is near (E10)"
            for near in identity.near
        ]
        after.linked(client, f"{NOT_YET}: {client.id}")

    def _use(self, proposal: Proposal, client: Client, identity: Identity, after: "_After") -> None:
        uuid = identity.uuid or ""
        named = after.known.get(uuid)
        rule = "R12" if after.link(client.id) is None else "E10"
        name = named.name if named else uuid
        row = self._row("use client", rule, proposal, why=identity.reason)
        self._report.foresee(
            Step(
                f"XPM: {title(proposal)} goes to client “{name}”: {identity.reason} ({rule})",
                (),
                ({**row, "ignition_id": client.id, "xpm_id": None if uuid.startswith(NOT_YET) else uuid},),
            )
        )
        after.linked(client, uuid)

    def _begun(self, proposal: Proposal) -> None:
        """Say what an earlier run left unfinished, which is dealt with first (E11)."""
        book = self._deployer.maker.book
        for _intent in book.unsettled(proposal.slug):
            self._say(
                f"XPM: see what came of a job begun before for {title(proposal)} (E11)",
                "look up",
                "E11",
                proposal,
            )
        for begun in book.unfinished(proposal.slug):
            self._say(
                f"XPM: finish job {begun.number} “{begun.job.name}” (E14, E16)", "finish", "E14", proposal
            )

    def _job(self, proposal: Proposal, job: PlannedJob) -> None:
        row = self._row("job", "R9", proposal)
        days = {"start": job.start.isoformat(), "due": job.due.isoformat(), "recurrence": job.recurrence}
        row |= {"job": job.name, **days, "templates": list(job.template_uuids)}
        self._report.foresee(
            Step(
                f"XPM: job “{job.name}” for {proposal.reference}, client “{proposal.client_name}” (R9)",
                (f"from {days['start']}, due {days['due']}, {counted(len(job.template_uuids), 'template')}",),
                (row,),
            )
        )
        self._report.warnings += [
            f"job “{job.name}” of {proposal.reference}: {note.text} ({note.rule})" for note in job.notes
        ]

    def _say(self, line: str, does: str, rule: str, proposal: Proposal) -> None:
        self._report.foresee(Step(line, (), (self._row(does, rule, proposal),)))

    @staticmethod
    def _row(does: str, rule: str, proposal: Proposal, **more: str) -> Json:
        side = {"park": None, "stop": None, "show": "ignition"}.get(does, "xpm")
        whose_it_is = {"proposal": proposal.reference, "client": proposal.client_name}
        return {**COMMON, "does": does, "side": side, "rule": rule, **whose_it_is, **more}


class _After:
    """Who is who once a plan is carried out: clients, links and names, as a deployment would find them."""

    def __init__(self, practice: Practice, plan: Plan) -> None:
        self._ledger = practice.ledger
        self.known: dict[str, Known] = {one.uuid: one for one in memory.directory(self._ledger)}
        self._links: dict[str, Link] = {}
        self._standings: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for action in plan.actions:
            if isinstance(action, AddLink):
                self._link(action.ignition_id, Link(action.xpm_id, action.ignition_id, action.origin))
            elif isinstance(action, ImportLead):
                self._change(action.client.id, linked_to=f"{NOT_YET}: {action.client.id}")
            elif isinstance(action, MarkLink):
                self._standings[action.xpm_id] = action.standing
            elif isinstance(action, WriteClient):
                for name in _names(action):
                    self._rename(action, name)

    def client(self, slug: str) -> Client | None:
        """Return an Ignition client, or None where it was never read."""
        for one in memory.some_mirrored(self._ledger, memory.IGNITION, [slug]):
            name = self._names.get(slug, one.name)
            return replace(one, values={**one.values, "name": name})
        return None

    def link(self, slug: str) -> Link | None:
        """Return an Ignition client's link."""
        if slug in self._links:
            return self._links[slug]
        found = memory.links(self._ledger, ignition_id=slug)
        return (
            replace(found[0], standing=self._standings.get(found[0].xpm_id, found[0].standing))
            if found
            else None
        )

    def linked(self, client: Client, uuid: str) -> None:
        """Take a client for linked from now on: further proposals of it find the link."""
        if uuid not in self.known:
            self.known[uuid] = Known(uuid, client.name, Standing.LIVE)
        self._link(client.id, Link(uuid, client.id, "deployed"))

    def made_before(self, client: Client, identity: Identity) -> Identity:
        """Return who it is where a client to be made was made by an earlier run that never got to link it (E11)."""
        intent = self._ledger.row(t.intents, key=client_intent(client.id))
        if identity.step is Way.CREATE and intent and intent["state"] == DONE:
            return Identity(
                Way.USE, uuid=intent["outcome"], reason="it was made for this client before (E11)"
            )
        return identity

    def _link(self, slug: str, link: Link) -> None:
        self._links[slug] = link
        self._change(link.xpm_id, linked_to=slug)

    def _change(self, uuid: str, **values: str) -> None:
        if uuid in self.known:
            self.known[uuid] = replace(self.known[uuid], **values)  # type: ignore[arg-type]  # names and links are texts

    def _rename(self, action: WriteClient, name: str) -> None:
        if action.side == memory.XPM:
            self._change(action.xpm_id, name=name)
        else:
            self._names[action.ignition_id] = name


def _names(action: WriteClient) -> Iterator[str]:
    """Yield the name that a write gives to a client, if it does."""
    yield from (str(change.new) for change in action.changes if change.field == "name")
