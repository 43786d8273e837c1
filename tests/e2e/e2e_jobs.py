"""What the tests of jobs share: a client, its staff, services with templates, and proposals with a workflow."""

from typing import Any

from e2e_bench import ANNUAL, LODGE, Bench, Json, known, small_world

from mock_kit.ids import uuid_of
from scenarios.builders import staff
from scenarios.world import Worlds
from syncer import ledger_tables as t

KEA = "Kea Cafés Limited"
PAT, MAX = staff("Pat Partner", email="pat@example.com"), staff("Max Manager", email="max@example.com")
SAM, KIM = staff("Sam Senior", email="sam@example.com"), staff("Kim Junior", email="kim@example.com")
COMPLIANCE, ADVISORY = (
    {"uuid": uuid_of("story", "category", name), "name": name} for name in ("Compliance", "Advisory")
)
JOB_PER_SERVICE, ONE_JOB = "job_per_service", "one_job"


def kea(**fields: Any) -> Worlds:
    """Return a world of one XPM client, four members of the staff and two job categories."""
    return small_world([known(KEA, **fields)], staff=[PAT, MAX, SAM, KIM], categories=[COMPLIANCE, ADVISORY])


def linked_services(bench: Bench, *templates: str | None) -> list[str]:
    """Link the first services by name to job templates by name (None: to none); returns the services."""
    desk = bench.one.ignition
    slugs = {row["name"]: row["slug"] for row in desk.job_templates()}
    rows = sorted(desk.services(), key=lambda row: str(row["name"]))
    services = [row["slug"] for row in rows[: len(templates)]]
    for slug, name in zip(services, templates, strict=True):
        desk.link_service(slug, slugs[name] if name else None)
    return services


def both_services(bench: Bench) -> list[str]:
    """Link two services to the two templates."""
    return linked_services(bench, ANNUAL["name"], LODGE["name"])


def proposed(
    bench: Bench, *lines: Json, name: str = "Engagement", term: int = 12, start: str | None = None
) -> Json:
    """Write a proposal of some lines and send it; returns its row."""
    desk = bench.one.ignition
    (here,) = desk.named(KEA)
    desk.make_signatory(here["slug"])
    body = {"name": name, "client_slug": here["slug"], "contract_term": term, "services": list(lines)}
    if start:
        body["proposal_start_date"] = start
    row: Json = desk.call("POST", "proposals", body)["data"]
    desk.call("POST", f"proposals/{row['slug']}/send")
    return row


def accept_lines(
    bench: Bench, *lines: Json, mode: str | None = None, hows: tuple[Json, ...] = (), **how: Any
) -> str:
    """Have a proposal accepted, with a workflow of that mode and these jobs, one for each line; its slug."""
    row = proposed(bench, *lines, **how)
    if mode:
        plan(bench, row, mode, *hows)
    bench.one.ignition.accept(row["slug"])
    return str(row["slug"])


def plan(bench: Bench, row: Json, mode: str, *hows: Json) -> None:
    """Set a proposal's workflow: the one job's, or a job's for each line in order."""
    jobs = [dict(how) for how in hows]
    if mode == JOB_PER_SERVICE:
        for job, line in zip(jobs, row["services"], strict=False):
            job["proposal_service_slug"] = line["slug"]
    bench.one.ignition.plan_workflow(row["slug"], mode, *jobs)


def lines(services: list[str], cadence: str = "once_off") -> list[Json]:
    return [{"service_slug": one, "cadence": cadence} for one in services]


def with_users(bench: Bench, *members: Json) -> list[str]:
    """Sync, pick members of the staff as users, and sync again; returns the users' slugs."""
    bench.one.sync()
    slugs = [bench.one.ignition.pick_user(one["uuid"])["slug"] for one in members]
    bench.one.sync()
    return slugs


def tasks(bench: Bench) -> list[list[str]]:
    return [[task["Name"] for task in job["Tasks"]] for job in bench.jobs(KEA)]


def names(bench: Bench) -> list[str]:
    return [job["Name"] for job in bench.jobs(KEA)]


def reload_without(bench: Bench, kind: str, name: str) -> None:
    """Take a template or a category out of XPM, as an admin would; the API has no method for it."""
    rows = bench.stage.worlds.tenant()[kind]
    bench.stage.worlds.tenant()[kind] = [row for row in rows if row["name"] != name]
    bench.stage.xpm.post("world", bench.stage.worlds.xpm)
    bench.one.xpm._token = ""
    bench.one.connect()


def change_job(bench: Bench, number: str, **elements: str) -> None:
    """Have a person change a job in XPM."""
    bench.one.xpm._write("PUT", "job.api/update", "Job", {"ID": number, **elements})


def delete_job(bench: Bench, number: str) -> None:
    """Have a person delete a job in XPM."""
    bench.one.xpm._write("POST", "job.api/delete", "Job", {"ID": number})


def deployed_rows(bench: Bench) -> list[Json]:
    """Return what the ledger knows of jobs."""
    return bench.stage.ledger.of("practice-1").rows(t.deployed_jobs)
