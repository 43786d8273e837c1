"""Believable worlds for both fakes, made from a seed.

`build` is pure: the same arguments give the same documents byte for byte, on any machine and
under any `PYTHONHASHSEED`. A practice depends on the seed and its own number only, and a client
on its place in the list as well, so that a larger world contains the smaller ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_kit.clock import parse_iso
from mock_kit.ids import hash_of, slug_of, uuid_of
from scenarios.naming import practice_name
from scenarios.offering import CURRENCIES, Offer, ServiceForm, keys_of, usual
from scenarios.people import COUNTRIES, CountryCode, Person, person, work_email
from scenarios.practice import Draft, template_uuids, xpm_tenant

Json = dict[str, Any]
NOW = "2026-07-01T00:00:00Z"
REDIRECT_URI = "http://127.0.0.1:18080/callback"


@dataclass(frozen=True)
class Credentials:
    """How the syncer is registered in both fakes. Made up, and good for nothing else."""

    xpm_client_id: str
    xpm_client_secret: str
    ignition_client_id: str
    ignition_client_secret: str
    redirect_uri: str = REDIRECT_URI


@dataclass(frozen=True)
class Practice:
    """One practice, by its ids on both sides."""

    name: str
    xpm_tenant_id: str
    ignition_tenant_id: str


@dataclass(frozen=True)
class Worlds:
    """The world documents of both fakes, ready for `POST /_control/world`, and how to connect."""

    xpm: Json
    ignition: Json
    credentials: Credentials
    practices: list[Practice]

    def tenant(self, number: int = 0) -> Json:
        """Return a practice as XPM holds it; a story may change it before the world is loaded."""
        found: Json = self.xpm["tenants"][number]
        return found

    def practice(self, number: int = 0) -> Json:
        """Return a practice as Ignition holds it; a story may change it before the world is loaded."""
        found: Json = self.ignition["practices"][number]
        return found


def build(
    seed: int,
    clients: int = 24,
    practices: int = 1,
    now: str = NOW,
    *,
    duplicates: int = 0,
    staff: int | None = None,
    offer: Offer = usual,
) -> Worlds:
    """Return the worlds of `practices` practices with `clients` XPM clients each.

    `staff` is how many people work in each; None: four to six. `offer` is what they sell.

    `duplicates` of the clients, the last ones, have the names of the first ones. Ignition starts
    with its admin and services only (and the job templates, where `offer` links services to them):
    its clients arrive by the first sync. Raises ValueError for
    a count below zero, more duplicates than originals, or a `now` that is no moment.
    """
    _refuse_nonsense(clients, practices, duplicates)
    today = parse_iso(now).date()
    credentials = _credentials(seed)
    pairs = [
        _practice(
            Draft(seed, number, clients, duplicates, today, _country(number), offer(_country(number)), staff)
        )
        for number in range(practices)
    ]
    head = {"now": now, "seed": seed}
    return Worlds(
        xpm={
            **head,
            "apps": [_app(credentials.xpm_client_id, credentials.xpm_client_secret)],
            "tenants": [tenant for tenant, _ in pairs],
        },
        ignition={
            **head,
            "apps": [_app(credentials.ignition_client_id, credentials.ignition_client_secret)],
            "practices": [practice for _, practice in pairs],
        },
        credentials=credentials,
        practices=[Practice(xpm["name"], xpm["tenant_id"], ign["tenant_id"]) for xpm, ign in pairs],
    )


def _refuse_nonsense(clients: int, practices: int, duplicates: int) -> None:
    for name, value in (("clients", clients), ("practices", practices), ("duplicates", duplicates)):
        if value < 0:
            raise ValueError(f"{name} must not be below zero, not {value}")
    if duplicates * 2 > clients:
        raise ValueError(
            f"{duplicates} duplicates of {clients} clients: there must be as many originals as duplicates"
        )


def _country(number: int) -> CountryCode:
    return COUNTRIES[number % len(COUNTRIES)]


def _practice(draft: Draft) -> tuple[Json, Json]:
    rng = draft.rng("practice")
    name = practice_name(rng, draft.country)
    admin = person(rng, draft.country)
    return xpm_tenant(draft, name, admin), _ignition_practice(draft, name, admin)


def _ignition_practice(draft: Draft, name: str, admin: Person) -> Json:
    prefix = (draft.seed, draft.number)
    forms = draft.offering.services
    imported = _imported(draft)
    linked = {one["name"]: one["slug"] for one in reversed(imported)}
    made = {
        "tenant_id": slug_of("prac", *prefix),
        "name": name,
        "currency": CURRENCIES[draft.country],
        "users": [
            {
                "slug": slug_of("usr", *prefix, admin.name),
                "name": admin.name,
                "email": work_email(admin, name),
            }
        ],
        "services": [
            _service(slug_of("svc", *prefix, *key), form, linked)
            for key, form in zip(keys_of(forms), forms, strict=True)
        ],
    }
    return {**made, "job_templates": imported} if imported else made


def _imported(draft: Draft) -> list[Json]:
    """Return the job templates as Ignition knows them: all of them where a service is linked to one, else none."""
    if not any(form.template for form in draft.offering.services):
        return []
    return [
        {"slug": slug_of("jtpl", uuid), "name": form.name, "xpm_template_uuid": uuid}
        for uuid, form in zip(template_uuids(draft), draft.offering.templates, strict=True)
    ]


def _service(slug: str, form: ServiceForm, linked: Mapping[str, str]) -> Json:
    made: Json = {"slug": slug, "name": form.name, "price": form.price, "cadence": form.cadence}
    if form.group is not None:
        made["service_group"] = form.group
    if form.template is not None:
        made["job_template_slug"] = linked[form.template]
    return made


def _credentials(seed: int) -> Credentials:
    def secret(of: str) -> str:
        return hash_of(seed, "secret", of).hex()[:40]

    return Credentials(
        xpm_client_id=uuid_of(seed, "app", "xpm").replace("-", "").upper(),
        xpm_client_secret=secret("xpm"),
        ignition_client_id=uuid_of(seed, "app", "ignition"),
        ignition_client_secret=secret("ignition"),
    )


def _app(client_id: str, secret: str) -> Json:
    return {
        "client_id": client_id,
        "client_secret": secret,
        "name": "Ignition & XPM syncer",
        "redirect_uris": [REDIRECT_URI],
    }
