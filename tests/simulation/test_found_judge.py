"""Runs in which nothing was wrong but what the judge took for wrong (E3, E23, R10)."""

from weather import met

from scenarios.simulation.explore import play
from scenarios.simulation.invariants import judge
from scenarios.simulation.oracle import Case
from scenarios.simulation.run import simulate
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard


def test_what_was_typed_stands_where_it_was_typed_though_its_client_was_made_anew(yard: Yard) -> None:
    """Who was made and renamed in XPM before the syncer could look is known to nobody: the mark is the name (E11)."""
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    items = (
        Item(2, 7194.705374997674, "machine", "clock-jump", {"number": 22, "seconds": 90}),
        Item(3, 7199.020862554857, "machine", "disk-full", {"number": 24, "seconds": -20}),
        Item(4, 7201.310724345085, "machine", "disk-full", {"number": 59, "seconds": 5}),
        Item(5, 7201.40547667142, "machine", "disk-full", {"number": 14, "seconds": 5}),
        Item(6, 7202.816478096075, "machine", "disk-full", {"number": 56, "seconds": 5}),
        Item(7, 7206.33611644369, "machine", "disk-full", {"number": 4, "seconds": -20}),
        Item(9, 37071.36310509852, "ignition", "new client", {"client": 6, "value": 7092}),
        Item(12, 55719.728868246464, "ignition", "engage", {"client": 3, "value": 6611, "service": 1, "cadence": "once_off", "start": 0, "called": "new"}),
        Item(15, 93572.9475800217, "weather", "late-hang", met("xpm", hang, times=5)),
        Item(16, 93599.97758062869, "machine", "disk-full", {"number": 34, "seconds": 600}),
        Item(39, 266409.8865714177, "machine", "disk-full", {"number": 53, "seconds": 600}),
        Item(48, 352807.20411086344, "machine", "disk-full", {"number": 14, "seconds": 90}),
        Item(52, 439199.5115139899, "machine", "disk-full", {"number": 13, "seconds": 600}),
        Item(63, 698400.1477890018, "machine", "disk-full", {"number": 53, "seconds": 90}),
        Item(71, 837798.7211873202, "xpm", "client field", {"client": 6, "value": 1008, "field": "name"}),
        Item(72, 841070.0311107916, "xpm", "client field", {"client": 5, "value": 1517, "field": "address line"}),
    )  # fmt: skip
    verdict = play(Script(109, 10, 5, 1, "xpm", ("clock-jump", "disk-full", "late-hang"), items), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 2
    assert verdict.violations == []


def test_what_no_look_of_the_syncer_could_show_is_in_the_window(yard: Yard) -> None:
    """Every list that XPM ever answered with was an old one."""
    old, lost = {"kind": "stale", "writes": 1}, {"kind": "lost", "method": "POST"}
    items = (
        Item(3, 7192.005799969307, "weather", "lost", met("ignition", lost)),
        Item(4, 7200.843862771463, "xpm", "contact field", {"client": 8, "value": 4497, "contact": 2, "field": "mobile"}),
        Item(9, 7217.470884817369, "weather", "stale", met("xpm", old, times=2)),
        Item(19, 179966.2048778422, "weather", "lost", met("ignition", {"kind": "lost"})),
        Item(23, 266360.2788516581, "weather", "lost", met("ignition", lost)),
        Item(35, 439167.66577204113, "weather", "stale", met("xpm", old, times=2)),
        Item(41, 439209.1279152361, "ignition", "client field", {"client": 9, "value": 8449, "field": "postal city"}),
        Item(47, 481820.45861853583, "xpm", "new client", {"client": 7, "value": 6180}),
        Item(51, 525577.5666213733, "weather", "stale", met("xpm", old, times=5)),
        Item(52, 525600.7080455548, "xpm", "client field", {"client": 10, "value": 818, "field": "postal city"}),
    )  # fmt: skip
    verdict = play(
        Script(238, 10, 8, 0, "xpm", ("stale", "lost", "late-hang"), items, has_neighbour=True), yard
    )
    assert verdict.tested["nothing_typed_is_lost"] == 3
    assert verdict.violations == []


def test_what_a_lead_was_made_with_stays_where_it_only_receives(yard: Yard) -> None:
    lost = met("ignition", {"kind": "lost", "answer": "500", "method": "POST"}, times=5)
    agreed = {"service": 1, "cadence": "once_off", "start": -40}
    items = (
        Item(1, 7151.91460136489, "weather", "lost-500", lost),
        Item(2, 7200.120098963025, "machine", "disk-full", {"number": 12, "seconds": 5}),
        Item(3, 7201.427324439724, "machine", "disk-full", {"number": 30, "seconds": -20}),
        Item(8, 42544.503340436975, "ignition", "engage", {"client": 3, "value": 5955, **agreed, "called": "namesake"}),
        Item(14, 179954.17605760283, "weather", "lost-500", lost),
        Item(22, 266410.226344198, "ignition", "archive", {"client": 1, "value": 7710}),
        Item(27, 352803.75354048447, "machine", "disk-full", {"number": 22, "seconds": 600}),
        Item(30, 439200.06535036187, "machine", "disk-full", {"number": 49, "seconds": 600}),
        Item(44, 560363.5940420794, "ignition", "namesake", {"client": 7, "value": 1185}),
    )  # fmt: skip
    kinds = ("refused", "time-out", "disk-full", "lost-put", "lost-500", "lost")
    outcome = simulate(Script(59, 10, 8, 1, "xpm", kinds, items), yard)
    assert [link["receives_only"] for link in outcome.ledger["links"]].count(True) == 1
    assert judge(Case(outcome)).violations == []


def test_a_contact_that_went_while_a_sync_waited_fell_into_the_window(yard: Yard) -> None:
    """Another client's lost answer held the sync up for three minutes between its last look and a removal (E23)."""
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    items = (
        Item(13, 266402.13103429176, "ignition", "add a contact", {"client": 1, "value": 4036}),
        Item(18, 352761.3112918367, "weather", "lost", met("ignition", {"kind": "lost"}, times=5)),
        Item(19, 352780.61999688, "weather", "late-hang", met("xpm", hang, times=2)),
        Item(20, 352800.6571764435, "ignition", "remove a contact", {"client": 8, "value": 1141, "contact": 2}),
        Item(29, 439210.211075836, "xpm", "contact field", {"client": 8, "value": 6790, "contact": 0, "field": "salutation"}),
    )  # fmt: skip
    verdict = play(
        Script(238, 10, 8, 1, "xpm", ("stale", "lost", "late-hang"), items, has_neighbour=True), yard
    )
    assert verdict.tested["nothing_typed_is_lost"] == 1
    assert verdict.window == 1
    assert verdict.violations == []


def test_a_conflict_and_what_made_it_may_fall_into_one_second(yard: Yard) -> None:
    items = (
        Item(54, 818199.3077566656, "ignition", "client field", {"client": 17, "value": 5400, "field": "name"}),
        Item(57, 871201.937900398, "xpm", "client field", {"client": 17, "value": 374, "field": "name"}),
    )  # fmt: skip
    verdict = play(Script(313, 10, 90, 1, "xpm", ("drift", "latency"), items), yard)
    assert verdict.tested["a_conflict_has_two_sides"] == 1
    assert verdict.violations == []


def test_a_proposal_whose_client_was_archived_before_it_could_accept_is_its_senders(yard: Yard) -> None:
    items = (
        Item(3, 7202.017814622247, "ignition", "engage", {"client": 4, "value": 666, "service": 0, "cadence": "once_off", "start": -100, "called": "new"}),
        Item(4, 7202.244602611256, "weather", "lost-put", met("ignition", {"kind": "lost", "method": "PUT"}, times=5)),
        Item(5, 7202.738060752755, "ignition", "archive", {"client": 4, "value": 5306}),
    )  # fmt: skip
    outcome = simulate(Script(443, 10, 6, 1, "xpm", ("lost-put",), items), yard)
    assert [row["state"] for row in outcome.proposals] == ["awaiting_acceptance"]
    assert judge(Case(outcome)).violations == []


def test_a_website_cleared_in_ignition_stays_so_until_xpms_changes(yard: Yard) -> None:
    """R7: what XPM has of a one-way field then is no loss."""
    items = (
        Item(28, 352803.57963356824, "ignition", "client field", {"client": 0, "value": None, "field": "website"}),
        Item(62, 826199.5566623083, "xpm", "client field", {"client": 0, "value": 2736, "field": "website"}),
    )  # fmt: skip
    verdict = play(Script(669, 10, 7, 1, "xpm", (), items), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 2
    assert verdict.violations == []


def test_what_was_put_back_before_a_sync_could_carry_it_over_has_not_changed(yard: Yard) -> None:
    """Ignition's fax was typed and cleared again while every sync between met time-outs: XPM's change comes (E3)."""
    slow = {"kind": "latency", "seconds": 60}
    items = (
        Item(63, 730964.6217405448, "ignition", "client field", {"client": 5, "value": 2994, "field": "fax"}),
        Item(67, 784792.3163029182, "weather", "lost-write", met("xpm", {"kind": "lost", "method": "POST"}, times=5)),
        Item(69, 784809.9627763826, "weather", "time-out", met("ignition", slow, times=5)),
        Item(70, 784810.05005692, "xpm", "client field", {"client": 5, "value": 3169, "field": "fax"}),
        Item(71, 824259.9, "ignition", "client field", {"client": 5, "value": None, "field": "fax"}),
    )  # fmt: skip
    verdict = play(Script(1775, 10, 8, 1, "xpm", ("time-out", "lost-write"), items), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 3
    assert verdict.violations == []


def test_who_is_being_made_by_somebody_is_not_taken_for_who_has_come_across(yard: Yard) -> None:
    """A lead was made by hand, of a name that XPM has: what was typed into it belongs to no other client."""
    agreed = {"service": 0, "cadence": "once_off", "start": -100}
    items = (
        Item(
            2,
            7201.815551623129,
            "ignition",
            "client field",
            {"client": 9, "value": 1418, "field": "postal city"},
        ),
        Item(
            4,
            7202.039369134306,
            "ignition",
            "engage",
            {"client": 7, "value": 1532, **agreed, "called": "namesake"},
        ),
    )
    outcome = simulate(Script(745, 10, 6, 0, "xpm", (), items), yard)
    shared = [one.ignition for one in outcome.diary.clients.values() if one.ignition is not None]
    assert len(shared) == len(set(shared))
    assert judge(Case(outcome)).violations == []


def test_a_partner_that_was_carried_and_set_anew_there_a_moment_later_is_no_loss(yard: Yard) -> None:
    """Who set the Partner in Ignition looked before the sync wrote XPM's there, and did it after."""
    items = (
        Item(31, 300833.9594744542, "xpm", "client field", {"client": 0, "value": 85, "field": "address postcode"}),
        Item(32, 315921.6113075379, "ignition", "engage", {"client": 0, "value": 4758, "service": 2, "cadence": "once_off", "start": -100, "called": "near"}),
        Item(33, 352760.3282123076, "weather", "refused", {"fake": "ignition", "times": 1, "rule": {"kind": "refused"}}),
        Item(34, 352801.21323071356, "weather", "refused", {"fake": "ignition", "times": 2, "rule": {"kind": "refused", "method": "POST"}}),
        Item(35, 352803.12265166984, "ignition", "client field", {"client": 0, "value": 3931, "field": "address postcode"}),
        Item(36, 352803.41692501015, "xpm", "contact field", {"client": 0, "value": 7239, "contact": 0, "field": "email"}),
        Item(37, 352803.9012409353, "machine", "disk-full", {"number": 47, "seconds": 600}),
        Item(38, 352805.7732091852, "xpm", "set the partner", {"client": 1, "value": 8668, "person": 0}),
        Item(39, 383922.4511055924, "ignition", "contact field", {"client": 1, "value": 7651, "contact": 0, "field": "phone"}),
        Item(40, 439201.90958208684, "xpm", "new client", {"client": 0, "value": 3829}),
        Item(43, 439203.3847347368, "ignition", "set the partner", {"client": 1, "value": 7921, "person": 1}),
    )  # fmt: skip
    kinds = ("disk-full", "refused", "late", "crash", "second-syncer", "time-out", "late-hang")
    assert play(Script(1521, 10, 5, 0, "xpm", kinds, items), yard).violations == []


def test_nobody_picks_users_between_the_last_two_syncs(yard: Yard) -> None:
    """Malformed answers end every sync and then the connection, so that the first whole sync is one in quiet (E4)."""
    cut, posts = {"kind": "malformed"}, {"kind": "malformed", "method": "POST"}
    items = (
        Item(4, 7193.30340876594, "weather", "malformed", met("ignition", cut, times=2)),
        Item(11, 7206.620015527015, "machine", "second-syncer", {"number": 53, "seconds": 90}),
        Item(14, 93541.853650123, "weather", "malformed", met("ignition", posts)),
        Item(19, 179955.1229411755, "weather", "malformed", met("ignition", cut, times=5)),
        Item(20, 179993.6109954419, "weather", "malformed", met("ignition", posts, times=5)),
        Item(39, 352778.82783719344, "weather", "malformed", met("ignition", cut, times=5)),
        Item(40, 352800.0901105475, "xpm", "client field", {"practice": 1, "client": 1, "field": "phone", "value": 20002}),
        Item(41, 352800.584206565, "weather", "malformed", met("ignition", posts, times=5)),
        Item(60, 611941.687412591, "weather", "malformed", met("ignition", cut, times=5)),
    )  # fmt: skip
    kinds = ("second-syncer", "malformed")
    script = Script(1247577764, 10, 7, 1, "xpm", kinds, items, has_neighbour=True)
    outcome = simulate(script, yard)
    assert outcome.diary.users == {}
    assert outcome.last_writes == 0
    assert judge(Case(outcome)).violations == []


def test_a_write_that_was_refused_has_carried_nothing_over(yard: Yard) -> None:
    """Ignition answered the one write of a value 401; it was put back in XPM before the next (E3)."""
    dead = met("ignition", {"kind": "token_dead", "method": "POST"}, times=5)
    items = (
        Item(27, 439171.27461605385, "weather", "token-dead", dead),
        Item(45, 646089.08878785, "xpm", "client field", {"client": 4, "value": 3424, "field": "fax"}),
        Item(47, 698408.5273092396, "ignition", "client field", {"client": 4, "value": 8186, "field": "fax"}),
        Item(55, 784800.3640317592, "xpm", "client field", {"client": 4, "value": None, "field": "fax"}),
    )
    verdict = play(Script(5071, 10, 9, 2, "ignition", ("token-dead",), items), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 3
    assert verdict.violations == []


def test_who_clears_what_is_empty_has_changed_nothing(yard: Yard) -> None:
    """A one-way field edited in Ignition stays as it is until XPM's value changes (R7)."""
    agreed = {"service": 0, "cadence": "once_off", "start": 0}
    items = (
        Item(2, 7201.202638456543, "ignition", "engage", {"client": 2, "value": 7466, **agreed, "called": "namesake"}),
        Item(3, 7201.6470731184245, "machine", "crash", {"number": 1, "seconds": -20}),
        Item(8, 7203.828021307523, "ignition", "client field", {"client": 3, "value": 1593, "field": "name"}),
        Item(9, 7204.26628627663, "ignition", "client field", {"client": 7, "value": 3326, "field": "website"}),
        Item(16, 51492.53494785349, "xpm", "client field", {"client": 8, "value": None, "field": "website"}),
    )  # fmt: skip
    verdict = play(Script(100354, 10, 8, 0, "xpm", ("disk-full", "crash"), items), yard)
    assert verdict.tested["clients_agree"] > 0
    assert verdict.violations == []


def test_a_look_that_got_no_answer_shows_nothing_and_an_old_one_neither(yard: Yard) -> None:
    """The one look before the write was not answered, and the other was an old one: what came between fell into the window (E23)."""
    old, refused = (
        {"kind": "stale", "writes": 1, "operation": "*.api/*"},
        {"kind": "refused", "operation": "*.api/*"},
    )
    city = {"client": 6, "field": "address city"}
    items = (
        Item(7, 93600.59335716726, "xpm", "client field", {"client": 5, "value": 5180, "field": "website"}),
        Item(9, 179949.73525268596, "weather", "stale", met("xpm", old, times=5)),
        Item(12, 179985.27767372222, "weather", "stale", met("xpm", old)),
        Item(14, 180016.01567210205, "weather", "refused", met("xpm", refused)),
        Item(15, 214647.04486760247, "ignition", "client field", {**city, "value": 3751}),
        Item(17, 266381.697557534, "weather", "stale", met("xpm", old, times=2)),
        Item(18, 266401.803621686, "xpm", "client field", {**city, "value": 5773}),
    )  # fmt: skip
    verdict = play(Script(898, 10, 5, 1, "ignition", ("lost-put", "refused", "late", "stale"), items), yard)
    assert (verdict.fired["refused"], verdict.fired["stale"]) == (1, 8)
    assert verdict.window == 1
    assert verdict.violations == []


def test_a_look_of_a_sync_that_an_error_ended_shows_nothing(yard: Yard) -> None:
    """Ignition answered 500, and what XPM had shown was kept nowhere; the next sync met two old answers (E23)."""
    items = (
        Item(22, 230357.70168369258, "ignition", "contact field", {"client": 0, "contact": 0, "field": "phone", "copy": 0, "value": 9413}),
        Item(23, 230382.65047147046, "ignition", "contact field", {"client": 0, "contact": 0, "field": "phone", "copy": 1, "value": 5872}),
        Item(24, 230808.3430486176, "ignition", "add a contact", {"client": 6, "value": 1887}),
        Item(25, 266347.79135778797, "weather", "stale", met("ignition", {"kind": "stale", "writes": 1, "operation": "reporting/*"}, times=2)),
        Item(27, 266355.844721063, "weather", "cut", met("ignition", {"kind": "cut", "method": "POST", "operation": "POST /*"})),
        Item(30, 266390.7558568106, "weather", "cut", met("ignition", {"kind": "cut", "method": "POST", "operation": "POST /*"})),
        Item(31, 266394.90433676756, "weather", "stale", met("ignition", {"kind": "stale", "writes": 1, "operation": "reporting/*"})),
        Item(34, 266409.030551422, "xpm", "namesake", {"client": 3, "value": 5029}),
        Item(35, 289607.5385401326, "ignition", "client field", {"client": 2, "value": 2387, "field": "name"}),
        Item(38, 352785.21994489734, "weather", "500", met("ignition", {"kind": "status", "status": 500, "method": "POST", "operation": "POST /*"})),
        Item(39, 352803.5741557034, "ignition", "client field", {"client": 5, "value": 1655, "field": "address city"}),
        Item(40, 352806.50851314806, "machine", "disk-full", {"number": 19, "seconds": 5}),
        Item(41, 439153.65464675863, "weather", "500", met("ignition", {"kind": "status", "status": 500, "operation": "reporting/*"}, times=5)),
        Item(42, 439213.46543577895, "weather", "webhook-lost", met("ignition", {"kind": "webhook_lost"})),
        Item(43, 485516.4289489864, "ignition", "client field", {"client": 6, "value": 1913, "field": "postal city"}),
        Item(44, 486134.8165630933, "xpm", "client field", {"client": 6, "value": 9666, "field": "postal city"}),
        Item(45, 496282.66996283043, "ignition", "set the partner", {"client": 6, "value": 2373, "person": 1}),
        Item(54, 612002.80565076, "weather", "stale", met("xpm", {"kind": "stale", "writes": 1, "operation": "*.api/*"}, times=5)),
    )  # fmt: skip
    verdict = play(
        Script(
            1383,
            10,
            7,
            2,
            "ignition",
            ("stale", "cut", "500", "disk-full"),
            items,
            page=100,
            shared=2,
            minute=60,
            has_neighbour=False,
        ),
        yard,
    )
    assert verdict.fired["stale"] == 8
    assert verdict.window == 1
    assert verdict.violations == []
