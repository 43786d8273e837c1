"""The people of a story at their desks: they see and change both systems over HTTP, like any program."""

from typing import Any

import requests
from lxml import etree

Json = dict[str, Any]
CREATED = (200, 201, 204)


class DeskError(Exception):
    """Something a person tried did not work; says what, and what the system answered."""


class Control:
    """A fake's control plane."""

    def __init__(self, name: str, url: str, session: requests.Session) -> None:
        self.name = name
        self.url = url
        self.session = session

    def get(self, path: str, **params: str) -> Any:
        """Return a control call's answer."""
        return self._checked(
            self.session.get(f"{self.url}/_control/{path}", params=params, timeout=60)
        ).json()

    def post(self, path: str, body: Json | None = None) -> Any:
        """Do a control call and return its answer."""
        return self._checked(
            self.session.post(f"{self.url}/_control/{path}", json=body or {}, timeout=600)
        ).json()

    def put(self, path: str, body: Json) -> Any:
        """Set something, and return what is answered."""
        return self._checked(self.session.put(f"{self.url}/_control/{path}", json=body, timeout=60)).json()

    def token(self, tenant_id: str) -> str:
        """Return a fresh access token for one practice's people: limits and faults are not for them."""
        return str(self.post("tokens", {"tenant_ids": [tenant_id], "people": True})["access_token"])

    def _checked(self, answer: requests.Response) -> requests.Response:
        if not answer.ok:
            raise DeskError(
                f"{self.name}: {answer.request.url} answered {answer.status_code}: {answer.text[:300]}"
            )
        return answer


class XpmDesk:
    """A person of a practice who works in XPM."""

    def __init__(self, control: Control, tenant_id: str) -> None:
        self.control = control
        self.tenant_id = tenant_id
        self._token = ""

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
        return [row for row in self.clients() if row["Name"] == name]

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

    def add_client(self, name: str, **elements: str) -> Json:
        """Create a client."""
        return self._write("POST", "client.api/add", "Client", {"Name": name, **elements})[0]

    def update_client(self, uuid: str, **elements: str) -> Json:
        """Change a client."""
        return self._write("PUT", "client.api/update", "Client", {"UUID": uuid, **elements})[0]

    def archive_client(self, uuid: str) -> None:
        """Archive a client."""
        self._write("PUT", "client.api/archive", "Client", {"UUID": uuid})

    def delete_staff(self, uuid: str) -> None:
        """Delete a staff member."""
        self._write("POST", "staff.api/delete", "Staff", {"UUID": uuid})

    def _list(self, path: str, tag: str) -> list[Json]:
        return self._call("GET", path, None, tag)

    def _write(self, method: str, path: str, tag: str, elements: Json) -> list[Json]:
        body = etree.Element(tag)
        for name, text in elements.items():
            etree.SubElement(body, name).text = text
        return self._call(method, path, etree.tostring(body, encoding="utf-8"), tag)

    def _call(self, method: str, path: str, body: bytes | None, tag: str) -> list[Json]:
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
        found = root.findall(tag) or root.findall(f"*/{tag}")
        return [_as_dict(element) for element in found]

    def _send(self, method: str, url: str, body: bytes | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", "xero-tenant-id": self.tenant_id}
        return self.control.session.request(method, url, data=body, headers=headers, timeout=60)


class IgnitionDesk:
    """A person of a practice who works in Ignition; accepting a proposal is the client's act."""

    def __init__(self, control: Control, tenant_id: str) -> None:
        self.control = control
        self.tenant_id = tenant_id
        self._token = ""

    def clients(self) -> list[Json]:
        """Return all clients, by name."""
        return sorted(self._list("clients"), key=lambda row: (row["name"], row["slug"]))

    def named(self, name: str) -> list[Json]:
        """Return the clients that have exactly this name."""
        return [row for row in self.clients() if row["name"] == name]

    def contacts(self, client_slug: str) -> list[Json]:
        """Return a client's contacts."""
        return [row for row in self._list("reporting/contacts") if row["client"]["slug"] == client_slug]

    def users(self) -> list[Json]:
        """Return the team."""
        return self._list("users")

    def candidates(self) -> list[Json]:
        """Return the XPM staff in the linking dropdown."""
        return self._list("users/xpm_candidates")

    def services(self) -> list[Json]:
        """Return the services."""
        return self._list("services")

    def job_templates(self) -> list[Json]:
        """Return the job templates as imported."""
        return self._list("job_templates")

    def proposals(self) -> list[Json]:
        """Return all proposals."""
        return self._list("proposals")

    def proposal(self, slug: str) -> Json:
        """Return a proposal, with what became of it."""
        found: Json = self.call("GET", f"proposals/{slug}")["data"]
        return found

    def integration(self) -> Json:
        """Return how the connection to XPM is shown."""
        found: Json = self.call("GET", "integrations/xpm")["data"]
        return found

    def pick_user(self, staff_uuid: str) -> Json:
        """Add an XPM staff member as a user (Settings → Team → Add User)."""
        found: Json = self.call("POST", "users", {"xpm_staff_uuid": staff_uuid})["data"]
        return found

    def delete_user(self, slug: str) -> None:
        """Remove a user."""
        self.call("DELETE", f"users/{slug}")

    def link_service(self, slug: str, template_slug: str | None) -> None:
        """Link a service to a job template."""
        self.call("PATCH", f"services/{slug}", {"job_template_slug": template_slug})

    def add_lead(self, name: str, contact: str, **fields: Any) -> Json:
        """Create a lead with one contact, who may sign."""
        row: Json = self.call("POST", "clients", {"name": name, **fields})["data"]
        email = f"{'.'.join(contact.lower().replace(chr(39), '').split())}@example.com"
        person = {"name": contact, "email": email, "is_primary": True, "is_signatory": True}
        self.call("POST", f"clients/{row['slug']}/contacts", person)
        return row

    def make_signatory(self, client_slug: str) -> None:
        """Let the client's first contact sign, adding one where there is none."""
        rows = self.contacts(client_slug)
        if rows:
            self.call("PATCH", f"contacts/{rows[0]['slug']}", {"is_signatory": True})
        else:
            person = {
                "name": "Alex Signatory",
                "email": "alex@example.com",
                "is_primary": True,
                "is_signatory": True,
            }
            self.call("POST", f"clients/{client_slug}/contacts", person)

    def update_client(self, slug: str, **fields: Any) -> Json:
        """Change a client."""
        found: Json = self.call("PATCH", f"clients/{slug}", fields)["data"]
        return found

    def propose(
        self,
        client_slug: str,
        name: str,
        *service_slugs: str,
        cadence: str = "once_off",
        start: str | None = None,
    ) -> Json:
        """Write a proposal for a year and send it; without a start date it starts when it is accepted."""
        lines = [{"service_slug": slug, "cadence": cadence} for slug in service_slugs]
        body: Json = {"name": name, "client_slug": client_slug, "contract_term": 12, "services": lines}
        if start:
            body["proposal_start_date"] = start
        row: Json = self.call("POST", "proposals", body)["data"]
        self.call("POST", f"proposals/{row['slug']}/send")
        return row

    def plan_workflow(self, proposal_slug: str, mode: str, *jobs: Json) -> Json:
        """Say which jobs a proposal becomes: `one_job` or `job_per_service`, and how each is made."""
        found: Json = self.call("PUT", f"proposals/{proposal_slug}/workflow", {"mode": mode, "jobs": jobs})[
            "data"
        ]
        return found

    def accept(self, proposal_slug: str) -> Json:
        """Accept a proposal, as its client."""
        found: Json = self.call("POST", f"proposals/{proposal_slug}/accept")["data"]
        return found

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Do one call and return its answer."""
        url = f"{self.control.url}/external/api/v1/{path}"
        if not self._token:
            self._token = self.control.token(self.tenant_id)
        answer = self._send(method, url, body)
        if answer.status_code == 401:  # noqa: PLR2004  # the token is an hour old
            self._token = self.control.token(self.tenant_id)
            answer = self._send(method, url, body)
        if answer.status_code not in CREATED:
            raise DeskError(f"Ignition: {method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.json() if answer.content else None

    def _send(self, method: str, url: str, body: Json | None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self.control.session.request(method, url, json=body, headers=headers, timeout=60)

    def _list(self, path: str) -> list[Json]:
        rows: list[Json] = []
        cursor = ""
        while True:
            page = self.call("GET", f"{path}?limit=100{cursor}")
            rows += page["data"]
            paging = page["meta"]["pagination"]
            if not paging["has_more"]:
                return rows
            cursor = f"&cursor={paging['next_cursor']}"


def _as_dict(element: Any) -> Json:
    """Return an element's children: text, a dictionary, or a list where it holds several alike."""
    return {str(child.tag): _value(child) for child in element}


def _value(element: Any) -> Any:
    children = list(element)
    if not children:
        return element.text or ""
    if {str(child.tag) for child in children} <= PLURALS:
        return [_as_dict(child) for child in children]
    return _as_dict(element)


PLURALS = {"Contact", "Group", "Note", "Relationship", "Task", "Milestone", "Staff"}
