"""The people of a story at their desks: they see and change XPM over HTTP, like any program."""

from copy import copy
from datetime import date
from typing import Any, Self

import orjson
import requests
from lxml import etree

from scenarios.world import Practice
from syncer import connect as connecting

Json = dict[str, Any]
YEAR = 366 * 86_400
"""How long people stay logged in, in seconds: nearly every story is shorter."""


class DeskError(Exception):
    """Something a person tried did not work; says what, and what the system answered."""


class Control:
    """A fake's control plane."""

    def __init__(self, name: str, url: str, session: requests.Session, token: str | None = None) -> None:
        self.name = name
        self.url = url
        self.session = session
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **params: str) -> Any:
        """Return a control call's answer."""
        return self._told("GET", path, 60, params=params)

    def post(self, path: str, body: Json | None = None) -> Any:
        """Do a control call and return its answer."""
        return self._told("POST", path, 600, json=body or {})

    def put(self, path: str, body: Json) -> Any:
        """Set something, and return what is answered."""
        return self._told("PUT", path, 60, json=body)

    def delete(self, path: str) -> None:
        """Remove what a control call names, all of it."""
        self._do("DELETE", path, 60)

    def token(self, tenant_id: str) -> str:
        """Return an access token for one practice's people: limits and faults are not for them, and no log-out."""
        how = {"tenant_ids": [tenant_id], "people": True, "expires_in": YEAR}
        return str(self.post("tokens", how)["access_token"])

    def _told(self, method: str, path: str, timeout: float, **what: Any) -> Any:
        """Return what an answer says: a journal is long enough for a quick reader."""
        return orjson.loads(self._do(method, path, timeout, **what).content)

    def _do(self, method: str, path: str, timeout: float, **what: Any) -> requests.Response:
        url = f"{self.url}/_control/{path}"
        answer = self.session.request(method, url, timeout=timeout, headers=self._headers, **what)
        if not answer.ok:
            raise DeskError(
                f"{self.name}: {answer.request.url} answered {answer.status_code}: {answer.text[:300]}"
            )
        return answer


class Desk:
    """Where a person of a practice works."""

    def __init__(self, control: Control, tenant_id: str) -> None:
        self.control = control
        self.tenant_id = tenant_id
        self._token = ""

    def log_in_again(self) -> None:
        """Forget the token that the desk has."""
        self._token = ""

    def over(self, session: requests.Session) -> Self:
        """Return the same person's desk, reached another way: who has logged in need not again."""
        same = copy(self)
        same.control = Control(self.control.name, self.control.url, session)
        return same


class XpmDesk(Desk):
    """A person of a practice who works in XPM."""

    def clients(self) -> list[Json]:
        """Return all clients in detail, archived and deleted ones too, by name."""
        return sorted(
            self._list("client.api/list?detailed=true", "Client"), key=lambda row: (row["Name"], row["UUID"])
        )

    def client(self, uuid: str) -> Json:
        """Return one client."""
        return self._list(f"client.api/get/{uuid}", "Client")[0]

    def named(self, name: str) -> list[Json]:
        """Return the clients that have exactly this name."""
        found = self._elements("GET", "client.api/list?detailed=true", None, "Client")
        rows = [_as_dict(element) for element in found if element.findtext("Name") == name]
        return sorted(rows, key=lambda row: row["UUID"])

    def index(self) -> list[Json]:
        """Return all clients in short: UUID, Name and IsDeleted alone, which takes a fraction of the time."""
        found = self._elements("GET", "client.api/list", None, "Client")
        return [{tag: element.findtext(tag) for tag in ("UUID", "Name", "IsDeleted")} for element in found]

    def uuids(self) -> dict[str, str]:
        """Return the clients' UUIDs by name, for stories in which no two are called alike."""
        return {row["Name"]: row["UUID"] for row in self.clients()}

    def staff(self) -> list[Json]:
        """Return the staff."""
        return self._list("staff.api/list", "Staff")

    def templates(self) -> list[Json]:
        """Return the job templates."""
        return self._list("template.api/list", "Template")

    def categories(self) -> list[Json]:
        """Return the job categories."""
        return self._list("category.api/list", "Category")

    def jobs_of(self, client_uuid: str) -> list[Json]:
        """Return a client's jobs, each in full."""
        rows = self._list(f"job.api/client/{client_uuid}", "Job")
        return [self._list(f"job.api/get/{row['ID']}", "Job")[0] for row in rows]

    def jobs_between(self, first: date, last: date) -> list[Json]:
        """Return all jobs that start from one day to another, less than a year apart, in detail."""
        return self._list(f"job.api/list?from={first:%Y%m%d}&to={last:%Y%m%d}&detailed=true", "Job")

    def job_counts(self, name: str) -> list[int]:
        """Return how many jobs each client of exactly this name has."""
        return [len(self.jobs_of(row["UUID"])) for row in self.named(name)]

    def costs_of(self, number: str) -> list[Json]:
        """Return what a job costs, line by line."""
        return self._list(f"job.api/costs/{number}", "Cost")

    def add_job(self, client_uuid: str, name: str, **elements: str) -> Json:
        """Create a job for a client."""
        fields = {"Name": name, "ClientUUID": client_uuid, **elements}
        return self._write("POST", "job.api/add", "Job", fields)[0]

    def change_job(self, number: str, **elements: str) -> None:
        """Change a job."""
        self._write("PUT", "job.api/update", "Job", {"ID": number, **elements})

    def delete_job(self, number: str) -> None:
        """Delete a job."""
        self._write("POST", "job.api/delete", "Job", {"ID": number})

    def add_client(self, name: str, **elements: str) -> Json:
        """Create a client."""
        return self._write("POST", "client.api/add", "Client", {"Name": name, **elements})[0]

    def update_client(self, uuid: str, **elements: str) -> Json:
        """Change a client."""
        return self._write("PUT", "client.api/update", "Client", {"UUID": uuid, **elements})[0]

    def archive_client(self, uuid: str) -> None:
        """Archive a client."""
        self._write("PUT", "client.api/archive", "Client", {"UUID": uuid})

    def delete_client(self, uuid: str) -> None:
        """Delete a client that has no jobs; the lists go on showing it, marked."""
        self._write("POST", "client.api/delete", "Client", {"UUID": uuid})

    def add_contact(self, client_uuid: str, name: str, **elements: str) -> Json:
        """Add a contact to a client."""
        return self._contact("POST", "client.api/contact", client_uuid, {"Name": name, **elements})

    def update_contact(self, uuid: str, client_uuid: str, **elements: str) -> Json:
        """Change a contact, and its place at one client."""
        return self._contact("PUT", f"client.api/contact/{uuid}", client_uuid, elements)

    def share_contact(self, uuid: str, client_uuid: str) -> None:
        """Link a contact to a further client."""
        body = f"<Client><Contacts><Contact><UUID>{uuid}</UUID></Contact></Contacts></Client>".encode()
        self._call("POST", f"client.api/client/{client_uuid}/contacts", body, "Contact")

    def remove_contact(self, uuid: str, client_uuid: str) -> None:
        """Take a contact from a client; others keep it."""
        self._call("DELETE", f"client.api/contact/{uuid}?clientUuid={client_uuid}", None, "Contact")

    def regroup(self, group_uuid: str, **clients: str) -> None:
        """Have one client join a group (`add`), another leave it (`remove`)."""
        body = etree.Element("Group")
        etree.SubElement(body, "UUID").text = group_uuid
        for what, uuid in clients.items():
            etree.SubElement(body, what, uuid=uuid)
        self._call("PUT", "clientgroup.api/members", etree.tostring(body, encoding="utf-8"), "Group")

    def delete_staff(self, uuid: str) -> None:
        """Delete a staff member."""
        self._write("POST", "staff.api/delete", "Staff", {"UUID": uuid})

    def _list(self, path: str, tag: str) -> list[Json]:
        return self._call("GET", path, None, tag)

    def _contact(self, method: str, path: str, client_uuid: str, elements: Json) -> Json:
        body = etree.Element("Contact")
        etree.SubElement(etree.SubElement(body, "Client"), "UUID").text = client_uuid
        for name, text in elements.items():
            etree.SubElement(body, name).text = text
        return self._call(method, path, etree.tostring(body, encoding="utf-8"), "Contact")[0]

    def _write(self, method: str, path: str, tag: str, elements: Json) -> list[Json]:
        body = etree.Element(tag)
        for name, text in elements.items():
            etree.SubElement(body, name).text = text
        return self._call(method, path, etree.tostring(body, encoding="utf-8"), tag)

    def _call(self, method: str, path: str, body: bytes | None, tag: str) -> list[Json]:
        return [_as_dict(element) for element in self._elements(method, path, body, tag)]

    def _elements(self, method: str, path: str, body: bytes | None, tag: str) -> list[Any]:
        url = f"{self.control.url}/practicemanager/3.1/{path}"
        if not self._token:
            self._token = self.control.token(self.tenant_id)
        answer = self._send(method, url, body)
        if answer.status_code == 401:  # noqa: PLR2004  # the token is half an hour old
            self._token = self.control.token(self.tenant_id)
            answer = self._send(method, url, body)
        if not answer.ok:
            raise DeskError(f"XPM: {method} {path} answered {answer.status_code}: {answer.text[:300]}")
        root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
        if root.findtext("Status") != "OK":
            raise DeskError(f"XPM: {method} {path}: {root.findtext('ErrorDescription')}")
        found: list[Any] = root.findall(tag) or root.findall(f"*/{tag}")
        return found

    def _send(self, method: str, url: str, body: bytes | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", "xero-tenant-id": self.tenant_id}
        return self.control.session.request(method, url, data=body, headers=headers, timeout=60)


def _as_dict(element: Any) -> Json:
    """Return an element's children: text, a dictionary, or a list where it holds several alike."""
    return {str(child.tag): _value(child) for child in element}


def _value(element: Any) -> Any:
    if not len(element):
        return element.text or ""
    if all(child.tag in PLURALS for child in element):
        return [_as_dict(child) for child in element]
    return _as_dict(element)


PLURALS = {"Contact", "Group", "Note", "Relationship", "Task", "Milestone", "Staff"}


def agreeing(session: requests.Session, known: Practice) -> connecting.Consent:
    """Return a practice's person at the consent pages, who allows what is asked."""
    tenants = {"xpm": known.xpm_tenant_id, "ignition": known.ignition_tenant_id}

    def consent(attempt: connecting.Attempt) -> str:
        form = {"decision": "allow", "tenant_id": tenants[attempt.app.system]}
        answer = session.post(attempt.url, data=form, allow_redirects=False, timeout=60)
        return answer.headers.get("Location", attempt.app.redirect_uri)

    return consent
