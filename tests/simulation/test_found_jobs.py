"""Runs in which the simulator found jobs without their tasks, and deployments shown as what they were not (E13, E17)."""

from weather import met

from scenarios.simulation.explore import play
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard


def test_a_service_that_a_page_passed_over_is_no_service_that_is_gone(yard: Yard) -> None:
    """The list of services drifted, and the job was made without its tasks: a list that lacks one tells nothing (E5)."""
    drift = {"kind": "drift", "rows": 1, "operation": "reporting/*"}
    items = (
        Item(5, 93578.26741748158, "weather", "drift", met("ignition", drift, times=5)),
        Item(13, 180000.16192605195, "ignition", "accept", {"client": 6, "value": 3565, "service": 2, "cadence": "once_off", "start": -40}),
    )  # fmt: skip
    verdict = play(Script(20026, 10, 5, 2, "ignition", ("drift",), items, page=5), yard)
    assert verdict.tested["jobs_have_their_tasks"] == 1
    assert verdict.violations == []


def test_what_is_all_made_is_shown_as_deployed_though_its_client_was_archived_since(yard: Yard) -> None:
    """Ignition's answer to the showing was lost five times, and the client archived before the next sync."""
    lost = {"kind": "lost", "method": "PUT", "operation": "PUT /*"}
    items = (
        Item(53, 698414.2317197298, "weather", "lost-put", met("ignition", lost, times=5)),
        Item(57, 784803.4713160206, "ignition", "accept", {"client": 6, "value": 2406, "service": 2, "cadence": "once_off", "start": 0}),
        Item(59, 824554.7542999038, "xpm", "archive", {"client": 6, "value": 7208}),
    )  # fmt: skip
    verdict = play(Script(20300, 10, 9, 1, "ignition", ("lost-put",), items), yard)
    assert verdict.tested["each_proposal_has_its_jobs"] == 1
    assert verdict.violations == []


def test_a_job_keeps_the_tasks_of_its_second_template_though_two_tokens_were_refused_on_the_way(
    yard: Yard,
) -> None:
    """A call that is turned away for its tokens says nothing of the template: it is made again (E13, E14)."""
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST", "operation": "*.api/*"}
    dead = {"kind": "token_dead", "method": "POST", "operation": "*.api/*"}
    agreed = {"service": 2, "beside": [0], "mode": "one_job", "cadence": "monthly", "start": 0}
    items = (
        Item(8, 93551.71707517322, "weather", "late-hang", met("xpm", hang)),
        Item(15, 179994.8399713183, "weather", "token-dead", met("xpm", dead, times=2)),
        Item(56, 698400.2920638579, "ignition", "accept", {"client": 0, "value": 6228, **agreed}),
    )
    verdict = play(Script(83, 10, 9, 1, "xpm", ("token-dead", "late-hang"), items), yard)
    assert (verdict.fired["late-hang"], verdict.fired["token-dead"]) == (1, 2)
    assert verdict.tested["jobs_have_their_tasks"] == 1
    assert verdict.violations == []


def test_an_old_answer_that_does_not_know_the_new_job_costs_it_no_template(yard: Yard) -> None:
    old = {"kind": "stale", "writes": 1, "operation": "*.api/*"}
    agreed = {"service": 1, "beside": [2], "mode": "one_job", "cadence": "monthly", "start": 0}
    items = (
        Item(2, 7183.5344848177765, "weather", "stale", met("xpm", old)),
        Item(10, 34484.48560471162, "ignition", "accept", {"client": 4, "value": 979, **agreed}),
    )
    verdict = play(Script(556, 10, 7, 1, "xpm", ("stale",), items), yard)
    assert verdict.fired["stale"] == 1
    assert verdict.tested["jobs_have_their_tasks"] == 2
    assert verdict.violations == []
