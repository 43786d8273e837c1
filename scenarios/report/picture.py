"""The calls of a run as a picture: a lane for each system, a band for each step, faults and refusals marked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import wrap

from scenarios.report.calls import Block, Call, Run, fold
from scenarios.report.steps import Played
from scenarios.report.visible import escaped

LANES = {"People": 150, "Ignition": 390, "syncer": 640, "XPM": 890}
"""Where the lane of each system is, from the left."""
WIDTH, ROW, BAND, TOP, LINE = 1010, 24, 30, 26, 15
MOST_ROWS = 60
"""How many rows a step gets; what is left over is in its table of calls."""
LONGEST_LINE, LONGEST_LABEL = 120, 46
REACH = 150
"""How far left of its lane the text of what a system does of its own has its middle."""


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
    top = canvas.y
    _rows(canvas, step)
    height = canvas.y + 8
    lanes = "".join(
        f'<line class="lane" x1="{x}" y1="{top}" x2="{x}" y2="{height}"/>' for x in LANES.values()
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
    """Draw a step's whole title, on as many lines as it takes."""
    kind = " bad" if step.step.bad else ""
    title = escaped(f"{step.number}. {step.step.title}")
    lines = wrap(title, LONGEST_LINE, replace_whitespace=False, drop_whitespace=False)
    more = LINE * (len(lines) - 1)
    texts = "".join(
        f'<text class="band-text{kind}" x="8" y="{canvas.y + 15 + LINE * at}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
    canvas.add(
        f'<a href="#step-{step.number}">'
        f'<rect class="band{kind}" x="0" y="{canvas.y}" width="{WIDTH}" height="{22 + more}"/>{texts}</a>'
    )
    canvas.y += BAND + more
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
    kind = " bad" if call.is_bad else ""
    moment = call.at[:16].replace("T", " ")
    if moment != canvas.time:
        canvas.time = moment
        canvas.add(f'<text class="time" x="8" y="{y}">{moment}</text>')
    times = f", {run.count} times" if run.count > 1 else ""
    label = _short(call.operation, LONGEST_LABEL) + times
    label += f" – {_short(call.outcome, LONGEST_LABEL)}" if call.outcome else ""
    tooltip = f"{call.at} {call.between}: {call.operation}{times}"
    tooltip += f" – {call.outcome}" if call.outcome else ""
    line, middle = _own(call, y) if call.is_late else _arrow(call, y)
    canvas.add(
        f'<g class="call{kind}"><title>{escape(escaped(tooltip))}</title>{line}'
        f'<text x="{middle}" y="{y - 4}">{escape(escaped(label))}</text></g>'
    )
    canvas.y += ROW


def _arrow(call: Call, y: int) -> tuple[str, int]:
    """Return a call's arrow from lane to lane, and where its text has its middle."""
    one, other = LANES.get(call.caller, LANES["People"]), LANES.get(call.callee, LANES["XPM"])
    tip = other - 3 if other > one else other + 3
    end = "tip-bad" if call.is_bad else "tip"
    return f'<line x1="{one}" y1="{y}" x2="{tip}" y2="{y}" marker-end="url(#{end})"/>', (one + other) // 2


def _own(call: Call, y: int) -> tuple[str, int]:
    """Return a loop at the lane of a system that does something of its own, and where the text has its middle."""
    x = LANES.get(call.callee, LANES["XPM"])
    return f'<path class="own" d="M{x} {y - 9}h26v9h-23" marker-end="url(#tip)"/>', x - REACH


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
