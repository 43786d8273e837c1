"""The people of a story who work in Ignition."""

from typing import Any

import requests

from scenarios.desks import Desk, DeskError, Json

CREATED = (200, 201, 204)


class IgnitionDesk(Desk):
    """A person of a practice who works in Ignition; accepting a proposal is the client's act."""

    def clients(self) -> list[Json]:
        """Return all clients, by name."""
        return sorted(self._list("clients"), key=lambda row: (row["name"], row["slug"]))

    def named(self, name: str) -> list[Json]:
        """Return the clients that have exactly this name."""
        return [row for row in self.clients() if row["name"] == name]

    def slugs(self) -> dict[str, str]:
        """Return the clients' slugs by name, for stories in which no two are called alike."""
        return {row["name"]: row["slug"] for row in self.clients()}

    def contacts(self, client_slug: str) -> list[Json]:
        """Return a client's contacts."""
        return [row for row in self.all_contacts() if row["client"]["slug"] == client_slug]

    def all_contacts(self) -> list[Json]:
        """Return the contacts of all clients."""
        return self._list("reporting/contacts")

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

    def add_user(self, name: str, email: str) -> Json:
        """Add a user by hand, who is nobody of XPM's staff."""
        found: Json = self.call("POST", "users", {"name": name, "email": email})["data"]
        return found

    def link_user(self, slug: str, staff_uuid: str) -> None:
        """Say which member of XPM's staff a user is."""
        self.call("PATCH", f"users/{slug}", {"xpm_staff_uuid": staff_uuid})

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

    def add_contact(self, client_slug: str, name: str, **fields: Any) -> Json:
        """Add a contact to a client."""
        found: Json = self.call("POST", f"clients/{client_slug}/contacts", {"name": name, **fields})["data"]
        return found

    def update_contact(self, slug: str, **fields: Any) -> Json:
        """Change a contact."""
        found: Json = self.call("PATCH", f"contacts/{slug}", fields)["data"]
        return found

    def remove_contact(self, slug: str) -> None:
        """Remove a contact."""
        self.call("DELETE", f"contacts/{slug}")

    def update_client(self, slug: str, **fields: Any) -> Json:
        """Change a client."""
        found: Json = self.call("PATCH", f"clients/{slug}", fields)["data"]
        return found

    def archive_client(self, slug: str) -> None:
        """Archive a client."""
        self.call("POST", f"clients/{slug}/archive")

    def restore_client(self, slug: str) -> None:
        """Bring an archived client back."""
        self.call("POST", f"clients/{slug}/restore")

    def propose(
        self,
        client_slug: str,
        name: str,
        *service_slugs: str,
        cadence: str = "once_off",
        start: str | None = None,
        months: int = 12,
        offered: tuple[str, ...] = (),
    ) -> Json:
        """Write a proposal and send it; without a start date it starts when it is accepted.

        `offered` are services that are on it as well, and not selected for acceptance.
        """
        lines: list[Json] = [{"service_slug": slug, "cadence": cadence} for slug in service_slugs]
        lines += [
            {"service_slug": slug, "cadence": cadence, "is_selected_for_acceptance": False}
            for slug in offered
        ]
        body: Json = {"name": name, "client_slug": client_slug, "contract_term": months, "services": lines}
        if start:
            body["proposal_start_date"] = start
        row: Json = self.call("POST", "proposals", body)["data"]
        self.call("POST", f"proposals/{row['slug']}/send")
        return row

    def plan_workflow(self, proposal_slug: str, mode: str, *jobs: Json) -> Json:
        """Say which jobs a proposal becomes: `one_job` or `job_per_service`, and how each is made."""
        path = f"proposals/{proposal_slug}/workflow"
        found: Json = self.call("PUT", path, {"mode": mode, "jobs": jobs})["data"]
        return found

    def accept(self, proposal_slug: str) -> Json:
        """Accept a proposal, as its client."""
        found: Json = self.call("POST", f"proposals/{proposal_slug}/accept")["data"]
        return found

    def engage(self, client_slug: str, name: str = "Engagement", *service_slugs: str, **how: Any) -> Json:
        """Propose services, or the first one, and have the client accept at once; returns the proposal as sent."""
        slugs = service_slugs or (self.services()[0]["slug"],)
        row = self.propose(client_slug, name, *slugs, **how)
        self.accept(row["slug"])
        return row

    def revoke(self, proposal_slug: str) -> None:
        """Take a proposal back."""
        self.call("POST", f"proposals/{proposal_slug}/revoke")

    def shown(self, proposal_slug: str) -> Json:
        """Return what a proposal shows of its deployment; empty where nobody has said anything yet."""
        return self.proposal(proposal_slug)["deployment"] or {}

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
