"""What practices of several sizes sell: every list in every country, as both fakes take it and the syncer deploys it."""

import json
from collections import Counter
from typing import Any, get_args

import pytest

from mock_ignition.proposal_api.terms import Cadence
from mock_ignition.world import IgnitionWorld
from mock_xpm.world import XpmWorld
from scenarios.knobs import Knobs
from scenarios.naming import plain
from scenarios.offering import Offering, ServiceForm, TemplateForm, keys_of, usual
from scenarios.people import COUNTRIES, CountryCode
from scenarios.price_lists import OFFERS
from scenarios.profiles import BY_NAME, PROFILES, Profile, make
from scenarios.stage import PracticeStage, raised
from scenarios.world import build
from scenarios.world_summary import summary

Json = dict[str, Any]
LISTS = [(name, country) for name in OFFERS for country in COUNTRIES]


def names(forms: tuple[ServiceForm, ...] | tuple[TemplateForm, ...]) -> list[str]:
    return [form.name for form in forms]


def selling(sells: str, clients: int = 10) -> Profile:
    return Profile("selling", "One that sells it.", clients, 3, Knobs(), sells)


@pytest.mark.parametrize(
    ("sells", "services", "templates"),
    [("few", 4, 2), ("usual", 6, 3), ("many", 35, 30), ("muddled", 9, 9)],
)
def test_a_list_is_as_long_in_every_country(sells: str, services: int, templates: int) -> None:
    for country in COUNTRIES:
        offering = OFFERS[sells](country)
        assert (len(offering.services), len(offering.templates)) == (services, templates)
    assert (selling(sells).services, selling(sells).job_templates) == (services, templates)


def test_the_larger_the_practice_the_longer_its_list() -> None:
    assert {one.name: one.sells for one in PROFILES} == {
        "sole-trader": "few", "small": "usual", "medium": "many", "large": "many", "firm": "many", "messy": "muddled",
    }  # fmt: skip


@pytest.mark.parametrize(("sells", "country"), LISTS)
def test_every_word_is_the_country_s_and_every_link_leads_to_a_template(
    sells: str, country: CountryCode
) -> None:
    offering = OFFERS[sells](country)
    said = json.dumps([names(offering.services), [(one.name, one.tasks) for one in offering.templates]])
    assert "{" not in said
    assert {one.cadence for one in offering.services} <= set(get_args(Cadence))
    assert {one.template for one in offering.services} - {None} <= set(names(offering.templates))


def test_no_country_speaks_of_another_s_authorities() -> None:
    said = {country: repr(OFFERS["many"](country)) for country in COUNTRIES}
    for word, home in (
        ("ATO", "AU"),
        ("ASIC", "AU"),
        ("Inland Revenue", "NZ"),
        ("HMRC", "GB"),
        ("VAT", "GB"),
    ):
        assert [country for country in COUNTRIES if word in said[country]] == [home], word


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_firm_has_every_cadence_services_without_template_and_templates_of_no_service(
    country: CountryCode,
) -> None:
    offering = OFFERS["many"](country)
    assert {one.cadence for one in offering.services} == set(get_args(Cadence))
    assert sum(one.template is None for one in offering.services) == 6
    linked = Counter(one.template for one in offering.services if one.template)
    assert max(linked.values()) == 2, "two services of one template"
    assert len(set(names(offering.templates)) - set(linked)) == 3
    assert set(Counter(names(offering.templates)).values()) == {1, 2}, "two templates of one name"


@pytest.mark.parametrize("sells", ["many", "muddled"])
def test_templates_are_called_alike_but_for_what_people_overlook(sells: str) -> None:
    for country in COUNTRIES:
        distinct = set(names(OFFERS[sells](country).templates))
        assert len({plain(name.replace("–", "-")) for name in distinct}) < len(distinct)


def test_forms_of_one_name_are_told_apart_by_which_they_are() -> None:
    forms = [TemplateForm(name, ()) for name in ("BAS", "Payroll", "BAS", "BAS")]
    assert keys_of(forms) == [("BAS",), ("Payroll",), ("BAS", 1), ("BAS", 2)]


def test_a_world_without_a_profile_sells_what_is_usual_and_nothing_is_linked() -> None:
    plain_world, asked = build(7, clients=10, practices=3), build(7, clients=10, practices=3, offer=usual)
    assert (plain_world.xpm, plain_world.ignition) == (asked.xpm, asked.ignition)
    for number in range(3):
        assert plain_world.tenant(number)["templates"][0]["name"] == "Annual Accounts"
        assert "job_templates" not in plain_world.practice(number)
        assert set(plain_world.practice(number)["services"][0]) == {"slug", "name", "price", "cadence"}


@pytest.mark.parametrize("sells", OFFERS)
def test_a_link_leads_to_the_first_template_of_its_name_by_way_of_xpm_s_uuid(sells: str) -> None:
    worlds = make(selling(sells), 7, practices=3)
    XpmWorld.model_validate_json(json.dumps(worlds.xpm))
    IgnitionWorld.model_validate_json(json.dumps(worlds.ignition))
    for number, country in enumerate(COUNTRIES):
        offering, practice = OFFERS[sells](country), worlds.practice(number)
        first: dict[str, str] = {}
        for one in worlds.tenant(number)["templates"]:
            first.setdefault(one["name"], one["uuid"])
        uuids = {one["slug"]: one["xpm_template_uuid"] for one in practice.get("job_templates", [])}
        assert [one.get("service_group") for one in practice["services"]] == [
            form.group for form in offering.services
        ]
        assert len({one["slug"] for one in practice["services"]}) == len(offering.services)
        assert len({one["uuid"] for one in worlds.tenant(number)["templates"]}) == len(offering.templates)
        assert [uuids.get(one.get("job_template_slug")) for one in practice["services"]] == [
            first[form.template] if form.template else None for form in offering.services
        ]


def test_the_summary_counts_services_templates_and_what_is_linked() -> None:
    (told,) = summary(make(BY_NAME["firm"], 7, clients=10))
    assert (told["xpm"]["job_templates"], told["xpm"]["job_templates_of_the_name_of_another"]) == (30, 2)
    assert told["xpm"]["tasks"] == 61
    figures = (
        "services",
        "services_without_a_job_template",
        "job_templates",
        "job_templates_without_a_service",
    )
    assert [told["ignition"][name] for name in figures] == [35, 6, 30, 4]
    (told,) = summary(make(BY_NAME["small"], 7, clients=10))
    assert [told["ignition"][name] for name in figures] == [6, 6, 0, 0]


@pytest.mark.parametrize("sells", ["few", "many", "muddled"])
def test_all_that_is_sold_is_deployed_by_the_templates_it_is_linked_to(sells: str) -> None:
    with raised(make(selling(sells, 5), 7, practices=3), 7) as stage:
        for number, country in enumerate(COUNTRIES):
            practice = stage.practice(number)
            before = practice.ignition.job_templates()
            practice.connect()
            assert practice.sync().problems == []
            assert practice.ignition.job_templates() == before
            assert practice.sync().writes == 0
            assert _tasks_of_everything(practice) == _tasks_of_templates(OFFERS[sells](country))


def _tasks_of_everything(practice: PracticeStage) -> Counter[str]:
    lead = practice.ignition.add_lead("Tūī & Daughters Limited", "Aroha Tūī")
    services = practice.ignition.services()
    proposal = practice.ignition.engage(lead["slug"], "Everything", *(one["slug"] for one in services))
    practice.deliver_webhooks()
    assert practice.ignition.shown(proposal["slug"])["status"] == "deployed"
    (client,) = practice.xpm.named("Tūī & Daughters Limited")
    (job,) = practice.xpm.jobs_of(client["UUID"])
    return Counter(task["Name"] for task in job["Tasks"])


def _tasks_of_templates(offering: Offering) -> Counter[str]:
    """Return the tasks of each template that a service is linked to, of two of one name the first one's."""
    templates = {form.name: form.tasks for form in reversed(offering.templates)}
    linked = {form.template for form in offering.services if form.template}
    return Counter(task for name in linked for task, _minutes in templates[name])
