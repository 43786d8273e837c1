"""The command about conflicts: list them, show one, take what lost, or let it rest (E3)."""

from collections.abc import Callable

import click

from syncer.conflicts import REMOVED, Conflict, conflict, conflicts, dismiss, names_of
from syncer.contact_actions import SYSTEMS
from syncer.ledger import PracticeLedger
from syncer.memory import IGNITION, XPM
from syncer.report import DONE
from syncer.runtime import iso
from syncer.session import Session
from syncer.show import Screen
from syncer.taking import take

ACTIONS = ("show", "take", "dismiss")


def conflict_words(function: Callable[..., int]) -> Callable[..., int]:
    """Add what the command is told: an action and a number, or --all."""
    everything = click.option("--all", "everything", is_flag=True, help="List the settled ones too.")(
        function
    )
    number = click.argument("number", type=int, required=False)(everything)
    return click.argument("action", type=click.Choice(ACTIONS), required=False)(number)


def conflicts_command(
    session: Session,
    name: str | None,
    action: str | None,
    number: int | None,
    *,
    everything: bool,
    screen: Screen,
) -> int:
    """List the open conflicts; “show 3” has all values of one, “take 3” applies what lost, “dismiss 3” does not."""
    if (action is None) != (number is None):
        raise click.UsageError("name the action and the conflict: syncer conflicts take 3")
    if action == "take" and number is not None:
        return screen.reports([take(session.practice(name), number)])
    config = session.config()
    own = session.ledger(config).of(config.practice(name).name)
    if number is None:
        _list(screen, own, settled=everything)
    elif action == "dismiss":
        found = dismiss(own, number, iso(session.runtime.now()))
        if screen.as_json:
            screen.value(conflict(own, number).as_json())
        else:
            screen.say(f"conflict {number} is dismissed; {found.title} stays as it is")
    else:
        _show(screen, own, conflict(own, number))
    return DONE


def _list(screen: Screen, own: PracticeLedger, *, settled: bool) -> None:
    found = conflicts(own, settled=settled)
    if screen.as_json:
        screen.value([one.as_json() for one in found])
        return
    names = names_of(own)
    rows = [
        (
            one.number,
            one.title,
            one.words(XPM, names),
            one.words(IGNITION, names),
            SYSTEMS[one.winner],
            one.state,
        )
        for one in found
    ]
    heads = ("no.", "what", "XPM", "Ignition", "won", "state")
    screen.table(f"Conflicts of {own.practice}", heads, rows, "no conflict is open")
    if any(one.is_open for one in found):
        screen.say("syncer conflicts take NO. applies the value that lost; dismiss NO. lets it rest.")


def _show(screen: Screen, own: PracticeLedger, one: Conflict) -> None:
    if screen.as_json:
        screen.value(one.as_json())
        return
    told, names = one.as_json(), names_of(own)
    how = "removed on one side, changed on the other" if one.kind == REMOVED else "changed on both sides"
    facts = [
        ("what", one.title),
        ("how", how),
        ("before", one.words("base", names)),
        ("XPM", one.words(XPM, names)),
        ("Ignition", one.words(IGNITION, names)),
        ("won", SYSTEMS[one.winner]),
        ("since", told["at"]),
        ("state", one.state),
        ("settled", told["settled_at"] or "–"),
        ("XPM client", told["xpm_id"]),
        ("Ignition client", told["ignition_id"]),
    ]
    screen.table(f"Conflict {one.number}", ("", ""), facts, "")
