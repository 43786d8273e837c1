"""What the simulator found, made small: each a run that broke an invariant once."""

import pytest
from weather import met

from scenarios.simulation.explore import play
from scenarios.simulation.moments import SYNC_AT
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard


@pytest.mark.parametrize("commit", range(46, 54))
def test_e11_leads_whose_links_could_not_be_kept_come_in_once_though_our_clock_is_ahead(
    yard: Yard, commit: int
) -> None:
    jump = Item(1, SYNC_AT - 631.0, "machine", "clock-jump", {"seconds": 600})
    full = Item(2, SYNC_AT - 601.0, "machine", "disk-full", {"number": commit})
    verdict = play(Script(3, 2, 12, 2, "xpm", ("disk-full",), (jump, full)), yard)
    assert verdict.fired["disk-full"] == 1
    assert verdict.violations == []


def test_e11_a_lead_whose_batch_lands_late_comes_in_once_though_another_syncer_reads_before_it_does(
    yard: Yard,
) -> None:
    new = Item(59, 580343.1852149651, "xpm", "new client", {"client": 10, "value": 4383})
    rule = {"kind": "late", "seconds": 100, "method": "POST"}
    late = Item(62, 611978.327199871, "weather", "late", {"fake": "ignition", "times": 1, "rule": rule})
    down = {"fake": "ignition", "times": 5, "rule": {"kind": "reset"}}
    resets = Item(63, 611996.4157283799, "weather", "reset", down)
    second = Item(64, 612002.6302440027, "machine", "second-syncer", {"number": 53, "seconds": -20})
    for_writes = {**down, "rule": {"kind": "reset", "method": "POST"}}
    more = Item(65, 612009.0157511975, "weather", "reset", for_writes)
    items = (new, late, resets, second, more)
    verdict = play(Script(7, 11, 11, 2, "ignition", ("second-syncer", "reset", "late"), items), yard)
    assert verdict.fired["late"] == 1
    assert verdict.violations == []


def test_e23_an_old_answer_on_one_day_does_not_cost_what_was_typed_when_the_other_side_changes_on_the_next(
    yard: Yard,
) -> None:
    namesake = Item(29, 218969.98410133674, "ignition", "namesake", {"client": 9, "value": 5453})
    edit = {"client": 9, "field": "postal city"}
    there = Item(31, 228382.7819000353, "xpm", "client field", {**edit, "value": 1298})
    stale = {"fake": "xpm", "times": 2, "rule": {"kind": "stale", "writes": 1}}
    old = Item(32, 266363.5194810883, "weather", "stale", stale)
    here = Item(33, 266403.0387379448, "ignition", "client field", {**edit, "value": 9791})
    verdict = play(Script(18, 11, 8, 2, "xpm", ("stale",), (namesake, there, old, here)), yard)
    assert verdict.fired["stale"] == 2
    assert verdict.violations == []


def test_e10_who_accepts_between_the_reading_of_proposals_and_of_clients_was_a_lead(yard: Yard) -> None:
    lost = {"fake": "xpm", "times": 1, "rule": {"kind": "lost", "method": "POST"}}
    slow = {"fake": "xpm", "times": 1, "rule": {"kind": "latency", "seconds": 60}}
    agreed = {"service": 1, "cadence": "once_off", "start": 0}
    items = (
        Item(1, 7172.638719959482, "weather", "lost", lost),
        Item(2, 7184.265546449031, "weather", "time-out", slow),
        Item(3, 7206.079620759527, "ignition", "engage", {"client": 12, "value": 3619, **agreed, "called": "near"}),
    )  # fmt: skip
    verdict = play(Script(97, 12, 10, 0, "ignition", ("time-out", "lost"), items), yard)
    assert verdict.fired["lost"] == 1
    assert verdict.violations == []


def test_e10_a_client_whose_lead_may_be_there_unseen_is_not_taken_by_a_namesake(yard: Yard) -> None:
    slow_write = {"kind": "latency", "seconds": 60, "method": "POST"}
    busy = {"kind": "status", "status": 429, "retry_after": 7}
    agreed = {"service": 1, "cadence": "once_off", "start": 0}
    items = (
        Item(1, 7146.173138919085, "weather", "latency", met("ignition", {"kind": "latency", "seconds": 20})),
        Item(2, 7173.670340013176, "weather", "time-out", met("ignition", slow_write, times=5)),
        Item(20, 179954.45047144382, "weather", "time-out", met("ignition", slow_write)),
        Item(21, 179955.91883447833, "weather", "429", met("xpm", busy)),
        Item(23, 179984.4158405464, "weather", "429", met("xpm", {**busy, "method": "POST"})),
        Item(42, 439168.091444285, "weather", "time-out", met("ignition", slow_write)),
        Item(51, 481994.5438429435, "ignition", "engage", {"client": 8, "value": 8861, **agreed, "called": "namesake"}),
        Item(61, 565286.6365991281, "ignition", "client field", {"client": 8, "value": 216, "field": "address city"}),
    )  # fmt: skip
    verdict = play(Script(88, 10, 12, 2, "xpm", ("time-out", "429", "latency"), items), yard)
    assert verdict.fired["time-out"] == 7
    assert verdict.violations == []


def test_r6_whom_a_new_user_concerns_is_written_by_the_next_sync_where_this_one_could_not(yard: Yard) -> None:
    second = Item(1, 7201.801115399293, "machine", "second-syncer", {"number": 53, "seconds": 600})
    dead = met("ignition", {"kind": "token_dead", "method": "POST"}, times=5)
    tokens = Item(5, 93551.11566839347, "weather", "token-dead", dead)
    verdict = play(Script(183, 3, 90, 0, "xpm", ("token-dead", "second-syncer"), (second, tokens)), yard)
    assert verdict.fired["token-dead"] >= 4
    assert verdict.violations == []


def test_e11_one_old_answer_after_the_wait_does_not_have_a_client_made_twice(yard: Yard) -> None:
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    slow_write = {"kind": "latency", "seconds": 60, "method": "POST"}
    agreed = {"service": 0, "cadence": "monthly", "start": 0}
    items = (
        Item(6, 93591.94109914044, "weather", "late-hang", met("xpm", hang)),
        Item(19, 179984.01570815052, "weather", "time-out", met("ignition", slow_write)),
        Item(21, 179991.56530060593, "weather", "malformed", met("ignition", {"kind": "malformed", "method": "POST"})),
        Item(28, 225195.04385749743, "ignition", "engage", {"client": 0, "value": 7352, **agreed, "called": "new"}),
        Item(46, 352777.4129185759, "weather", "stale", met("xpm", {"kind": "stale", "writes": 1})),
    )  # fmt: skip
    verdict = play(Script(38, 11, 6, 1, "xpm", ("late-hang", "time-out", "malformed", "stale"), items), yard)
    assert (verdict.fired["late-hang"], verdict.fired["stale"]) == (1, 1)
    assert verdict.violations == []


def test_e10_who_was_engaged_while_our_clock_was_ahead_was_a_lead(yard: Yard) -> None:
    agreed = {"service": 0, "cadence": "once_off"}
    items = (
        Item(5, 30612.96853275579, "ignition", "engage", {"client": 11, "value": 9704, **agreed, "start": 0, "called": "new"}),
        Item(43, 408774.8595126435, "ignition", "engage", {"client": 3, "value": 6754, **agreed, "start": -100, "called": "namesake"}),
        Item(67, 612010.3460503131, "machine", "clock-jump", {"number": 36, "seconds": 600}),
        Item(79, 698403.7982678522, "ignition", "engage", {"client": 12, "value": 6354, "service": 1, "cadence": "once_off", "start": -40, "called": "near"}),
        Item(88, 784807.3756415618, "ignition", "client field", {"client": 12, "value": 7172, "field": "postal line"}),
    )  # fmt: skip
    verdict = play(
        Script(
            20045,
            10,
            10,
            0,
            "ignition",
            ("clock-jump", "latency", "refused", "time-out", "lost-put", "second-syncer", "webhook-delayed"),
            items,
        ),
        yard,
    )
    assert verdict.fired["clock-jump"] == 1
    assert verdict.violations == []


def test_e23_what_old_answers_hid_for_days_is_seen_before_it_is_overwritten(yard: Yard) -> None:
    edit, old = {"client": 5, "field": "address postcode"}, {"kind": "stale", "writes": 1}
    items = (
        Item(17, 232132.66151552688, "ignition", "client field", {**edit, "value": 1878}),
        Item(18, 234433.60010715254, "xpm", "client field", {**edit, "value": 1428}),
        Item(19, 266347.2940906316, "weather", "stale", met("ignition", old)),
        Item(22, 266371.21104378736, "weather", "stale", met("xpm", old, times=2)),
        Item(23, 266372.11835638963, "weather", "stale", met("ignition", old, times=5)),
        Item(
            42, 439207.9103251817, "ignition", "client field", {"client": 5, "value": 2875, "field": "name"}
        ),
    )
    verdict = play(Script(20088, 10, 7, 0, "ignition", ("webhook-lost", "stale"), items), yard)
    assert verdict.fired["stale"] >= 7
    assert verdict.violations == []


def test_e10_a_lead_that_landed_late_is_known_as_that_when_its_client_accepts(yard: Yard) -> None:
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    items = (
        Item(6, 7201.158617319378, "machine", "crash", {"number": 58, "seconds": 90}),
        Item(8, 7207.430397685352, "weather", "late-hang", met("ignition", hang, times=5)),
        Item(9, 34439.532507995784, "xpm", "archive", {"client": 9, "value": 5141}),
        Item(12, 62876.77548492508, "ignition", "accept", {"client": 9, "value": 2977, "service": 0, "cadence": "monthly", "start": -40}),
    )  # fmt: skip
    verdict = play(
        Script(
            20115,
            10,
            6,
            1,
            "xpm",
            ("lost-write", "refused", "late-hang", "webhook-duplicated", "time-out", "crash", "429"),
            items,
        ),
        yard,
    )
    assert verdict.fired["late-hang"] >= 4
    assert verdict.violations == []


def test_e23_what_was_typed_right_after_a_sweep_is_seen_though_our_clock_was_ahead_of_it(yard: Yard) -> None:
    items = (
        Item(2, 7156.090621625413, "machine", "clock-jump", {"number": 54, "seconds": 90}),
        Item(59, 525549.9154600668, "machine", "clock-jump", {"number": 14, "seconds": 600}),
        Item(
            77,
            612007.5550229946,
            "xpm",
            "client field",
            {"client": 12, "value": 4504, "field": "address city"},
        ),
        Item(
            90,
            728065.775892633,
            "ignition",
            "client field",
            {"client": 12, "value": 3738, "field": "address line"},
        ),
    )
    kinds = ("clock-jump", "crash", "429", "webhook-lost", "webhook-delayed")
    verdict = play(Script(87, 10, 11, 0, "xpm", kinds, items), yard)
    assert verdict.fired["clock-jump"] == 2
    assert verdict.violations == []


def test_e23_what_xpm_has_shown_is_not_lost_to_old_answers_right_before_a_write(yard: Yard) -> None:
    slow_write = {"kind": "latency", "seconds": 60, "method": "POST"}
    agreed = {"service": 0, "cadence": "monthly", "start": -100}
    items = (
        Item(24, 145170.37243005488, "ignition", "client field", {"client": 7, "value": 5452, "field": "address line"}),
        Item(29, 180006.7095250135, "weather", "missed-boundary", met("xpm", {"kind": "missed_boundary"}, times=2)),
        Item(34, 266349.1420678243, "weather", "stale", met("xpm", {"kind": "stale", "writes": 1}, times=5)),
        Item(38, 266396.2888845011, "weather", "time-out", met("ignition", slow_write)),
        Item(39, 266400.23398224293, "xpm", "client field", {"client": 1, "value": 1679, "field": "fax"}),
        Item(40, 266403.5628174842, "ignition", "engage", {"client": 1, "value": 1727, **agreed, "called": "namesake"}),
        Item(43, 268609.79747990513, "ignition", "client field", {"client": 1, "value": 2474, "field": "fax"}),
        Item(44, 313662.4792036454, "ignition", "contact field", {"client": 3, "value": 2380, "contact": 1, "field": "email"}),
    )  # fmt: skip
    kinds = ("stale", "429", "503", "time-out", "missed-boundary")
    verdict = play(Script(193, 10, 6, 2, "xpm", kinds, items), yard)
    assert verdict.fired["stale"] == 5
    assert verdict.violations == []


def test_e3_a_name_with_an_ampersand_that_was_carried_and_typed_over_there_is_no_loss(yard: Yard) -> None:
    here = Item(
        75, 809338.68863476, "ignition", "client field", {"client": 0, "value": 9309, "field": "name"}
    )
    edit = {"client": 0, "value": 8739, "field": "name"}
    there = Item(76, 871202.3987617488, "xpm", "client field", edit)
    verdict = play(Script(814, 12, 7, 0, "xpm", (), (here, there)), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 2
    assert verdict.violations == []


def test_e10_an_old_list_of_proposals_makes_nobody_who_accepted_a_client_that_never_was_a_lead(
    yard: Yard,
) -> None:
    agreed = {"service": 1, "cadence": "monthly", "start": -100}
    items = (
        Item(36, 439206.71273300244, "ignition", "client field", {"client": 7, "value": 3211, "field": "address postcode"}),
        Item(37, 439209.49369844544, "ignition", "engage", {"client": 0, "value": 5572, **agreed, "called": "new"}),
        Item(38, 439212.09921689285, "weather", "stale", met("ignition", {"kind": "stale", "writes": 1})),
    )  # fmt: skip
    kinds = ("stale", "webhook-duplicated", "missed-boundary")
    verdict = play(Script(50038, 12, 12, 0, "ignition", kinds, items), yard)
    assert verdict.fired["stale"] == 1
    assert verdict.violations == []


def test_e3_an_edit_right_after_a_reading_by_a_clock_that_is_ahead_is_not_overwritten(yard: Yard) -> None:
    items = (
        Item(2, 7197.994837306813, "machine", "clock-jump", {"number": 8, "seconds": 600}),
        Item(4, 7203.286918005506, "xpm", "client field", {"client": 11, "value": 6473, "field": "phone"}),
        Item(
            38, 439202.3008567925, "ignition", "client field", {"client": 2, "value": 8745, "field": "phone"}
        ),
    )
    verdict = play(Script(1789, 10, 9, 2, "xpm", ("clock-jump",), items), yard)
    assert verdict.fired["clock-jump"] == 1
    assert verdict.violations == []


def test_e3_what_the_syncer_sent_and_never_heard_of_is_no_persons_edit(yard: Yard) -> None:
    """XPM has what Ignition had, by a write whose answer was lost: Ignition's next value is no conflict."""
    lost = {"kind": "lost", "method": "PUT"}
    items = (
        Item(39, 439200.43609934335, "ignition", "engage", {"client": 4, "value": 3474, "service": 2, "cadence": "once_off", "start": 0, "called": "namesake"}),
        Item(40, 439202.20994007506, "ignition", "client field", {"client": 9, "value": 6298, "field": "address postcode"}),
        Item(42, 439208.0977471924, "weather", "503", met("ignition", {"kind": "status", "status": 503}, times=5)),
        Item(45, 525604.8120519308, "weather", "lost-put", met("xpm", lost, times=5)),
        Item(53, 611940.9074443093, "weather", "lost", met("ignition", {"kind": "lost", "method": "POST"}, times=2)),
        Item(55, 612002.8732324551, "xpm", "new client", {"client": 11, "value": 9629}),
        Item(56, 654231.8673553655, "ignition", "client field", {"client": 0, "value": 5275, "field": "address line"}),
    )  # fmt: skip
    verdict = play(Script(842, 10, 8, 1, "ignition", ("lost", "lost-put", "503"), items), yard)
    assert verdict.tested["a_conflict_has_two_sides"] == 0
    assert verdict.violations == []


def test_e3_r6_an_old_answer_a_week_later_takes_no_partner_away_that_a_late_write_had_set(yard: Yard) -> None:
    """The write's answer never came and the program died, so that its own write was no more than read later."""
    late = {"kind": "late", "seconds": 100, "method": "POST"}
    items = (
        Item(26, 439142.589375663, "weather", "late", met("ignition", late, times=5)),
        Item(28, 525600.305130943, "xpm", "set the partner", {"client": 4, "value": 7799, "person": 0}),
        Item(30, 525605.602754001, "machine", "crash", {"number": 45, "seconds": -20}),
        Item(31, 525613.8085664263, "weather", "webhook-reordered", met("ignition", {"kind": "webhook_reordered"}, times=2)),
        Item(32, 611965.203551131, "weather", "stale", met("ignition", {"kind": "stale", "writes": 1}, times=5)),
    )  # fmt: skip
    kinds = ("malformed", "late", "crash", "disk-full", "webhook-reordered", "stale")
    assert play(Script(2000, 10, 5, 0, "ignition", kinds, items), yard).violations == []


def test_e3_r6_a_list_and_an_answer_by_itself_that_are_both_old_take_no_manager_away(yard: Yard) -> None:
    old = {"kind": "stale", "writes": 1}
    items = (
        Item(7, 54171.69984190826, "ignition", "client field", {"client": 1, "value": 5386, "field": "fax"}),
        Item(9, 93560.86614080351, "weather", "stale", met("ignition", old, times=5)),
        Item(25, 266403.1874477676, "ignition", "engage", {"client": 2, "value": 2224, "service": 1, "cadence": "once_off", "start": 0, "called": "namesake"}),
        Item(40, 484837.8008793329, "ignition", "contact field", {"client": 8, "value": 5636, "contact": 1, "field": "phone"}),
        Item(45, 525603.3392036675, "machine", "crash", {"number": 57, "seconds": 5}),
        Item(46, 525606.2362022308, "ignition", "client field", {"client": 11, "value": 8724, "field": "address line"}),
        Item(48, 611961.90203827, "weather", "stale", met("ignition", old)),
        Item(49, 611977.9568764875, "weather", "stale", met("ignition", old, times=5)),
        Item(50, 612001.0028896554, "weather", "stale", met("ignition", old)),
    )  # fmt: skip
    kinds = ("webhook-duplicated", "stale", "crash")
    assert play(Script(2524155855, 10, 9, 0, "ignition", kinds, items), yard).violations == []
