"""Compare the parameters of two operations, whether they stand at the operation or at its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from contractctl.contract.model import Operation, Parameter, Schema
from contractctl.core.changes import Direction
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.diff.carriers import Carrier
from contractctl.diff.exchanges.content import compare_content, schema_of
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.exchanges.lifecycle import compare_deprecation, removal, term_of
from contractctl.diff.exchanges.styles import written
from contractctl.diff.facts import Fact
from contractctl.diff.relation import (
    EQUAL,
    INCOMPARABLE,
    MAY_WIDEN,
    NARROWS,
    WIDENS,
    Inclusion,
    Relation,
)
from contractctl.diff.schemas.notes import compare_defaults

_Key: TypeAlias = tuple[str, str]
_REFERRING = frozenset(("$ref", "allOf", "anyOf", "oneOf"))
_TELLING = _REFERRING | {"default"}
_VARIABLE = pattern(r"\{([^{}]*)\}")


def compare_parameters(exchange: Exchange) -> Iterator[Fact]:
    """Yield the facts about parameters, and note their schemas to be related."""
    before, after = _keyed(exchange.base), _keyed(exchange.revision)
    gone = {key: one for key, one in before.items() if key not in after}
    come = {key: one for key, one in after.items() if key not in before}
    for key, one in before.items():
        if key in after:
            yield from _compare(exchange, one, after[key])
    for one, other in _moved(gone, come):
        yield _moved_fact(exchange, one, other)
    for one in gone.values():
        yield _offer(exchange, one, "removed")
    for one in come.values():
        yield _offer(exchange, one, "added")


def _keyed(operation: Operation) -> dict[_Key, Parameter]:
    """Key parameters by what the wire shows: a path variable by its position, a header without its case.

    The position is counted from the end, for what stands before the path may have moved to the server.
    """
    positions = {name: str(index) for index, name in enumerate(reversed(_VARIABLE.findall(operation.path)))}
    keyed: dict[_Key, Parameter] = {}
    for parameter in operation.parameters:
        name = parameter.name
        if parameter.location == "path":
            name = positions.get(name, name)
        elif parameter.location == "header":
            name = name.lower()
        keyed[parameter.location, name] = parameter
    return keyed


def _moved(gone: dict[_Key, Parameter], come: dict[_Key, Parameter]) -> Iterator[tuple[Parameter, Parameter]]:
    """Take out, of what went and came, the parameters that only changed their location."""
    for key, one in list(gone.items()):
        targets = [new for new, other in come.items() if other.name == one.name and other.location != one.location]
        rivals = [old for old, other in gone.items() if other.name == one.name]
        if len(targets) == len(rivals) == 1:
            del gone[key]
            yield one, come.pop(targets[0])


def _compare(exchange: Exchange, base: Parameter, revision: Parameter) -> Iterator[Fact]:
    carrier = Carrier(revision.location, revision.name)
    places = base.at, revision.at
    if base.required != revision.required:
        what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
        before, after = (_necessity(one.required) for one in (base, revision))
        yield exchange.fact(
            f"parameter-became-{what}",
            relation,
            subject=carrier.subject,
            text=f"was {before}, is {after} now",
            places=places,
            values=(base.required, revision.required),
        )
    terms = term_of(base), term_of(revision)
    way, subject = exchange.inbound, carrier.subject
    yield from compare_deprecation(exchange, "parameter", terms, subject=subject, places=places, direction=way)
    yield from _compare_values(exchange, base, revision, carrier)


def _compare_values(exchange: Exchange, base: Parameter, revision: Parameter, carrier: Carrier) -> Iterator[Fact]:
    if bool(base.content) != bool(revision.content):
        text = f"{_carrier(base)} became {_carrier(revision)}: it is written another way"
        yield exchange.fact(
            "parameter-content-changed", INCOMPARABLE, subject=carrier.subject, text=text, places=(base.at, revision.at)
        )
    elif base.content:
        yield from compare_content(exchange, exchange.inbound, carrier, base.content, revision.content)
    else:
        one, other = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
        exchange.note(exchange.inbound, carrier, one, other)
        yield from _compare_defaults(exchange, revision, (one, other))
        if _manner(base) != _manner(revision):
            kinds = exchange.kinds(exchange.inbound, one, other)
            yield from _compare_writing(exchange, base, revision, kinds)
            yield from _compare_allowances(exchange, base, revision, kinds)


def _manner(parameter: Parameter) -> tuple[str | bool, ...]:
    return parameter.style, parameter.explode, parameter.allow_empty_value, parameter.allow_reserved


def _compare_defaults(exchange: Exchange, parameter: Parameter, schemas: tuple[Schema, Schema]) -> Iterator[Fact]:
    """Yield the change of what it means to leave out an optional parameter of a request."""
    is_sent = exchange.inbound is Direction.RESPONSE
    if is_sent or parameter.required or not any(map(_may_have_default, schemas)) or _are_written_alike(*schemas):
        return
    for edit in compare_defaults(*exchange.uses.shapes(exchange.inbound, schemas)):
        yield exchange.fact(
            edit.kind,
            edit.relation,
            subject=_subject(parameter),
            text=edit.text,
            places=(edit.base, edit.revision),
            values=(edit.before, edit.after),
        )


def _are_written_alike(base: Schema, revision: Schema) -> bool:
    """Tell whether two schemas say the same by themselves; False decides nothing."""
    return base.value == revision.value and not isinstance(base.value, bool) and _REFERRING.isdisjoint(base.value)


def _may_have_default(schema: Schema) -> bool:
    return not isinstance(schema.value, bool) and not _TELLING.isdisjoint(schema.value)


def _compare_writing(exchange: Exchange, base: Parameter, revision: Parameter, kinds: frozenset[str]) -> Iterator[Fact]:
    """Yield the change of style or explode, where it changes what is on the wire."""
    before, after = (written(one.style, one.explode, kinds) for one in (base, revision))
    if before == after:
        return
    has_style = before[0] != after[0]
    keyword = "style" if has_style else "explode"
    was, now = (side.style if has_style else side.explode for side in (base, revision))
    yield exchange.fact(
        f"parameter-{keyword}-changed",
        INCOMPARABLE,
        subject=_subject(revision),
        text=f"{keyword} changed from `{_shown(was)}` to `{_shown(now)}`",
        places=(base.at, revision.at),
        values=(was, now),
    )


def _compare_allowances(
    exchange: Exchange, base: Parameter, revision: Parameter, kinds: frozenset[str]
) -> Iterator[Fact]:
    """Yield what may be sent besides. A text may be empty anyway, and servers read what is escaped without need."""
    empty = MAY_WIDEN if "string" in kinds else WIDENS
    allowances = (
        ("empty-value", "an empty value", base.allow_empty_value, revision.allow_empty_value, empty),
        ("reserved", "a reserved character as it is", base.allow_reserved, revision.allow_reserved, MAY_WIDEN),
    )
    for name, what, before, after, when_allowed in allowances:
        if before != after:
            yield exchange.fact(
                f"parameter-{name}-{'allowed' if after else 'disallowed'}",
                when_allowed if after else when_allowed.mirrored,
                subject=_subject(revision),
                text=f"{what} is {'allowed now' if after else 'no longer allowed'}",
                places=(base.at, revision.at),
                values=(before, after),
            )


def _moved_fact(exchange: Exchange, base: Parameter, revision: Parameter) -> Fact:
    forward = Inclusion.REFUTED if revision.required else Inclusion.OPEN
    backward = Inclusion.REFUTED if base.required else Inclusion.OPEN
    return exchange.fact(
        "parameter-moved",
        Relation(forward, backward),
        subject=_subject(base),
        text=f"moved from {base.location} to {revision.location}",
        places=(base.at, revision.at),
        values=(base.location, revision.location),
    )


def _offer(exchange: Exchange, parameter: Parameter, what: str) -> Fact:
    """Make the fact of a parameter that went or came."""
    gone = what == "removed"
    term = removal(term_of(parameter), exchange.today)
    kind = f"{'required-' if parameter.required else ''}parameter-{what}"
    relation = term.softened(_of_removal(exchange, parameter))
    if parameter.location == "path":
        kind, relation = f"path-parameter-{'undeclared' if gone else 'declared'}", EQUAL
    return exchange.fact(
        kind,
        relation if gone else relation.mirrored,
        subject=_subject(parameter),
        text=f"was {what} ({_necessity(parameter.required)}){term.remark if gone else ''}",
        places=(parameter.at, None) if gone else (None, parameter.at),
        values=(parameter.name, None) if gone else (None, parameter.name),
        sanction=term.sanction if gone else None,
    )


def _of_removal(exchange: Exchange, parameter: Parameter) -> Relation:
    """Relate the sides of a removal. No contract says what a server does with a parameter that it does not know.

    A client that is sent one may leave it unread.
    """
    unknown = Inclusion.OPEN if exchange.inbound is Direction.REQUEST else Inclusion.PROVEN
    return Relation(unknown, Inclusion.REFUTED if parameter.required else Inclusion.PROVEN)


def _subject(parameter: Parameter) -> str:
    return Carrier(parameter.location, parameter.name).subject


def _necessity(required: bool) -> str:
    return "required" if required else "optional"


def _carrier(parameter: Parameter) -> str:
    return "`content`" if parameter.content else "`schema`"


def _shown(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
