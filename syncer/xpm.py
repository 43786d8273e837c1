"""The XPM API, as far as the syncer uses it: version 3.1, XML, one practice."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

from syncer import xpm_xml as xml
from syncer.errors import MalformedError, OutcomeUnknownError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS
from syncer.jobs import PlannedJob
from syncer.model import Client, Contact, Job, Staff, Template, Values
from syncer.transport import Request, Transport

Read = TypeVar("Read")
XML = {"Content-Type": "text/xml; charset=utf-8", "Accept": "text/xml"}


class Xpm:
    """Calls of one practice. Reads raise MalformedError, writes OutcomeUnknownError for answers like that."""

    def __init__(self, api_url: str, transport: Transport) -> None:
        self._base = f"{api_url.rstrip('/')}/practicemanager/3.1"
        self._transport = transport
        self.left_out: list[MalformedError] = []
        """Records of lists that could not be read (E20); whoever reports them empties this."""

    @property
    def transport(self) -> Transport:
        """The way the calls take."""
        return self._transport

    def clients(self, modified_since: datetime | None = None) -> list[Client]:
        """Return clients in detail, archived and deleted ones too; those modified since a moment, or all."""
        params = {"detailed": "true"}
        if modified_since:
            params["modifiedsince"] = modified_since.strftime("%Y-%m-%dT%H:%M:%S")
        return self._readable("client.api/list", "Client", xml.read_client, params, _broken_contact)

    def client(self, uuid: str) -> Client:
        """Return one client in detail."""
        path = f"client.api/get/{uuid}"
        return self._get("client.api/get", "Client", xml.read_client, path)

    def staff(self) -> list[Staff]:
        """Return the staff, those who can be read."""
        return self._readable("staff.api/list", "Staff", xml.read_staff)

    def templates(self) -> list[Template]:
        """Return the job templates, those that can be read."""
        return self._readable("template.api/list", "Template", xml.read_template)

    def categories(self) -> frozenset[str]:
        """Return the UUIDs of the job categories."""
        return frozenset(self._list("category.api/list", "Category", xml.read_uuid))

    def jobs_of(self, client_uuid: str) -> list[Job]:
        """Return the jobs of a client."""
        return self._list("job.api/client", "Job", xml.read_job, path=f"job.api/client/{client_uuid}")

    def jobs_between(self, first: date, last: date) -> list[Job]:
        """Return all jobs that start from one day to another; the days lie less than a year apart."""
        return self._list("job.api/list", "Job", xml.read_job, {"from": _date(first), "to": _date(last)})

    def contents_of(self, number: str) -> list[str]:
        """Return what tells the tasks, milestones and costs on a job from any that come later: two calls."""
        found = self._get("job.api/get", "Job", xml.read_contents, f"job.api/get/{number}")
        costs = self._list("job.api/costs", "Cost", xml.read_uuid, path=f"job.api/costs/{number}")
        return found + costs

    def add_client(self, values: Values, contacts: Iterable[Values]) -> Client:
        """Create a client with its contacts, and return it. Must not be repeated blindly."""
        body = xml.element("Client")
        xml.write_fields(body, CLIENT_FIELDS, values)
        parent = xml.add(body, "Contacts")
        for contact in contacts:
            xml.write_fields(xml.add(parent, "Contact"), CONTACT_FIELDS, contact)
        return self._write("client.api/add", "POST", body, "Client", xml.read_client)

    def update_client(self, uuid: str, values: Values) -> Client:
        """Set fields of a client and return it; repeating does no harm."""
        body = xml.element("Client", {"UUID": uuid})
        xml.write_fields(body, CLIENT_FIELDS, values)
        return self._write("client.api/update", "PUT", body, "Client", xml.read_client, safe=True)

    def add_contact(self, client_uuid: str, values: Values) -> Contact:
        """Add a contact to a client and return it. Must not be repeated blindly."""
        return self._contact("POST", "client.api/contact", client_uuid, values, safe=False)

    def update_contact(self, uuid: str, client_uuid: str, values: Values) -> Contact:
        """Set fields of a contact and return it; repeating does no harm."""
        return self._contact("PUT", f"client.api/contact/{uuid}", client_uuid, values, safe=True)

    def share_contact(self, uuid: str, client_uuid: str) -> None:
        """Link a contact that is there to a further client; repeating does no harm."""
        body = xml.element("Client")
        xml.add(xml.add(xml.add(body, "Contacts"), "Contact"), "UUID", uuid)
        self._done("client.api/client", "POST", f"client.api/client/{client_uuid}/contacts", body)

    def remove_contact(self, uuid: str, client_uuid: str) -> None:
        """Take a contact from one client; other clients keep it. A repeat is refused, and does no harm."""
        self._done("client.api/contact", "DELETE", f"client.api/contact/{uuid}?clientUuid={client_uuid}")

    def add_job(self, job: PlannedJob, client_uuid: str) -> Job:
        """Create a job, with its first template's tasks, and return it. Must not be repeated blindly."""
        fields = {"Name": job.name, "Description": job.description, "ClientUUID": client_uuid}
        fields |= {"StartDate": _date(job.start), "DueDate": _date(job.due), "ClientNumber": job.order_number}
        template = job.template_uuids[0] if job.template_uuids else None
        optional = {"TemplateUUID": template, "CategoryUUID": job.category_uuid, "Budget": job.budget}
        fields |= {tag: text for tag, text in optional.items() if text}
        return self._write("job.api/add", "POST", xml.element("Job", fields), "Job", xml.read_job)

    def apply_template(self, number: str, template_uuid: str) -> Job:
        """Add a further template's tasks to a job. Must not be repeated blindly."""
        body = xml.element("Job", {"ID": number, "TemplateUUID": template_uuid, "TaskMode": "AddNew"})
        return self._write("job.api/applytemplate", "POST", body, "Job", xml.read_job)

    def assign(
        self,
        number: str,
        *,
        manager_uuid: str | None = None,
        partner_uuid: str | None = None,
        staff_uuids: Iterable[str] = (),
    ) -> Job:
        """Set a job's Manager and Partner, and put staff on it; repeating does no harm."""
        body = xml.element("Job", {"ID": number})
        orders = [("add", uuid) for uuid in staff_uuids]
        for tag, uuid in (*orders, ("add-manager", manager_uuid), ("add-partner", partner_uuid)):
            if uuid:
                xml.add(body, tag).set("uuid", uuid)
        return self._write("job.api/assign", "PUT", body, "Job", xml.read_job, safe=True)

    def _readable(
        self,
        operation: str,
        tag: str,
        read: Callable[[Any], Read],
        params: dict[str, str] | None = None,
        flaw: Callable[[Read, Any], MalformedError | None] = lambda _record, _element: None,
    ) -> list[Read]:
        """Return those of a list's records that can be read; the others are kept in `left_out` (E20).

        So is what `flaw` finds in a record that can.
        """

        def read_or_not(element: Any) -> tuple[Read | None, MalformedError | None]:
            name = element.findtext("Name") or element.findtext("UUID") or "of no name"
            kind = tag.lower()
            try:
                found = read(element)
                error = flaw(found, element)
            except MalformedError as broken:
                return None, MalformedError("XPM", f"{kind} “{name}”", broken.what)
            if error:
                error = MalformedError("XPM", f"{error.operation.lower()} of {kind} “{name}”", error.what)
            return found, error

        found = self._list(operation, tag, read_or_not, params)
        self.left_out += [error for _, error in found if error]
        return [one for one, _ in found if one is not None]

    def _contact(self, method: str, path: str, client_uuid: str, values: Values, *, safe: bool) -> Contact:
        body = xml.element("Contact")
        xml.add(xml.add(body, "Client"), "UUID", client_uuid)
        xml.write_fields(body, CONTACT_FIELDS, values)
        return self._write(
            "client.api/contact", method, body, "Contact", xml.read_contact, path=path, safe=safe
        )

    def _list(
        self,
        operation: str,
        tag: str,
        read: Callable[[Any], Read],
        params: dict[str, str] | None = None,
        path: str | None = None,
    ) -> list[Read]:
        """Return what a list has. Raises MalformedError where the list itself is not there (E5)."""
        request = Request(
            operation, "GET", f"{self._base}/{path or operation}", safe=True, params=params, headers=XML
        )

        def consume(pieces: Iterator[bytes]) -> list[Read]:
            return [read(element) for element in xml.records(operation, pieces, tag, xml.LISTS[tag])]

        return self._transport.read(request, consume)

    def _get(self, operation: str, tag: str, read: Callable[[Any], Read], path: str) -> Read:
        request = Request(operation, "GET", f"{self._base}/{path}", safe=True, headers=XML)

        def consume(pieces: Iterator[bytes]) -> Read:
            found = [read(element) for element in xml.records(operation, pieces, tag)]
            if not found:
                raise MalformedError("XPM", operation, f"the answer has no {tag}")
            return found[0]

        return self._transport.read(request, consume)

    def _write(
        self,
        operation: str,
        method: str,
        body: Any,
        tag: str,
        read: Callable[[Any], Read],
        *,
        path: str | None = None,
        safe: bool = False,
    ) -> Read:
        found = self._change(operation, method, path or operation, body, tag, read, safe=safe)
        if not found:
            what = f"the answer to a write cannot be understood: it has no {tag}"
            raise OutcomeUnknownError("XPM", operation, what)
        return found[0]

    def _done(self, operation: str, method: str, path: str, body: Any = None) -> None:
        """Make a change whose answer only has to say that it is done; repeating does no harm."""
        self._change(operation, method, path, body, "", lambda _element: None, safe=True)

    def _change(
        self,
        operation: str,
        method: str,
        path: str,
        body: Any,
        tag: str,
        read: Callable[[Any], Read],
        *,
        safe: bool,
    ) -> list[Read]:
        sent = None if body is None else xml.to_bytes(body)
        request = Request(operation, method, f"{self._base}/{path}", safe=safe, body=sent, headers=XML)
        answer = self._transport.call(request)
        try:
            return [read(element) for element in xml.records(operation, [answer.content], tag)]
        except MalformedError as error:
            what = "the answer to a write cannot be understood"
            raise OutcomeUnknownError("XPM", operation, what) from error


def _broken_contact(client: Client, element: Any) -> MalformedError | None:
    return xml.broken_contact(element) if client.contacts is None else None


def _date(day: date) -> str:
    return day.strftime("%Y%m%d")
