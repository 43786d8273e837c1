"""R9 to R12 and E10: whose job it is. Each branch, by webhook and by the daily sync."""

from collections.abc import Callable

import pytest
from conftest import Raise
from e2e_bench import Bench, ignition_client, known, lead, say, signatory, small_world

from scenarios.builders import contact
from syncer.errors import ConfigError

KEA, MOA = "Kea Cafés Limited", "Moa Holdings Pty Ltd"
Deploy = Callable[[Bench], object]


def by_webhook(bench: Bench) -> object:
    return bench.one.deliver_webhooks()


def by_daily_sync(bench: Bench) -> object:
    return bench.one.sync()


both_ways = pytest.mark.parametrize("deploy", [by_webhook, by_daily_sync])


def accept(bench: Bench, name: str) -> str:
    (here,) = bench.one.ignition.named(name)
    return str(bench.accepted(here["slug"])["slug"])


def reports(bench: Bench) -> str:
    return "\n".join(say(report) for report in bench.stage.reports)


@both_ways
def test_r9_r12_the_job_goes_to_the_linked_client(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        slug = accept(bench, KEA)
        deploy(bench)
        assert len(bench.jobs(KEA)) == 1
        assert bench.shown(slug)["status"] == "deployed"
        assert len(bench.one.xpm.clients()) == 1


@both_ways
def test_e10_the_stored_link_decides_whatever_the_names_say_by_now(
    raise_bench: Raise, deploy: Deploy
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (there,) = bench.one.xpm.named(KEA)
        (here,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(here["slug"], name="Renamed Here")
        bench.one.xpm.update_client(there["UUID"], Name="Renamed There")
        bench.one.xpm.add_client("Renamed Here")
        slug = accept(bench, "Renamed Here")
        deploy(bench)
        assert len(bench.one.xpm.jobs_of(there["UUID"])) == 1
        assert bench.shown(slug)["xpm_client_uuid"] == there["UUID"]


@both_ways
@pytest.mark.parametrize("way", ["archive", "delete"])
def test_e10_e7_a_link_to_an_archived_or_deleted_client_parks(
    raise_bench: Raise, deploy: Deploy, way: str
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (there,) = bench.one.xpm.named(KEA)
        verb = {"archive": "PUT", "delete": "POST"}[way]
        bench.one.xpm._write(verb, f"client.api/{way}", "Client", {"UUID": there["UUID"]})
        bench.one.xpm.add_client(KEA)
        slug = accept(bench, KEA)
        deploy(bench)
        assert bench.jobs(KEA) == []
        assert bench.shown(slug)["status"] == "needs_attention"
        assert f"the linked XPM client is {way.rstrip('e')}ed" in bench.shown(slug)["message"]


@both_ways
def test_r12_an_exact_name_is_used_and_linked(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        there = bench.one.xpm.add_client(KEA, Phone="04 555 0100")
        slug = accept(bench, KEA)
        deploy(bench)
        assert len(bench.one.xpm.named(KEA)) == 1
        assert len(bench.one.xpm.jobs_of(there["UUID"])) == 1
        assert bench.shown(slug)["status"] == "deployed"
        bench.one.sync()
        (here,) = bench.one.ignition.clients()
        assert here["phone"] == "04 555 0100"


NEAR = {
    "case": "KEA CAFÉS LIMITED",
    "white space": "Kea  Cafés Limited",
    "a blank at the end": "Kea Cafés Limited\N{NO-BREAK SPACE}",
    "Unicode form": "Kea Cafe\N{COMBINING ACUTE ACCENT}s Limited",
    "legal form": "Kea Cafés Ltd.",
}


@pytest.mark.parametrize(
    ("difference", "deploy"), [*((one, by_webhook) for one in NEAR), ("case", by_daily_sync)]
)
def test_e10_a_near_name_is_no_match_and_the_report_warns_of_it(
    raise_bench: Raise, deploy: Deploy, difference: str
) -> None:
    with raise_bench(small_world([known(NEAR[difference])], [lead(KEA)])) as bench:
        bench.one.sync()
        accept(bench, KEA)
        deploy(bench)
        assert len(bench.jobs(KEA)) == 1
        assert bench.jobs(NEAR[difference]) == []
        assert f"XPM also has “{NEAR[difference]}”, which is near (E10)" in reports(bench)


@both_ways
def test_e10_an_archived_or_deleted_namesake_is_no_match(raise_bench: Raise, deploy: Deploy) -> None:
    gone = [known(KEA, is_archived=True), known(KEA, nth=1, is_deleted=True)]
    with raise_bench(small_world(gone, [lead(KEA)])) as bench:
        bench.one.sync()
        accept(bench, KEA)
        deploy(bench)
        rows = bench.one.xpm.named(KEA)
        standing = {(row["IsArchived"], row["IsDeleted"]): row["UUID"] for row in rows}
        assert sorted(standing) == [("No", "No"), ("No", "Yes"), ("Yes", "No")]
        assert len(bench.one.xpm.jobs_of(standing["No", "No"])) == 1
        assert len(bench.jobs(KEA)) == 1


@both_ways
def test_e10_two_exact_names_park_with_both_as_candidates(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world([known(KEA), known(KEA, nth=1)], [lead(KEA)])) as bench:
        bench.one.sync()
        slug = accept(bench, KEA)
        deploy(bench)
        assert bench.jobs(KEA) == []
        assert bench.shown(slug)["status"] == "needs_attention"
        assert "2 XPM clients have exactly this name" in reports(bench)
        bench.one.sync()
        assert bench.jobs(KEA) == []
        picked = bench.one.xpm.named(KEA)[1]["UUID"]
        bench.one.resolve(slug, picked)
        assert len(bench.one.xpm.jobs_of(picked)) == 1
        assert len(bench.jobs(KEA)) == 1
        assert bench.shown(slug)["status"] == "deployed"


@both_ways
def test_e10_a_sole_match_that_is_linked_elsewhere_parks(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (first,) = bench.one.ignition.named(KEA)
        other = bench.one.ignition.add_lead(KEA, "Olive Other")
        slug = str(bench.accepted(other["slug"])["slug"])
        deploy(bench)
        assert bench.jobs(KEA) == []
        assert bench.shown(slug)["status"] == "needs_attention"
        assert "belongs to another Ignition client" in reports(bench)
        assert first["slug"] != other["slug"]


@both_ways
def test_r10_r11_a_lead_is_pushed_when_it_accepts_and_not_before(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world(here=[lead(KEA, phone="04 555 0100")])) as bench:
        bench.one.sync()
        bench.one.sync()
        assert bench.one.xpm.clients() == []
        accept(bench, KEA)
        deploy(bench)
        (made,) = bench.one.xpm.clients()
        assert (made["Name"], made["Phone"]) == (KEA, "04 555 0100")
        assert [row["Name"] for row in made["Contacts"]] == [f"Signer of {KEA}"]
        assert len(bench.jobs(KEA)) == 1


@both_ways
def test_e10_a_lead_seen_for_the_first_time_after_it_accepted_is_still_made(
    raise_bench: Raise, deploy: Deploy
) -> None:
    with raise_bench(small_world()) as bench:
        bench.one.sync()
        here = bench.one.ignition.add_lead(KEA, "Nia New")
        bench.accepted(here["slug"])
        deploy(bench)
        assert len(bench.jobs(KEA)) == 1


@both_ways
@pytest.mark.parametrize("setting", ["park", "create"])
def test_e10_an_engaged_client_without_a_match_is_parked_unless_the_setting_says_create(
    raise_bench: Raise, deploy: Deploy, setting: str
) -> None:
    engaged = ignition_client(KEA, state="active", contacts=[signatory("Ed Engaged")])
    with raise_bench(small_world(here=[engaged]), settings={"unmatched_existing": setting}) as bench:
        bench.one.sync()
        slug = accept(bench, KEA)
        deploy(bench)
        expected = {"park": (0, "needs_attention"), "create": (1, "deployed")}[setting]
        assert (len(bench.jobs(KEA)), bench.shown(slug)["status"]) == expected


@both_ways
def test_r10_a_lead_linked_by_name_only_receives_until_it_accepts(raise_bench: Raise, deploy: Deploy) -> None:
    with raise_bench(small_world([known(KEA, phone="1")], [lead(KEA, phone="1")])) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(here["slug"], fax="2")
        bench.one.sync()
        assert bench.one.xpm.clients()[0]["Fax"] == ""
        accept(bench, KEA)
        deploy(bench)
        bench.one.sync()
        assert bench.one.xpm.clients()[0]["Fax"] == "2"
        assert len(bench.jobs(KEA)) == 1


def test_r11_contacts_of_one_name_are_each_linked_to_their_own(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        (here,) = bench.one.ignition.named(KEA)
        for email in ("first@example.com", "second@example.com"):
            body = {"name": "Sam Same", "email": email}
            bench.one.ignition.call("POST", f"clients/{here['slug']}/contacts", body)
        bench.one.sync()
        accept(bench, KEA)
        bench.one.deliver_webhooks()
        bench.one.sync()
        assert bench.one.sync().writes == 0
        assert len(bench.one.ignition.contacts(here["slug"])) == 3
        assert len(bench.one.xpm.clients()[0]["Contacts"]) == 3


def test_e10_a_pick_counts_once_so_that_a_client_archived_later_parks_again(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known(KEA, nth=1)], [lead(KEA)])) as bench:
        bench.one.sync()
        (here,) = [row for row in bench.one.ignition.named(KEA) if row["contact_slugs"]]
        desk = bench.one.ignition
        service = desk.services()[0]["slug"]
        proposal = desk.propose(here["slug"], "Care", service, cadence="monthly", start="2026-07-01")
        desk.accept(proposal["slug"])
        bench.one.deliver_webhooks()
        bench.one.resolve(proposal["slug"], "new")
        made = bench.shown(proposal["slug"])["xpm_client_uuid"]
        assert len(bench.one.xpm.jobs_of(made)) == 1
        bench.one.xpm.archive_client(made)
        bench.stage.pass_time(40 * 86_400)
        bench.one.sync()
        assert len(bench.one.xpm.named(KEA)) == 3
        assert len(bench.jobs(KEA)) == 1
        assert bench.shown(proposal["slug"])["status"] == "needs_attention"


def test_e7_a_client_archived_in_ignition_takes_no_more_jobs(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(KEA)
        bench.accepted(here["slug"], cadence="monthly", start="2026-07-01")
        bench.one.deliver_webhooks()
        assert len(bench.jobs(KEA)) == 1
        bench.one.ignition.call("POST", f"clients/{here['slug']}/archive")
        bench.stage.pass_time(40 * 86_400)
        bench.one.sync()
        assert len(bench.jobs(KEA)) == 1
        assert bench.one.xpm.named(KEA)[0]["IsArchived"] == "No"


def test_e10_resolve_refuses_a_client_that_is_gone_linked_or_unknown(raise_bench: Raise) -> None:
    rows = [known(KEA), known(KEA, nth=1), known(MOA), known("Gone Ltd", is_archived=True)]
    with raise_bench(small_world(rows, [lead(KEA)])) as bench:
        bench.one.sync()
        slug = accept(bench, KEA)
        bench.one.deliver_webhooks()
        moa, gone = (bench.one.xpm.named(name)[0]["UUID"] for name in (MOA, "Gone Ltd"))
        for pick, why in (
            (moa, "is linked to another Ignition client"),
            (gone, "is archived: restore it, or pick another"),
            ("00000000-0000-4000-8000-000000000000", "XPM has no client"),
        ):
            with pytest.raises(ConfigError, match=why):
                bench.one.resolve(slug, pick)
        with pytest.raises(
            ConfigError, match="no deployment of “PROP-9” waits for a decision; waiting are: PROP-1001"
        ):
            bench.one.resolve("PROP-9", "new")
        assert bench.jobs(KEA) == []


def test_r11_an_existing_contact_of_the_matched_client_is_not_doubled(raise_bench: Raise) -> None:
    there = known(KEA, contacts=[contact(f"Signer of {KEA}", email="signatory@example.com")])
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        bench.stage.xpm.post("reset")
        bench.one.xpm._write("POST", "client.api/add", "Client", {"Name": there["name"]})
        uuid = bench.one.xpm.named(KEA)[0]["UUID"]
        body = f"<Contact><Client><UUID>{uuid}</UUID></Client><Name>Signer of {KEA}</Name></Contact>"
        bench.one.xpm._call("POST", "client.api/contact", body.encode(), "Contact")
        accept(bench, KEA)
        bench.one.deliver_webhooks()
        bench.one.sync()
        assert [row["Name"] for row in bench.one.xpm.named(KEA)[0]["Contacts"]] == [f"Signer of {KEA}"]
        (here,) = bench.one.ignition.named(KEA)
        assert len(bench.one.ignition.contacts(here["slug"])) == 1
