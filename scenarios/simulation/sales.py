"""What a practice sells in a simulation: what its services are linked to, is offered, accepted and revoked."""

from datetime import timedelta
from typing import Any

from scenarios.desks import DeskError
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Accepted, Diary, Known
from scenarios.simulation.scheduler import Scheduler
from scenarios.simulation.script import Item

Json = dict[str, Any]
PER_SERVICE = "job_per_service"


class Sales:
    """The practice's offers to its clients. Everything goes over HTTP."""

    def __init__(self, scheduler: Scheduler, ignition: IgnitionDesk, diary: Diary) -> None:
        self._scheduler = scheduler
        self._ignition = ignition
        self._diary = diary
        self._services: list[str] = []
        """What the practice offers."""
        self._linked: dict[str, str] = {}
        """Which job template a service is linked to, by the service's slug and the template's name."""

    def link_services(self) -> None:
        """Link each service to the job template of its name (R3), where there are any and it was not done before."""
        if self._linked:
            return
        templates = {row["name"]: row["slug"] for row in self._ignition.job_templates()}
        for row in self._ignition.services() if templates else ():
            if row["name"] in templates:
                self._ignition.link_service(row["slug"], templates[row["name"]])
                self._linked[row["slug"]] = row["name"]

    def offer(self, item: Item, client: Known) -> None:
        """Send a client a proposal that nobody accepts."""
        self._let_sign(client)
        sent = self._send(item, client, self._chosen(item.how), self._start(item.how))
        self._diary.tell(
            self._scheduler.now, item, f"{client.name}: {sent['name']} ({sent['reference_number']}) sent"
        )

    def accept(self, item: Item, client: Known) -> None:
        """Have a client accept a new proposal at once."""
        how = item.how
        self._let_sign(client)
        chosen, start = self._chosen(how), self._start(how)
        templates = tuple(self._linked.get(one) for one in chosen)
        sent = self._send(item, client, chosen, start)
        self._ignition.accept(sent["slug"])
        self._diary.accepted.append(
            Accepted(
                self._scheduler.now, item.number, client.key, sent["slug"], sent["reference_number"],
                sent["name"], how["cadence"], start, templates,
                len(chosen) if how.get("mode") == PER_SERVICE else 1,
            )
        )  # fmt: skip

    def _send(self, item: Item, client: Known, chosen: list[str], start: str) -> Json:
        name, cadence = f"Engagement {item.number}", item.how["cadence"]
        sent = self._ignition.propose(str(client.ignition), name, *chosen, cadence=cadence, start=start)
        self._diary.proposed[sent["slug"]] = sent["reference_number"]
        if "mode" in item.how:
            self._ignition.plan_workflow(sent["slug"], item.how["mode"])
        return sent

    def _let_sign(self, client: Known) -> None:
        """See that somebody of a client's can sign; else nothing can be accepted."""
        if not any(row["is_signatory"] for row in self._ignition.contacts(str(client.ignition))):
            self._ignition.make_signatory(str(client.ignition))

    def revoke(self, item: Item) -> None:
        """Revoke the last proposal that was accepted and stands. Raises DeskError where there is none."""
        standing = [one for one in self._diary.accepted if one.revoked_at is None]
        if not standing:
            raise DeskError("no accepted proposal stands")
        self._ignition.revoke(standing[-1].slug)
        standing[-1].revoked_at = self._scheduler.now
        self._diary.tell(self._scheduler.now, item, f"{standing[-1].name} ({standing[-1].reference}) revoked")

    def _chosen(self, how: Json) -> list[str]:
        self._services = self._services or [row["slug"] for row in self._ignition.services()]
        places = [how["service"], *how.get("beside", ())]
        return [self._services[place % len(self._services)] for place in places]

    def _start(self, how: Json) -> str:
        return f"{self._scheduler.now + timedelta(days=how['start']):%Y-%m-%d}"
