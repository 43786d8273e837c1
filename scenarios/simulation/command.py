"""`python -m scenarios explore` and `replay`: many seeds, or one of them, on the command line."""

import json
import sys
from collections.abc import Sequence

import click

from scenarios.options import LARGEST_SEED, SEED, Whole
from scenarios.processes import TERMINATED, TermError, heeding_term
from scenarios.simulation.drawing import draw
from scenarios.simulation.explore import (
    ENOUGH,
    SAME,
    Failure,
    Verdict,
    explore,
    idle,
    made_small,
    play,
    totals,
)
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.script import Script
from scenarios.simulation.shrink import numbers_in
from scenarios.simulation.telling import lines_of
from syncer.words import counted

LINE_EACH = 25
"""A line of progress is printed each so many seeds, and for each that fails."""
SHORT = 12
"""So much of a trace's hash stands in the line of a seed."""


@click.command("explore")
@click.option("--seeds", type=Whole(1, 1_000_000), default=100, show_default=True, help="How many.")
@click.option("--from", "first", type=SEED, default=1, show_default=True, help="The first one.")
@click.option("--jobs", type=Whole(1, 64), default=None, help="Processes; as many as there are cores.")
@click.option("--each", is_flag=True, help="Print a line for each seed, not for failing ones alone.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value, which tells of each seed.")
def run_explore(seeds: int, first: int, jobs: int | None, *, each: bool, as_json: bool) -> None:
    """Simulate runs under faults; a failing seed is made small, and its replay command printed."""
    if first + seeds - 1 > LARGEST_SEED:
        raise click.BadParameter(
            f"seeds go to {LARGEST_SEED}; {seeds} from {first} on go beyond", param_hint="--from"
        )
    done = 0

    def told(verdict: Verdict) -> None:
        nonlocal done
        done += 1
        if as_json:
            return
        if each:
            click.echo(_line(verdict))
        for name, text in verdict.violations[:3]:
            click.echo(f"seed {verdict.seed}: {name}: {text}")
        if done % LINE_EACH == 0 or done == seeds:
            click.echo(f"{done} of {seeds} seeds played", err=True)

    try:
        with heeding_term():
            verdicts = explore(range(first, first + seeds), told, jobs)
            failures = [made_small(one) for one in [bad for bad in verdicts if not bad.is_good][:ENOUGH]]
    except TermError:
        click.echo("interrupted", err=True)
        sys.exit(TERMINATED)
    missing = idle(verdicts)
    if as_json:
        click.echo(json.dumps(_summary(verdicts, failures, missing), ensure_ascii=False))
    else:
        _tell(verdicts, failures, missing)
    sys.exit(0 if all(one.is_good for one in verdicts) and not missing else 1)


@click.command("replay")
@click.argument("seed", type=SEED)
@click.option("--only", default=None, help="The items to keep, as 1-3,7, or none; all when absent.")
@click.option("--calls", is_flag=True, help="Tell the syncer's calls too, between what people did.")
def run_replay(seed: int, only: str | None, *, calls: bool) -> None:
    """Simulate one seed and tell what happens in it; the last line is the hash of all that was done."""
    script = draw(seed)
    drawn = len(script.items)
    if only is not None:
        try:
            script = script.only(numbers_in(only, range(1, drawn + 1)))
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--only") from error
    click.echo(f"seed {seed}: {_setting(script)}")
    click.echo(f"troubles drawn: {', '.join(script.kinds)}")
    click.echo(f"items played: {len(script.items)} of {drawn}")
    for item in script.items:
        click.echo(str(item))

    def told(outcome: Outcome) -> None:
        click.echo("what people did, in UTC:")
        for line in lines_of(script, outcome, with_calls=calls):
            click.echo(line)

    verdict = play(script, seen=told)
    click.echo(
        "struck: "
        + (
            ", ".join(f"{kind} {count}" for kind, count in sorted(verdict.fired.items()) if count)
            or "nothing"
        )
    )
    for name, text in verdict.violations:
        click.echo(f"✗ {name}: {text}")
    click.echo("all invariants hold" if verdict.is_good else _found(verdict))
    click.echo(f"trace sha256:{verdict.trace}")
    sys.exit(0 if verdict.is_good else 1)


def _setting(script: Script) -> str:
    """Return what was drawn beside troubles and items."""
    namesakes = counted(script.duplicates, "namesake")
    practices = "two practices" if script.has_neighbour else "one practice"
    shared = f", {counted(script.shared, 'client')} with a shared contact" if script.shared else ""
    minute = f", {script.minute} calls a minute" if script.minute != Script.minute else ""
    return (
        f"{script.days} days, {practices}, {script.clients} clients with {namesakes}{shared}, "
        f"{script.winner} wins conflicts{minute}"
    )


def _line(verdict: Verdict) -> str:
    setting, kinds = _setting(draw(verdict.seed)), ", ".join(verdict.kinds)
    said = "holds" if verdict.is_good else _found(verdict)
    return f"seed {verdict.seed}: {setting}; {kinds}; trace {verdict.trace[:SHORT] or 'cut off'}; {said}"


def _found(verdict: Verdict) -> str:
    return counted(len(verdict.violations), "violation")


def _each(verdict: Verdict) -> dict[str, object]:
    script = draw(verdict.seed)
    return {
        "seed": verdict.seed,
        "days": script.days,
        "practices": 2 if script.has_neighbour else 1,
        "clients": script.clients,
        "namesakes": script.duplicates,
        "shared": script.shared,
        "winner": script.winner,
        "calls_a_minute": script.minute,
        "kinds": verdict.kinds,
        "trace": verdict.trace,
        "holds": verdict.is_good,
        "window": verdict.window,
        "played_twice": verdict.is_played_twice,
    }


def _tell(verdicts: Sequence[Verdict], failures: Sequence[Failure], missing: Sequence[str]) -> None:
    tested, fired = totals(verdicts)
    click.echo("\nhow often each invariant was put to the test:")
    for name, count in sorted(tested.items()):
        click.echo(f"  {count:8}  {name.replace('_', ' ')}")
    click.echo("how often each trouble struck:")
    for kind, count in sorted(fired.items()):
        click.echo(f"  {count:8}  {kind}")
    window = sum(one.window for one in verdicts)
    click.echo(
        f"values that people typed, overwritten as they came between a sync's last look and its write (E23): {window}"
    )
    for failure in failures:
        click.echo(f"\nseed {failure.seed}, made small: {failure.broken[0]}: {failure.broken[1]}")
        for item in failure.script.items:
            click.echo(f"  {item}")
        click.echo(f"play it again: {failure.command}\nas a test:\n{failure.test}")
    for line in missing:
        click.echo(f"✗ {line}")
    twice = [one for one in verdicts if one.is_played_twice]
    same = sum(all(name != SAME for name, _ in one.violations) for one in twice)
    click.echo(f"\nplayed twice: {len(twice)}, of which {same} did the same to the last call")
    bad = [one.seed for one in verdicts if not one.is_good]
    click.echo(
        f"{len(verdicts) - len(bad)} of {len(verdicts)} seeds hold" + (f"; failing: {bad}" if bad else "")
    )


def _summary(
    verdicts: Sequence[Verdict], failures: Sequence[Failure], missing: Sequence[str]
) -> dict[str, object]:
    tested, fired = totals(verdicts)
    return {
        "seeds": len(verdicts),
        "each": [_each(one) for one in verdicts],
        "failing": {one.seed: one.violations for one in verdicts if not one.is_good},
        "tested": dict(sorted(tested.items())),
        "struck": dict(sorted(fired.items())),
        "window": sum(one.window for one in verdicts),
        "idle": list(missing),
        "played_twice": sum(one.is_played_twice for one in verdicts),
        "small": [
            {"seed": one.seed, "broken": one.broken[0], "command": one.command, "test": one.test}
            for one in failures
        ],
    }
