"""A load run as one HTML page with charts; it needs nothing else, no network either."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pygal
from jinja2 import Environment, PackageLoader, select_autoescape
from lxml import etree
from markupsafe import Markup

from scenarios.load.telling import figures_of, heading_of, shown

# pygal leaves a hook for imports behind, of a kind that Python has no use for any more.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__.partition(".")[0] != "pygal"]

Json = Mapping[str, Any]
LONGEST = 12
"""How many operations the chart of the fakes' time has."""
STYLE = pygal.style.Style(
    background="transparent",
    plot_background="transparent",
    colors=("#1f5f8b", "#c8553d", "#588157", "#8d6b94"),
    font_family="system-ui, sans-serif",
)
_pages = Environment(
    loader=PackageLoader("scenarios.load", "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(summary: Json, results: Json, folder: Path) -> Path:
    """Write the page and return where it is."""
    path = folder / "summary.html"
    page = _pages.get_template("summary.html").render(
        summary=summary,
        heading=heading_of(summary),
        figures=list(figures_of(summary)),
        charts=[(title, drawn(chart)) for title, chart in charts_of(summary, results)],
        shown=shown,
    )
    path.write_text(page, "utf-8")
    return path


def drawn(chart: Any) -> Markup:
    """Return a chart as SVG to stand in a page, without pygal's script, remarks and date."""
    tree = etree.fromstring(chart.render(is_unicode=True))
    etree.strip_tags(tree, etree.Comment)
    etree.strip_elements(tree, "{*}script")
    return Markup(etree.tostring(tree, encoding="unicode"))  # noqa: S704  # built of elements, so escaped


def charts_of(summary: Json, results: Json) -> Iterator[tuple[str, Any]]:
    """Return the charts that a run has figures for, each with its title."""
    syncs = [sync for record in results["records"] for sync in record["syncs"]]
    if syncs:
        yield (
            "How long syncs took",
            _percentiles(
                {
                    "from its beginning, s": [one["seconds"] for one in syncs],
                    "from its intended moment, s": [one["from_due"] for one in syncs],
                }
            ),
        )
        yield "How late syncs were done, over the day", _over_the_day(syncs)
    jobs = [seconds for record in results["records"] for seconds in record["jobs"]]
    if jobs:
        yield "From acceptance to the job in XPM", _percentiles({"from its intended moment, s": jobs})
    if results["days"]:
        yield "Where the fakes' own time went", _operations(results["days"])
    if summary["ramp"]:
        yield "The ramp", _ramp(summary["ramp"])
    if len(results["days"]) > 1:
        yield "Memory at the end of each day, MB", _memory(results["days"])


def _chart(kind: Any, **how: Any) -> Any:
    # Without its script pygal asks no network for anything; its tooltips are then the browser's own.
    return kind(
        style=STYLE, js=(), height=320, width=860, disable_xml_declaration=True, truncate_legend=-1,
        legend_at_bottom=True, **how,
    )  # fmt: skip


def _percentiles(rows: Mapping[str, Sequence[float]]) -> Any:
    chart = _chart(pygal.XY, x_title="% of them were done within", y_title="seconds", dots_size=2)
    for name, values in rows.items():
        found = sorted(values)
        chart.add(name, [((place + 1) * 100 / len(found), value) for place, value in enumerate(found)])
    return chart


def _over_the_day(syncs: Sequence[Json]) -> Any:
    chart = _chart(pygal.XY, stroke=False, x_title="intended moment, s", y_title="done after, s", dots_size=2)
    chart.add("a sync", sorted((one["due"], one["from_due"]) for one in syncs))
    return chart


def _operations(days: Sequence[Json]) -> Any:
    spent: dict[str, float] = {}
    for day in days:
        for side, title in (("xpm", "XPM"), ("ignition", "Ignition")):
            for name, row in day[side]["operations"].items():
                spent[f"{title} {name}"] = spent.get(f"{title} {name}", 0.0) + row["service_ms"] / 1000
    most = sorted(spent.items(), key=lambda one: (-one[1], one[0]))[:LONGEST]
    chart = _chart(pygal.HorizontalBar, show_legend=False, x_title="seconds, all calls together")
    chart.x_labels = [name for name, _ in reversed(most)]
    chart.add("s", [round(seconds, 3) for _, seconds in reversed(most)])
    return chart


def _ramp(steps: Sequence[Json]) -> Any:
    chart = _chart(pygal.XY, x_title="syncs a minute", y_title="seconds from the intended moment")
    for name, title in (("p50", "median"), ("p95", "95 %")):
        chart.add(title, [(one["per_minute"], one[name]) for one in steps if one["count"]])
    return chart


def _memory(days: Sequence[Json]) -> Any:
    chart = _chart(pygal.Line, dots_size=2)
    chart.x_labels = [str(day["day"] + 1) for day in days]
    for name in days[-1]["processes"]:
        chart.add(
            name,
            [
                round(day["processes"][name]["rss"] / 1e6, 1) if name in day["processes"] else None
                for day in days
            ],
        )
    return chart
