"""What a sync would deploy: the decisions of a deployment, taken beforehand, with nothing written (R9 to R12, E10)."""

from syncer import ledger_tables as t
from syncer.afterwards import NOT_YET, After, following
from syncer.assigning import Assigner
from syncer.client_making import client_intent
from syncer.deploy import ACCEPTED, UNREADABLE, Deployer, title
from syncer.errors import MalformedError
from syncer.explain import COMMON, Explainer, Json, Step, plain
from syncer.finder import question, values_to_write
from syncer.jobs import PlannedJob
from syncer.ledger import Row
from syncer.match import Identity
from syncer.match import Step as Way
from syncer.model import Client, Proposal
from syncer.plan import Plan, make_plan
from syncer.practice import Practice
from syncer.reading import view_of
from syncer.report import Problem, Report
from syncer.small_lists import Lists
from syncer.whose import whose
from syncer.words import counted


class Preview:
    """Says what the deployments would do that have something left to do, once a plan is carried out."""

    def __init__(
        self, practice: Practice, report: Report, deployer: Deployer, plan: Plan, lists: Lists
    ) -> None:
        self._practice = practice
        self._report = report
        self._deployer = deployer
        self._plan = plan
        self._lists = lists
        self._explainer = Explainer({one.uuid: one.name for one in lists.staff})
        self._assigner = Assigner(practice, lists.users)

    def show(self) -> None:
        """Note in the report what would be deployed, in the order in which it would be done."""
        waiting = self._deployer.waiting()
        after = After(self._practice, self._plan) if waiting else None
        for row in waiting:
            proposal = self._deployer.as_shown(row)
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
        if after and after.opened:
            self._follow_up(after)

    def _follow_up(self, after: After) -> None:
        """Say what a sync goes on to write for clients that its deployments linked, made, or opened (E4, R10)."""
        then = make_plan(view_of(self._practice, self._lists))
        for action in following(after.opened, self._plan.actions, then.actions):
            self._report.foresee(_after_deploying(self._explainer.step(action)))

    def _one(self, row: Row, proposal: Proposal, after: After) -> None:
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
        if identity.uuid and identity is not answer.identity:
            after.linked(client, identity.uuid)
        elif identity.uuid:
            after.used(client, identity.uuid, by_pick=answer.by_pick)
        self._begun(proposal)
        shown, asks = self._deployer.maker.doubtful(proposal)
        for job in jobs:
            if job.key in shown:
                self._taken_over(proposal, job, shown[job.key])
            else:
                self._job(proposal, job, is_looked_for=asks)

    def _park(self, proposal: Proposal, identity: Identity) -> None:
        row = self._row("park", "E10", proposal, why=identity.reason)
        row["candidates"] = [{"uuid": one.uuid, "name": one.name} for one in identity.candidates]
        self._report.attention.append(
            f"{title(proposal)}: {identity.reason} – nothing is deployed before one is picked with `syncer resolve` (E10)"
        )
        self._report.planned.append(row)

    def _create(self, proposal: Proposal, client: Client, identity: Identity, after: After) -> None:
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
        after.created(client, values)

    def _use(self, proposal: Proposal, client: Client, identity: Identity, after: After) -> None:
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

    def _taken_over(self, proposal: Proposal, job: PlannedJob, number: str) -> None:
        """Say that a job is not made that Ignition shows and this ledger does not know (E11)."""
        row = self._row("take over", "E11", proposal, job=job.name, number=number)
        line = f"XPM: take over job {number} “{job.name}”, which Ignition shows on {proposal.reference} (E11)"
        self._report.foresee(Step(line, (), (row,)))

    def _job(self, proposal: Proposal, job: PlannedJob, *, is_looked_for: bool) -> None:
        row: Json = {**self._row("job", "R9", proposal), "looked_for": is_looked_for}
        looks = f"see whether job “{job.name}” is there already (E11); only if not: " if is_looked_for else ""
        days = {"start": job.start.isoformat(), "due": job.due.isoformat(), "recurrence": job.recurrence}
        row |= {"job": job.name, **days, "templates": list(job.template_uuids)}
        self._report.foresee(
            Step(
                f"XPM: {looks}job “{job.name}” for {proposal.reference}, client “{proposal.client_name}” (R9)",
                (f"from {days['start']}, due {days['due']}, {counted(len(job.template_uuids), 'template')}",),
                (row,),
            )
        )
        self._report.warnings += [
            f"job “{job.name}” of {proposal.reference}: {note.text} ({note.rule})"
            for note in (*job.notes, *self._assigner.lacking(job))
        ]

    def _say(self, line: str, does: str, rule: str, proposal: Proposal) -> None:
        self._report.foresee(Step(line, (), (self._row(does, rule, proposal),)))

    @staticmethod
    def _row(does: str, rule: str, proposal: Proposal, **more: str) -> Json:
        side = {"park": None, "stop": None, "show": "ignition"}.get(does, "xpm")
        whose_it_is = {"proposal": proposal.reference, "client": proposal.client_name}
        return {**COMMON, "does": does, "side": side, "rule": rule, **whose_it_is, **more}


def _after_deploying(step: Step) -> Step:
    """Say of a step that it follows a deployment; what is not made yet has no UUID."""
    rows = tuple(
        {**row, "xpm_id": None} if str(row.get("xpm_id")).startswith(NOT_YET) else row for row in step.rows
    )
    return Step(f"then {step.line}", step.details, rows)
