"""The capacity table: what its figures are made of, and how it is written."""

from scenarios.load.capacity import GROWTHS, figures, table

SUMMARY = {
    "passed": True,
    "command": "python -m scenarios load --seed 7",
    "syncs": {
        "count": 10, "per_minute": 1234.5, "seconds": {"p50": 0.2, "p95": 0.4},
        "xpm": {"calls": 5.0, "bytes": 7000}, "ignition": {"calls": 6.0, "bytes": 5000},
    },
    "fakes": {"cpu_share": 0.25},
    "processes": {
        "each": {
            "load 1": {"cpu_s": 0.6, "rss_mb": 100.4}, "load 2": {"cpu_s": 0.0, "rss_mb": 50.3},
            "mock_xpm": {"cpu_s": 0.1, "rss_mb": 80.0}, "mock_ignition": {"cpu_s": 0.1, "rss_mb": 1900.0},
        }
    },
}  # fmt: skip


def test_a_row_of_the_table_is_made_of_a_runs_summary_by_hand() -> None:
    row = {"grows": "practices", "practices": 1000, "clients": 100, "changes": 2.0, **figures(SUMMARY)}
    assert list(table([row]))[2] == (
        "| practices | 1,000 of 100, 2 % | 1,234 | 0.2 s, 0.4 s | 80 ms | 25% | 5.0, 6.0 | 12,000 "
        "| 151 MB, 1,980 MB |"
    )
    assert list(table([{**row, "passed": False}]))[2].endswith("| FAILED")


def test_each_growth_is_tenfold_from_size_to_size_and_holds_the_rest() -> None:
    for growth in GROWTHS:
        for smaller, larger in zip(growth.sizes, growth.sizes[1:], strict=False):
            pairs = {name: (vars(smaller)[name], vars(larger)[name]) for name in vars(smaller)}
            assert pairs.pop(growth.what)[1] == 10 * vars(smaller)[growth.what]
            assert all(one == other for one, other in pairs.values())
