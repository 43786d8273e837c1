"""What was sent and never acknowledged: a write whose answer was lost, or after which the program died.

A value that a side has, and that the syncer sent there, is not an edit of a person's: both sides had agreed on it, but
for the answer. Without that, an edit on the other side before the next sync would be a conflict that nobody made, and
the older value could win (E3, E11). Pure: no I/O, no clock.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from syncer.model import NO_BASE, Client, ContactLink, Link, MaybeValue, Sent, Values

_Half = tuple[str, Values]
"""A record's id, and what it has."""


def agreed_fields(link: Link, ignition: Client, xpm: Client) -> Values:
    """Return a pair's last agreed values, with those that were sent to a side and are there.

    Partner and Manager are XPM staff on both sides.
    """
    return _agreed(link.base, (link.xpm_id, xpm.values), (link.ignition_id, ignition.values), link.sent)


def agreed_contacts(link: Link, ignition: Client, xpm: Client) -> tuple[ContactLink, ...]:
    """Return the pairs of contacts with their last agreed values, as `agreed_fields` does for the clients."""
    if not link.sent:
        return link.contacts
    ours, theirs = ({each.id: each.values for each in one.contacts or ()} for one in (ignition, xpm))
    return tuple(
        replace(
            one,
            base=_agreed(
                one.base,
                (one.xpm_id, theirs.get(one.xpm_id, {})),
                (one.ignition_id, ours.get(one.ignition_id, {})),
                link.sent,
            ),
        )
        for one in link.contacts
    )


def without(sent: Sequence[Sent], records: Collection[str], fields: Collection[str]) -> tuple[Sent, ...]:
    """Return what was sent but for some fields of some records."""
    return _kept(sent, lambda one, name, _value: one.record not in records or name not in fields)


def acknowledged(sent: Sequence[Sent], records: Collection[str], values: Values) -> tuple[Sent, ...]:
    """Return what was sent but for values that some records are known to have. Others may land over these yet."""
    return _kept(
        sent, lambda one, name, value: one.record not in records or values.get(name, NO_BASE) != value
    )


def unsettled(link: Link, ignition: Client | None, xpm: Client | None) -> tuple[Sent, ...]:
    """Return what was sent and is there, while something else is agreed on; all the rest came to nothing, or is past.

    Both clients are as they were read since all of it must have landed; Partner and Manager are XPM staff.
    """
    shown: dict[str, Values] = {one.id: one.values for one in (ignition, xpm) if one is not None}
    shown |= {each.id: each.values for one in (ignition, xpm) if one for each in one.contacts or ()}
    bases: dict[str, Values] = {link.xpm_id: link.base, link.ignition_id: link.base}
    bases |= {one: each.base for each in link.contacts for one in (each.xpm_id, each.ignition_id)}

    def is_open(one: Sent, name: str, value: MaybeValue) -> bool:
        there = shown.get(one.record, {}).get(name, NO_BASE)
        return there == value != bases.get(one.record, {}).get(name, NO_BASE)

    return _kept(link.sent, is_open)


def _kept(sent: Sequence[Sent], keep: Callable[[Sent, str, MaybeValue], bool]) -> tuple[Sent, ...]:
    left = (
        replace(one, values={name: value for name, value in one.values.items() if keep(one, name, value)})
        for one in sent
    )
    return tuple(one for one in left if one.values)


def _agreed(base: Values, one: _Half, other: _Half, sent: Sequence[Sent]) -> Values:
    """Return a base, with the values that were sent to one half and are there, where the other half has another."""
    found: dict[str, set[MaybeValue]] = {}
    for (record, values), (_, across) in ((one, other), (other, one)):
        for each in sent:
            for name, value in each.values.items() if each.record == record else ():
                # Where both have the same, they are in step as they are, and the base moves as ever.
                if values.get(name, NO_BASE) == value != across.get(name, NO_BASE):
                    found.setdefault(name, set()).add(value)
    return (
        {**base, **{name: values.pop() for name, values in found.items() if len(values) == 1}}
        if found
        else base
    )
