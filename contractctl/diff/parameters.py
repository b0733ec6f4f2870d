"""Compare the parameters of two operations, whether they stand at the operation or at its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from contractctl.contract.model import Operation, Parameter
from contractctl.core.json import Json
from contractctl.core.patterns import pattern
from contractctl.diff.carriers import Carrier
from contractctl.diff.content import compare_content, schema_of
from contractctl.diff.exchange import Exchange
from contractctl.diff.facts import Fact
from contractctl.diff.relation import EQUAL, INCOMPARABLE, NARROWS, WIDENS, Inclusion, Relation

_Key: TypeAlias = tuple[str, str]
_VARIABLE = pattern(r"\{([^{}]*)\}")


def compare_parameters(exchange: Exchange, base: Operation, revision: Operation) -> Iterator[Fact]:
    """Yield the facts about parameters, and note their schemas to be related."""
    before, after = _keyed(base), _keyed(revision)
    gone = {key: one for key, one in before.items() if key not in after}
    come = {key: one for key, one in after.items() if key not in before}
    for key, one in before.items():
        if key in after:
            yield from _compare(exchange, one, after[key])
    for one, other in _moved(gone, come):
        yield _moved_fact(exchange, one, other)
    for one in gone.values():
        yield _gone_fact(exchange, one)
    for one in come.values():
        yield _come_fact(exchange, one)


def _keyed(operation: Operation) -> dict[_Key, Parameter]:
    """Key parameters by what the wire shows: a path variable by its position, a header without its case."""
    positions = {name: str(index) for index, name in enumerate(_VARIABLE.findall(operation.path))}
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
        if len(targets) == 1:
            del gone[key]
            yield one, come.pop(targets[0])


def _compare(exchange: Exchange, base: Parameter, revision: Parameter) -> Iterator[Fact]:
    carrier = Carrier(revision.location, revision.name)
    subject = carrier.subject
    if base.required != revision.required:
        what, relation = ("required", NARROWS) if revision.required else ("optional", WIDENS)
        before, after = (_necessity(one.required) for one in (base, revision))
        yield exchange.fact(
            f"parameter-became-{what}",
            relation,
            subject=subject,
            text=f"was {before}, is {after} now",
            places=(base.at, revision.at),
            values=(base.required, revision.required),
        )
    if bool(base.content) != bool(revision.content):
        text = f"{_carrier(base)} became {_carrier(revision)}: it is written another way"
        yield exchange.fact(
            "parameter-content-changed", INCOMPARABLE, subject=subject, text=text, places=(base.at, revision.at)
        )
    elif base.content:
        yield from compare_content(exchange, exchange.inbound, carrier, base.content, revision.content)
    else:
        one, other = schema_of(base.at, base.schema), schema_of(revision.at, revision.schema)
        exchange.note(exchange.inbound, carrier, one, other)
        yield from _compare_writing(exchange, base, revision, exchange.kinds(exchange.inbound, one, other))


def _compare_writing(exchange: Exchange, base: Parameter, revision: Parameter, kinds: frozenset[str]) -> Iterator[Fact]:
    """Yield the change of style or explode, where it changes what is on the wire."""
    before, after = (_writing(one, kinds) for one in (base, revision))
    for keyword, one, other in (("style", before[0], after[0]), ("explode", before[1], after[1])):
        if one != other and (keyword == "style" or before[0] == after[0]):
            yield exchange.fact(
                f"parameter-{keyword}-changed",
                INCOMPARABLE,
                subject=_subject(revision),
                text=f"{keyword} changed from `{_shown(one)}` to `{_shown(other)}`",
                places=(base.at, revision.at),
                values=(one, other),
            )


def _writing(parameter: Parameter, kinds: frozenset[str]) -> tuple[str, bool]:
    """Return style and explode as far as they show: a single value in a query looks the same in every style."""
    if kinds & {"array", "object"}:
        return parameter.style, parameter.explode
    return (parameter.style if parameter.location == "path" else "", False)


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


def _gone_fact(exchange: Exchange, parameter: Parameter) -> Fact:
    """Make the fact of a removed parameter; no contract says what a server does with one that it does not know."""
    relation = Relation(Inclusion.OPEN, Inclusion.REFUTED if parameter.required else Inclusion.PROVEN)
    kind = "required-parameter-removed" if parameter.required else "parameter-removed"
    if parameter.location == "path":
        kind, relation = "path-parameter-undeclared", EQUAL
    text = f"was removed (it was {_necessity(parameter.required)})"
    return exchange.fact(
        kind,
        relation,
        subject=_subject(parameter),
        text=text,
        places=(parameter.at, None),
        values=(parameter.name, None),
    )


def _come_fact(exchange: Exchange, parameter: Parameter) -> Fact:
    relation = Relation(Inclusion.REFUTED if parameter.required else Inclusion.PROVEN, Inclusion.OPEN)
    kind = "required-parameter-added" if parameter.required else "parameter-added"
    if parameter.location == "path":
        kind, relation = "path-parameter-declared", EQUAL
    text = f"was added ({_necessity(parameter.required)})"
    return exchange.fact(
        kind,
        relation,
        subject=_subject(parameter),
        text=text,
        places=(None, parameter.at),
        values=(None, parameter.name),
    )


def _subject(parameter: Parameter) -> str:
    return Carrier(parameter.location, parameter.name).subject


def _necessity(required: bool) -> str:
    return "required" if required else "optional"


def _carrier(parameter: Parameter) -> str:
    return "`content`" if parameter.content else "`schema`"


def _shown(value: Json) -> str:
    return str(value).lower()
