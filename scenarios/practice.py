"""One practice as XPM holds it: staff, templates, groups, clients with their contacts, jobs."""

import random
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from mock_kit.ids import uuid_of
from scenarios import offering
from scenarios.naming import Identity, identity
from scenarios.people import (
    COUNTRIES,
    Address,
    CountryCode,
    Person,
    box_address,
    landline,
    mobile,
    office_email,
    person,
    personal_email,
    street_address,
    tax_numbers,
    website,
    work_email,
)

Json = dict[str, Any]
ARCHIVED_EVERY = 25
ARCHIVED_AT = 12
"""The 13th client of each 25 is archived: 4 %, in small practices too."""
CLIENTS_A_JOB = 8
STATES = ("Planned", "Planned", "In Progress", "Completed")
STRUCTURES = {
    "company": "Company",
    "individual": "Individual",
    "trust": "Trust",
    "partnership": "Partnership",
}
GST_CHANCE = {"company": 0.9, "partnership": 0.8, "trust": 0.5, "individual": 0.2}
CONTACT_COUNTS = (0, 1, 2, 3)
CONTACT_WEIGHTS = (8, 50, 28, 14)


@dataclass(frozen=True)
class Draft:
    """What a practice is made from."""

    seed: int
    number: int
    clients: int
    duplicates: int
    today: date
    country: CountryCode
    offering: offering.Offering
    staff: int | None = None
    """How many people work there; None: four to six."""

    def rng(self, *part: object) -> random.Random:
        """Return a source of chance of its own for one part of the practice."""
        return random.Random(repr((self.seed, self.number, *part)))

    def uuid(self, *part: object) -> str:
        """Return the UUID of one part of the practice."""
        return uuid_of(self.seed, self.number, *part)


@dataclass(frozen=True)
class House:
    """What the clients of a practice point to."""

    partners: tuple[str, ...]
    managers: tuple[str, ...]
    groups: tuple[str, ...]


def xpm_tenant(draft: Draft, name: str, admin: Person) -> Json:
    """Return a practice's part of XPM's world document. `admin` heads its staff."""
    team = _staff(draft, name, admin)
    uuids = tuple(member["uuid"] for member in team)
    groups = [{"uuid": draft.uuid("group", group), "name": group} for group in offering.GROUPS]
    house = House(uuids[:2], uuids[1:] or uuids, tuple(group["uuid"] for group in groups))
    forms = draft.offering.templates
    templates = [_template(draft, *pair) for pair in zip(template_uuids(draft), forms, strict=True)]
    tasks = {task["task_uuid"]: task["name"] for each in templates for task in each["tasks"]}
    clients = _clients(draft, house)
    return {
        "tenant_id": draft.uuid("tenant"),
        "name": name,
        "staff": team,
        "groups": groups,
        "categories": [{"uuid": draft.uuid("category", each), "name": each} for each in offering.CATEGORIES],
        "tasks": [{"uuid": uuid, "name": task} for uuid, task in tasks.items()],
        "templates": templates,
        "clients": clients,
        "jobs": _jobs(draft, house, clients, templates),
    }


def _staff(draft: Draft, practice: str, admin: Person) -> list[Json]:
    rng = draft.rng("staff")
    people = {admin.name: admin}
    size = draft.staff or rng.randint(4, 6)
    while len(people) < size:
        member = person(rng, draft.country)
        people.setdefault(member.name, member)
    return [
        {
            "uuid": draft.uuid("staff", member.name),
            "name": member.name,
            "email": work_email(member, practice),
            "phone": landline(rng, draft.country),
            "mobile": mobile(rng, draft.country),
            "payroll_code": f"E{place:03}",
        }
        for place, member in enumerate(people.values(), start=1)
    ]


def template_uuids(draft: Draft) -> list[str]:
    """Return the UUIDs of a practice's job templates, in their order."""
    return [draft.uuid("template", *key) for key in offering.keys_of(draft.offering.templates)]


def _template(draft: Draft, uuid: str, form: offering.TemplateForm) -> Json:
    return {
        "uuid": uuid,
        "name": form.name,
        "tasks": [
            {"task_uuid": draft.uuid("task", task), "name": task, "estimated_minutes": minutes}
            for task, minutes in form.tasks
        ],
    }


def _clients(draft: Draft, house: House) -> list[Json]:
    taken: set[str] = set()
    originals = draft.clients - draft.duplicates
    identities: list[Identity] = []
    for place in range(originals):
        rng = draft.rng("name", place)
        home = draft.country if rng.random() < 0.8 else rng.choice(COUNTRIES)  # noqa: PLR2004  # most
        identities.append(identity(rng, place, home, taken))
    identities += identities[: draft.duplicates]
    return [_client(draft, house, place, who, nth=place // originals) for place, who in enumerate(identities)]


def _client(draft: Draft, house: House, place: int, who: Identity, nth: int) -> Json:
    rng = draft.rng("client", place)
    key = ("client", who.name, nth)
    organised = who.kind != "individual"
    made: Json = {"uuid": draft.uuid(*key), "name": who.name}
    if organised:
        email = office_email(who.name)
    else:
        made |= {"title": who.person.title, "gender": who.person.gender}
        made |= {"first_name": who.person.first, "last_name": who.person.last}
        made["date_of_birth"] = str(date(1940, 1, 1) + timedelta(days=rng.randrange(60 * 365)))
        email = personal_email(rng, who.person)
    if _chance(rng, 0.85):
        made["email"] = email
    made |= _addresses(rng, who.country)
    made["phone"] = landline(rng, who.country) if _chance(rng, 0.8) else ""
    made["fax"] = landline(rng, who.country) if _chance(rng, 0.1) else ""
    made["website"] = website(rng, who.name) if organised and _chance(rng, 0.6) else ""
    made["export_code"] = f"C{place + 1:05}"
    made |= tax_numbers(rng, who.country)
    made["business_structure"] = STRUCTURES[who.kind]
    made["gst_registered"] = made["prepare_gst"] = _chance(rng, GST_CHANCE[who.kind])
    made["is_archived"] = place % ARCHIVED_EVERY == ARCHIVED_AT
    made["account_manager_uuid"] = rng.choice(house.partners) if _chance(rng, 0.85) else None
    made["job_manager_uuid"] = rng.choice(house.managers) if _chance(rng, 0.8) else None
    made["group_uuids"] = rng.sample(house.groups, rng.choices((0, 1, 2), (60, 32, 8))[0])
    made["notes"] = rng.sample(offering.NOTES, rng.choices((0, 1, 2), (70, 22, 8))[0])
    made["contacts"] = _contacts(draft, rng, who, key)
    return made


def _addresses(rng: random.Random, country: CountryCode) -> Json:
    street = street_address(rng, country)
    postal = rng.choices((street, box_address(rng, country), Address()), (45, 35, 20))[0]
    return {**_address("", street), **_address("postal_", postal)}


def _address(prefix: str, where: Address) -> Json:
    names = {"line": "address", "postcode": "post_code"}
    return {prefix + names.get(part, part): value for part, value in asdict(where).items()}


def _contacts(draft: Draft, rng: random.Random, who: Identity, key: tuple[object, ...]) -> list[Json]:
    people = {who.person.name: who.person}
    size = rng.choices(CONTACT_COUNTS, CONTACT_WEIGHTS)[0]
    while len(people) < size:
        other = person(rng, who.country)
        people.setdefault(other.name, other)
    chosen = list(people.values())[:size]
    primary = rng.randrange(size) if size else None
    return [
        _contact(rng, who, each, uuid=draft.uuid("contact", *key, each.name), is_primary=place == primary)
        for place, each in enumerate(chosen)
    ]


def _contact(rng: random.Random, who: Identity, someone: Person, *, uuid: str, is_primary: bool) -> Json:
    organised = who.kind != "individual"
    private = not organised or _chance(rng, 0.3)
    email = personal_email(rng, someone) if private else work_email(someone, who.name)
    return {
        "uuid": uuid,
        "name": someone.name,
        "salutation": someone.first if _chance(rng, 0.7) else "",
        "addressee": f"{someone.title} {someone.name}" if _chance(rng, 0.4) else "",
        "phone": landline(rng, who.country) if _chance(rng, 0.4) else "",
        "mobile": mobile(rng, who.country) if _chance(rng, 0.75) else "",
        "email": email if _chance(rng, 0.9) else "",
        "position": rng.choice(offering.POSITIONS) if organised and _chance(rng, 0.7) else "",
        "is_primary": is_primary,
    }


def _jobs(draft: Draft, house: House, clients: list[Json], templates: list[Json]) -> list[Json]:
    jobs = []
    living = [each for each in clients if not each["is_archived"]]
    for place, client in enumerate(living[::CLIENTS_A_JOB]):
        rng = draft.rng("job", place)
        template = rng.choice(templates)
        start = draft.today - timedelta(days=rng.randint(20, 200))
        jobs.append(
            {
                "name": f"{template['name']} {start.year}",
                "client_uuid": client["uuid"],
                "state": rng.choice(STATES),
                "start_date": str(start),
                "due_date": str(start + timedelta(days=rng.choice((14, 30, 60)))),
                "manager_uuid": rng.choice(house.managers),
                "partner_uuid": rng.choice(house.partners),
                "template_uuid": template["uuid"],
            }
        )
    return jobs


def _chance(rng: random.Random, share: float) -> bool:
    return rng.random() < share
