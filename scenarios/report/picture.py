"""The calls of a run as a picture: a lane for each system, a band for each step, faults and refusals marked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from scenarios.report.calls import Block, Run, fold
from scenarios.report.steps import Played

LANES = {"People": 150, "Ignition": 390, "syncer": 640, "XPM": 890}
"""Where the lane of each system is, from the left."""
WIDTH, ROW, BAND, TOP = 1010, 24, 30, 26
MOST_ROWS = 60
"""How many rows a step gets; what is left over is in its table of calls."""
LONGEST_TITLE, LONGEST_LABEL = 120, 46


@dataclass
class _Canvas:
    """What is drawn so far of a step, from top to bottom."""

    parts: list[str] = field(default_factory=list)
    y: int = 0
    time: str = ""

    def add(self, text: str) -> None:
        self.parts.append(text)


def draw(steps: Sequence[Played]) -> list[str]:
    """Return an SVG for each step, to be put one below the other: a page breaks between two of them.

    They hold text and lines, and nothing that is fetched from anywhere.
    """
    return [_heads(), *(_step(one) for one in steps)]


def _heads() -> str:
    names = "".join(f'<text class="head" x="{x}" y="18">{name}</text>' for name, x in LANES.items())
    tips = "".join(
        f'<marker id="tip{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="tip {kind.removeprefix("-")}" d="M0 0 8 4 0 8z"/></marker>'
        for kind in ("", "-bad")
    )
    return _svg(f"<defs>{tips}</defs>{names}", TOP, "The lanes: " + ", ".join(LANES))


def _step(step: Played) -> str:
    canvas = _Canvas()
    _band(canvas, step)
    _rows(canvas, step)
    height = canvas.y + 8
    lanes = "".join(
        f'<line class="lane" x1="{x}" y1="{BAND}" x2="{x}" y2="{height}"/>' for x in LANES.values()
    )
    title = (
        f"Step {step.number}: {len(step.calls)} calls, of which {step.bad_calls} met a fault or were refused"
    )
    return _svg(lanes + "".join(canvas.parts), height, title)


def _svg(content: str, height: int, title: str) -> str:
    return (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">'
        f"<title>{escape(title)}</title>{content}</svg>"
    )


def _band(canvas: _Canvas, step: Played) -> None:
    kind = " bad" if step.step.bad else ""
    title = _short(f"{step.number}. {step.step.title}", LONGEST_TITLE)
    canvas.add(
        f'<a href="#step-{step.number}"><rect class="band{kind}" x="0" y="{canvas.y}" width="{WIDTH}" height="22"/>'
        f'<text class="band-text{kind}" x="8" y="{canvas.y + 15}">{escape(title)}</text></a>'
    )
    canvas.y += BAND
    canvas.time = ""


def _rows(canvas: _Canvas, step: Played) -> None:
    drawn = 0
    for block in fold(step.calls):
        if block.times > 1:
            drawn += len(block.runs)
            if drawn > MOST_ROWS:
                break
            _block(canvas, block)
            continue
        for run in block.runs:
            drawn += 1
            if drawn > MOST_ROWS:
                break
            _row(canvas, run)
        if drawn > MOST_ROWS:
            break
    if drawn > MOST_ROWS:
        canvas.add(
            f'<text class="more" x="8" y="{canvas.y + 12}">… more of them are in the step’s table</text>'
        )
        canvas.y += ROW


def _block(canvas: _Canvas, block: Block) -> None:
    start = canvas.y
    for run in block.runs:
        _row(canvas, run)
    canvas.add(
        f'<path class="again" d="M{WIDTH - 66} {start + 4}h8v{canvas.y - start}h-8"/>'
        f'<text class="times" x="{WIDTH - 54}" y="{(start + canvas.y) // 2 + 3}">{block.times} times</text>'
    )


def _row(canvas: _Canvas, run: Run) -> None:
    call = run.call
    y = canvas.y + 17
    one, other = LANES.get(call.caller, LANES["People"]), LANES.get(call.callee, LANES["XPM"])
    tip = other - 3 if other > one else other + 3
    kind = " bad" if call.is_bad else ""
    moment = call.at[:16].replace("T", " ")
    if moment != canvas.time:
        canvas.time = moment
        canvas.add(f'<text class="time" x="8" y="{y}">{moment}</text>')
    label = _short(call.operation, LONGEST_LABEL) + (f", {run.count} times" if run.count > 1 else "")
    label += f" – {_short(call.outcome, LONGEST_LABEL)}" if call.outcome else ""
    canvas.add(
        f'<g class="call{kind}"><title>{escape(f"{call.at} {call.caller} → {call.callee}: {label}")}</title>'
        f'<line x1="{one}" y1="{y}" x2="{tip}" y2="{y}" marker-end="url(#tip{"-bad" if kind else ""})"/>'
        f'<text x="{(one + other) // 2}" y="{y - 4}">{escape(label)}</text></g>'
    )
    canvas.y += ROW


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
