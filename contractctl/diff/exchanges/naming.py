"""Compare the names that generated code has for operations: identifiers, tags, and the links that lead to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from contractctl.contract.model import Contract, Link, Operation, Response
from contractctl.core.changes import Category, Direction
from contractctl.core.json import Json
from contractctl.core.locations import Pointer
from contractctl.diff.exchanges.exchange import Exchange
from contractctl.diff.exchanges.matching import wire_path
from contractctl.diff.facts import Fact, Law
from contractctl.diff.relation import EQUAL, MAY_NARROW, MAY_WIDEN, UNKNOWN, Relation

_PATHS = ("paths",)


class NameComparison:
    """The comparison of identifiers, after which methods are named, and of tags, after which classes are."""

    def __init__(self) -> None:
        self._retagged: dict[tuple[Json, Json], list[Fact]] = {}

    def facts(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield the change of an operation's identifier; that of its tags is told at last."""
        base, revision = exchange.base, exchange.revision
        if base.id != revision.id:
            relation = UNKNOWN if base.id and revision.id else MAY_NARROW if base.id else MAY_WIDEN
            yield _changed(exchange, "id", relation, (base.id, revision.id))
        if set(base.tags) != set(revision.tags):
            values = ", ".join(base.tags) or None, ", ".join(revision.tags) or None
            self._retagged.setdefault(values, []).append(_changed(exchange, "tags", EQUAL, values))

    def retagged(self) -> Iterator[Fact]:
        """Yield one fact for each change of tags, with all operations that it was made at."""
        for facts in self._retagged.values():
            operations = tuple(title for fact in facts for title in fact.operations)
            yield replace(min(facts, key=_pointers), operations=operations)


def _pointers(fact: Fact) -> tuple[str, ...]:
    """Sort key that is the same when the sides are swapped."""
    return tuple(sorted(str(place.pointer) for place in (fact.base, fact.revision) if place is not None))


def _changed(exchange: Exchange, what: str, relation: Relation, values: tuple[str | None, str | None]) -> Fact:
    was, now = (f"`{value}`" if value else "none" for value in values)
    named = "operationId was" if what == "id" else "tags were"
    return exchange.fact(
        f"operation-{what}-changed",
        relation,
        subject="",
        text=f"its {named} {was}, now {now}",
        places=(exchange.base.at, exchange.revision.at),
        values=values,
        direction=Direction.NEITHER,
        law=Law.NOTICE,
        category=Category.SDK,
    )


class LinkComparison:
    """The comparison of links by what they lead to, however they name it."""

    def __init__(self, base: Contract, revision: Contract) -> None:
        self._targets = _targets(base.operations), _targets(revision.operations)

    def facts(self, exchange: Exchange) -> Iterator[Fact]:
        """Yield the links that went, came or changed in the responses of both sides."""
        after = {response.status: response for response in exchange.revision.responses}
        for response in exchange.base.responses:
            other = after.get(response.status)
            if other is not None and (response.links or other.links):
                yield from self._of_response(exchange, response, other)

    def _of_response(self, exchange: Exchange, base: Response, revision: Response) -> Iterator[Fact]:
        before, after = ({link.name: link for link in side.links} for side in (base, revision))
        for name in dict.fromkeys((*before, *after)):
            one, other = before.get(name), after.get(name)
            if one is None:
                what, relation = "added", MAY_WIDEN
            elif other is None:
                what, relation = "removed", MAY_NARROW
            elif _meant(one, self._targets[0]) != _meant(other, self._targets[1]):
                what, relation = "changed", UNKNOWN
            else:
                continue
            yield exchange.fact(
                f"link-{what}",
                relation,
                subject=f"response {base.status}, link `{name}`",
                text=f"the link was {what}",
                places=(one.at if one else None, other.at if other else None),
                values=(name if one else None, name if other else None),
                direction=exchange.outbound,
                law=Law.NOTICE,
                category=Category.SDK,
            )


def _targets(operations: Sequence[Operation]) -> Mapping[str, str]:
    """Return what identifiers mean, as method and path on the wire."""
    return {one.id: f"{one.method} {wire_path(one.path)}" for one in reversed(operations) if one.id}


def _meant(link: Link, targets: Mapping[str, str]) -> tuple[Json, ...]:
    """Return what a link leads to and with what; its texts are nothing."""
    target = targets.get(link.operation_id, link.operation_id) if link.operation_id else _of_reference(link)
    server = link.server.url if link.server else None
    return target, dict(link.parameters), link.body, server


def _of_reference(link: Link) -> str:
    """Return method and path of a reference into `paths` of the same document, else the reference itself."""
    document, _, fragment = link.operation_ref.partition("#")
    if document or not fragment.startswith("/"):
        return link.operation_ref
    tokens = Pointer.parse(fragment).tokens
    is_operation = len(tokens) == 3 and tokens[:1] == _PATHS
    return f"{tokens[2].upper()} {wire_path(tokens[1])}" if is_operation else link.operation_ref
