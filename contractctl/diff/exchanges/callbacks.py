"""Compare the requests that an API makes to its clients on account of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from contractctl.contract.model import Callback, Operation
from contractctl.core.changes import Direction
from contractctl.core.locations import Place
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import INCOMPARABLE, NARROWS, WIDENS

Inside: TypeAlias = Callable[[Exchange], Iterator[Fact]]


def compare_callbacks(exchange: Exchange, inside: Inside) -> Iterator[Fact]:
    """Yield the facts about the callbacks of an operation, and about those inside them.

    `inside` compares what an operation takes and gives; of a callback the directions are swapped.
    """
    met: set[tuple[Place, Place, str]] = set()
    waiting = [exchange]
    while waiting:
        outer = waiting.pop()
        before, after = (_by_name(side) for side in (outer.base, outer.revision))
        for name in dict.fromkeys((*before, *after)):
            base, revision = before.get(name), after.get(name)
            if base is None or revision is None:
                yield _offer(outer, name, base, revision)
            elif (base.at, revision.at, outer.outbound.value) not in met:
                met.add((base.at, revision.at, outer.outbound.value))
                both, facts = _matched(outer, base, revision)
                yield from facts
                for one in both:
                    yield from inside(one)
                waiting.extend(both)


def _by_name(operation: Operation) -> Mapping[str, Callback]:
    return {callback.name: callback for callback in operation.callbacks}


def _matched(outer: Exchange, base: Callback, revision: Callback) -> tuple[list[Exchange], list[Fact]]:
    """Match the requests of a callback by method and expression; a single one of a method may have another address."""
    before, after = ({(one.method, one.path): one for one in side.operations} for side in (base, revision))
    gone = [one for key, one in before.items() if key not in after]
    come = [one for key, one in after.items() if key not in before]
    both = [(one, after[key]) for key, one in before.items() if key in after]
    facts: list[Fact] = []
    for one in gone:
        others = [other for other in come if other.method == one.method]
        if len(others) == 1 and sum(other.method == one.method for other in gone) == 1:
            come.remove(others[0])
            both.append((one, others[0]))
            facts.append(_readdressed(_inner(outer, base.name, one, others[0])))
        else:
            facts.append(_operation(outer, base.name, one, None))
    facts.extend(_operation(outer, base.name, None, one) for one in come)
    return [_inner(outer, base.name, *pair) for pair in both], facts


def _inner(outer: Exchange, name: str, base: Operation, revision: Operation) -> Exchange:
    """Return the exchange of a callback, which travels the other way."""
    return replace(
        outer,
        base=base,
        revision=revision,
        inbound=outer.outbound,
        outbound=outer.inbound,
        owner=outer.title,
        callback=_named(outer, name),
    )


def _named(outer: Exchange, name: str) -> str:
    return f"{outer.callback}, callback `{name}`" if outer.callback else f"callback `{name}`"


def _offer(exchange: Exchange, name: str, base: Callback | None, revision: Callback | None) -> Fact:
    """Make the fact of a callback that went or came: the client waits for it, or may do without it."""
    gone = revision is None
    places = base.at if base else None, revision.at if revision else None
    what, values = ("removed", (name, None)) if gone else ("added", (None, name))
    return exchange.fact(
        f"callback-{what}",
        NARROWS if gone else WIDENS,
        subject=f"callback `{name}`",
        text=f"the callback was {what}",
        places=places,
        values=values,
        direction=Direction.NEITHER,
        law=Law.OFFER,
    )


def _operation(exchange: Exchange, name: str, base: Operation | None, revision: Operation | None) -> Fact:
    gone = revision is None
    operation = base or revision
    assert operation is not None
    what, values = ("removed", (operation.title, None)) if gone else ("added", (None, operation.title))
    return exchange.fact(
        f"callback-operation-{what}",
        NARROWS if gone else WIDENS,
        subject=f"callback `{name}`",
        text=f"the request `{operation.title}` was {what}",
        places=(base.at if base else None, revision.at if revision else None),
        values=values,
        direction=Direction.NEITHER,
        law=Law.OFFER,
    )


def _readdressed(exchange: Exchange) -> Fact:
    base, revision = exchange.base, exchange.revision
    return exchange.fact(
        "callback-address-changed",
        INCOMPARABLE,
        subject="",
        text=f"it is sent to `{revision.path}` now, not to `{base.path}`",
        places=(base.template, revision.template),
        values=(base.path, revision.path),
        direction=Direction.NEITHER,
        law=Law.OFFER,
    )
